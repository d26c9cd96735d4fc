//! The simulated HubSpot portal: a state machine that takes a request and a time and gives an answer.
//!
//! It speaks the dated paths and the older v3 and v4 ones. It has two views: the records themselves,
//! and a search index that trails them. Where no public source says what HubSpot does, the choice is
//! a switch in [`PortalOptions`]. It refuses to know sockets and clocks, and faults of the network
//! are made above it; [`fault_response`] gives the bodies that only HubSpot writes.

mod account;
mod associations;
mod batch;
mod catalogue;
mod computed;
mod errors;
mod index;
mod kind;
mod limits;
mod links;
mod lists;
mod merge;
mod objects;
mod options;
mod owners;
mod pipelines;
mod properties;
mod record;
mod render;
mod route;
mod schemas;
mod search;
mod validation;
mod write;

#[cfg(test)]
mod tests;

pub use errors::fault_response;
pub use options::{BackwardLifecycle, PortalOptions, RecordView, TimelineEntry, all_scopes};

use crate::dice::Dice;
use crate::message::{HttpRequest, HttpResponse};
use account::Grant;
use associations::Associations;
use catalogue::{Catalogue, Choice, Definition};
use kind::Kind;
use limits::Limits;
use lists::Lists;
use owners::Owner;
pub(crate) use record::Change;
use record::{Record, Shelf};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// One portal with everything in it.
#[derive(Debug)]
pub struct Portal {
    options: PortalOptions,
    shelves: BTreeMap<Kind, Shelf>,
    catalogues: BTreeMap<Kind, Catalogue>,
    associations: Associations,
    owners: BTreeMap<u64, Owner>,
    lists: Lists,
    limits: Limits,
    grants: BTreeMap<String, Grant>,
    dice: Dice,
    /// What stood beside contacts before anybody looked.
    from_before: BTreeSet<(Kind, u64)>,
    /// What stands in for a kind that has none: it never has records.
    nothing: (Shelf, Catalogue),
}

impl Portal {
    /// A portal with its property definitions and no records.
    #[must_use]
    pub fn new(options: PortalOptions, seed: u64) -> Self {
        let shelves = Kind::ALL
            .into_iter()
            .map(|kind| (kind, Shelf::new(kind)))
            .collect();
        let catalogues = Kind::ALL
            .into_iter()
            .map(|kind| (kind, Catalogue::fresh(kind, &options.currency)))
            .collect();
        let grant = Grant {
            scopes: options.scopes.clone(),
            expires_at: None,
            app_id: 2_000_001,
        };
        let grants = BTreeMap::from([(options.token.clone(), grant)]);
        Self {
            limits: Limits::new(&options),
            options,
            shelves,
            catalogues,
            associations: Associations::default(),
            owners: BTreeMap::new(),
            lists: Lists::default(),
            grants,
            dice: Dice::new(seed, "hubspot"),
            from_before: BTreeSet::new(),
            nothing: (Shelf::new(Kind::Contact), Catalogue::default()),
        }
    }

    /// Answers one request. `now` is ms UTC; it may stand still, but should not go back.
    pub fn handle(&mut self, request: &HttpRequest, now: i64) -> HttpResponse {
        route::answer(self, request, now)
    }

    /// What the portal is like.
    #[must_use]
    pub const fn options(&self) -> &PortalOptions {
        &self.options
    }

    /// Changes the switches of a running portal. Its token, time zone and currency stay as they were
    /// at the start.
    pub fn change_options(&mut self, change: impl FnOnce(&mut PortalOptions)) {
        change(&mut self.options);
        self.limits.adopt(&self.options);
    }

    /// Lets another token in, until `expires_at` (ms UTC) if that is given.
    pub fn add_token(&mut self, token: &str, scopes: Vec<String>, expires_at: Option<i64>) {
        let grant = Grant {
            scopes,
            expires_at,
            app_id: 2_000_001,
        };
        self.grants.insert(token.to_owned(), grant);
    }

    /// Whether a token is, or was, one of this portal.
    #[must_use]
    pub fn knows_token(&self, token: &str) -> bool {
        self.grants.contains_key(token)
    }

    /// Makes a token unknown. Answers whether it was known.
    pub fn revoke_token(&mut self, token: &str) -> bool {
        self.grants.remove(token).is_some()
    }

    /// Another token takes the place of the one of the start. The old one works until `old_until`
    /// (ms UTC), or not any more.
    pub fn rotate_token(&mut self, next: &str, old_until: Option<i64>) {
        let scopes = self.options.scopes.clone();
        let old = std::mem::replace(&mut self.options.token, next.to_owned());
        if old_until.is_some() {
            self.add_token(&old, scopes.clone(), old_until);
        } else {
            self.revoke_token(&old);
        }
        self.add_token(next, scopes, None);
    }

    /// Makes a record without limits and checks, searchable at once: what the world begins with.
    /// `kind` is a plural name. An unknown kind answers 0; unknown properties are left out.
    pub fn seed_record(
        &mut self,
        kind: &str,
        properties: BTreeMap<String, String>,
        now: i64,
    ) -> u64 {
        let Some(kind) = Kind::parse(kind) else {
            return 0;
        };
        let id = self.next_id(kind);
        let mut record = Record::new(kind, id, now);
        let catalogue = self.catalogue(kind);
        for (name, text) in properties {
            // Additional emails are read-only for the API alone.
            if let Some(definition) = catalogue.get(&name) {
                let text = match &*definition.name {
                    "email" | "hs_additional_emails" => text.to_lowercase(),
                    _ if definition.type_name == "datetime" => {
                        validation::moment(&text).map_or_else(|| text.clone(), validation::stamp)
                    }
                    _ => text,
                };
                record.set(&definition.name, &text, now);
                computed::refresh_phone(catalogue, &mut record, &name, &self.options.country, now);
            }
        }
        if matches!(kind, Kind::Contact | Kind::Company) && record.text("lifecyclestage").is_none()
        {
            record.set(&Arc::from("lifecyclestage"), "lead", now);
        }
        let shelf = self.shelf_mut(kind);
        shelf.put(record, now);
        shelf.index.settle();
        id
    }

    /// Makes a record that stood on a contact's timeline, or beside the contact, before anybody looked.
    /// [`Self::timeline`] does not tell of it. Its id; 0 for an unknown kind.
    pub fn seed_activity(
        &mut self,
        kind: &str,
        properties: BTreeMap<String, String>,
        contact: u64,
        now: i64,
    ) -> u64 {
        let id = self.seed_record(kind, properties, now);
        if let Some(of) = Kind::parse(kind) {
            self.from_before.insert((of, id));
        }
        self.associate((kind, id), ("contacts", contact));
        id
    }

    /// Links two records by the default type of their kinds. Answers whether there is one.
    pub fn associate(&mut self, from: (&str, u64), to: (&str, u64)) -> bool {
        let (Some(first), Some(second)) = (Kind::parse(from.0), Kind::parse(to.0)) else {
            return false;
        };
        if Associations::default_type(first, second).is_none() {
            return false;
        }
        self.associations
            .link_default((first, from.1), (second, to.1));
        true
    }

    /// Writes properties of a record without limits and checks; the index trails as ever.
    pub fn change_record(
        &mut self,
        kind: &str,
        id: u64,
        properties: &BTreeMap<String, String>,
        now: i64,
    ) -> bool {
        let Some(kind) = Kind::parse(kind) else {
            return false;
        };
        let Some(record) = self.shelf(kind).resolve(id).cloned() else {
            return false;
        };
        let values: Vec<(Arc<str>, String)> = properties
            .iter()
            .filter_map(|(name, text)| {
                Some((
                    Arc::clone(&self.catalogue(kind).get(name)?.name),
                    text.clone(),
                ))
            })
            .collect();
        self.apply(kind, record.id, &values, now);
        true
    }

    /// Merges two contacts, as a person does it in HubSpot. Answers the id of the record that results,
    /// or nothing if one of them does not exist.
    pub fn merge(&mut self, primary: u64, secondary: u64, now: i64) -> Option<u64> {
        merge::merge(self, Kind::Contact, primary, secondary, now).ok()
    }

    /// Puts a record into the recycle bin.
    pub fn archive(&mut self, kind: &str, id: u64, now: i64) -> bool {
        Kind::parse(kind).is_some_and(|kind| self.archive_record(kind, id, now))
    }

    /// A record, also one that was merged away or archived.
    #[must_use]
    pub fn record(&self, kind: &str, id: u64) -> Option<RecordView> {
        let shelf = self.shelf(Kind::parse(kind)?);
        let record = shelf.resolve(id).or_else(|| shelf.archived.get(&id))?;
        Some(self.view(record))
    }

    /// The ids of the live records of a kind, ascending.
    #[must_use]
    pub fn ids(&self, kind: &str) -> Vec<u64> {
        Kind::parse(kind)
            .map(|kind| self.shelf(kind).live.keys().copied().collect())
            .unwrap_or_default()
    }

    /// Everything that was put on a timeline since the start, by kind and id.
    #[must_use]
    pub fn timeline(&self) -> Vec<TimelineEntry> {
        let kinds = Kind::ALL.into_iter().filter(|kind| kind.is_engagement());
        kinds
            .flat_map(|kind| self.shelf(kind).live.values())
            .filter(|record| !self.from_before.contains(&(record.kind, record.id)))
            .map(|record| {
                let contacts = self
                    .associations
                    .of((record.kind, record.id), Kind::Contact);
                let shelf = self.shelf(Kind::Contact);
                let mut contact_ids: Vec<u64> = contacts
                    .map(|(id, _)| shelf.merged.get(&id).copied().unwrap_or(id))
                    .collect();
                contact_ids.sort_unstable();
                contact_ids.dedup();
                TimelineEntry {
                    id: record.id,
                    kind: record.kind.singular().to_owned(),
                    contact_ids,
                    created_at: record.created_at,
                    timestamp: record
                        .text("hs_timestamp")
                        .and_then(validation::moment)
                        .unwrap_or(record.created_at),
                    properties: written(record),
                }
            })
            .collect()
    }

    /// How many entries were put on timelines since the start.
    #[must_use]
    pub fn timeline_len(&self) -> usize {
        let kinds = Kind::ALL.into_iter().filter(|kind| kind.is_engagement());
        let all: usize = kinds.map(|kind| self.shelf(kind).live.len()).sum();
        let before = self
            .from_before
            .iter()
            .filter(|(kind, id)| kind.is_engagement() && self.shelf(*kind).live.contains_key(id));
        all - before.count()
    }

    /// Adds an owner. The user id differs from the owner id, as on live portals.
    pub fn add_owner(&mut self, email: &str, first: &str, last: &str, now: i64) -> u64 {
        owners::add(self, email, first, last, now)
    }

    /// Defines a property. `choices` are values; their labels are the same. Answers whether the kind
    /// is known and the name was free.
    pub fn define_property(
        &mut self,
        kind: &str,
        name: &str,
        type_name: &str,
        field_type: &str,
        choices: &[&str],
        unique: bool,
    ) -> bool {
        let Some(kind) = Kind::parse(kind) else {
            return false;
        };
        if self.catalogue(kind).get(name).is_some() {
            return false;
        }
        let choices = choices
            .iter()
            .map(|value| Choice {
                label: (*value).to_owned(),
                value: (*value).to_owned(),
                hidden: false,
            })
            .collect();
        let mut definition = Definition::own(name, type_name, field_type, 0);
        definition.choices = choices;
        definition.unique = unique;
        properties::put(self, kind, definition);
        true
    }

    /// What changed since the last time, the oldest first; nothing the first time, from which on it is noted.
    pub(crate) fn take_changes(&mut self) -> Vec<Change> {
        let shelves = self.shelves.values_mut();
        let mut changes: Vec<Change> = shelves.flat_map(Shelf::take_changes).collect();
        changes.sort_by_key(|change| change.at);
        changes
    }

    /// Lets the search index catch up at once.
    pub fn settle_index(&mut self) {
        for shelf in self.shelves.values_mut() {
            shelf.index.settle();
        }
    }

    fn shelf(&self, kind: Kind) -> &Shelf {
        self.shelves.get(&kind).unwrap_or(&self.nothing.0)
    }

    fn shelf_mut(&mut self, kind: Kind) -> &mut Shelf {
        self.shelves.entry(kind).or_insert_with(|| Shelf::new(kind))
    }

    fn catalogue(&self, kind: Kind) -> &Catalogue {
        self.catalogues.get(&kind).unwrap_or(&self.nothing.1)
    }

    fn catalogue_mut(&mut self, kind: Kind) -> &mut Catalogue {
        self.catalogues.entry(kind).or_default()
    }

    fn next_id(&mut self, kind: Kind) -> u64 {
        // Gaps, so that nobody counts on ids that follow each other.
        let gap = u64::try_from(self.dice.between(0, 9)).unwrap_or_default();
        self.shelf_mut(kind).take_id(gap)
    }

    fn archive_record(&mut self, kind: Kind, id: u64, now: i64) -> bool {
        let shelf = self.shelf_mut(kind);
        let Some(record) = shelf.take(id, now) else {
            return false;
        };
        let mut record = Arc::unwrap_or_clone(record);
        record.archived_at = Some(now);
        record.updated_at = now;
        shelf.archived.insert(id, Arc::new(record));
        true
    }

    fn view(&self, record: &Record) -> RecordView {
        let mut properties = written(record);
        for name in self.catalogue(record.kind).properties.keys() {
            if let Some(text) = computed::text(self, record, name) {
                properties.insert(name.to_string(), text.into_owned());
            }
        }
        RecordView {
            id: record.id,
            kind: record.kind.plural().to_owned(),
            properties,
            created_at: record.created_at,
            updated_at: record.updated_at,
            archived: record.archived_at.is_some(),
            merged_ids: record.merged.clone(),
        }
    }
}

fn written(record: &Record) -> BTreeMap<String, String> {
    record
        .values
        .iter()
        .filter(|(_, held)| !held.text.is_empty())
        .map(|(name, held)| (name.to_string(), held.text.to_string()))
        .collect()
}
