//! From records that changed to what happened to them, and to whom.

use super::budget::Reading;
use super::facts::names;
use super::judge::Meant;
use super::read::{OVERLAP_MS, Place};
use super::{Armed, kind_of};
use crate::engine::Engine;
use crate::planted::Defect;
use crate::store::{StoreError, Writer};
use crate::trouble::Trouble;
use ::rules::field::Object;
use ::rules::happening::{Happening, What};
use ::rules::rule::{Rule, Trigger, asked};
use hubspot::{Chronicle, Held, MOST_CHRONICLES, ObjectKind};
use std::collections::BTreeMap;
use wire::{RetryClass, Timestamp};

/// What the kind's rules watch.
pub(super) struct Watched {
    pub(super) object: Object,
    pub(super) kind: ObjectKind,
    /// Properties whose changes are watched.
    pub(super) history: Vec<String>,
    /// Properties that are watched or asked for.
    properties: Vec<String>,
}

pub(super) fn watched(rules: &[Rule], zone: Option<&str>) -> Vec<Watched> {
    let mut all: BTreeMap<Object, Vec<String>> = BTreeMap::new();
    for rule in rules {
        match &rule.trigger {
            Some(Trigger::Property { field, .. }) => {
                all.entry(field.object)
                    .or_default()
                    .push(field.name.clone());
            }
            Some(Trigger::Asked) => {
                let history = all.entry(Object::Contact).or_default();
                history.push(asked::TEMPLATE.to_owned());
            }
            Some(Trigger::Created(object)) => {
                all.entry(*object).or_default();
            }
            _ => {}
        }
    }
    let read = |(object, mut history): (Object, Vec<String>)| {
        history.sort();
        history.dedup();
        let mut properties = names(rules, object);
        if object == Object::Contact {
            properties.extend(zone.map(str::to_owned));
        }
        Some(Watched {
            object,
            kind: kind_of(object)?,
            history,
            properties,
        })
    };
    all.into_iter().filter_map(read).collect()
}

/// What happened to a record, the oldest first.
pub(super) fn happenings(object: Object, chronicle: &Chronicle) -> Vec<Happening> {
    let record = &chronicle.record;
    let of = |what, at| Happening {
        what,
        object,
        record: record.id.clone(),
        at,
        chain: 0,
    };
    let mut all: Vec<Happening> = record
        .created_at
        .map(|at| of(What::Created, at))
        .into_iter()
        .collect();
    for (name, held) in &chronicle.history {
        let mut before: Option<&Held> = None;
        for now in held {
            let from = before.and_then(|held| held.value.clone());
            if from != now.value {
                let what = What::Changed {
                    name: name.clone(),
                    from,
                    to: now.value.clone(),
                };
                all.push(of(what, now.since));
            }
            before = Some(now);
        }
    }
    all.sort_by_key(|one| one.at);
    all
}

pub(super) fn fires(rule: &Rule, happening: &Happening) -> bool {
    rule.trigger
        .as_ref()
        .is_some_and(|trigger| trigger.fires(happening))
}

impl Engine {
    /// Reads what changed and keeps what rules say to it.
    pub(super) async fn look_for_rules(&self, armed: &[Armed]) -> Result<(), Trouble> {
        self.look_at_reported(armed).await?;
        let rules: Vec<Rule> = armed.iter().map(|one| one.rule.clone()).collect();
        for watched in self.watched(&rules)? {
            let looked = self.look_at_kind(armed, &watched);
            match self
                .counted_for(Reading::Kind(watched.object), looked)
                .await
            {
                Ok(()) => {}
                // HubSpot refuses to show such records: the rules that need them say so, and the rest goes on.
                Err(trouble @ Trouble::HubSpot(_))
                    if trouble.retry_class() == RetryClass::Permanent =>
                {
                    self.pause_watchers(armed, watched.object, &trouble)?;
                }
                Err(trouble) => return Err(trouble),
            }
        }
        self.look_at_lists(armed).await?;
        self.look_at_those_who_left(armed).await?;
        self.look_at_leads(armed).await?;
        self.look_at_dates(armed).await?;
        self.look_at_events(armed).await
    }

    pub(super) fn watched(&self, rules: &[Rule]) -> Result<Vec<Watched>, StoreError> {
        let zone = self.settings()?.sending.zone_property;
        Ok(watched(rules, zone.as_deref()))
    }

    fn pause_watchers(
        &self,
        armed: &[Armed],
        object: Object,
        trouble: &Trouble,
    ) -> Result<(), StoreError> {
        let why = trouble.to_string();
        armed
            .iter()
            .filter(|one| {
                let rule = std::slice::from_ref(&one.rule);
                watched(rule, None).iter().any(|one| one.object == object)
            })
            .try_for_each(|one| self.pause_rule(one.row.id, &why))
    }

    async fn look_at_kind(&self, armed: &[Armed], watched: &Watched) -> Result<(), Trouble> {
        let id = self.id();
        let object = watched.object.as_str();
        let cursor = cursor(watched.object);
        let oldest = armed.iter().map(|one| one.row.armed_at).min();
        let from = match self.read(|rows| rows.cursor_number(id, &cursor))? {
            Some(until) => until.max(oldest.unwrap_or(until)),
            None => oldest.unwrap_or_else(|| self.now()),
        };
        let from = from.saturating_sub(OVERLAP_MS);
        let mut place = Some(Place::from(from));
        while let Some(at) = place {
            let (changed, next) = self.changed_from(watched.kind, &at).await?;
            let newest = changed.values().max().copied();
            let fresh: Vec<(String, Timestamp)> = self.read(|rows| {
                let mut fresh = Vec::new();
                for (record, at) in changed {
                    if rows.rule_seen(id, object, &record)? != Some(at) {
                        fresh.push((record, at));
                    }
                }
                Ok(fresh)
            })?;
            for some in fresh.chunks(MOST_CHRONICLES) {
                self.look_at_changed(armed, watched, some).await?;
            }
            let now = self.now();
            if let Some(newest) = newest {
                self.write(|rows| {
                    rows.set_cursor(id, &cursor, &newest.to_string(), now)?;
                    rows.forget_for_rules(id, object, newest.saturating_sub(2 * OVERLAP_MS))
                })?;
            }
            place = next;
        }
        Ok(())
    }

    /// Records that changed, read at once. What rules say to all of them is kept in one transaction, but
    /// for what had to be asked about first: that is not asked again.
    async fn look_at_changed(
        &self,
        armed: &[Armed],
        watched: &Watched,
        some: &[(String, Timestamp)],
    ) -> Result<(), Trouble> {
        let id = self.id();
        let object = watched.object.as_str();
        let see = |rows: &Writer<'_>| {
            some.iter()
                .try_for_each(|(record, at)| rows.see_for_rules(id, object, record, *at))
        };
        let ids: Vec<String> = some.iter().map(|(record, _)| record.clone()).collect();
        if self.planted(Defect::SeenFirst) {
            self.write(see)?;
        }
        let mut all: Vec<Meant<'_>> = Vec::new();
        for chronicle in self.chronicles_of(watched, &ids).await? {
            let calls = self.outside.hubspot.calls();
            let meant = self.meant_by(armed, watched.object, &chronicle).await?;
            all.extend(meant);
            if self.outside.hubspot.calls() != calls {
                self.keep_words(&std::mem::take(&mut all))?;
            }
        }
        Ok(self.write(|rows| {
            all.iter()
                .try_for_each(|meant| self.keep_word(rows, meant))?;
            see(rows)
        })?)
    }

    pub(super) async fn chronicles_of(
        &self,
        watched: &Watched,
        ids: &[String],
    ) -> Result<Vec<Chronicle>, Trouble> {
        let history: Vec<&str> = watched.history.iter().map(String::as_str).collect();
        let properties: Vec<&str> = watched.properties.iter().map(String::as_str).collect();
        let hubspot = &self.outside.hubspot;
        self.attempt(|| hubspot.chronicles(watched.kind, ids, &properties, &history))
            .await
    }

    pub(super) async fn look_at_record(
        &self,
        armed: &[Armed],
        object: Object,
        chronicle: &Chronicle,
    ) -> Result<(), Trouble> {
        let meant = self.meant_by(armed, object, chronicle).await?;
        Ok(self.keep_words(&meant)?)
    }

    /// What happened to a record and sets rules off, with what they ask for.
    async fn meant_by<'a>(
        &self,
        armed: &'a [Armed],
        object: Object,
        chronicle: &Chronicle,
    ) -> Result<Vec<Meant<'a>>, Trouble> {
        let id = self.id();
        let mut found = Vec::new();
        let mut people = None;
        let mut all = happenings(object, chronicle);
        if self.planted(Defect::OnlyNow) {
            all = all.pop().into_iter().collect();
        }
        for mut happening in all {
            let meant: Vec<&Armed> = armed
                .iter()
                .filter(|one| one.looks_at(&happening))
                .collect();
            if meant.is_empty() {
                continue;
            }
            if let What::Changed { name, to, .. } = &happening.what {
                let of = (object.as_str(), chronicle.record.id.as_str());
                let written = (name.as_str(), to.as_deref().unwrap_or_default());
                happening.chain = self.read(|rows| rows.rule_chain(id, of, written))?;
            }
            if people.is_none() {
                people = Some(self.concerned(object, &chronicle.record.id).await?);
            }
            let of = Some((object, &chronicle.record));
            for contact in people.iter().flatten() {
                found.push(self.meant(&meant, &happening, contact, of).await?);
            }
        }
        Ok(found)
    }

    /// Whom it concerns.
    pub(super) async fn concerned(
        &self,
        object: Object,
        record: &str,
    ) -> Result<Vec<String>, Trouble> {
        match kind_of(object) {
            Some(ObjectKind::Contacts) => Ok(vec![record.to_owned()]),
            Some(kind) => {
                self.associated_ids(kind, record, ObjectKind::Contacts)
                    .await
            }
            None => Ok(self.contact_of_lead(record)?.into_iter().collect()),
        }
    }
}

/// Up to where a kind of record was read.
pub(super) fn cursor(object: Object) -> String {
    format!("rules.{}", object.as_str())
}
