//! What a person decides in place of the engine: look again, this is the contact, try it once more,
//! let it go, that message went out.
//!
//! None of it can write an entry twice: an event that is in HubSpot stays as it is, and the key of
//! its effect is in the ledger whatever a person presses.

mod moving;

pub use moving::{Move, can_move};

use crate::effect::{Effect, Progress, Write};
use crate::engine::Engine;
use crate::event::{Event, Stage};
use crate::person::How;
use crate::retry::{Patience, Retry};
use crate::store::{LinkRow, Reader, StoreError, Writer};
use crate::trouble::Trouble;
use hubspot::{Filter, ObjectKind, Record, Search};
use std::sync::Arc;
use wire::Timestamp;

/// Why a person's wish can't be followed.
#[derive(Debug, thiserror::Error)]
pub enum HandError {
    /// It is in HubSpot already.
    #[error(
        "This is in HubSpot already, so there is nothing to write. Nothing is ever written twice."
    )]
    AlreadyWritten,
    /// Its entry is on its way, or nobody knows yet whether it arrived.
    #[error("Its entry is on its way to HubSpot. Wait for the answer, then try again.")]
    OnItsWay,
    /// It is not given up.
    #[error("This was not given up, or somebody has decided about it meanwhile.")]
    NotParked,
    /// The send's end is known.
    #[error("It is known by now what became of this message, so there is nothing to decide.")]
    NotUnknown,
    /// There is no entry to move.
    #[error("This is not in HubSpot yet, so there is nothing to move. Say whose it is instead.")]
    NotThereYet,
    /// It stands there already.
    #[error("This stands on that contact's timeline already.")]
    SameContact,
    /// Tuco names nobody.
    #[error("Tuco names nobody for this message, so it can't be linked to a contact.")]
    Nobody,
    /// HubSpot has no such contact.
    #[error("HubSpot has no contact {0}, or it is archived. Choose another one.")]
    NoSuchContact(String),
    /// The round, the network, the store.
    #[error(transparent)]
    Trouble(#[from] Trouble),
}

impl From<StoreError> for HandError {
    fn from(error: StoreError) -> Self {
        Self::Trouble(Trouble::Store(error))
    }
}

/// A contact as it is offered to choose from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundContact {
    /// HubSpot's id.
    pub id: String,
    /// First and last name; may be empty.
    pub name: String,
    /// The first address that it has.
    pub email: Option<String>,
    /// The first number that it has.
    pub phone: Option<String>,
    /// Its company's name, where HubSpot keeps one on the contact.
    pub company: Option<String>,
}

/// Whether a replay can do anything for an event.
pub fn can_replay(event: &Event) -> bool {
    match event.stage {
        Stage::Written => false,
        Stage::New | Stage::Waiting | Stage::Skipped | Stage::Queued | Stage::Failed => true,
    }
}

/// Whether an event can be given to another contact.
pub fn can_link(event: &Event) -> bool {
    event.sighting.person().is_some()
        && match event.stage {
            Stage::New | Stage::Waiting | Stage::Skipped | Stage::Failed => true,
            Stage::Queued | Stage::Written => false,
        }
}

/// Looks at an event afresh, in the transaction of the caller.
///
/// # Errors
/// See [`HandError`].
pub(crate) fn replay(
    rows: &Writer<'_>,
    connection: i64,
    event: i64,
    now: Timestamp,
) -> Result<(), HandError> {
    let event = own_event(rows, connection, event)?;
    let entry = entry_of(rows, event.id)?;
    match (event.stage, entry) {
        (Stage::Written, _) => Err(HandError::AlreadyWritten),
        (_, Some(effect)) => match effect.progress {
            Progress::Done => Err(HandError::AlreadyWritten),
            Progress::Sending | Progress::Unknown => Err(HandError::OnItsWay),
            Progress::Queued => Ok(rows.hurry_effects(connection, now)?),
            Progress::Parked => Ok(rows.retry_effect(effect.id, now).map(drop)?),
            Progress::Dropped => Ok(rows.revive_effect(effect.id, now).map(drop)?),
        },
        (_, None) => Ok(rows.decide_again(event.id)?),
    }
}

/// Tries a given-up entry once more, or lets it go.
///
/// # Errors
/// See [`HandError`].
pub(crate) fn settle_parked(
    rows: &Writer<'_>,
    connection: i64,
    effect: i64,
    retry: bool,
    now: Timestamp,
) -> Result<(), HandError> {
    let parked = rows.effect(effect)?.is_some_and(|effect| {
        effect.connection_id == connection && effect.progress == Progress::Parked
    });
    if !parked {
        return Err(HandError::NotParked);
    }
    if retry {
        rows.retry_effect(effect, now)?;
    } else {
        rows.drop_effect(effect)?;
    }
    Ok(())
}

fn own_event(rows: &Reader<'_>, connection: i64, event: i64) -> Result<Event, StoreError> {
    rows.event(event)?
        .filter(|event| event.connection_id == connection)
        .ok_or(StoreError::Missing)
}

fn entry_of(rows: &Reader<'_>, event: i64) -> Result<Option<Effect>, StoreError> {
    let effects = rows.effects_by_event(event)?;
    Ok(effects
        .into_iter()
        .find(|effect| matches!(effect.write, Write::Entry { .. })))
}

impl Engine {
    /// Says whose event it is, for this one and for everything else of that person that is not in
    /// HubSpot yet.
    ///
    /// # Errors
    /// See [`HandError`].
    pub async fn link_by_hand(&self, event: i64, contact: &str) -> Result<(), HandError> {
        let (id, now) = (self.id(), self.now());
        let event = self.read(|rows| own_event(&rows, id, event))?;
        let Some(person) = event.sighting.person() else {
            return Err(HandError::Nobody);
        };
        if !can_link(&event) {
            return Err(HandError::AlreadyWritten);
        }
        let region = self.settings()?.phone_region;
        let is_id = !contact.is_empty() && contact.chars().all(|c| c.is_ascii_digit());
        let found = if is_id {
            self.read_one(contact, &region).await?
        } else {
            None
        };
        let Some(found) = found else {
            return Err(HandError::NoSuchContact(contact.chars().take(40).collect()));
        };
        self.write(|rows| {
            rows.put_link(
                id,
                &LinkRow {
                    person: person.clone(),
                    contact_id: found.id.clone(),
                    how: How::ByHand.as_str().to_owned(),
                    owner_id: found.owner_id.clone(),
                    also: Vec::new(),
                    since: now,
                },
            )?;
            rows.wake(id, &[person], now)?;
            if let Some(effect) = entry_of(rows, event.id)? {
                rows.take_back(effect.id)?;
            }
            rows.decide_again(event.id)
        })?;
        Ok(())
    }

    /// Contacts by words of a name, an address or a number, the best twenty.
    ///
    /// # Errors
    /// Why HubSpot could not be asked.
    pub async fn search_contacts(&self, words: &str) -> Result<Vec<FoundContact>, Trouble> {
        const SHOWN: [&str; 6] = [
            "firstname",
            "lastname",
            "email",
            "phone",
            "mobilephone",
            "company",
        ];
        let words = words.trim();
        if words.is_empty() {
            return Ok(Vec::new());
        }
        let hubspot = crate::connect::interactive(&self.outside).hubspot;
        let soon = Retry::new(
            self.outside.clock.clone(),
            self.outside.entropy.clone(),
            Patience::PERSON,
            Arc::default(),
        );
        if words.chars().all(|c| c.is_ascii_digit()) && words.len() <= 12 {
            // An id as it stands in the address of the contact's page.
            let record = soon
                .run(|| hubspot.record(ObjectKind::Contacts, words, &SHOWN))
                .await?;
            if let Some(record) = record.filter(|record| !record.archived) {
                return Ok(vec![as_found(&record)]);
            }
        }
        let search = search_for(words).properties(SHOWN).limit(20);
        let page = soon
            .run(|| hubspot.search(ObjectKind::Contacts, &search))
            .await?;
        Ok(page.records.iter().map(as_found).collect())
    }
}

/// Each word must begin a name; or all of it is a part of an address or a number.
pub(crate) fn search_for(words: &str) -> Search {
    let token = |word: &str| format!("*{}*", word.replace('*', ""));
    let digits: String = words.chars().filter(char::is_ascii_digit).collect();
    if words.contains('@') {
        return Search::new().group([Filter::contains_token("email", token(words))]);
    }
    if digits.len() >= 5 && words.chars().all(|c| !c.is_alphabetic()) {
        let ending: String = digits
            .chars()
            .rev()
            .take(8)
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .collect();
        return [
            "phone",
            "mobilephone",
            "hs_searchable_calculated_phone_number",
        ]
        .into_iter()
        .fold(Search::new(), |search, property| {
            search.group([Filter::contains_token(property, token(&ending))])
        });
    }
    let split: Vec<&str> = words.split_whitespace().take(3).collect();
    let whole = || split.iter().copied();
    let first = Search::new()
        .group(whole().map(|word| Filter::contains_token("firstname", token(word))))
        .group(whole().map(|word| Filter::contains_token("lastname", token(word))));
    match split.as_slice() {
        [one] => first.group([Filter::contains_token("email", token(one))]),
        [one, two, ..] => first.group([
            Filter::contains_token("firstname", token(one)),
            Filter::contains_token("lastname", token(two)),
        ]),
        [] => first,
    }
}

pub(crate) fn as_found(record: &Record) -> FoundContact {
    let text = |name: &str| {
        record
            .text(name)
            .filter(|text| !text.trim().is_empty())
            .map(str::to_owned)
    };
    let names = [text("firstname"), text("lastname")];
    FoundContact {
        id: record.id.clone(),
        name: names.into_iter().flatten().collect::<Vec<_>>().join(" "),
        email: text("email"),
        phone: text("phone").or_else(|| text("mobilephone")),
        company: text("company"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_typed_makes_a_search_that_hubspot_takes() {
        for words in [
            "Ana",
            "Ana Ruiz",
            "ana@example.com",
            "+1 (202) 555-0143",
            "*",
            "日本",
            "a b c d e f",
            "'; --",
        ] {
            assert!(search_for(words).limit(20).check().is_ok(), "{words}");
        }
    }
}
