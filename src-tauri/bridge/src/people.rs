//! Contacts and leads kept in step, field by field, in the directions that the owner chose.
//!
//! Both sides are read into copies (`contacts`, `leads`); copies with news are matched (`linking`) and
//! compared with what both last agreed on ([`mapping::merge`]); what follows is written (`writing`), each
//! write recorded before it leaves. A crash anywhere leaves the news in place: records are read afresh and
//! looked at again, and every write is one that may be repeated, or is looked up first.
//!
//! Nothing here runs, and nothing is asked for, until somebody turns it on. What can go wrong with one
//! person is a reason beside that person; only what concerns a whole service ends the step.

mod adopting;
pub mod also;
pub mod beside;
pub mod by_hand;
mod contacts;
pub mod discovery;
mod dry_run;
pub mod editing;
mod leads;
mod linking;
mod making;
pub mod mappings;
pub(crate) mod naming;
mod one_lead;
pub mod reasons;
mod records;
pub mod settling;
pub mod shown;
mod sorting;
mod step;
mod tied;
pub mod trial;
mod writing;

pub use dry_run::{DryRun, WouldDo};

use crate::engine::Engine;
use crate::store::{Kept, Reader, StoreError, Writer};
use crate::trouble::Trouble;
use mapping::filter::Which;
use mapping::merge::World;
use mapping::portal::Portal;
use mapping::{Mapping, Source};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use wire::Timestamp;

const SETUP: &str = "setup";

/// What somebody chose. Everything is off from the start.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Setup {
    /// Leads follow contacts.
    pub to_tuco: bool,
    /// Contacts follow leads.
    pub to_hubspot: bool,
    /// A contact without a lead gets one.
    pub create_leads: bool,
    /// A lead without a contact gets one.
    pub create_contacts: bool,
    /// Which contacts.
    pub which: Which,
    /// The Tuco list that new leads go to; Tuco's own default where there is none.
    pub lead_list: Option<String>,
    /// What else is read, also where nothing is kept in step.
    pub also: also::Also,
}

impl Setup {
    /// Whether anything is kept in step.
    pub fn is_on(&self) -> bool {
        self.to_tuco || self.to_hubspot
    }
}

/// What a round did for people.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PeopleTally {
    /// Contacts read, each once.
    pub read: u64,
    /// Leads made.
    pub leads_created: u64,
    /// Leads changed.
    pub leads_updated: u64,
    /// Contacts made.
    pub contacts_created: u64,
    /// Contacts changed.
    pub contacts_updated: u64,
    /// Facts that both sides had changed.
    pub conflicts: u64,
    /// People who were looked at and left as they are, by reason.
    pub skipped: BTreeMap<String, u64>,
    /// Whether all leads were read, for want of a date filter.
    #[serde(skip)]
    pub leads_in_full: bool,
    /// Whether more contacts had changed than a search shows, so that they were read by their ids.
    #[serde(skip)]
    pub changes_by_id: bool,
}

impl PeopleTally {
    /// Whether nothing was read and nothing was written.
    pub fn is_quiet(&self) -> bool {
        *self
            == Self {
                skipped: self.skipped.clone(),
                ..Self::default()
            }
    }

    pub(crate) fn skip(&mut self, reason: &str) {
        *self.skipped.entry(reason.to_owned()).or_default() += 1;
    }

    pub(crate) fn add_skipped(&mut self, other: Self) {
        for (reason, number) in other.skipped {
            *self.skipped.entry(reason).or_default() += number;
        }
    }
}

/// How a round reads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading {
    /// Everything again, from the start.
    pub full: bool,
    /// Everything that changed since this moment, again.
    pub since: Option<Timestamp>,
    /// Not what changed in contacts, but what the mapping takes from the records that they are tied to.
    pub only_tied: bool,
}

/// Everything that a step needs to know, put together once a round.
pub(crate) struct Work {
    pub(crate) setup: Setup,
    pub(crate) mapping: Mapping,
    pub(crate) portal: Portal,
    options: BTreeMap<String, Vec<(String, String)>>,
    pub(crate) region: String,
    zone: chrono_tz::Tz,
    /// Tells the records of this round from those of others.
    pub(crate) run: i64,
    /// Values that are kept of a contact.
    pub(crate) sources: Vec<Source>,
    /// Properties of the portal's own that hold numbers, by which people are known.
    pub(crate) phone_properties: Vec<String>,
    /// Who is on the list that was chosen.
    pub(crate) members: Option<BTreeSet<String>>,
    /// Whether Tuco takes changes of leads, as far as is known.
    pub(crate) lead_update: bool,
    /// All leads are known, and what is found out about a contact may be kept.
    pub(crate) settles: AtomicBool,
}

impl Work {
    pub(crate) fn world(&self) -> World<'_> {
        World {
            region: &self.region,
            zone: self.zone,
            options: &self.options,
            to_tuco: self.setup.to_tuco,
            to_hubspot: self.setup.to_hubspot,
        }
    }

    /// Whether the people that are kept in step include this contact.
    pub(crate) fn lets(&self, contact: &crate::store::CopyRow) -> bool {
        let on_list = self
            .members
            .as_ref()
            .is_some_and(|members| members.contains(&contact.id));
        self.setup.which.lets(&contact.values, on_list)
    }
}

/// The switches of a connection.
///
/// # Errors
/// See [`StoreError`].
pub fn setup(rows: &Reader<'_>, connection: i64) -> Result<Setup, StoreError> {
    let stored = rows.people_document(connection, SETUP)?;
    Ok(stored
        .and_then(|(body, _)| serde_json::from_str(&body).ok())
        .unwrap_or_default())
}

/// Turns the switches. Everybody is looked at again after it, unless only what is read beside them changed.
///
/// # Errors
/// See [`StoreError`].
pub fn change_setup(
    rows: &Writer<'_>,
    connection: i64,
    setup: &Setup,
    now: Timestamp,
) -> Result<(), StoreError> {
    let body = serde_json::to_string(setup).map_err(|_| StoreError::Unreadable {
        column: "people_document.body",
    })?;
    let before = self::setup(rows, connection)?;
    rows.keep_people_document(connection, SETUP, &body, now)?;
    if before.also != setup.also {
        // Of what is not read any more nothing stays here.
        rows.forget_beside(connection, None)?;
    }
    let own_turned = before.also.objects != setup.also.objects;
    if own_turned && mappings::current(rows, connection)?.reads_own() {
        // Values that were not read so far.
        rows.remove_cursor(connection, contacts::FIRST_PASS)?;
    }
    let only_also = Setup {
        also: before.also,
        ..setup.clone()
    } == before;
    if only_also {
        return Ok(());
    }
    if before.which != setup.which {
        // The filter may ask for values that were not read so far.
        rows.remove_cursor(connection, contacts::FIRST_PASS)?;
    }
    rows.soil_all_copies(connection)
}

/// The next round reads all leads, whenever they were read last.
pub(crate) fn read_leads_anew(rows: &Writer<'_>, connection: i64) -> Result<(), StoreError> {
    rows.remove_cursor(connection, leads::READ)
}

impl Engine {
    /// See [`change_setup`].
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn change_setup(&self, setup: &Setup) -> Result<(), StoreError> {
        let (id, now) = (self.id(), self.now());
        self.write(|rows| change_setup(rows, id, setup, now))
    }

    /// Everything about people in a round. Nothing, and no call, while it is off.
    pub(crate) async fn sync_people(
        &self,
        reading: &Reading,
    ) -> Result<Option<PeopleTally>, Trouble> {
        let setup = self.read(|rows| self::setup(&rows, self.id()))?;
        if !setup.is_on() {
            return Ok(None);
        }
        let mut tally = PeopleTally::default();
        self.follow_reported_contacts().await?;
        let steps = self.people_steps(setup, reading, &mut tally);
        let done = self.over_everybody(steps).await;
        self.with_tally(|all| all.people = Some(tally.clone()));
        done.map(|()| Some(tally))
    }

    /// See [`Kept::Pass`].
    async fn over_everybody<T>(
        &self,
        pass: impl Future<Output = Result<T, Trouble>>,
    ) -> Result<T, Trouble> {
        self.keep_in_memory(Kept::Pass)?;
        let done = pass.await;
        self.keep_in_memory(Kept::Indexes)?;
        done
    }

    async fn people_steps(
        &self,
        setup: Setup,
        reading: &Reading,
        tally: &mut PeopleTally,
    ) -> Result<(), Trouble> {
        self.recover_people()?;
        let work = self.work(setup).await?;
        self.read_people(&work, reading, true, tally).await?;
        self.keep_in_step(&work, tally).await
    }

    /// Both sides, side by side: each service has limits of its own, and whoever waits for one reads the other.
    /// Where it `settles`, contacts about whom nothing is left to find out are done with as they are read.
    async fn read_people(
        &self,
        work: &Work,
        reading: &Reading,
        settles: bool,
        tally: &mut PeopleTally,
    ) -> Result<(), Trouble> {
        let contacts = async {
            if reading.only_tied {
                self.read_tied_again(work, tally).await
            } else {
                self.read_contacts(work, reading, tally).await
            }
        };
        let leads = async {
            let in_full = self.read_leads(work, reading.full).await?;
            work.settles.store(settles, Ordering::Relaxed);
            Ok(in_full)
        };
        let ((), in_full) = futures_util::future::try_join(contacts, leads).await?;
        tally.leads_in_full |= in_full;
        Ok(())
    }

    /// Writes that were on their way when the program ended: whoever they are about is looked at again.
    fn recover_people(&self) -> Result<(), StoreError> {
        use crate::store::PeopleSide::{Contact, Lead};
        let (id, now) = (self.id(), self.now());
        self.write(|rows| {
            for (effect, contact, lead) in rows.people_effects_in_flight(id)? {
                rows.end_people_effect(effect, "unknown", "", now)?;
                rows.soil_copy(id, Contact, &contact)?;
                rows.soil_copy(id, Lead, &lead)?;
            }
            Ok(())
        })
    }

    pub(crate) async fn work(&self, setup: Setup) -> Result<Work, Trouble> {
        let portal = self.portal_fields(false).await?;
        let (mapping, lead_update) = self.read(|rows| {
            let held = rows.cursor_and_time(self.id(), writing::NO_LEAD_UPDATE)?;
            let fresh =
                held.is_none_or(|(_, at)| self.now().saturating_sub(at) > writing::ASK_AGAIN_MS);
            Ok((mappings::current(&rows, self.id())?, fresh))
        })?;
        let members = match &setup.which {
            Which::List { list } => Some(self.members_of(&portal, list).await?),
            _ => None,
        };
        let connection = self.connection();
        let zone = &connection.time_zone;
        let mut work = self.work_of(setup, mapping, portal, members, lead_update, zone)?;
        work.phone_properties = self.own_phone_properties().await?;
        Ok(work)
    }

    fn work_of(
        &self,
        setup: Setup,
        mapping: Mapping,
        portal: Portal,
        members: Option<BTreeSet<String>>,
        lead_update: bool,
        zone: &str,
    ) -> Result<Work, StoreError> {
        let mut sources = mapping.sources();
        for property in setup.which.properties() {
            let source = Source::Contact(property.to_owned());
            if !sources.contains(&source) {
                sources.push(source);
            }
        }
        let options = mapping
            .active()
            .filter_map(|row| row.hubspot.contact_property())
            .map(|name| (name.to_owned(), portal.options("contacts", name)))
            .filter(|(_, options)| !options.is_empty())
            .collect();
        Ok(Work {
            setup,
            mapping,
            portal,
            options,
            region: self.settings()?.phone_region,
            zone: zone.parse().unwrap_or(chrono_tz::UTC),
            run: self.now(),
            sources,
            phone_properties: Vec::new(),
            members,
            lead_update,
            settles: false.into(),
        })
    }

    /// Who is on a list, by its number or name.
    async fn members_of(&self, portal: &Portal, list: &str) -> Result<BTreeSet<String>, Trouble> {
        let named = portal
            .lists
            .iter()
            .find(|one| one.name == list || one.id == list);
        let id = named.map_or(list, |one| one.id.as_str());
        let hubspot = &self.outside.hubspot;
        let mut members = BTreeSet::new();
        let mut after: Option<String> = None;
        loop {
            let page = self
                .attempt(|| hubspot.list_members(id, after.as_deref()))
                .await?;
            members.extend(page.ids);
            after = page.after;
            if after.is_none() {
                return Ok(members);
            }
        }
    }
}
