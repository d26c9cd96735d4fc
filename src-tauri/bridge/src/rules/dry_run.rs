//! What a rule would have done, and would do for one person: the same reading, the same judgement and the
//! same guard as when it is on, without the row and without the deed.

use super::judge::asked_by;
use super::look::{fires, happenings};
use super::order::refused;
use super::{Armed, write};
use crate::compose::{OrderError, Recipient};
use crate::engine::Engine;
use crate::guard::Refusal;
use crate::trouble::Trouble;
use ::rules::happening::Happening;
use ::rules::limits::Past;
use ::rules::rule::{Action, Message, Rule};
use ::rules::verdict::Verdict;
use hubspot::MOST_CHRONICLES;
use wire::Timestamp;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
/// The guard is asked for so many people; a look at a whole portal would take hours.
const MOST_GUARDED: usize = 500;

/// What stands against the message now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guard {
    /// The guard's word, or that of a message that can't be made.
    pub reason: String,
    /// For a person.
    pub words: String,
    /// When it passes by itself, where it does: the message would go then.
    pub passes_at: Option<Timestamp>,
}

/// What a rule would have done, had it been on.
#[derive(Debug, Clone)]
pub struct Would {
    /// To whom.
    pub contact_id: String,
    /// When it happened.
    pub at: Timestamp,
    /// What the rule says to it.
    pub verdict: Verdict,
    /// The same for a person, in the portal's words.
    pub says: String,
    /// What stands against its first message, where it acts and sends; by what is so now.
    pub guard: Option<Guard>,
}

impl Would {
    /// Whether it would do what it is for, now or once the guard's reason has passed.
    pub fn acts(&self) -> bool {
        let stands = |guard: &Guard| guard.passes_at.is_none();
        self.verdict == Verdict::Acts && !self.guard.as_ref().is_some_and(stands)
    }
}

impl Engine {
    /// What a rule would have said since then. Nothing is kept and nothing is done. Limits count what
    /// this look itself finds.
    ///
    /// # Errors
    /// See [`Trouble`].
    pub async fn rule_dry_run(&self, rule: &Rule, since: Timestamp) -> Result<Vec<Would>, Trouble> {
        self.would_since(rule, since, MOST_GUARDED).await
    }

    /// The same without the guard's word: how many a rule is about, quickly.
    ///
    /// # Errors
    /// See [`Trouble`].
    pub async fn rule_reach(&self, rule: &Rule, since: Timestamp) -> Result<Vec<Would>, Trouble> {
        self.would_since(rule, since, 0).await
    }

    async fn would_since(
        &self,
        rule: &Rule,
        since: Timestamp,
        guarded: usize,
    ) -> Result<Vec<Would>, Trouble> {
        let armed = Armed {
            row: write::trial_row(since),
            rule: rule.clone(),
        };
        let mut would: Vec<Would> = Vec::new();
        for watched in self.watched(std::slice::from_ref(rule))? {
            let changed = self.changed_since(watched.kind, since).await?;
            let ids: Vec<String> = changed.into_keys().collect();
            for some in ids.chunks(MOST_CHRONICLES) {
                for chronicle in self.chronicles_of(&watched, some).await? {
                    for happening in happenings(watched.object, &chronicle) {
                        if !armed.looks_at(&happening) {
                            continue;
                        }
                        let of = Some((watched.object, &chronicle.record));
                        for contact in self.concerned(watched.object, &happening.record).await? {
                            self.would(&armed, &happening, &contact, of, (&mut would, guarded))
                                .await?;
                        }
                    }
                }
            }
        }
        let joined = self.joins_of(rule, since).await?;
        let told = self.events_of(rule, 0, since)?;
        for happening in joined.into_iter().chain(told) {
            if happening.at > since && fires(rule, &happening) {
                let contact = happening.record.clone();
                self.would(&armed, &happening, &contact, None, (&mut would, guarded))
                    .await?;
            }
        }
        for happening in self.leads_nearing(rule, since)? {
            for contact in self.concerned(happening.object, &happening.record).await? {
                self.would(&armed, &happening, &contact, None, (&mut would, guarded))
                    .await?;
            }
        }
        let rules = std::slice::from_ref(rule);
        for (record, happening) in self.nearing(rule, rules, since).await? {
            let of = Some((happening.object, &record));
            for contact in self.concerned(happening.object, &record.id).await? {
                self.would(&armed, &happening, &contact, of, (&mut would, guarded))
                    .await?;
            }
        }
        would.sort_by_key(|one| one.at);
        Ok(would)
    }

    /// What a rule says to one person now, as if it had just been set off, whatever its limits counted.
    /// None where there is no such contact.
    ///
    /// # Errors
    /// See [`Trouble`].
    pub async fn rule_test(&self, rule: &Rule, to: &Recipient) -> Result<Option<Would>, Trouble> {
        let Some(contact) = self.who(to).await?.contact_id else {
            return Ok(None);
        };
        let Some(known) = self.known_for(rule, &contact, None).await? else {
            return Ok(None);
        };
        let verdict = match rule.condition.as_ref().map(|one| one.judge(&known.facts)) {
            Some(Err(failed)) => Verdict::Fails(failed),
            _ => Verdict::Acts,
        };
        let guard = match &verdict {
            Verdict::Acts => self.guard_of(rule, &contact, "").await?,
            _ => None,
        };
        Ok(Some(Would {
            contact_id: contact,
            at: self.now(),
            says: self.read(|rows| self.words_of(&rows, &verdict))?,
            verdict,
            guard,
        }))
    }

    async fn would(
        &self,
        armed: &Armed,
        happening: &Happening,
        contact: &str,
        of: Option<(::rules::field::Object, &hubspot::Record)>,
        (would, most): (&mut Vec<Would>, usize),
    ) -> Result<(), Trouble> {
        let acted: Vec<&Would> = would
            .iter()
            .filter(|one| one.verdict == Verdict::Acts)
            .collect();
        let days_of = |one: &&&Would| Self::day_began(one.at) == Self::day_began(happening.at);
        let past = Past {
            last_for_person: acted
                .iter()
                .filter(|one| one.contact_id == contact)
                .map(|one| one.at)
                .max(),
            today: u32::try_from(acted.iter().filter(days_of).count()).unwrap_or(u32::MAX),
        };
        let guarded = acted.len() < most;
        let Some((verdict, _)) = self
            .verdict_for(&armed.rule, happening, contact, of, past)
            .await?
        else {
            return Ok(());
        };
        let guard = if verdict == Verdict::Acts && guarded {
            let asked = asked_by(&armed.rule, happening);
            self.guard_of(&armed.rule, contact, &asked).await?
        } else {
            None
        };
        would.push(Would {
            contact_id: contact.to_owned(),
            at: happening.at,
            says: self.read(|rows| self.words_of(&rows, &verdict))?,
            verdict,
            guard,
        });
        Ok(())
    }

    /// What stands against the first message of a rule to this person. None where it sends nothing.
    pub(super) async fn guard_of(
        &self,
        rule: &Rule,
        contact: &str,
        asked: &str,
    ) -> Result<Option<Guard>, Trouble> {
        let mut message = None;
        for action in &rule.actions {
            match action {
                Action::Send(one) => message = Some(one.clone()),
                // Nothing is asked for in a test.
                Action::SendAsked if asked.is_empty() => {}
                Action::SendAsked => message = Some(self.message_asked(contact, asked).await?),
                Action::Enrol { .. } => return self.stands_against(contact).await,
                _ => continue,
            }
            break;
        }
        match message {
            Some(message) => self.guard_of_message(rule, contact, &message).await,
            None => Ok(None),
        }
    }

    /// What stands against one message of a rule to this person.
    pub(super) async fn guard_of_message(
        &self,
        rule: &Rule,
        contact: &str,
        message: &Message,
    ) -> Result<Option<Guard>, Trouble> {
        let stands = |reason: &str, words: String, passes_at| {
            Ok(Some(Guard {
                reason: reason.to_owned(),
                words,
                passes_at,
            }))
        };
        let order = match self.rule_order(rule, contact, message).await? {
            Ok(order) => order,
            Err((reason, words)) => return stands(reason, words, None),
        };
        let preview = match self.preview(&order).await {
            Ok(preview) => preview,
            Err(OrderError::Trouble(trouble)) => return Err(trouble),
            Err(error) => return stands("bad_template", error.to_string(), None),
        };
        if preview.open.is_empty() && preview.refusals.is_empty() {
            return Ok(None);
        }
        let refusal = preview.refusals.first();
        let (reason, words) = refused(refusal, &preview);
        stands(reason, words, refusal.and_then(Refusal::passes_at))
    }
}

/// The most people of one day, by days of UTC, that a rule would act for, whatever the guard says.
pub fn busiest_day(would: &[Would]) -> usize {
    let mut days = std::collections::BTreeMap::<i64, std::collections::BTreeSet<&str>>::new();
    for one in would.iter().filter(|one| one.verdict == Verdict::Acts) {
        days.entry(one.at.div_euclid(DAY_MS))
            .or_default()
            .insert(&one.contact_id);
    }
    days.values()
        .map(std::collections::BTreeSet::len)
        .max()
        .unwrap_or_default()
}
