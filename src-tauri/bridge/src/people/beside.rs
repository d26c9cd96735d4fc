//! What a contact has beside it in HubSpot: companies, deals, tickets, and what stands on the timeline.
//!
//! Read when a person is looked at, where the switch is on, and kept, so that it stands there without a
//! network too. What is kept is told with the moment at which it was read. Nothing is written, and what
//! the portal's people wrote as HTML is kept as plain text only.

mod line;
mod readable;

use super::also::{Also, Extra};
use super::{discovery, setup};
use crate::engine::Engine;
use crate::store::{Reader, StoreError};
use crate::trouble::Trouble;
use hubspot::scopes::Feature;
use hubspot::{ObjectKind, Record};
use mapping::portal::Portal;
use serde::{Deserialize, Serialize};
use wire::Timestamp;

/// Read again no sooner, unless somebody asks.
const FRESH_MS: i64 = 5 * 60_000;
/// Of one kind the newest, so that a page costs a known number of calls.
const MOST_RECORDS: usize = hubspot::MAX_INPUTS;

/// Stands for custom objects where it is not known which there are.
const NO_OBJECTS: &str = "objects";

/// A record that a contact is tied to, as a line of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Line {
    /// Its id there.
    pub id: String,
    /// Its name or subject; empty where it has none.
    pub title: String,
    /// What was written, as plain text; empty where there is nothing.
    pub text: String,
    /// Where it stands in its pipeline, by the label.
    pub stage: String,
    /// Whether that is an end.
    pub closed: bool,
    /// Its amount as HubSpot writes it, with the currency where that is told.
    pub amount: String,
    /// The day on which it closes, as `YYYY-MM-DD`.
    pub closes: String,
    /// Whose it is, by name.
    pub owner: String,
    /// What else is to be known, in a few words: "Incoming", "12 min, Connected".
    pub note: String,
    /// When it was, else when it was made.
    pub at: Option<Timestamp>,
}

/// Everything of one kind that a contact is tied to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Section {
    /// The word for its records, such as `deals`; of a custom object, its type id.
    pub kind: String,
    /// What they are called.
    pub label: String,
    /// The newest first.
    pub lines: Vec<Line>,
    /// How many there are; more than are here where there are very many.
    pub total: usize,
    /// Scopes that the key lacks, where they can't be read.
    pub missing_scopes: Vec<String>,
    /// When it was read.
    #[serde(skip)]
    pub read_at: Timestamp,
}

/// A kind of record that is read.
struct Wanted {
    /// As it stands in a path.
    kind: String,
    label: String,
    properties: Vec<String>,
    /// What an answer that names no scope lacks.
    needs: Feature,
}

/// What is read where a switch is on, in the order in which it is shown.
fn wanted(also: Also, portal: &Portal) -> Vec<Wanted> {
    let mut all = Vec::new();
    for extra in Extra::ALL.into_iter().filter(|extra| also.has(*extra)) {
        let kinds: &[(ObjectKind, &str)] = match extra {
            Extra::Companies => &[(ObjectKind::Companies, "Companies")],
            Extra::Deals => &[(ObjectKind::Deals, "Deals")],
            Extra::Tickets => &[(ObjectKind::Tickets, "Tickets")],
            Extra::Engagements => &[
                (ObjectKind::Emails, "E-mails"),
                (ObjectKind::Calls, "Calls"),
                (ObjectKind::Meetings, "Meetings"),
                (ObjectKind::Notes, "Notes"),
            ],
            Extra::Objects => {
                all.extend(own_objects(portal));
                &[]
            }
        };
        all.extend(kinds.iter().map(|(kind, label)| {
            Wanted {
                kind: kind.path().to_owned(),
                label: (*label).to_owned(),
                properties: line::properties(*kind)
                    .iter()
                    .map(|name| (*name).to_owned())
                    .collect(),
                needs: extra
                    .needs()
                    .first()
                    .copied()
                    .unwrap_or(Feature::ReadContacts),
            }
        }));
    }
    all
}

/// The portal's own kinds of records. Where the key may not ask for them, one that says so.
fn own_objects(portal: &Portal) -> Vec<Wanted> {
    if !portal.own_missing.is_empty() {
        return vec![Wanted {
            kind: NO_OBJECTS.to_owned(),
            label: "Custom objects".to_owned(),
            properties: Vec::new(),
            needs: Feature::CustomSchemas,
        }];
    }
    portal
        .own()
        .map(|(_, own)| Wanted {
            kind: own.type_id.clone(),
            label: own.plural.clone(),
            properties: line::own_properties(own),
            needs: Feature::CustomObjects,
        })
        .collect()
}

/// What was read last of what is switched on.
///
/// # Errors
/// See [`StoreError`].
pub fn kept(rows: &Reader<'_>, connection: i64, contact: &str) -> Result<Vec<Section>, StoreError> {
    let also = setup(rows, connection)?.also;
    if !also.any() {
        return Ok(Vec::new());
    }
    let (portal, _) = discovery::kept(rows, connection)?;
    let stored = rows.beside(connection, contact)?;
    Ok(wanted(also, &portal)
        .into_iter()
        .filter_map(|wanted| {
            let (_, body, at) = stored.iter().find(|(kind, ..)| *kind == wanted.kind)?;
            let section: Section = serde_json::from_str(body).ok()?;
            Some(Section {
                read_at: *at,
                ..section
            })
        })
        .collect())
}

impl Engine {
    /// Reads what a contact has beside it, where that was not done in the last five minutes; or now, whatever
    /// was read. Then as [`kept`].
    ///
    /// # Errors
    /// Why HubSpot could not be asked; what was read before stays.
    pub async fn read_beside(&self, contact: &str, now: bool) -> Result<Vec<Section>, Trouble> {
        let also = self.read(|rows| setup(&rows, self.id()))?.also;
        if !also.any() {
            return Ok(Vec::new());
        }
        let portal = self.portal_fields(false).await?;
        let kept = self.read(|rows| kept(&rows, self.id(), contact))?;
        for wanted in wanted(also, &portal) {
            let at = kept
                .iter()
                .find(|section| section.kind == wanted.kind)
                .map(|section| section.read_at);
            let fresh =
                at.is_some_and(|at| (at..at.saturating_add(FRESH_MS)).contains(&self.now()));
            if fresh && !now {
                continue;
            }
            let section = self.read_section(contact, &wanted, &portal).await?;
            let body = serde_json::to_string(&section).unwrap_or_default();
            let (id, at) = (self.id(), self.now());
            self.write(|rows| {
                // Of what was turned off meanwhile nothing stays here.
                if setup(rows, id)?.also != also {
                    return Ok(());
                }
                rows.keep_beside(id, contact, &wanted.kind, &body, at)
            })?;
        }
        Ok(self.read(|rows| self::kept(&rows, self.id(), contact))?)
    }

    async fn read_section(
        &self,
        contact: &str,
        wanted: &Wanted,
        portal: &Portal,
    ) -> Result<Section, Trouble> {
        let empty = Section {
            kind: wanted.kind.clone(),
            label: wanted.label.clone(),
            ..Section::default()
        };
        if wanted.kind == NO_OBJECTS {
            return Ok(Section {
                missing_scopes: portal.own_missing.clone(),
                ..empty
            });
        }
        let (total, records) = match self.beside_records(contact, wanted).await {
            Ok(found) => found,
            // The section says so; the others go on.
            Err(Trouble::HubSpot(error)) if crate::refusal::lacks_scopes(&error) => {
                let missing_scopes = crate::refusal::scopes_named(error, wanted.needs.any_of());
                return Ok(Section {
                    missing_scopes,
                    ..empty
                });
            }
            Err(trouble) => return Err(trouble),
        };
        let mut lines: Vec<Line> = records
            .iter()
            .map(|record| line::of(&wanted.kind, record, portal))
            .collect();
        lines.sort_by(|one, other| (other.at, &other.id).cmp(&(one.at, &one.id)));
        Ok(Section {
            lines,
            total,
            ..empty
        })
    }

    /// How many there are, and the newest of them. Ids grow with time: those with the largest are read.
    async fn beside_records(
        &self,
        contact: &str,
        wanted: &Wanted,
    ) -> Result<(usize, Vec<Record>), Trouble> {
        let hubspot = &self.outside.hubspot;
        let kind = wanted.kind.as_str();
        let mut ids = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let page = self
                .attempt(|| {
                    hubspot.associated(ObjectKind::Contacts, contact, kind, after.as_deref())
                })
                .await?;
            ids.extend(page.ids);
            after = page.after;
            if after.is_none() {
                break;
            }
        }
        let total = ids.len();
        ids.sort_by(|one, other| (other.len(), other).cmp(&(one.len(), one)));
        ids.truncate(MOST_RECORDS);
        let names: Vec<&str> = wanted.properties.iter().map(String::as_str).collect();
        let records = self
            .attempt(|| hubspot.batch_read(kind, None, &ids, &names))
            .await?;
        Ok((total, records))
    }
}
