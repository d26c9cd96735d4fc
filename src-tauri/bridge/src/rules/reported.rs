//! What HubSpot reports over the listener: a road that is faster than a search.
//!
//! A report only says at which record to look. What happened to it, and when, is read from the record's own
//! history: what comes by both roads is one happening, and a report that is late, or says what is not so,
//! sets nothing off. How far the reports are read is kept after they were looked at.

use super::budget::Reading;
use super::look::Watched;
use super::read::OVERLAP_MS;
use super::{Armed, kind_of};
use crate::engine::Engine;
use crate::store::{HubSpotEventRow, StoreError};
use crate::trouble::Trouble;
use ::rules::field::Object;
use ::rules::rule::Rule;
use hubspot::MOST_CHRONICLES;
use hubspot::reported::ReportedKind;
use std::collections::{BTreeMap, BTreeSet};
use wire::RetryClass;

const CURSOR: &str = "rules.reported";
/// Reports of one look.
const MOST_EVENTS: u32 = 500;
/// A report is kept so long after it was looked at. Which report it is, is known from its sum for good, and what
/// came of it from the runs: it is kept for whoever asks what HubSpot said, as long as HubSpot itself may still
/// say it again. Its journal keeps three days, and a webhook is repeated for one.
const KEPT_MS: i64 = 3 * 24 * 60 * 60 * 1_000;

type Records = BTreeMap<Object, BTreeSet<String>>;

impl Engine {
    /// Looks at what was reported since the last time. Whether anything was.
    pub(super) async fn look_at_reported(&self, armed: &[Armed]) -> Result<bool, Trouble> {
        let (id, now) = (self.id(), self.now());
        let rules: Vec<Rule> = armed.iter().map(|one| one.rule.clone()).collect();
        let oldest = armed.iter().map(|one| one.row.armed_at).min();
        let oldest = oldest.unwrap_or(now).saturating_sub(OVERLAP_MS);
        let all_watched = self.watched(&rules)?;
        let mut looked = false;
        loop {
            let (events, last) = self.reported_since()?;
            let Some(last) = last else {
                return Ok(looked);
            };
            let records = records_of(events.iter().filter(|event| event.arrived_at >= oldest));
            for watched in &all_watched {
                if let Some(ids) = records.get(&watched.object) {
                    looked = true;
                    let these = self.look_at_these(armed, watched, ids);
                    self.counted_for(Reading::Kind(watched.object), these)
                        .await?;
                }
            }
            self.write(|rows| rows.set_cursor(id, CURSOR, &last.to_string(), now))?;
        }
    }

    /// Where no rule is on, nobody will look at what waits: one that is turned on looks from then on.
    pub(super) fn forget_reports(&self, nobody_looks: bool) -> Result<(), StoreError> {
        let (id, before) = (self.id(), self.now().saturating_sub(KEPT_MS));
        let old = self.read(|rows| {
            let oldest = rows.hubspot_events_after(id, 0, 1)?;
            Ok(oldest.iter().any(|event| event.arrived_at < before))
        })?;
        if !old {
            return Ok(());
        }
        self.write(|rows| {
            let looked_at = rows.cursor_number(id, CURSOR)?.unwrap_or_default();
            let until = if nobody_looks { i64::MAX } else { looked_at };
            rows.forget_hubspot_events(id, until, before)
        })
    }

    fn reported_since(&self) -> Result<(Vec<HubSpotEventRow>, Option<i64>), StoreError> {
        let id = self.id();
        let events = self.read(|rows| {
            let after = rows.cursor_number(id, CURSOR)?.unwrap_or_default();
            rows.hubspot_events_after(id, after, MOST_EVENTS)
        })?;
        let last = events.last().map(|event| event.id);
        Ok((events, last))
    }

    async fn look_at_these(
        &self,
        armed: &[Armed],
        watched: &Watched,
        ids: &BTreeSet<String>,
    ) -> Result<(), Trouble> {
        let ids: Vec<String> = ids.iter().cloned().collect();
        for some in ids.chunks(MOST_CHRONICLES) {
            let chronicles = match self.chronicles_of(watched, some).await {
                Ok(chronicles) => chronicles,
                // The search is refused as well, and says so of the rules that need it.
                Err(trouble @ Trouble::HubSpot(_))
                    if trouble.retry_class() == RetryClass::Permanent =>
                {
                    return Ok(());
                }
                Err(trouble) => return Err(trouble),
            };
            for chronicle in &chronicles {
                self.look_at_record(armed, watched.object, chronicle)
                    .await?;
            }
        }
        Ok(())
    }
}

fn records_of<'a>(events: impl Iterator<Item = &'a HubSpotEventRow>) -> Records {
    let mut records = Records::new();
    for event in events {
        if let Some(object) = object_of(event) {
            let of = records.entry(object).or_default();
            of.insert(event.object_id.clone());
        }
    }
    records
}

/// The kind of the record that an event is about, where rules can look at it.
fn object_of(event: &HubSpotEventRow) -> Option<Object> {
    let number = |id: &str| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    if !number(&event.object_id) {
        return None;
    }
    if event.kind == ReportedKind::Record {
        let (_, what) = event.name.split_once('.')?;
        if !matches!(what, "creation" | "propertyChange" | "restore") {
            return None;
        }
    }
    let kind = event.object_type.to_ascii_lowercase();
    if kind.is_empty() {
        // The plain webhook of a workflow, which knows contacts by a number alone.
        return Some(Object::Contact);
    }
    Object::ALL.into_iter().find(|object| {
        kind_of(*object).is_some_and(|of| of.type_id() == kind || object.as_str() == kind)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(kind: ReportedKind, name: &str, object_type: &str, id: &str) -> HubSpotEventRow {
        HubSpotEventRow {
            id: 1,
            kind,
            name: name.to_owned(),
            object_type: object_type.to_owned(),
            object_id: id.to_owned(),
            property: String::new(),
            value: String::new(),
            workflow_id: String::new(),
            occurred_at: 0,
            arrived_at: 0,
            body: String::new(),
        }
    }

    #[test]
    fn creations_and_changes_name_a_record_however_its_kind_is_written_and_others_none() {
        use ReportedKind::{Action, Record, Workflow};
        for (kind, name, object_type, id, expected) in [
            (
                Record,
                "contact.propertyChange",
                "contact",
                "501",
                Some(Object::Contact),
            ),
            (Record, "object.creation", "0-3", "7", Some(Object::Deal)),
            (
                Record,
                "company.propertyChange",
                "company",
                "9",
                Some(Object::Company),
            ),
            (Action, "", "CONTACT", "501", Some(Object::Contact)),
            (Workflow, "", "", "501", Some(Object::Contact)),
            (Record, "contact.deletion", "contact", "501", None),
            (Record, "lead.creation", "lead", "501", None),
            (Record, "object.creation", "2-123", "501", None),
            (Record, "contact.creation", "contact", "", None),
            (Workflow, "", "", "x", None),
        ] {
            let event = event(kind, name, object_type, id);
            assert_eq!(object_of(&event), expected, "{name} {object_type} {id}");
        }
    }
}
