//! Entries that stand on the wrong contact's timeline, moved to the right one because a person says so.

use super::{HandError, entry_of, own_event};
use crate::effect::{Effect, Progress, Write};
use crate::engine::Engine;
use crate::event::{Event, Stage};

use crate::person::{Contact, How};
use crate::store::{LinkRow, NewEffect, Reader, StoreError};
use crate::trouble::Trouble;
use std::collections::BTreeSet;

/// More entries of one person than this are not moved in one go.
const MOST: usize = 10_000;

/// What a move comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// The contact that they stand on.
    pub from: String,
    /// The contact that they belong to.
    pub to: String,
    /// Its name; may be empty.
    pub name: String,
    /// Its owner.
    owner_id: Option<String>,
    /// People whose later entries go there too.
    pub people: Vec<String>,
    /// The effects that wrote them.
    entries: Vec<i64>,
}

impl Move {
    /// How many entries are moved.
    pub fn count(&self) -> usize {
        self.entries.len()
    }
}

/// Whether an event's entry can be moved to another contact.
pub fn can_move(event: &Event, effects: &[Effect]) -> bool {
    event.stage == Stage::Written && effects.iter().any(stands) && !effects.iter().any(is_open_move)
}

fn stands(effect: &Effect) -> bool {
    matches!(effect.write, Write::Entry { .. })
        && effect.progress == Progress::Done
        && effect.result_id.is_some()
}

/// A move that is not done yet, nor given up.
fn is_open_move(effect: &Effect) -> bool {
    matches!(effect.write, Write::Move { .. })
        && match effect.progress {
            Progress::Queued | Progress::Sending | Progress::Unknown | Progress::Parked => true,
            Progress::Done | Progress::Dropped => false,
        }
}

impl Engine {
    /// What moving an event's entry to another contact comes to; with `whole`, all entries of that person that stand
    /// on the same contact. Changes nothing.
    ///
    /// # Errors
    /// See [`HandError`].
    pub async fn plan_move(
        &self,
        event: i64,
        contact: &str,
        whole: bool,
    ) -> Result<Move, HandError> {
        let id = self.id();
        let event = self.read(|rows| own_event(&rows, id, event))?;
        let entry = self.read(|rows| entry_of(&rows, event.id))?;
        let entry = entry
            .filter(|entry| event.stage == Stage::Written && stands(entry))
            .ok_or(HandError::NotThereYet)?;
        let effects = self.read(|rows| rows.effects_by_event(event.id))?;
        if effects.iter().any(is_open_move) {
            return Err(HandError::OnItsWay);
        }
        let found = self.other_contact(contact, &entry.contact_id).await?;
        let person = event.sighting.person().filter(|_| whole);
        let mut entries = vec![entry.id];
        if let Some(person) = &person {
            let others = self.read(|rows| {
                let events = rows.events_by_person(id, person, MOST)?;
                standing(&rows, events, &entry.contact_id)
            })?;
            let others = others.into_iter().map(|(effect, _)| effect);
            entries.extend(others.filter(|effect| *effect != entry.id));
        }
        Ok(Move {
            people: person.into_iter().collect(),
            from: entry.contact_id,
            to: found.id,
            name: found.name,
            owner_id: found.owner_id,
            entries,
        })
    }

    /// What moving everything that was written to a contact comes to. Changes nothing.
    ///
    /// # Errors
    /// See [`HandError`].
    pub async fn plan_move_of_all(&self, from: &str, contact: &str) -> Result<Move, HandError> {
        let id = self.id();
        let entries = self.read(|rows| {
            let events = rows.written_to_contact(id, from, MOST)?;
            standing(&rows, events, from)
        })?;
        if entries.is_empty() {
            return Err(HandError::NotThereYet);
        }
        let found = self.other_contact(contact, from).await?;
        let people: BTreeSet<String> = entries
            .iter()
            .filter_map(|(_, person)| person.clone())
            .collect();
        Ok(Move {
            people: people.into_iter().collect(),
            from: from.to_owned(),
            to: found.id,
            name: found.name,
            owner_id: found.owner_id,
            entries: entries.into_iter().map(|(effect, _)| effect).collect(),
        })
    }

    /// The contact of an id, if it is there and another one.
    async fn other_contact(&self, contact: &str, than: &str) -> Result<Contact, HandError> {
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
        if found.id == than {
            return Err(HandError::SameContact);
        }
        Ok(found)
    }

    /// Puts a move into the outbox, in one transaction; entries that were moved or are on their way meanwhile are left
    /// alone. How many there are.
    ///
    /// # Errors
    /// See [`HandError`].
    pub fn begin_move(&self, wish: &Move) -> Result<usize, HandError> {
        let (id, now) = (self.id(), self.now());
        let begun = self.write(|rows| {
            let mut begun = 0;
            for entry in &wish.entries {
                let Some(entry) = rows.effect(*entry)?.filter(|entry| {
                    stands(entry) && entry.connection_id == id && entry.contact_id == wish.from
                }) else {
                    continue;
                };
                let (Some(event), Some(record)) = (entry.event_id, &entry.result_id) else {
                    continue;
                };
                let effects = rows.effects_by_event(event)?;
                let Write::Entry { object, .. } = entry.write else {
                    continue;
                };
                if effects.iter().any(is_open_move) {
                    continue;
                }
                // An entry may go from one to another and back: each time is a move of its own.
                let turn = effects
                    .iter()
                    .filter(|effect| matches!(effect.write, Write::Move { .. }))
                    .count();
                rows.enqueue(&NewEffect {
                    connection_id: id,
                    key: format!("move:{}:{}", entry.id, turn + 1),
                    event_id: Some(event),
                    contact_id: wish.to.clone(),
                    write: Write::Move {
                        object,
                        record_id: record.clone(),
                        from: wish.from.clone(),
                        entry: entry.id,
                    },
                    due_at: now,
                    created_at: now,
                    doubtful: false,
                })?;
                begun += 1;
            }
            for person in &wish.people {
                rows.put_link(
                    id,
                    &LinkRow {
                        person: person.clone(),
                        contact_id: wish.to.clone(),
                        how: How::ByHand.as_str().to_owned(),
                        owner_id: wish.owner_id.clone(),
                        also: Vec::new(),
                        since: now,
                    },
                )?;
            }
            Ok::<_, StoreError>(begun)
        })?;
        Ok(begun)
    }

    /// Does what was begun, for whoever has no round that does it. How many entries are not there yet.
    ///
    /// # Errors
    /// See [`Trouble`]; what is not done is done by the next round.
    pub async fn finish_moves(&self) -> Result<usize, Trouble> {
        self.recover()?;
        self.deliver_moves().await
    }
}

/// Entries of these events that stand on this contact and are not on their way, with whose they are.
fn standing(
    rows: &Reader<'_>,
    events: Vec<Event>,
    contact: &str,
) -> Result<Vec<(i64, Option<String>)>, StoreError> {
    let mut entries = Vec::new();
    for event in events {
        if event.stage != Stage::Written {
            continue;
        }
        let effects = rows.effects_by_event(event.id)?;
        if effects.iter().any(is_open_move) {
            continue;
        }
        let standing = effects
            .iter()
            .find(|effect| stands(effect) && effect.contact_id == contact);
        entries.extend(standing.map(|effect| (effect.id, event.sighting.person())));
    }
    Ok(entries)
}
