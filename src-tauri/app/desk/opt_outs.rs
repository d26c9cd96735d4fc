//! Who must not be written to, and what a person decides about it.

use std::collections::BTreeMap;

use bridge::compose::Recipient as To;
use bridge::conversation::known_person;
use bridge::store::{
    OptOutRow, Reader, ReviewKind as StoredKind, ReviewRow, SendState, StepRow, StoreError,
};

use super::Desk;
use super::compose::me;
use crate::view::opt_outs::{OptOut, OptOutPage, OptOutReview, ReviewKind};
use crate::view::problem::{Answer, Code, Problem};
use crate::view::recipient::OptOutBy;

const MOST_ROWS: usize = 500;
const LONGEST_WHY: usize = 500;

impl Desk {
    pub(crate) async fn opt_outs(
        &self,
        connection: i64,
        words: String,
        from: u32,
        limit: u32,
    ) -> Answer<OptOutPage> {
        self.engine()?
            .read(move |rows| {
                let all = listed(rows, connection)?;
                let words = words.trim().to_lowercase();
                let digits: String = words.chars().filter(char::is_ascii_digit).collect();
                let fits = |one: &OptOut| {
                    words.is_empty()
                        || one.name.to_lowercase().contains(&words)
                        || one.address.to_lowercase().contains(&words)
                        || (digits.len() >= 4 && one.address.contains(&digits))
                };
                let all: Vec<OptOut> = all.into_iter().filter(fits).collect();
                let total = u32::try_from(all.len()).unwrap_or(u32::MAX);
                let limit = usize::try_from(limit).unwrap_or(MOST_ROWS).min(MOST_ROWS);
                let rows = all
                    .into_iter()
                    .skip(usize::try_from(from).unwrap_or(usize::MAX))
                    .take(limit)
                    .collect();
                Ok::<_, Problem>(OptOutPage { rows, total })
            })
            .await
    }

    pub(crate) async fn add_opt_out(
        &self,
        connection: i64,
        who: String,
        why: String,
    ) -> Answer<OptOut> {
        let to = named(&who)?;
        let why = reason(&why)?;
        let engine = self.engine()?;
        let keys = engine.opt_out(connection, to, me(), why).await?;
        if keys.is_empty() {
            return Err(Problem::new(
                Code::NotFound,
                "There is no such number, address or contact, so nobody was opted out.",
            ));
        }
        let found = engine
            .read(move |rows| {
                let all = listed(rows, connection)?;
                let of_keys = rows
                    .opt_out_in_force(connection, &keys)?
                    .ok_or(StoreError::Missing)?;
                let same = all.into_iter().find(|one| {
                    one.since == of_keys.since
                        && (keys.contains(&one.address) || one.id == of_keys.id)
                });
                Ok::<_, Problem>(same.ok_or(StoreError::Missing)?)
            })
            .await?;
        Ok(found)
    }

    pub(crate) async fn lift_opt_out(
        &self,
        connection: i64,
        id: i64,
        why: String,
    ) -> Answer<String> {
        let why = reason(&why)?;
        let engine = self.engine()?;
        let one = engine
            .read(move |rows| {
                let all = listed(rows, connection)?;
                let one = all.into_iter().find(|one| one.id == id);
                Ok::<_, Problem>(one.ok_or(StoreError::Missing)?)
            })
            .await?;
        let to = match one.contact_id {
            Some(contact) => To::Contact(contact),
            None => named(&one.address)?,
        };
        let lifted = engine.lift_opt_out(connection, to, me(), why).await?;
        Ok(match (lifted.ended, lifted.left.is_empty()) {
            (0, _) => "This person was not opted out any more.".to_owned(),
            (_, true) => "Lifted, here, in Tuco and in HubSpot.".to_owned(),
            (_, false) => {
                "Lifted here. Tuco and HubSpot are told by itself as soon as they answer."
                    .to_owned()
            }
        })
    }

    pub(crate) async fn opt_out_reviews(&self, connection: i64) -> Answer<Vec<OptOutReview>> {
        self.engine()?
            .read(move |rows| {
                rows.open_reviews(connection)?
                    .into_iter()
                    .map(|row| Ok(review(rows, connection, row)?))
                    .collect::<Result<Vec<_>, Problem>>()
            })
            .await
    }

    pub(crate) async fn decide_review(
        &self,
        connection: i64,
        id: i64,
        opted_out: bool,
    ) -> Answer<()> {
        let decided = self
            .engine()?
            .decide_review(connection, id, opted_out, me())
            .await?;
        if decided {
            Ok(())
        } else {
            Err(Problem::new(
                Code::TooLate,
                "Somebody has decided this before, or it is not there any more.",
            ))
        }
    }
}

/// Digits are a contact's id, an address has an `@`, all else is a number.
fn named(who: &str) -> Answer<To> {
    let who = who.trim();
    let digits = who.bytes().filter(u8::is_ascii_digit).count();
    let is_number = digits >= 7
        && who.len() <= 40
        && who
            .chars()
            .all(|c| c.is_ascii_digit() || "+()-. /".contains(c));
    To::parse(who)
        .or_else(|| is_number.then(|| To::Phone(who.to_owned())))
        .filter(|_| who.len() <= 320)
        .ok_or_else(|| {
            Problem::input(
                "Name somebody by a contact's number in HubSpot, a phone number, or an e-mail address.",
            )
        })
}

fn reason(why: &str) -> Answer<String> {
    let why = why.trim().to_owned();
    if why.chars().count() > LONGEST_WHY {
        return Err(Problem::input("Give a shorter reason."));
    }
    Ok(why)
}

/// Those in force, one for each person and word of theirs, the newest first.
fn listed(rows: &Reader<'_>, connection: i64) -> Result<Vec<OptOut>, StoreError> {
    let steps = rows.open_steps(connection)?;
    let mut groups: BTreeMap<(i64, String, String), Vec<OptOutRow>> = BTreeMap::new();
    for row in rows.opt_outs(connection)? {
        if row.lifted_at.is_none() {
            let mark = row.message_id.clone().unwrap_or_default();
            let group = (-row.since, row.source.clone(), mark);
            groups.entry(group).or_default().push(row);
        }
    }
    let mut all = Vec::new();
    for (_, group) in groups {
        all.extend(one(rows, connection, &group, &steps)?);
    }
    Ok(all)
}

fn one(
    rows: &Reader<'_>,
    connection: i64,
    group: &[OptOutRow],
    steps: &[StepRow],
) -> Result<Option<OptOut>, StoreError> {
    let is_address = |row: &&OptOutRow| row.address.starts_with('+') || row.address.contains('@');
    let key = |prefix: &str| {
        let mut keys = group
            .iter()
            .filter_map(|row| row.address.strip_prefix(prefix));
        keys.next().map(str::to_owned)
    };
    let Some(shown) = group
        .iter()
        .filter(is_address)
        .min_by_key(|row| (!row.address.starts_with('+'), row.id))
        .or_else(|| group.first())
    else {
        return Ok(None);
    };
    let replies = rows.newest_replies_of(connection, &shown.address, 1)?;
    let lead = match key("lead:") {
        Some(lead) => rows.lead(connection, &lead)?,
        None => None,
    };
    let contact_id = key("contact:")
        .or_else(|| replies.first().and_then(|event| event.contact_id.clone()))
        .or_else(|| lead.as_ref().and_then(|lead| lead.hs_contact_id.clone()));
    let mut name = replies
        .first()
        .and_then(|event| event.sighting.name.clone())
        .or_else(|| lead.map(|lead| lead.name))
        .unwrap_or_default();
    if let Some(contact) = contact_id.as_deref().filter(|_| name.is_empty()) {
        let known = known_person(rows, connection, contact)?;
        name = known.map(|person| person.name).unwrap_or_default();
    }
    let waits: Vec<&StepRow> = steps
        .iter()
        .filter(|step| {
            let of = [step.of.phone.as_deref(), step.of.email.as_deref()];
            of.contains(&Some(shown.address.as_str()))
        })
        .collect();
    Ok(Some(OptOut {
        id: shown.id,
        contact_id,
        name,
        address: shown
            .address
            .trim_start_matches("contact:")
            .trim_start_matches("lead:")
            .to_owned(),
        since: shown.since,
        by: OptOutBy::of(&shown.source),
        how: how_in_words(rows, connection, shown)?,
        pending: pending(&waits),
    }))
}

fn pending(waits: &[&StepRow]) -> String {
    use bridge::store::Step;
    let (mut tuco, mut hubspot) = (false, false);
    for step in waits {
        match step.step {
            Step::Dnc | Step::Cancel | Step::DncRemove => tuco = true,
            Step::HubSpot | Step::HubSpotIn => hubspot = true,
        }
    }
    match (tuco, hubspot) {
        (false, false) => String::new(),
        (true, false) => "Tuco is not told yet. It is tried again by itself.".to_owned(),
        (false, true) => "HubSpot is not told yet. It is tried again by itself.".to_owned(),
        (true, true) => {
            "Tuco and HubSpot are not told yet. It is tried again by itself.".to_owned()
        }
    }
}

/// Who said or did what, in a sentence.
pub(super) fn how_in_words(
    rows: &Reader<'_>,
    connection: i64,
    row: &OptOutRow,
) -> Result<String, StoreError> {
    Ok(match row.source.as_str() {
        "reply" => {
            let message = row.message_id.as_deref().unwrap_or_default();
            let said = rows.events_of_message(connection, message)?;
            let text = said
                .iter()
                .map(|event| event.sighting.text.trim())
                .find(|text| !text.is_empty() && text.chars().count() <= 60);
            match text {
                Some(text) => format!("They replied \u{201c}{text}\u{201d}."),
                None => "They said so in a reply.".to_owned(),
            }
        }
        "tuco" => "The number is on Tuco's do-not-contact list.".to_owned(),
        "hubspot" => "The contact is opted out in HubSpot.".to_owned(),
        _ => {
            let by = if row.by.is_empty() {
                "Opted out by hand".to_owned()
            } else {
                format!("Opted out by {}", row.by)
            };
            if row.why.is_empty() {
                format!("{by}.")
            } else {
                format!("{by}: {}", row.why)
            }
        }
    })
}

fn review(rows: &Reader<'_>, connection: i64, row: ReviewRow) -> Result<OptOutReview, StoreError> {
    let said = rows.events_of_message(connection, &row.of.message_id)?;
    let contact_id = said.iter().find_map(|event| event.contact_id.clone());
    let address = row.of.phone.clone().or_else(|| row.of.email.clone());
    let held = rows
        .newest_sends(connection, 500)?
        .into_iter()
        .filter(|send| {
            send.state == SendState::Queued
                && send.reason == "in_review"
                && (send.phone.is_some() && send.phone == row.of.phone
                    || send.email.is_some() && send.email == row.of.email)
        })
        .count();
    Ok(OptOutReview {
        id: row.id,
        contact_id,
        name: row.of.name,
        address: address.unwrap_or_default(),
        text: row.of.text,
        at: row.of.at,
        kind: match row.of.kind {
            StoredKind::FreeWording => ReviewKind::FreeWording,
            StoredKind::Harmless => ReviewKind::Harmless,
        },
        held: u32::try_from(held).unwrap_or(u32::MAX),
    })
}
