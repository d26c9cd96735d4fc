//! Contacts that HubSpot reports as merged or deleted: looked at at once, and not with the next pass.
//!
//! A report only says at whom to look. What became of the contact is what HubSpot answers then: another one, which
//! has its lead from now on, or none, and all that is kept of it here goes.

use super::super::by_hand::PeopleError;
use super::super::setup;
use super::{ARCHIVED, contact_gone};
use crate::engine::Engine;
use crate::store::HubSpotEventRow;
use crate::trouble::Trouble;
use hubspot::ObjectKind;
use hubspot::reported::ReportedKind;
use serde_json::Value;
use std::collections::BTreeSet;

/// Cursor: how far the reports are read.
const REPORTED: &str = "people.reported";
/// Reports of one look.
const MOST_EVENTS: u32 = 500;
/// Where more contacts are named, the pass over all that are archived is quicker.
const MOST_LOOKS: usize = 50;

impl Engine {
    /// Follows the merges and deletions that were reported since the last time. Nothing, and no call, while nobody is
    /// kept in step.
    pub(crate) async fn follow_reported_contacts(&self) -> Result<(), Trouble> {
        let id = self.id();
        let (setup, events) = self.read(|rows| {
            let after = rows.cursor_number(id, REPORTED)?.unwrap_or_default();
            Ok((
                setup(&rows, id)?,
                rows.hubspot_events_after(id, after, MOST_EVENTS)?,
            ))
        })?;
        let Some(last) = events.last().filter(|_| setup.is_on()) else {
            return Ok(());
        };
        let contacts: BTreeSet<String> = events.iter().flat_map(contacts_of).collect();
        let many = contacts.len() > MOST_LOOKS;
        if !contacts.is_empty() && !many {
            let _alone = self.people.lock().await;
            let work = self.work(setup).await?;
            for contact in &contacts {
                // An id that was merged away answers with whom it became.
                match self.read_one_contact(&work, contact).await {
                    Err(PeopleError::NoContact(_)) => {
                        let now = self.now();
                        self.write(|rows| contact_gone(rows, id, contact, now))?;
                    }
                    Err(PeopleError::Trouble(trouble)) => return Err(trouble),
                    Ok(_) | Err(_) => {}
                }
            }
        }
        let now = self.now();
        self.write(|rows| {
            if many {
                rows.remove_cursor(id, ARCHIVED)?;
            }
            rows.set_cursor(id, REPORTED, &last.id.to_string(), now)
        })?;
        Ok(())
    }
}

/// Whom a report says to be merged or deleted.
fn contacts_of(event: &HubSpotEventRow) -> Vec<String> {
    let what = event.name.split_once('.').map_or("", |(_, what)| what);
    let kind = event.object_type.to_ascii_lowercase();
    let over = matches!(what, "merge" | "deletion" | "privacyDeletion");
    if event.kind != ReportedKind::Record
        || !over
        || (kind != "contact" && kind != ObjectKind::Contacts.type_id())
    {
        return Vec::new();
    }
    let told: Value = serde_json::from_str(&event.body).unwrap_or_default();
    let several = told.get("mergedObjectIds").and_then(Value::as_array);
    let others = ["newObjectId", "primaryObjectId"]
        .iter()
        .filter_map(|name| told.get(*name))
        .chain(several.into_iter().flatten())
        .filter_map(|id| match id {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        });
    std::iter::once(event.object_id.clone())
        .chain(others)
        .filter(|id| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()))
        .take(MOST_LOOKS)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use hubspot::reported::read_reported;

    fn named(body: &str) -> Vec<String> {
        let events = read_reported(body.as_bytes()).unwrap();
        let rows = events.iter().map(|event| HubSpotEventRow::of(event, 0));
        rows.flat_map(|row| contacts_of(&row)).collect()
    }

    #[test]
    fn merges_and_deletions_of_contacts_name_them_and_nothing_else_does() {
        let merge = r#"[{"subscriptionType": "contact.merge", "objectId": 7, "primaryObjectId": 7,
            "mergedObjectIds": [8, "9", "../x", null], "newObjectId": 10}]"#;
        assert_eq!(named(merge), ["7", "10", "7", "8", "9"]);
        for (what, told) in [
            ("contact.deletion", true),
            ("contact.privacyDeletion", true),
            ("contact.propertyChange", false),
            ("company.deletion", false),
            ("object.deletion", false),
        ] {
            let body = format!(r#"[{{"subscriptionType": "{what}", "objectId": 7}}]"#);
            assert_eq!(named(&body).len(), usize::from(told), "{what}");
        }
        let typed =
            r#"[{"subscriptionType": "object.deletion", "objectTypeId": "0-1", "objectId": 7}]"#;
        assert_eq!(named(typed), ["7"]);
    }
}
