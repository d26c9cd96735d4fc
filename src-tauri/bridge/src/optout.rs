//! Who must not be written to.
//!
//! What a person says is taken in by the same transaction that stores their message, so that it holds
//! before anything else is sent. What has to be told to others (Tuco's list, what waits at Tuco, the
//! contact in HubSpot) are steps in the store, each of which may be done any number of times. What is
//! said in Tuco or in HubSpot is read back from there.
//!
//! Which words count is decided in the crate `message`. What can go wrong: Tuco's list and its answers are
//! hardly documented, so nothing here depends on their form more than it must.

mod by_hand;
mod hubspot_side;
mod steps;
mod tuco_side;

pub use by_hand::Lifted;
pub(crate) use hubspot_side::says_yes;
pub use hubspot_side::{OPTED_IN_AT, OPTED_OUT_AT};

use crate::event::{Kind, Sighting};
use crate::person::{Phone, email};
use crate::poll::replies_in;
use crate::store::{NewReview, NewStep, ReviewKind, Step, StoreError, Writer};
use message::words::{Heard, asks_for_yes, heard};
use tuco::ReplyItem;
use wire::Timestamp;

/// Whose an opt-out is: whatever is known of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Whose {
    pub(crate) phone: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) lead_id: Option<String>,
    pub(crate) contact_id: Option<String>,
}

impl Whose {
    /// The keys under which it stands.
    pub(crate) fn keys(&self) -> Vec<String> {
        let lead = self.lead_id.as_ref().map(|lead| format!("lead:{lead}"));
        let contact = self.contact_id.as_ref().map(|id| format!("contact:{id}"));
        [self.phone.clone(), self.email.clone(), lead, contact]
            .into_iter()
            .flatten()
            .collect()
    }

    fn step(&self, at: Timestamp) -> NewStep {
        NewStep {
            phone: self.phone.clone(),
            email: self.email.clone(),
            lead_id: self.lead_id.clone(),
            contact_id: self.contact_id.clone(),
            at,
        }
    }
}

/// What the replies of a list say, as far as it is about being written to.
pub(crate) fn said_in(items: &[ReplyItem]) -> Vec<Sighting> {
    items
        .iter()
        .flat_map(replies_in)
        .filter(|one| heard(&one.text) != Heard::Nothing)
        .collect()
}

/// Takes in what somebody wrote. The same message again changes nothing.
pub(crate) fn take(
    rows: &Writer<'_>,
    connection: i64,
    said: &Sighting,
    region: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    if said.kind != Kind::Reply {
        return Ok(());
    }
    let whose = Whose {
        phone: said
            .phone
            .as_deref()
            .and_then(|phone| Phone::parse(phone, region))
            .map(|phone| phone.e164),
        email: said.email.as_deref().and_then(email),
        lead_id: said.lead_id.clone(),
        contact_id: None,
    };
    match heard(&said.text) {
        Heard::OptOut => begin(
            rows,
            connection,
            &whose,
            ("reply", &said.message_id),
            said.occurred_at,
            now,
        )
        .map(drop),
        Heard::OptIn => again(rows, connection, &whose, said.occurred_at, now),
        Heard::Yes if asked_for_it(rows, connection, said)? => {
            again(rows, connection, &whose, said.occurred_at, now)
        }
        Heard::Review => rows.add_review(
            connection,
            &NewReview {
                kind: ReviewKind::FreeWording,
                message_id: said.message_id.clone(),
                phone: whose.phone,
                email: whose.email,
                lead_id: whose.lead_id,
                name: said.name.clone().unwrap_or_default(),
                text: said.text.clone(),
                at: said.occurred_at,
            },
        ),
        Heard::Yes | Heard::Nothing => Ok(()),
    }
}

/// "Yes" counts only where the last message to the person asked for it.
fn asked_for_it(rows: &Writer<'_>, connection: i64, said: &Sighting) -> Result<bool, StoreError> {
    let Some(person) = said.person() else {
        return Ok(false);
    };
    let thread = rows.events_by_person(connection, &person, 50)?;
    let last = thread
        .iter()
        .map(|event| &event.sighting)
        .filter(|one| one.kind == Kind::Sent && one.occurred_at <= said.occurred_at)
        .max_by_key(|one| one.occurred_at);
    Ok(last.is_some_and(|last| asks_for_yes(&last.text)))
}

/// The opt-out holds from here on, nothing that waits here leaves any more, and what has to be told is
/// written down. True where it was news.
pub(crate) fn begin(
    rows: &Writer<'_>,
    connection: i64,
    whose: &Whose,
    (source, message_id): (&str, &str),
    since: Timestamp,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let mut news = false;
    for key in whose.keys() {
        // An opt-in that came later has been heard already: an old message does not undo it.
        let lifted = rows.opt_out_lifted(connection, &key)?;
        if lifted.is_some_and(|lifted| source == "reply" && since <= lifted) {
            continue;
        }
        news |= rows.add_opt_out(connection, &key, source, message_id, since)?;
    }
    if !news {
        return Ok(false);
    }
    rows.refuse_queued(
        connection,
        whose.phone.as_deref(),
        whose.email.as_deref(),
        "opted_out",
        now,
    )?;
    let of = whose.step(since);
    if source != "tuco" && whose.phone.is_some() {
        rows.add_step(connection, Step::Dnc, &of, now)?;
    }
    rows.add_step(connection, Step::Cancel, &of, now)?;
    if source != "hubspot" {
        rows.add_step(connection, Step::HubSpot, &of, now)?;
    }
    Ok(true)
}

/// A person's "again" undoes what that person said, and nothing that others decided.
fn again(
    rows: &Writer<'_>,
    connection: i64,
    whose: &Whose,
    at: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    let keys = whose.keys();
    let own = keys.iter().try_fold(false, |found, key| {
        let in_force = rows.opt_outs_of(connection, key)?;
        let earlier = in_force
            .iter()
            .any(|row| row.source == "reply" && row.since < at);
        Ok::<_, StoreError>(found || earlier)
    })?;
    if !own {
        return Ok(());
    }
    for key in &keys {
        rows.lift_opt_out(
            connection,
            key,
            Some("reply"),
            ("the person", "said so in a reply"),
            at,
        )?;
    }
    if rows.opt_out_in_force(connection, &keys)?.is_none() {
        let of = whose.step(at);
        if whose.phone.is_some() {
            rows.add_step(connection, Step::DncRemove, &of, now)?;
        }
        rows.add_step(connection, Step::HubSpotIn, &of, now)?;
    }
    Ok(())
}
