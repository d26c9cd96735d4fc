//! What rules write in HubSpot.
//!
//! A property is noted before it is written, so that the change that comes of it is known as a rule's own
//! and rules that set each other off in a circle are stopped.

use super::act::Ended;
use crate::engine::Engine;
use crate::mirror::iso;
use crate::store::rule::{RuleRow, RuleState};
use crate::store::rule_run::{RuleRunRow, RunStep};
use crate::trouble::Trouble;
use ::rules::field::{Field, Object};
use hubspot::{Association, NewRecord, ObjectKind};
use std::collections::BTreeMap;
use wire::{RetryClass, Timestamp};

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// A rule that is not kept, on since then.
pub(super) fn trial_row(since: Timestamp) -> RuleRow {
    RuleRow {
        id: 0,
        name: String::new(),
        body: String::new(),
        version: 0,
        state: RuleState::On,
        reason: String::new(),
        enabled_at: since,
        armed_at: since,
        failures: 0,
        changed_at: since,
        changed_by: String::new(),
    }
}

impl Engine {
    /// The one record of a kind that a run is about: what it happened to, the person, or the only one of
    /// theirs.
    async fn record_of(
        &self,
        run: &RuleRunRow,
        object: Object,
    ) -> Result<Result<(ObjectKind, String), Ended>, Trouble> {
        let left_out =
            |reason: &str, words: String| Ok(Err(Ended::LeftOut(reason.to_owned(), words)));
        let word = object.as_str();
        let Some(kind) = super::kind_of(object) else {
            return left_out("no_record", format!("A {word} can't be written."));
        };
        if object == Object::Contact {
            return Ok(Ok((kind, run.contact_id.clone())));
        }
        if run.object == word {
            return Ok(Ok((kind, run.record.clone())));
        }
        let ids = self
            .associated_ids(ObjectKind::Contacts, &run.contact_id, kind)
            .await?;
        match ids.as_slice() {
            [only] => Ok(Ok((kind, only.clone()))),
            [] => left_out("no_record", format!("The person has no {word}.")),
            _ => left_out(
                "several_records",
                format!("The person has more than one {word}, and it is not clear which is meant."),
            ),
        }
    }

    pub(super) async fn rule_sets(
        &self,
        run: &RuleRunRow,
        field: &Field,
        value: &str,
    ) -> Result<Ended, Trouble> {
        let (kind, record) = match self.record_of(run, field.object).await? {
            Ok(found) => found,
            Err(ended) => return Ok(ended),
        };
        let (id, now) = (self.id(), self.now());
        let of = (field.object.as_str(), record.as_str());
        let written = (field.name.as_str(), value);
        self.write(|rows| rows.note_rule_write(id, of, written, run.chain.saturating_add(1), now))?;
        let change = BTreeMap::from([(field.name.clone(), value.to_owned())]);
        // The same value again is the same: it may be tried again.
        let hubspot = &self.outside.hubspot;
        self.attempt(|| hubspot.update(kind, &record, &change))
            .await?;
        Ok(Ended::Well)
    }

    pub(super) async fn rule_moves_deal(
        &self,
        run: &RuleRunRow,
        stage: &str,
    ) -> Result<Ended, Trouble> {
        let field = Field::new(Object::Deal, "dealstage");
        self.rule_sets(run, &field, stage).await
    }

    pub(super) async fn rule_assigns(
        &self,
        run: &RuleRunRow,
        owner: &str,
    ) -> Result<Ended, Trouble> {
        let Some(owner) = self.owner_id(owner).await? else {
            let words = format!("There is no owner \"{owner}\" in HubSpot.");
            return Ok(Ended::Failed("no_owner".to_owned(), words));
        };
        let field = Field::new(Object::Contact, "hubspot_owner_id");
        self.rule_sets(run, &field, &owner).await
    }

    /// An id as it is; an address is looked up.
    async fn owner_id(&self, owner: &str) -> Result<Option<String>, Trouble> {
        let owner = owner.trim();
        if owner.chars().all(|c| c.is_ascii_digit()) {
            return Ok(Some(owner.to_owned()));
        }
        let hubspot = &self.outside.hubspot;
        let mut after = None::<String>;
        loop {
            let page = self.attempt(|| hubspot.owners(after.as_deref())).await?;
            let found = page.owners.into_iter().find(|one| {
                one.email
                    .as_deref()
                    .is_some_and(|email| email.eq_ignore_ascii_case(owner))
            });
            after = page.after;
            if found.is_some() || after.is_none() {
                return Ok(found.map(|one| one.id));
            }
        }
    }

    pub(super) async fn rule_makes_task(
        &self,
        run: &mut RuleRunRow,
        (title, text): (&str, &str),
        due_in_days: u32,
    ) -> Result<Ended, Trouble> {
        let hubspot = &self.outside.hubspot;
        let owner = self
            .attempt(|| {
                hubspot.record(ObjectKind::Contacts, &run.contact_id, &["hubspot_owner_id"])
            })
            .await?
            .and_then(|record| record.text("hubspot_owner_id").map(str::to_owned));
        let due = self.now().saturating_add(i64::from(due_in_days) * DAY_MS);
        let mut properties = BTreeMap::from([
            ("hs_task_subject".to_owned(), title.to_owned()),
            ("hs_task_body".to_owned(), text.to_owned()),
            ("hs_task_status".to_owned(), "NOT_STARTED".to_owned()),
            ("hs_task_type".to_owned(), "TODO".to_owned()),
            ("hs_timestamp".to_owned(), iso(due)),
        ]);
        properties.extend(owner.map(|owner| ("hubspot_owner_id".to_owned(), owner)));
        self.make_once(run, ObjectKind::Tasks, properties).await
    }

    pub(super) async fn rule_adds_note(
        &self,
        run: &mut RuleRunRow,
        text: &str,
    ) -> Result<Ended, Trouble> {
        let properties = BTreeMap::from([
            ("hs_note_body".to_owned(), text.to_owned()),
            ("hs_timestamp".to_owned(), iso(self.now())),
        ]);
        self.make_once(run, ObjectKind::Notes, properties).await
    }

    /// A repeat would make another one: it is marked first, and never made again blindly.
    async fn make_once(
        &self,
        run: &mut RuleRunRow,
        kind: ObjectKind,
        properties: BTreeMap<String, String>,
    ) -> Result<Ended, Trouble> {
        run.state = RunStep::Doing;
        self.keep_run(run)?;
        let new = NewRecord {
            properties,
            associations: vec![Association::to_contact(kind, run.contact_id.clone())],
            ..NewRecord::default()
        };
        match self.outside.hubspot.create(kind, &new).await {
            Ok(_) => Ok(Ended::Well),
            Err(error) if error.retry_class() == RetryClass::UnknownOutcome => {
                let words = "HubSpot did not answer. Look whether it is there.".to_owned();
                Ok(Ended::Unknown(words))
            }
            Err(error) => {
                // It was not made: it may be tried again.
                run.state = RunStep::Waiting;
                self.keep_run(run)?;
                Err(Trouble::HubSpot(error))
            }
        }
    }
}
