//! What rules say to something that happened to a person: the same for rules that are on, for a dry run
//! and for a test on one person. What a rule that is on says is kept before anything is done.

use super::Armed;
use super::facts::Known;
use crate::engine::Engine;
use crate::find::former_ids;
use crate::planted::Defect;
use crate::store::rule_run::{RuleRunRow, RunStep};
use crate::store::{Reader, StoreError, Writer};
use crate::trouble::Trouble;
use ::rules::field::Object;
use ::rules::happening::{Happening, What};
use ::rules::limits::Past;
use ::rules::rule::Rule;
use ::rules::verdict::Verdict;
use ::rules::words::AsWritten;
use hubspot::Record;
use wire::Timestamp;

/// Something that happened to somebody, and the rules that it sets off, with what each asks for.
pub(super) struct Meant<'a> {
    happening: Happening,
    contact: String,
    fact: String,
    rules: Vec<(&'a Armed, Known)>,
}

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

    /// What these rules ask for of a person to whom something happened. Those that spoke before are not asked.
    pub(super) async fn meant<'a>(
        &self,
        armed: &[&'a Armed],
        happening: &Happening,
        contact: &str,
        of: Option<(Object, &Record)>,
    ) -> Result<Meant<'a>, Trouble> {
        let mut meant = Meant {
            happening: happening.clone(),
            contact: contact.to_owned(),
            fact: format!("{}/{contact}", happening.key()),
            rules: Vec::new(),
        };
        if self.planted(Defect::NoMoment) {
            meant.fact = meant.fact.replace(&happening.at.to_string(), "");
        }
        for armed in armed.iter().copied() {
            match self.read(|rows| said(&rows, armed, &meant.fact))? {
                Said::Stops => break,
                Said::Before => continue,
                Said::Nothing => {}
            }
            let asked = self.known_for(&armed.rule, contact, of);
            let known = self.counted_for(Self::own_reading(armed), asked).await?;
            let Some(known) = known else { continue };
            match self
                .read(|rows| said_before_a_merge(&rows, armed, happening, contact, (&known, of)))?
            {
                Said::Stops => break,
                Said::Before => {}
                Said::Nothing => meant.rules.push((armed, known)),
            }
        }
        Ok(meant)
    }

    /// Keeps what these rules, in their order, say to it.
    pub(super) async fn look_for_person(
        &self,
        armed: &[&Armed],
        happening: &Happening,
        contact: &str,
        of: Option<(Object, &Record)>,
    ) -> Result<(), Trouble> {
        let meant = self.meant(armed, happening, contact, of).await?;
        Ok(self.keep_words(&[meant])?)
    }

    pub(super) fn keep_words(&self, all: &[Meant<'_>]) -> Result<(), StoreError> {
        if all.iter().all(|meant| meant.rules.is_empty()) {
            return Ok(());
        }
        self.write(|rows| all.iter().try_for_each(|meant| self.keep_word(rows, meant)))
    }

    /// In the transaction of whoever asks: what was said just before counts.
    pub(super) fn keep_word(&self, rows: &Writer<'_>, meant: &Meant<'_>) -> Result<(), StoreError> {
        let (id, now) = (self.id(), self.now());
        for (armed, known) in &meant.rules {
            match said(rows, armed, &meant.fact)? {
                Said::Stops => break,
                Said::Before => continue,
                Said::Nothing => {}
            }
            let past = past(rows, armed.row.id, (&meant.contact, &known.also), now)?;
            let verdict = armed.rule.judge(&meant.happening, &known.facts, past);
            let of = (meant.contact.as_str(), meant.fact.as_str());
            let words = self.words_of(rows, &verdict)?;
            let row = self.run_of(armed, &meant.happening, of, (&verdict, words), known);
            rows.add_rule_run(id, &row)?;
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
        (verdict, words): (&Verdict, String),
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
            words,
            step: 0,
            happened_at: happening.at,
            seen_at: now,
            meant_at: due,
            due_at: due,
            asked: asked_by(&armed.rule, happening),
            told: String::new(),
        }
    }

    /// `also` are other ids of the person.
    pub(super) fn past_of(
        &self,
        rule: i64,
        contact: &str,
        also: &[String],
    ) -> Result<Past, StoreError> {
        let now = self.now();
        self.read(|rows| past(&rows, rule, (contact, also), now))
    }

    /// A verdict for a person, in the portal's words for what the rule names.
    pub(super) fn words_of(
        &self,
        rows: &Reader<'_>,
        verdict: &Verdict,
    ) -> Result<String, StoreError> {
        Ok(match verdict {
            Verdict::Fails(_) => verdict.in_words(self.called(rows)?.as_ref()),
            _ => verdict.in_words(&AsWritten),
        })
    }
}

fn past(
    rows: &Reader<'_>,
    rule: i64,
    (contact, also): (&str, &[String]),
    now: Timestamp,
) -> Result<Past, StoreError> {
    let today = Engine::day_began(now);
    let mut last = rows.rule_acted_for(rule, contact)?;
    for id in also {
        last = last.max(rows.rule_acted_for(rule, id)?);
    }
    Ok(Past {
        last_for_person: last,
        today: rows.rule_acted_since(rule, today)?,
    })
}

/// Whether a rule spoke to it before.
enum Said {
    Nothing,
    Before,
    /// It acted on this before a crash, and what it stopped stays stopped.
    Stops,
}

fn said(rows: &Reader<'_>, armed: &Armed, fact: &str) -> Result<Said, StoreError> {
    Ok(match rows.rule_said(armed.row.id, fact)? {
        Some(said) if armed.rule.stop && said != RunStep::Refused => Said::Stops,
        Some(_) => Said::Before,
        None => Said::Nothing,
    })
}

/// A merge makes a record of its own, with the history of those that it was made of: what they were judged for
/// is not judged again under its id.
fn said_before_a_merge(
    rows: &Reader<'_>,
    armed: &Armed,
    happening: &Happening,
    contact: &str,
    (known, of): (&Known, Option<(Object, &Record)>),
) -> Result<Said, StoreError> {
    let former = match of {
        Some((object, record)) if object == happening.object && record.id == happening.record => {
            former_ids(record)
        }
        _ => Vec::new(),
    };
    let own = happening.object == Object::Contact && happening.record == contact;
    let records = if own { &known.also } else { &former };
    for record in records.iter().chain([&happening.record]) {
        let key = Happening {
            record: record.clone(),
            ..happening.clone()
        }
        .key();
        for person in known.also.iter().map(String::as_str).chain([contact]) {
            if own && person != record {
                continue;
            }
            match said(rows, armed, &format!("{key}/{person}"))? {
                Said::Nothing => {}
                before => return Ok(before),
            }
        }
    }
    Ok(Said::Nothing)
}

/// Which template HubSpot asks for; empty where the rule answers nothing.
pub(super) fn asked_by(rule: &Rule, happening: &Happening) -> String {
    match &happening.what {
        What::Changed { to: Some(to), .. } if rule.answers() => to.trim().to_owned(),
        _ => String::new(),
    }
}
