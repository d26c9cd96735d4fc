//! People as Tuco knows them.

use crate::client::{Ask, Tuco, unexpected};
use crate::lenient::{Fields, list_in, read_items, total_items, total_pages};
use crate::{Error, ErrorKind, debug_by};
use serde::Serialize;
use serde_json::{Map, Value};
use wire::{Method, Repeat, Timestamp};

/// Which leads; pages count from 1.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct LeadsQuery {
    /// In names, addresses, numbers and companies.
    pub search: Option<String>,
    /// In this list.
    pub list_id: Option<String>,
    /// The page; 0 counts as 1.
    pub page: u32,
    /// Items a page; 0 counts as 50, the server's own default. Its maximum is not documented.
    pub limit: u32,
}
debug_by!(LeadsQuery, list_id, page, limit);

/// A page of leads.
#[derive(Debug, Clone, PartialEq)]
pub struct LeadsPage {
    /// The leads.
    pub items: Vec<Lead>,
    /// Names of the workspace's lists, where told.
    pub lists: Vec<String>,
    /// How many pages there are, where told.
    pub total_pages: Option<u32>,
    /// How many leads there are on all of them, where told.
    pub total: Option<u32>,
    /// Items that could not be read.
    pub skipped: u32,
}

impl LeadsPage {
    /// Whether Tuco's own HubSpot link has put people here: it makes a list "HubSpot Import" and names
    /// itself as their source. No call tells it outright.
    pub fn is_fed_from_hubspot(&self) -> bool {
        let list = |name: &String| name.trim().eq_ignore_ascii_case("hubspot import");
        let source = |lead: &Lead| {
            let source = lead.extra.get("source").and_then(Value::as_str);
            source.is_some_and(|source| source.to_ascii_lowercase().starts_with("hubspot"))
        };
        self.lists.iter().any(list) || self.items.iter().any(source)
    }
}

/// A lead. The list of its fields is not fully documented; what has no name here is in `extra`.
#[derive(Clone, PartialEq)]
pub struct Lead {
    /// Its id.
    pub id: String,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Email address.
    pub email: Option<String>,
    /// Number.
    pub phone: Option<String>,
    /// Further numbers.
    pub alt_phones: Vec<String>,
    /// Further addresses.
    pub alt_emails: Vec<String>,
    /// Company.
    pub company: Option<String>,
    /// Job title.
    pub job_title: Option<String>,
    /// The HubSpot contact that it was linked to by whoever made it.
    pub hs_contact_id: Option<String>,
    /// The workspace.
    pub workspace_id: Option<String>,
    /// Reachable by iMessage: `available`, `unavailable`, `error` or another word.
    pub availability: Option<String>,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// When it last changed.
    pub updated_at: Option<Timestamp>,
    /// All other fields as they came.
    pub extra: Map<String, Value>,
}
debug_by!(Lead, id, updated_at);

/// Leads to be made.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewLeads {
    /// The leads; how many at once is not documented.
    pub leads: Vec<NewLead>,
    /// Into this list; the API's default is "Quick Sends".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list_id: Option<String>,
    /// A word on where they come from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// For numbers without one, such as `+44`; the API's default is `+1`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_country_code: Option<String>,
    /// Owner of those that name none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_owner_email: Option<String>,
}
debug_by!(NewLeads, list_id, source);

/// A lead to be made; an email or a number is needed.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewLead {
    /// First name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// Last name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// Email address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Company.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company_name: Option<String>,
    /// Job title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_title: Option<String>,
    /// The HubSpot contact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hs_contact_id: Option<String>,
    /// Owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_owner_email: Option<String>,
    /// Further fields by the API's own names, such as `altPhone1`, `linkedinUrl`, `customFields`.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}
debug_by!(NewLead, hs_contact_id);

/// What became of leads to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreatedLeads {
    /// New ones.
    pub saved: u32,
    /// Those that were there already; none of the fields given are applied to them.
    pub duplicates: u32,
    /// Ids of the new ones, in the order given.
    pub lead_ids: Vec<String>,
    /// Ids of those that were there, where told.
    pub existing_lead_ids: Vec<String>,
    /// Of those that were there, the HubSpot contact that was given with them and their id, where told.
    pub known: Vec<(String, String)>,
    /// The list.
    pub list_id: Option<String>,
}

impl Tuco {
    /// Changes fields of a lead; what is not named stays. The lead as it is then, where told.
    ///
    /// How leads are changed is not documented: where the call with the id in its path is not there, the
    /// other form that is named somewhere is tried. [`ErrorKind::NotOffered`] where neither is open.
    ///
    /// # Errors
    /// See [`Error`]. A clash with another lead's number or address is [`ErrorKind::Conflict`].
    pub async fn update_lead(
        &self,
        id: &str,
        fields: &Map<String, Value>,
    ) -> Result<Option<Lead>, Error> {
        const NAME: &str = "leads.update";
        let path = ["api", "leads", id];
        let mut ask = Ask::new(NAME, Method::PUT, &path);
        ask.body = Some(Value::Object(fields.clone()));
        let answer = match self.ask(ask).await {
            Err(error) if is_no_call(&error) => {
                let mut body = fields.clone();
                body.insert("id".to_owned(), Value::from(id));
                let mut ask = Ask::new(NAME, Method::PUT, &["api", "leads"]);
                ask.body = Some(Value::Object(body));
                self.ask(ask).await.map_err(|error| {
                    if is_no_call(&error) {
                        Error {
                            kind: ErrorKind::NotOffered,
                            call: NAME,
                        }
                    } else {
                        error
                    }
                })?
            }
            answer => answer?,
        };
        let top = Fields::of(&answer.1);
        Ok(top.and_then(|top| {
            let inner = top.inner("lead").or_else(|| top.inner("data"));
            read(inner.unwrap_or(top))
        }))
    }

    /// A lead; none where it isn't in the workspace or the id can't be one.
    pub async fn lead(&self, id: &str) -> Result<Option<Lead>, Error> {
        const NAME: &str = "leads.get";
        let ask = Ask::new(NAME, Method::GET, &["api", "leads"]).with("id", Some(id));
        let answer = match self.ask(ask).await {
            Ok((_, answer)) => answer,
            Err(error)
                if error.kind == ErrorKind::NotFound || error.mentions("Invalid lead id") =>
            {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        let top = Fields::of(&answer);
        let lead = top.and_then(|top| {
            let inner = top.inner("lead").or_else(|| top.inner("data"));
            read(inner.unwrap_or(top))
        });
        let gone = top.is_some_and(|top| top.0.get("lead").is_some_and(Value::is_null));
        if lead.is_none() && !gone {
            return Err(unexpected(NAME, Repeat::Safe));
        }
        Ok(lead)
    }

    /// A page of leads. The order is not documented.
    pub async fn leads(&self, query: &LeadsQuery) -> Result<LeadsPage, Error> {
        const NAME: &str = "leads.list";
        let ask = Ask::new(NAME, Method::GET, &["api", "leads"])
            .with("search", query.search.as_deref())
            .with("listId", query.list_id.as_deref())
            .with("page", Some(query.page.max(1)))
            .with(
                "limit",
                Some(if query.limit == 0 { 50 } else { query.limit }),
            );
        let (_, answer) = self.ask(ask).await?;
        let items = list_in(&answer, &["leads"]).ok_or_else(|| unexpected(NAME, Repeat::Safe))?;
        let (items, skipped) = read_items(items, read);
        let (lists, _) = Fields::of(&answer)
            .map(|top| top.list(&["lists"], |list| list.word(&["name"])))
            .unwrap_or_default();
        Ok(LeadsPage {
            items,
            lists,
            total_pages: total_pages(&answer),
            total: total_items(&answer),
            skipped,
        })
    }

    /// Makes leads. That all of them were there already is no error.
    pub async fn create_leads(&self, leads: &NewLeads) -> Result<CreatedLeads, Error> {
        const NAME: &str = "leads.create";
        let mut ask = Ask::new(NAME, Method::POST, &["api", "leads"]);
        ask.repeat = Repeat::Once;
        ask.body = serde_json::to_value(leads).ok();
        let (_, answer) = self.ask(ask).await?;
        let top = Fields::of(&answer).ok_or_else(|| unexpected(NAME, Repeat::Once))?;
        let duplicate_only = top.flag(&["duplicateOnly"]).unwrap_or(false);
        let ids = top.words(&["leadIds", "leadId"]);
        let mut existing = top.words(&["existingLeadIds"]);
        if existing.is_empty() {
            let (found, _) = top.list(&["duplicates"], |one| {
                one.inner("existingLead")?.word(&["_id", "id"])
            });
            existing = found;
        }
        let (known, _) = top.list(&["duplicates"], |one| {
            let given = one.inner("input")?.word(&["hsContactId"])?;
            let there = one.inner("existingLead")?.word(&["_id", "id"])?;
            Some((given, there))
        });
        let count = |ids: &[String]| u32::try_from(ids.len()).unwrap_or(u32::MAX);
        let lead_ids = if duplicate_only { Vec::new() } else { ids };
        Ok(CreatedLeads {
            saved: top
                .count(&["savedCount"])
                .unwrap_or_else(|| count(&lead_ids)),
            duplicates: top
                .count(&["duplicateCount"])
                .unwrap_or_else(|| count(&existing)),
            lead_ids,
            existing_lead_ids: existing,
            known,
            list_id: top.word(&["listId"]),
        })
    }
}

/// The address, or the method at it, is not there. A lead that is gone answers 404 as well, in other words.
fn is_no_call(error: &Error) -> bool {
    match &error.kind {
        ErrorKind::NotFound => true,
        ErrorKind::BadRequest { code, .. } => {
            code.as_deref() == Some(crate::messages::METHOD_REFUSED)
        }
        _ => false,
    }
}

/// Fields that [`Lead`] has a name for.
const KNOWN: [&str; 22] = [
    "_id",
    "id",
    "firstName",
    "lastName",
    "email",
    "phone",
    "altPhones",
    "altPhone1",
    "altPhone2",
    "altPhone3",
    "altEmails",
    "altEmail1",
    "altEmail2",
    "altEmail3",
    "companyName",
    "company",
    "jobTitle",
    "hsContactId",
    "workspaceId",
    "availabilityStatus",
    "createdAt",
    "updatedAt",
];

fn read(lead: Fields<'_>) -> Option<Lead> {
    let alternatives = |list: &str, ones: [&str; 3]| {
        let mut all = lead.words(&[list]);
        all.extend(ones.iter().filter_map(|name| lead.word(&[name])));
        all
    };
    let known = |key: &String| KNOWN.contains(&key.as_str());
    Some(Lead {
        id: lead.word(&["_id", "id"])?,
        first_name: lead.word(&["firstName"]),
        last_name: lead.word(&["lastName"]),
        email: lead.word(&["email"]),
        phone: lead.word(&["phone"]),
        alt_phones: alternatives("altPhones", ["altPhone1", "altPhone2", "altPhone3"]),
        alt_emails: alternatives("altEmails", ["altEmail1", "altEmail2", "altEmail3"]),
        company: lead.word(&["companyName", "company"]),
        job_title: lead.word(&["jobTitle"]),
        hs_contact_id: hs_contact_id(lead),
        workspace_id: lead.word(&["workspaceId"]),
        availability: lead.word(&["availabilityStatus"]),
        created_at: lead.time(&["createdAt"]),
        updated_at: lead.time(&["updatedAt"]),
        extra: lead
            .0
            .iter()
            .filter(|(key, _)| !known(key))
            .map(|(k, v)| (k.clone(), v.clone()))
            .collect(),
    })
}

/// Where a lead keeps its HubSpot contact is not documented: beside the other fields, or in one of
/// several objects, there maybe under `hubspot`.
fn hs_contact_id(lead: Fields<'_>) -> Option<String> {
    const NAMES: [&str; 4] = [
        "hsContactId",
        "hubspotContactId",
        "hubSpotContactId",
        "hs_contact_id",
    ];
    const PLACES: [&str; 6] = [
        "integrationIds",
        "integrations",
        "externalIds",
        "integration",
        "customFields",
        "metadata",
    ];
    lead.word(&NAMES).or_else(|| {
        PLACES
            .iter()
            .filter_map(|place| lead.inner(place))
            .find_map(|place| {
                place
                    .word(&NAMES)
                    .or_else(|| match place.any(&["hubspot", "hubSpot", "hs"])? {
                        Value::Object(inner) => {
                            let inner = Fields(inner);
                            inner
                                .word(&NAMES)
                                .or_else(|| inner.word(&["contactId", "id"]))
                        }
                        _ => place.word(&["hubspot", "hubSpot", "hs"]),
                    })
            })
    })
}
