//! A trial entry on a contact that somebody chose: written, and taken away again.

use super::{Asking, Check, Mark};
use crate::trouble::Trouble;
use hubspot::{Association, NewRecord, ObjectKind};
use std::collections::BTreeMap;
use wire::RetryClass;

const NAME: &str = "hubspot.write";
const TITLE: &str = "A timeline entry can be written";
const WITHOUT: &str = "No event of Tuco reaches a timeline.";

/// Without a contact nothing is written, which is no failure: the scopes are checked all the same.
pub(super) async fn check(asking: &Asking, contact: Option<&str>) -> Check {
    let Some(contact) = contact else {
        return Check::new(
            NAME,
            TITLE,
            Mark::NotNeeded,
            "not tried: no contact was chosen for a trial entry",
        );
    };
    let hubspot = &asking.outside.hubspot;
    let started = asking.now();
    // Made once: where the answer is lost, a second try could leave a second entry.
    let entry = trial(contact, asking);
    let made = hubspot.create(ObjectKind::Communications, &entry).await;
    let record = match made.map_err(Trouble::from) {
        Ok(record) => record,
        Err(trouble) if trouble.retry_class() == RetryClass::UnknownOutcome => {
            return left_behind(&trouble);
        }
        Err(trouble) => return Check::failed(NAME, TITLE, &trouble, WITHOUT),
    };
    let removed = asking
        .timed(|| hubspot.archive(ObjectKind::Communications, &record.id))
        .await;
    let took = asking.now().saturating_sub(started);
    match removed {
        (Ok(()), _) => Check::new(
            NAME,
            TITLE,
            Mark::Ok,
            format!("written to contact {contact} and taken away again"),
        )
        .took(took),
        (Err(trouble), _) => left_behind(&trouble),
    }
}

/// Written, or maybe written, and not taken away.
fn left_behind(trouble: &Trouble) -> Check {
    let mut check = Check::failed(
        NAME,
        TITLE,
        trouble,
        "A trial entry of this test may be left on the contact's timeline.",
    );
    check.mark = Mark::Warning;
    check.needs_person = false;
    "HubSpot gave no clear answer to the trial entry".clone_into(&mut check.found);
    check.advise(
        "Look at the contact, and delete the entry \"Connection test of Tuco for HubSpot\" if it is there.",
    )
}

fn trial(contact: &str, asking: &Asking) -> NewRecord {
    let properties = [
        ("hs_communication_channel_type", "SMS".to_owned()),
        ("hs_communication_logged_from", "CRM".to_owned()),
        (
            "hs_communication_body",
            "Connection test of Tuco for HubSpot. It is taken away again at once.".to_owned(),
        ),
        ("hs_timestamp", crate::mirror::iso(asking.now())),
    ];
    let properties: BTreeMap<String, String> = properties
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    NewRecord {
        trace_id: None,
        properties,
        associations: vec![Association::to_contact(
            ObjectKind::Communications,
            contact.to_owned(),
        )],
    }
}
