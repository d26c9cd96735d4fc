//! The change journal: what changed in the portal, pulled in its order. Only for the user's own app, whose
//! token it takes in place of the sign-in's: that token reads the changes of every portal that has the app, so
//! it must never be one that several customers share.

use super::{HubSpot, Plan, absent_is_none, unreadable};
use crate::error::{Error, ErrorKind};
use crate::journal::{Next, Subscription, Watch, read_file};
use crate::lenient;
use crate::oauth::{Session, Token};
use crate::object_kind::ObjectKind;
use crate::reported::ReportedEvent;
use crate::versions;
use bytes::Bytes;
use serde_json::Value;
use std::time::Duration;
use url::Url;
use wire::transport::{HeaderMap, HeaderValue, Method, Request, Response};
use wire::{Call, Repeat};

/// HubSpot's files are of 5 MB; a longer one is not one of them.
const LONGEST_FILE: usize = 16 * 1024 * 1024;
const FILE_TIMEOUT: Duration = Duration::from_secs(60);

const OWN: [&str; 3] = [
    "developer.webhooks_journal.read",
    "developer.webhooks_journal.subscriptions.read",
    "developer.webhooks_journal.subscriptions.write",
];

/// See the module. Cheap to clone.
#[derive(Clone)]
pub struct Journal {
    hubspot: HubSpot,
    session: Session,
    scopes: Vec<&'static str>,
}

impl HubSpot {
    /// The journal of changes of these kinds; none with a key that was pasted, which can't open it.
    pub fn journal(&self, kinds: &[ObjectKind]) -> Option<Journal> {
        let Token::Session(session) = &self.token else {
            return None;
        };
        let read = kinds.iter().filter_map(|kind| match kind {
            ObjectKind::Contacts => Some("crm.objects.contacts.read"),
            ObjectKind::Companies => Some("crm.objects.companies.read"),
            ObjectKind::Deals => Some("crm.objects.deals.read"),
            ObjectKind::Tickets => Some("crm.objects.tickets.read"),
            _ => None,
        });
        Some(Journal {
            hubspot: self.clone(),
            session: session.clone(),
            scopes: OWN.into_iter().chain(read).collect(),
        })
    }
}

impl Journal {
    /// The app's subscriptions to changes of records.
    pub async fn subscriptions(&self) -> Result<Vec<Subscription>, Error> {
        let url = self.subscriptions_url(&[]);
        self.ask(Plan::get("journal.subscriptions", url), |body| {
            let all = body.get("results").unwrap_or(body).as_array()?;
            Some(all.iter().filter_map(Subscription::read).collect())
        })
        .await
    }

    /// Subscribes to changes in a portal. The subscription's id.
    pub async fn subscribe(&self, portal_id: u64, watch: &Watch) -> Result<String, Error> {
        let plan = Plan::post(
            "journal.subscribe",
            self.subscriptions_url(&[]),
            watch.body(portal_id),
        );
        self.ask(plan, |body| lenient::id(body.get("id"))).await
    }

    /// Ends a subscription. One that is not there is as good.
    pub async fn unsubscribe(&self, id: &str) -> Result<(), Error> {
        let plan = Plan {
            body: None,
            ..Plan::send(
                "journal.unsubscribe",
                Method::DELETE,
                self.subscriptions_url(&[id]),
                Value::Null,
            )
        };
        absent_is_none(self.respond(plan).await).map(drop)
    }

    /// What comes after this offset, or the newest that there is without one.
    pub async fn next(&self, portal_id: u64, after: Option<&str>) -> Result<Next, Error> {
        const NAME: &str = "journal.next";
        let portal_id = portal_id.to_string();
        let mut segments = vec!["webhooks-journal", "journal-local", versions::JOURNAL];
        match after {
            Some(offset) => segments.extend(["offset", offset, "next"]),
            None => segments.push("latest"),
        }
        let query = [("installPortalId", portal_id.as_str())];
        let url = self.hubspot.origin.url_of(&segments, &query);
        let response = match absent_is_none(self.respond(Plan::get(NAME, url)).await)? {
            Some(response) => response,
            None if after.is_some() => return Ok(Next::Expired),
            None => return Ok(Next::Nothing),
        };
        if response.status.as_u16() == 204 {
            return Ok(Next::Nothing);
        }
        let body: Option<Value> = serde_json::from_slice(&response.body).ok();
        body.and_then(|body| Next::read(&body))
            .ok_or_else(|| unreadable(&response, Repeat::Safe, NAME))
    }

    /// What a file reports of a portal, fetched without credentials; none where the file is not there any more.
    pub async fn file(
        &self,
        address: &str,
        portal_id: u64,
    ) -> Result<Option<Vec<ReportedEvent>>, Error> {
        const NAME: &str = "journal.file";
        let strange = |status| Error::new(ErrorKind::NotTheApi { status }, NAME);
        let url = self
            .hubspot
            .origin
            .file(address)
            .map_err(|_| strange(200))?;
        let response = self.fetch(url, NAME).await?;
        match response.status.as_u16() {
            200 => {}
            // A signed address that has run out is forbidden.
            403 | 404 | 410 => return Ok(None),
            status => return Err(strange(status)),
        }
        if response.body.len() > LONGEST_FILE {
            return Err(strange(200));
        }
        let body: Option<Value> = serde_json::from_slice(&response.body).ok();
        body.and_then(|body| read_file(&body, &portal_id.to_string()))
            .map(Some)
            .ok_or_else(|| strange(200))
    }

    /// A way of its own: the host is another one, and its trouble is not HubSpot's.
    async fn fetch(&self, url: Url, name: &'static str) -> Result<Response, Error> {
        let mut headers = HeaderMap::new();
        headers.insert("accept", HeaderValue::from_static("application/json"));
        let call = Call {
            request: Request {
                method: Method::GET,
                url,
                headers,
                body: Bytes::new(),
                timeout: FILE_TIMEOUT,
            },
            groups: &[],
            priority: self.hubspot.priority,
            repeat: Repeat::Safe,
            name,
        };
        let beside = self.hubspot.gateway.beside("hubspot's files");
        beside
            .call(call)
            .await
            .map_err(|failure| Error::new(ErrorKind::NoAnswer(failure), name))
    }

    async fn ask<T>(&self, plan: Plan, read: impl FnOnce(&Value) -> Option<T>) -> Result<T, Error> {
        let (name, repeat) = (plan.name, plan.repeat);
        let response = self.respond(plan).await?;
        let body: Option<Value> = serde_json::from_slice(&response.body).ok();
        body.and_then(|body| read(&body))
            .ok_or_else(|| unreadable(&response, repeat, name))
    }

    async fn respond(&self, plan: Plan) -> Result<Response, Error> {
        let token = self.session.app_token(&self.scopes).await?;
        let answer = self.hubspot.respond_to(&token, plan).await;
        if let Err(error) = &answer
            && matches!(error.kind, ErrorKind::NeedsSignIn(_))
        {
            self.session.forget_app_token();
        }
        answer
    }

    fn subscriptions_url(&self, rest: &[&str]) -> Url {
        let mut segments = vec!["webhooks-journal", "subscriptions", versions::JOURNAL];
        segments.extend(rest);
        self.hubspot.origin.url_of(&segments, &[])
    }
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Journal")
    }
}
