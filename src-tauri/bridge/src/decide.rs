//! From stored events to effects in the outbox: gathers the facts, asks [`crate::mirror`], and keeps
//! the answer in one transaction with the event's new stage.

use crate::connect::LEDGER_SINCE;
use crate::effect::Write;
use crate::engine::Engine;
use crate::event::{Event, Kind, Stage};
use crate::mirror::{self, Decision, Facts, KEY_PROPERTY, decide};
use crate::person::{Choice, Contact, How, Person, Phone, choose, email};
use crate::settings::Settings;
use crate::store::{ConnectionRow, LeadRow, LinkRow, NewEffect, StoreError, Writer};
use crate::trouble::Trouble;
use std::collections::{BTreeMap, BTreeSet};
use wire::Timestamp;

/// Events of one turn: a search serves a hundred people, so many are looked at together.
const TURN: usize = 1_000;
/// How much of a person's thread is read to learn whom a message went to before.
const THREAD: usize = 50;
/// Minutes until an event that found no contact is looked at again; the last one repeats.
const LOOKS_MIN: [i64; 6] = [5, 30, 120, 480, 1_440, 4_320];
/// A lead that was read longer ago is read again before its event is looked at again.
const LEAD_BELIEVED_MS: i64 = 60 * 60 * 1_000;

/// Who is on the other side of some events, and where that led.
struct Found {
    person: Person,
    choice: Choice,
    /// False where the choice comes from a kept link.
    fresh: bool,
}

/// Events that are due, and who was found behind them.
pub(crate) struct Looked {
    count: usize,
    events: Vec<i64>,
    settings: Settings,
    found: BTreeMap<String, Found>,
}

impl Engine {
    /// Takes up events that are due and looks for the people behind them. Nothing is decided yet, so that
    /// this may go on while what was decided before is being written.
    pub(crate) async fn look_at_some(&self) -> Result<Looked, Trouble> {
        let (id, now) = (self.id(), self.now());
        let connection = self.connection();
        let settings = self.settings()?;
        let open = self.read(|rows| rows.open_events(id, now, TURN))?;
        let count = open.len();
        let (logged, wanting): (Vec<Event>, Vec<Event>) = open.into_iter().partition(|event| {
            mirror::stays_in_log(event, &settings, connection.look_back_from).is_some()
        });
        if !logged.is_empty() {
            self.write(|rows| {
                logged
                    .iter()
                    .try_for_each(|event| self.keep(rows, event, &connection, &settings, None))
            })?;
        }
        let found = self.who_is_behind(&wanting, &settings).await?;
        Ok(Looked {
            count,
            events: wanting.iter().map(|event| event.id).collect(),
            settings,
            found,
        })
    }

    /// Decides what was looked at. The number of events that were taken up; zero when there were none.
    pub(crate) fn decide_on(&self, looked: &Looked) -> Result<usize, Trouble> {
        if looked.events.is_empty() {
            return Ok(looked.count);
        }
        let connection = self.connection();
        self.write(|rows| {
            self.keep_links(rows, &looked.found)?;
            for id in &looked.events {
                // As it is now: its text may have been completed meanwhile.
                let event = rows
                    .event(*id)?
                    .filter(|event| matches!(event.stage, Stage::New | Stage::Waiting));
                let Some(event) = event else { continue };
                let found = event
                    .sighting
                    .person()
                    .and_then(|key| looked.found.get(&key));
                self.keep(rows, &event, &connection, &looked.settings, found)?;
            }
            Ok(())
        })?;
        Ok(looked.count)
    }

    /// The contact of everybody in these events: by a kept link, else looked for in HubSpot.
    async fn who_is_behind(
        &self,
        events: &[Event],
        settings: &Settings,
    ) -> Result<BTreeMap<String, Found>, Trouble> {
        let people = self.people_of(events, settings).await?;
        let id = self.id();
        let links = self.read(|rows| rows.links(id, people.keys()))?;
        let strangers: Vec<Person> = people
            .values()
            .filter(|person| !links.contains_key(&person.key) && !person.is_nobody())
            .cloned()
            .collect();
        let pool = if strangers.is_empty() {
            Default::default()
        } else {
            self.find(&strangers, &settings.phone_region).await?
        };
        let mut found = BTreeMap::new();
        for (key, person) in people {
            if person.is_nobody() && !links.contains_key(&key) {
                continue;
            }
            let known = links.get(&key);
            let choice = match known {
                Some(link) => by_link(link),
                None => self.choose_among(&person, &pool.of(&person), settings)?,
            };
            found.insert(
                key,
                Found {
                    person,
                    choice,
                    fresh: known.is_none(),
                },
            );
        }
        Ok(found)
    }

    fn choose_among(
        &self,
        person: &Person,
        contacts: &[Contact],
        settings: &Settings,
    ) -> Result<Choice, StoreError> {
        // Whom we wrote to before matters only where there is a choice.
        let last = if contacts.len() > 1 {
            self.last_messaged(&person.key)?
        } else {
            None
        };
        Ok(choose(person, contacts, last.as_deref(), settings.several))
    }

    /// The contact that the newest message to this person went to.
    fn last_messaged(&self, person: &str) -> Result<Option<String>, StoreError> {
        let id = self.id();
        let thread = self.read(|rows| rows.events_by_person(id, person, THREAD))?;
        Ok(thread
            .iter()
            .filter(|event| event.sighting.kind != Kind::Reply)
            .max_by_key(|event| (event.sighting.occurred_at, event.id))
            .and_then(|event| {
                event
                    .contact_id
                    .clone()
                    .or_else(|| event.sighting.hs_contact_id.clone())
            }))
    }

    async fn people_of(
        &self,
        events: &[Event],
        settings: &Settings,
    ) -> Result<BTreeMap<String, Person>, Trouble> {
        let lead_ids: BTreeSet<String> = events
            .iter()
            .filter_map(|event| event.sighting.lead_id.clone())
            .collect();
        let leads = self
            .leads(&lead_ids, &self.leads_to_read_again(events)?)
            .await?;
        let mut people: BTreeMap<String, Person> = BTreeMap::new();
        for event in events {
            let Some(key) = event.sighting.person() else {
                continue;
            };
            let lead = event
                .sighting
                .lead_id
                .as_ref()
                .and_then(|lead| leads.get(lead));
            let person = people.entry(key.clone()).or_insert_with(|| Person {
                key,
                ..Person::default()
            });
            add_evidence(person, event, lead, &settings.phone_region);
        }
        Ok(people)
    }

    /// Leads of waiting events whose addresses may have changed since they were read.
    fn leads_to_read_again(&self, events: &[Event]) -> Result<BTreeSet<String>, StoreError> {
        let (id, now) = (self.id(), self.now());
        let ids: Vec<String> = events
            .iter()
            .filter(|event| event.stage == Stage::Waiting)
            .filter_map(|event| event.sighting.lead_id.clone())
            .collect();
        let leads = self.read(|rows| rows.leads(id, &ids))?;
        Ok(leads
            .into_values()
            .filter(|lead| lead.read_at < now.saturating_sub(LEAD_BELIEVED_MS))
            .map(|lead| lead.lead_id)
            .collect())
    }

    fn keep_links(
        &self,
        rows: &Writer<'_>,
        found: &BTreeMap<String, Found>,
    ) -> Result<(), StoreError> {
        let (id, now) = (self.id(), self.now());
        for Found {
            person,
            choice,
            fresh,
        } in found.values()
        {
            if let (
                true,
                Choice::Found {
                    contact_id,
                    owner_id,
                    how,
                    also,
                },
            ) = (fresh, choice)
            {
                rows.put_link(
                    id,
                    &LinkRow {
                        person: person.key.clone(),
                        contact_id: contact_id.clone(),
                        how: how.as_str().to_owned(),
                        owner_id: owner_id.clone(),
                        also: also.clone(),
                        since: now,
                    },
                )?;
            }
        }
        Ok(())
    }

    fn keep(
        &self,
        rows: &Writer<'_>,
        event: &Event,
        connection: &ConnectionRow,
        settings: &Settings,
        found: Option<&Found>,
    ) -> Result<(), StoreError> {
        let facts = Facts {
            workspace_id: &connection.workspace_id,
            settings,
            guarantee: self.guarantee(),
            look_back_from: connection.look_back_from,
            choice: found.map(|found| found.choice.clone()),
            looked_for: found
                .map(|found| found.person.looked_for())
                .unwrap_or_default(),
            cause: if settings.cause_in_entry {
                rows.cause_behind(connection.id, &event.sighting)?
            } else {
                None
            },
        };
        let now = self.now();
        match decide(event, &facts) {
            Decision::Skip(reason) => {
                self.with_tally(|tally| *tally.skipped.entry(reason.code()).or_default() += 1);
                rows.set_stage(event.id, Stage::Skipped, Some(&reason))
            }
            Decision::Wait(reason) => {
                let looks = event.looks.saturating_add(1);
                rows.wait(
                    event.id,
                    &reason,
                    looks,
                    now.saturating_add(look_delay(looks)),
                )
            }
            Decision::Write {
                contact_id,
                how,
                entry: (key, write),
                upkeep,
                ..
            } => {
                // The key property refuses what is there already; elsewhere only looking tells.
                let keyed = matches!(&write, Write::Entry { properties, .. }
                    if properties.contains_key(KEY_PROPERTY));
                let whole_since = rows.cursor_number(connection.id, LEDGER_SINCE)?;
                let doubtful = !keyed
                    && event.sighting.occurred_at < whole_since.unwrap_or(connection.created_at);
                let effect = NewEffect {
                    connection_id: connection.id,
                    doubtful,
                    key,
                    event_id: Some(event.id),
                    contact_id: contact_id.clone(),
                    write,
                    due_at: now,
                    created_at: now,
                };
                rows.enqueue(&effect)?;
                if !upkeep.is_empty() {
                    rows.put_upkeep(connection.id, &contact_id, &upkeep, now)?;
                }
                rows.decided(event.id, &contact_id, how.as_str(), Stage::Queued)
            }
        }
    }
}

fn by_link(link: &LinkRow) -> Choice {
    Choice::Found {
        contact_id: link.contact_id.clone(),
        owner_id: link.owner_id.clone(),
        how: How::parse(&link.how).unwrap_or(How::ByHand),
        also: link.also.clone(),
    }
}

fn add_evidence(person: &mut Person, event: &Event, lead: Option<&LeadRow>, region: &str) {
    let sighting = &event.sighting;
    let lead_contact = lead.and_then(|lead| lead.hs_contact_id.clone());
    push_new(
        &mut person.claimed,
        sighting
            .hs_contact_id
            .clone()
            .into_iter()
            .chain(lead_contact),
    );
    let lead_phones = lead.map(|lead| lead.phones.as_slice()).unwrap_or_default();
    let phones = sighting.phone.iter().chain(lead_phones);
    push_new(
        &mut person.phones,
        phones.filter_map(|phone| Phone::parse(phone, region)),
    );
    let lead_emails = lead.map(|lead| lead.emails.as_slice()).unwrap_or_default();
    let emails = sighting.email.iter().chain(lead_emails);
    push_new(
        &mut person.emails,
        emails.filter_map(|address| email(address)),
    );
}

fn push_new<T: PartialEq>(all: &mut Vec<T>, more: impl Iterator<Item = T>) {
    for one in more {
        if !all.contains(&one) {
            all.push(one);
        }
    }
}

/// How long an event waits after this many looks in vain, in milliseconds.
pub(crate) fn look_delay(looks: u32) -> Timestamp {
    let at = usize::try_from(looks.saturating_sub(1))
        .unwrap_or(usize::MAX)
        .min(LOOKS_MIN.len() - 1);
    LOOKS_MIN.get(at).copied().unwrap_or(4_320) * 60_000
}
