//! What rules say to something that happened to a person: the same for rules that are on, for a dry run
//! and for a test on one person. What a rule that is on says is kept before anything is done.

use super::Armed;
use super::facts::Known;
use crate::engine::Engine;
use crate::store::StoreError;
use crate::store::rule_run::{RuleRunRow, RunStep};
use crate::trouble::Trouble;
use ::rules::field::Object;
use ::rules::happening::{Happening, What};
use ::rules::limits::Past;
use ::rules::rule::Rule;
use ::rules::verdict::Verdict;
use hubspot::Record;

impl Engine {
    /// The rule's word, and what it saw. None where the contact is gone.
    pub(super) async fn verdict_for(
        &self,
        rule: &Rule,
        happening: &Happening,
        contact: &str,
        of: Option<(Object, &Record)>,
        past: Past,
    ) -> Result<Option<(Verdict, Known)>, Trouble> {
        let known = self.known_for(rule, contact, of).await?;
        Ok(known.map(|known| (rule.judge(happening, &known.facts, past), known)))
    }

    /// Keeps what these rules, in their order, say to it.
    pub(super) async fn look_for_person(
        &self,
        meant: &[&Armed],
        happening: &Happening,
        contact: &str,
        of: Option<(Object, &Record)>,
    ) -> Result<(), Trouble> {
        let fact = format!("{}/{contact}", happening.key());
        for armed in meant {
            match self.read(|rows| rows.rule_said(armed.row.id, &fact))? {
                // It acted on this before a crash, and what it stopped stays stopped.
                Some(said) if armed.rule.stop && said != RunStep::Refused => break,
                Some(_) => continue,
                None => {}
            }
            let past = self.past_of(armed.row.id, contact)?;
            let Some((verdict, known)) = self
                .verdict_for(&armed.rule, happening, contact, of, past)
                .await?
            else {
                continue;
            };
            let row = self.run_of(armed, happening, (contact, &fact), &verdict, &known);
            let id = self.id();
            self.write(|rows| rows.add_rule_run(id, &row))?;
            if verdict == Verdict::Acts && armed.rule.stop {
                break;
            }
        }
        Ok(())
    }

    fn run_of(
        &self,
        armed: &Armed,
        happening: &Happening,
        (contact, fact): (&str, &str),
        verdict: &Verdict,
        known: &Known,
    ) -> RuleRunRow {
        let now = self.now();
        let due = armed.rule.timing.due(happening.at.min(now), &known.place);
        RuleRunRow {
            id: 0,
            rule_id: armed.row.id,
            fact: fact.to_owned(),
            version: armed.row.version,
            contact_id: contact.to_owned(),
            object: happening.object.as_str().to_owned(),
            record: happening.record.clone(),
            chain: happening.chain,
            state: if *verdict == Verdict::Acts {
                RunStep::Waiting
            } else {
                RunStep::Refused
            },
            reason: verdict.code().to_owned(),
            words: verdict.in_words(),
            step: 0,
            happened_at: happening.at,
            seen_at: now,
            meant_at: due,
            due_at: due,
            asked: asked_by(&armed.rule, happening),
            told: String::new(),
        }
    }

    pub(super) fn past_of(&self, rule: i64, contact: &str) -> Result<Past, StoreError> {
        let today = Self::day_began(self.now());
        self.read(|rows| {
            Ok(Past {
                last_for_person: rows.rule_acted_for(rule, contact)?,
                today: rows.rule_acted_since(rule, today)?,
            })
        })
    }
}

/// Which template HubSpot asks for; empty where the rule answers nothing.
pub(super) fn asked_by(rule: &Rule, happening: &Happening) -> String {
    match &happening.what {
        What::Changed { to: Some(to), .. } if rule.answers() => to.trim().to_owned(),
        _ => String::new(),
    }
}
