//! Single records, lists, searches and ties.

use super::{HubSpot, Plan, absent_is_none};
use crate::error::{self, Error, ErrorKind};
use crate::object_kind::ObjectKind;
use crate::record::{AssociatedPage, NewRecord, Record, RecordPage};
use crate::search::{Search, SearchPage};
use crate::{lenient, versions};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use url::Url;
use wire::Repeat;
use wire::transport::Method;

impl HubSpot {
    pub(super) fn objects_url(
        &self,
        kind: impl AsRef<str>,
        rest: &[&str],
        query: &[(&str, &str)],
    ) -> Url {
        let mut segments = vec!["crm", "objects", versions::OBJECTS, kind.as_ref()];
        segments.extend(rest);
        self.origin.url_of(&segments, query)
    }

    /// One record; nothing where there is none or it is archived.
    ///
    /// Asked by an id from before a merge, it is the merged record: see [`Record::id`].
    pub async fn record(
        &self,
        kind: ObjectKind,
        id: &str,
        properties: &[&str],
    ) -> Result<Option<Record>, Error> {
        let properties = properties.join(",");
        let query = [("properties", properties.as_str())];
        let query = if properties.is_empty() {
            &[][..]
        } else {
            &query[..]
        };
        let plan = Plan::get("record.get", self.objects_url(kind, &[id], query));
        absent_is_none(self.ask(plan, |body, _| Record::read(body)).await)
    }

    /// The contact with this address; nothing where there is none. Unlike search it is never behind,
    /// and case makes no difference.
    pub async fn contact_by_email(
        &self,
        email: &str,
        properties: &[&str],
    ) -> Result<Option<Record>, Error> {
        let email = email.trim();
        if email.is_empty() {
            return Ok(None);
        }
        let properties = properties.join(",");
        let mut query = vec![("idProperty", "email")];
        if !properties.is_empty() {
            query.push(("properties", &properties));
        }
        let url = self.objects_url(ObjectKind::Contacts, &[email], &query);
        let plan = Plan::get("contact.by_email", url);
        absent_is_none(self.ask(plan, |body, _| Record::read(body)).await)
    }

    /// One page of a search.
    ///
    /// # Errors
    /// [`ErrorKind::Misuse`] without a call where HubSpot would refuse it: see [`Search::check`].
    pub async fn search(&self, kind: ObjectKind, search: &Search) -> Result<SearchPage, Error> {
        const NAME: &str = "records.search";
        search
            .check()
            .map_err(|misuse| Error::new(ErrorKind::Misuse(misuse), NAME))?;
        let url = self.objects_url(kind, &["search"], &[]);
        let plan = Plan {
            groups: &["search"],
            ..Plan::post(NAME, url, search.to_json())
        };
        self.ask(plan, |body, _| SearchPage::read(body)).await
    }

    /// One page of all records of a kind, by id; `limit` from 1 to 100.
    pub async fn list(
        &self,
        kind: ObjectKind,
        properties: &[&str],
        after: Option<&str>,
        limit: u32,
        archived: bool,
    ) -> Result<RecordPage, Error> {
        let limit = limit.clamp(1, 100).to_string();
        let properties = properties.join(",");
        let mut query = vec![("limit", limit.as_str())];
        if !properties.is_empty() {
            query.push(("properties", &properties));
        }
        query.extend(after.map(|after| ("after", after)));
        if archived {
            query.push(("archived", "true"));
        }
        let plan = Plan::get("records.list", self.objects_url(kind, &[], &query));
        self.ask(plan, |body, _| {
            let results = body.get("results")?.as_array()?;
            Some(RecordPage {
                records: Record::read_all(results),
                after: lenient::next_page(body),
            })
        })
        .await
    }

    /// Makes a record. A repeat would make another.
    pub async fn create(&self, kind: ObjectKind, new: &NewRecord) -> Result<Record, Error> {
        let url = self.objects_url(kind, &[], &[]);
        let plan = Plan::post("record.create", url, new.to_json(false)).once();
        self.ask(plan, |body, _| Record::read(body)).await
    }

    /// Sets properties; `""` clears. What is not named stays as it is.
    pub async fn update(
        &self,
        kind: ObjectKind,
        id: &str,
        properties: &BTreeMap<String, String>,
    ) -> Result<Record, Error> {
        let url = self.objects_url(kind, &[id], &[]);
        let body = json!({"properties": properties});
        let plan = Plan::send("record.update", Method::PATCH, url, body);
        self.ask(plan, |body, _| Record::read(body)).await
    }

    /// Moves a record to the recycle bin. One that is there already is no error.
    pub async fn archive(&self, kind: ObjectKind, id: &str) -> Result<(), Error> {
        let url = self.objects_url(kind, &[id], &[]);
        let plan = Plan {
            method: Method::DELETE,
            ..Plan::get("record.archive", url)
        };
        absent_is_none(self.tell(plan).await).map(|_| ())
    }

    /// One page, 500 at most, of the records of kind `to` that a record is tied to: one of
    /// [`ObjectKind`], or the type id of a custom object.
    pub async fn associated(
        &self,
        from: ObjectKind,
        id: &str,
        to: impl AsRef<str>,
        after: Option<&str>,
    ) -> Result<AssociatedPage, Error> {
        let mut query = vec![("limit", "500")];
        query.extend(after.map(|after| ("after", after)));
        let url = self.objects_url(from, &[id, "associations", to.as_ref()], &query);
        self.ask(Plan::get("associations.list", url), |body, _| {
            let results = body.get("results")?.as_array()?;
            let other = |tie: &Value| {
                lenient::id(tie.get("toObjectId")).or_else(|| lenient::id(tie.get("id")))
            };
            Some(AssociatedPage {
                ids: lenient::without_repetitions(results.iter().filter_map(other)),
                after: lenient::next_page(body),
            })
        })
        .await
    }

    /// Takes every tie between two records away. Where there is none, nothing changes.
    pub async fn dissociate(
        &self,
        from: ObjectKind,
        id: &str,
        to: ObjectKind,
        to_id: &str,
    ) -> Result<(), Error> {
        let url = self.objects_url(from, &[id, "associations", to.path(), to_id], &[]);
        let plan = Plan {
            method: Method::DELETE,
            ..Plan::get("associations.delete", url)
        };
        absent_is_none(self.tell(plan).await).map(|_| ())
    }

    /// Ties two records with the default type. Saying it twice changes nothing.
    pub async fn associate(
        &self,
        from: ObjectKind,
        id: &str,
        to: ObjectKind,
        to_id: &str,
    ) -> Result<(), Error> {
        const NAME: &str = "associations.put";
        let url = self.objects_url(
            from,
            &[id, "associations", "default", to.path(), to_id],
            &[],
        );
        let plan = Plan {
            method: Method::PUT,
            ..Plan::get(NAME, url)
        };
        let refusal = self
            .ask(plan, |body, _| {
                body.get("results")?.as_array()?;
                let error = lenient::items(body.get("errors")).first();
                Some(error.map(|error| error::refusal(error, Repeat::Safe, None)))
            })
            .await?;
        match refusal {
            None => Ok(()),
            Some(refusal) => Err(Error {
                kind: refusal.problem,
                correlation_id: refusal.correlation_id,
                call: NAME,
            }),
        }
    }
}
