//! People: the lists, one person, and what somebody decides about them.

mod beside;
mod by_hand;

use std::collections::BTreeMap;

use bridge::event::{Kind, Stage};
use bridge::people::also::Extra;
use bridge::people::editing::label;
use bridge::people::{Setup, discovery, mappings, setup, shown};
use bridge::store::people::pages::{PeopleFilter, PeopleList, PersonEntry};
use bridge::store::{
    ActivityFilter, ConnectionRow, CopyRow, PeopleSide, Reader, Start as LogStart,
};
use url::Url;
use wire::{Clock, SystemClock};

use super::Desk;
use crate::places::Places;
use crate::view::mapping::{PersonFound, RecordSide};
use crate::view::people::{
    Beside, DryRunShown, PeopleCountsShown, PeopleFilterWish, PeoplePage, PeopleStartWish, Person,
    PersonConflict, PersonMessage, PersonOptOut, PersonPlace, PersonRow, PersonSide,
    ReconciledShown, Suggestion, SyncChoice, SyncStateShown, read_at,
};
use crate::view::problem::{Answer, Problem};

/// The page asks for no more rows at once than this.
const MOST_ROWS: u32 = 500;
/// More is not shown of one person.
const MOST_SHOWN: usize = 50;
const MOST_MESSAGES: usize = 5;

impl Desk {
    pub(crate) async fn people_counts(&self, connection: i64) -> Answer<PeopleCountsShown> {
        self.row(connection).await?;
        self.engine()?
            .read(move |rows| {
                let now = SystemClock.now();
                let of = |list| {
                    let filter = PeopleFilter {
                        list,
                        words: String::new(),
                        side: None,
                        ignored: false,
                    };
                    rows.people_count(connection, &filter, now)
                };
                Ok::<_, Problem>(PeopleCountsShown {
                    linked: of(PeopleList::Linked)?,
                    unmatched: of(PeopleList::Unmatched)?,
                    ambiguous: of(PeopleList::Ambiguous)?,
                    opted_out: of(PeopleList::OptedOut)?,
                    changed: of(PeopleList::Changed)?,
                    conflict: of(PeopleList::Conflict)?,
                })
            })
            .await
    }

    pub(crate) async fn people_page(
        &self,
        connection: i64,
        filter: PeopleFilterWish,
        start: PeopleStartWish,
        limit: u32,
    ) -> Answer<PeoplePage> {
        let (filter, start) = (PeopleFilter::from(filter), start.into());
        let most = limit.clamp(1, MOST_ROWS) as usize;
        self.engine()?
            .read(move |rows| {
                let now = SystemClock.now();
                let page = rows.people_page(connection, &filter, &start, most, now)?;
                let total = rows.people_count(connection, &filter, now)?;
                let last = page.last().filter(|_| page.len() == most);
                let next = last.map(|one| PersonPlace {
                    sort: one.sort.clone(),
                    id: one.number,
                });
                let listed = page.iter().map(|entry| line(rows, connection, entry));
                Ok::<_, Problem>(PeoplePage {
                    rows: listed.collect::<Answer<_>>()?,
                    next,
                    total,
                })
            })
            .await
    }

    pub(crate) async fn person(&self, connection: i64, person: i64) -> Answer<Person> {
        let row = self.row(connection).await?;
        let places = self.places();
        self.engine()?
            .read(move |rows| {
                let entry = rows.person_of_number(connection, person)?;
                whole(rows, &row, &places, &entry.ok_or_else(gone)?)
            })
            .await
    }

    pub(crate) async fn read_person(&self, connection: i64, person: i64) -> Answer<Person> {
        let entry = self.entry(connection, person).await?;
        let (contact, lead) = (
            entry.contact.map(|one| one.id),
            entry.lead.map(|one| one.id),
        );
        self.engine()?
            .read_person(connection, contact, lead)
            .await?;
        self.person(connection, person).await
    }

    pub(crate) async fn person_of(
        &self,
        connection: i64,
        of: RecordSide,
        id: String,
    ) -> Answer<Option<i64>> {
        self.engine()?
            .read(move |rows| {
                let entry = rows.person_entry(connection, of.into(), &id)?;
                Ok::<_, Problem>(entry.map(|entry| entry.number))
            })
            .await
    }

    pub(crate) async fn search_side(
        &self,
        connection: i64,
        of: RecordSide,
        words: String,
    ) -> Answer<Vec<PersonSide>> {
        let found = self
            .engine()?
            .find_people(connection, words, Some(of.into()))
            .await?;
        let side = |one: PersonFound| PersonSide {
            id: one.id,
            name: one.name,
            email: one.email,
            phone: one.phone,
            company: one.company,
            changed_at: None,
            page: None,
        };
        Ok(found.into_iter().map(PersonFound::from).map(side).collect())
    }

    /// The page of a record. Leads have none that is known.
    pub(crate) async fn record_page(
        &self,
        connection: i64,
        of: RecordSide,
        id: &str,
    ) -> Answer<Url> {
        match of {
            RecordSide::Contact => self.contact_page(connection, id).await,
            RecordSide::Lead => Err(Problem::input(
                "Tuco gives its leads no address. Look the person up in Tuco by name.",
            )),
        }
    }

    /// How people are kept in step. The portal is asked what it has where it never was, or was not since
    /// somebody signed in.
    pub(crate) async fn people_sync(&self, connection: i64) -> Answer<SyncStateShown> {
        let row = self.row(connection).await?;
        let (method, signed_in_at) = (row.method, row.signed_in_at);
        let read_at_all = self
            .engine()?
            .read(move |rows| Ok::<_, Problem>(discovery::kept(rows, connection)?.1))
            .await?;
        if read_at_all.is_none_or(|at| at < signed_in_at) {
            // Without it there are no lists to choose from; all else works.
            let _ = self.engine()?.read_portal(connection, false).await;
        }
        self.engine()?
            .read(move |rows| {
                let (portal, _) = discovery::kept(rows, connection)?;
                let contacts = rows.cursor_and_time(connection, "people.first_pass")?;
                let changes = rows.cursor_and_time(connection, "people.changed")?;
                let leads = rows.cursor_and_time(connection, "people.leads")?;
                let setup = setup(rows, connection)?;
                let contacts = read_at(contacts).max(read_at(changes));
                Ok::<_, Problem>(SyncStateShown::of(
                    &setup,
                    &portal,
                    method,
                    contacts,
                    read_at(leads),
                ))
            })
            .await
    }

    pub(crate) async fn dry_run_sync(
        &self,
        connection: i64,
        choice: SyncChoice,
    ) -> Answer<DryRunShown> {
        let portal = self.row(connection).await?.portal_name;
        let setup = choice.setup(&self.setup_now(connection).await?);
        let run = self.engine()?.dry_run_people(connection, setup).await?;
        Ok(DryRunShown::of(&run, portal))
    }

    /// Turns the switches. Where anything is written from then on, `typed` must be the portal's name.
    pub(crate) async fn change_sync(
        &self,
        connection: i64,
        choice: SyncChoice,
        typed: Option<String>,
    ) -> Answer<SyncStateShown> {
        let portal = self.row(connection).await?.portal_name;
        let before = self.setup_now(connection).await?;
        let setup = choice.setup(&before);
        // What is only read beside people needs no name typed.
        let only_read = Setup {
            also: before.also,
            ..setup.clone()
        } == before;
        if setup.is_on() && !only_read && typed.as_deref().map(str::trim) != Some(portal.trim()) {
            return Err(Problem::input(format!(
                "Before anything is written, the portal's name has to be typed: {portal}."
            )));
        }
        let more = Extra::ALL
            .into_iter()
            .any(|extra| setup.also.has(extra) && !before.also.has(extra));
        self.engine()?
            .change_people_setup(connection, setup)
            .await?;
        if more {
            // What may be read is said beside the switch, and which custom objects there are is for the
            // mapping; where it can't be asked now, the next reading asks.
            let _ = self.engine()?.read_portal(connection, true).await;
        }
        self.people_sync(connection).await
    }

    pub(crate) async fn reconcile_people(&self, connection: i64) -> Answer<ReconciledShown> {
        let told = self.engine()?.reconcile_people(connection, false).await?;
        Ok(ReconciledShown::of(told, SystemClock.now()))
    }

    /// What was done, in words.
    pub(crate) async fn repair_people(&self, connection: i64) -> Answer<String> {
        let told = self.engine()?.reconcile_people(connection, true).await?;
        let counted = |many: u64| match many {
            1 => "1 contact was".to_owned(),
            many => format!("{many} contacts were"),
        };
        Ok(match (told.missing_in_all, told.surplus_in_all) {
            (0, 0) => "Nobody was missing. All leads were read again.".to_owned(),
            (missing, 0) => format!("{} read; nobody is missing now.", counted(missing)),
            (0, surplus) => format!("{} gone in HubSpot and forgotten here.", counted(surplus)),
            (missing, surplus) => {
                format!(
                    "{} read, and {surplus} that are gone forgotten.",
                    counted(missing)
                )
            }
        })
    }

    async fn setup_now(&self, connection: i64) -> Answer<Setup> {
        self.engine()?
            .read(move |rows| Ok::<_, Problem>(setup(rows, connection)?))
            .await
    }

    async fn entry(&self, connection: i64, person: i64) -> Answer<PersonEntry> {
        let found = self
            .engine()?
            .read(move |rows| Ok::<_, Problem>(rows.person_of_number(connection, person)?))
            .await?;
        found.ok_or_else(gone)
    }

    async fn person_with(&self, connection: i64, side: PeopleSide, id: String) -> Answer<Person> {
        let found = self.person_of(connection, side.into(), id).await?;
        self.person(connection, found.ok_or_else(gone)?).await
    }
}

fn gone() -> Problem {
    Problem::input("This person is not known here any more. The list is shown anew.")
}

/// What a list shows of somebody.
fn line(rows: &Reader<'_>, connection: i64, entry: &PersonEntry) -> Answer<PersonRow> {
    let suggestions = match (&entry.contact, &entry.lead) {
        (Some(copy), None) | (None, Some(copy)) => rows.suggested(connection, copy)?.len(),
        _ => 0,
    };
    let conflicts = match &entry.contact {
        Some(contact) => rows
            .conflicts(connection, Some(&contact.id), MOST_SHOWN)?
            .iter()
            .filter(|one| one.rule != "by_hand")
            .count(),
        None => 0,
    };
    let opted_out = rows
        .opt_out_in_force(connection, entry.addresses())?
        .is_some();
    let beside = Beside {
        suggestions,
        conflicts,
        opted_out,
    };
    Ok(PersonRow::of(entry, beside))
}

fn whole(
    rows: &Reader<'_>,
    connection: &ConnectionRow,
    places: &Places,
    entry: &PersonEntry,
) -> Answer<Person> {
    let id = connection.id;
    let page = |copy: &CopyRow| match copy.side {
        PeopleSide::Contact => places.contact_page(connection, &copy.id).map(String::from),
        PeopleSide::Lead => None,
    };
    let contact_id = entry.contact.as_ref().map(|copy| copy.id.as_str());
    let lead_id = entry.lead.as_ref().map(|copy| copy.id.as_str());
    let mut suggestions = Vec::new();
    if let (Some(copy), None) | (None, Some(copy)) = (&entry.contact, &entry.lead) {
        for one in rows.suggested(id, copy)? {
            let theirs = rows.person_entry(id, one.copy.side, &one.copy.id)?;
            let linked_to = theirs.filter(|theirs| theirs.pair.is_some()).map(|theirs| {
                let other = match one.copy.side {
                    PeopleSide::Contact => theirs.lead,
                    PeopleSide::Lead => theirs.contact,
                };
                other.map(|other| other.name).unwrap_or_default()
            });
            suggestions.push(Suggestion::of(&one, page(&one.copy), linked_to));
        }
    }
    let steps = rows.pair_steps(
        id,
        contact_id.unwrap_or_default(),
        lead_id.unwrap_or_default(),
        MOST_SHOWN,
    )?;
    let opted_out = rows.opt_out_in_force(id, entry.addresses())?;
    Ok(Person {
        row: line(rows, id, entry)?,
        contact: entry
            .contact
            .as_ref()
            .map(|copy| PersonSide::of(copy, page(copy))),
        lead: entry.lead.as_ref().map(|copy| PersonSide::of(copy, None)),
        fields: shown::fields(rows, connection, entry)?
            .iter()
            .map(Into::into)
            .collect(),
        suggestions,
        history: steps.iter().map(Into::into).collect(),
        conflicts: conflicts(rows, id, contact_id)?,
        thread: thread(rows, id, contact_id)?,
        entries: rows.entries_of(id, contact_id.unwrap_or_default())?,
        held: shown::held(rows, id, entry)?,
        opted_out: opted_out.map(|one| PersonOptOut {
            at: one.since,
            says: match one.source.as_str() {
                "reply" => "They asked for it in a reply. Sends to them are refused everywhere.",
                "tuco" => "Tuco has them on its do-not-contact list. Sends to them are refused.",
                "hubspot" => "HubSpot says so. Sends to them are refused everywhere.",
                _ => "Somebody entered it by hand. Sends to them are refused everywhere.",
            }
            .to_owned(),
        }),
    })
}

fn conflicts(
    rows: &Reader<'_>,
    connection: i64,
    contact: Option<&str>,
) -> Answer<Vec<PersonConflict>> {
    let Some(contact) = contact else {
        return Ok(Vec::new());
    };
    let (portal, _) = discovery::kept(rows, connection)?;
    let mapping = mappings::current(rows, connection)?;
    let by_key: BTreeMap<String, (usize, String)> = (1..)
        .zip(&mapping.rows)
        .map(|(place, row)| (row.key(), (place, label(&row.hubspot, &portal))))
        .collect();
    let found = rows.conflicts(connection, Some(contact), MOST_SHOWN)?;
    Ok(found
        .iter()
        .map(|one| {
            let known = by_key.get(&one.row_key).cloned();
            let (row, label) = known.unwrap_or_else(|| (0, one.row_key.replace('>', " and ")));
            PersonConflict::of(one, row, label)
        })
        .collect())
}

fn thread(rows: &Reader<'_>, connection: i64, contact: Option<&str>) -> Answer<Vec<PersonMessage>> {
    let Some(contact) = contact else {
        return Ok(Vec::new());
    };
    let filter = ActivityFilter {
        connection,
        contact: Some(contact.to_owned()),
        ..ActivityFilter::default()
    };
    let page = rows.activity(&filter, LogStart::Newest, MOST_MESSAGES)?;
    Ok(page
        .events
        .iter()
        .map(|event| PersonMessage {
            event: event.id,
            at: event.sighting.occurred_at,
            inbound: event.sighting.kind == Kind::Reply,
            text: event.sighting.text.clone(),
            state: standing(event.stage).to_owned(),
        })
        .collect())
}

fn standing(stage: Stage) -> &'static str {
    match stage {
        Stage::New => "New",
        Stage::Waiting => "Waits",
        Stage::Skipped => "Only in the log",
        Stage::Queued => "On its way",
        Stage::Written => "On timeline",
        Stage::Failed => "Given up",
    }
}
