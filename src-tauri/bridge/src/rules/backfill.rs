//! A rule run, by somebody's word, on those who fit it already.
//!
//! Nobody is touched by an activation; this is asked for by itself, counted, and confirmed. Who fits is who
//! fits the conditions and is where the trigger would have put them: the property has that value now, the
//! contact is on the list. They are kept as rows in one transaction, looked at so many a round, each once,
//! by the same judgement, with the same limits and the same guard, as what happens by itself; and judged
//! again at that moment, so whoever fits no more is left out.

use super::facts::names;
use super::{Armed, Would, kind_of};
use crate::engine::Engine;
use crate::find::former_ids;
use crate::store::StoreError;
use crate::store::rule::RuleState;
use crate::store::rule_backfill::BackfillRow;
use crate::trouble::Trouble;
use ::rules::condition::{Condition, Operator, Test};
use ::rules::field::{Field, Object};
use ::rules::happening::{Happening, What};
use ::rules::limits::Past;
use ::rules::rule::{Change, ListStep, Rule, Trigger, close_date};
use ::rules::verdict::Verdict;
use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;
use hubspot::{MAX_INPUTS, ObjectKind, Record};
use std::collections::BTreeSet;

/// People of one round: a minute's work, so that what happens by itself does not wait.
const MOST_A_ROUND: u32 = 50;
/// The guard is asked about so many before it begins.
const MOST_GUARDED: usize = 500;
/// More than these are confirmed by their number.
const FEW: usize = 25;

/// Who would be put through a rule.
#[derive(Debug, Clone)]
pub struct Fitting {
    /// Those who fit the conditions now, by what is so now; limits and the guard may stand against them.
    pub would: Vec<Would>,
    /// How many were looked at to find them.
    pub looked: usize,
}

impl Fitting {
    /// Whom the rule would act for, whatever the guard says.
    pub fn people(&self) -> impl Iterator<Item = &Would> {
        self.would.iter().filter(|one| one.verdict == Verdict::Acts)
    }
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Backfilled {
    /// It has begun with so many.
    Begun {
        /// How many.
        people: usize,
    },
    /// Nobody fits.
    Nobody,
    /// Somebody has to say that so many people are meant.
    Confirm {
        /// How many.
        people: usize,
    },
    /// This stands against it, in words.
    NotPossible(String),
}

/// What a rule asks of those whom nothing has happened to: its conditions, and where its trigger leads.
fn standing(rule: &Rule, today: NaiveDate) -> Result<Rule, &'static str> {
    let known = |object: Object, name: &str, known| {
        Ok(Some(Test {
            field: Field::new(object, name),
            operator: Operator::Known(known),
        }))
    };
    let test = |field: &Field, operator| {
        Ok(Some(Test {
            field: field.clone(),
            operator,
        }))
    };
    let led_to = match &rule.trigger {
        None => Err("It has no trigger. Say what sets it off."),
        Some(Trigger::Property { field, change }) => match change {
            Change::Becomes(to) => test(field, Operator::Is(to.clone())),
            Change::Any | Change::Set => test(field, Operator::Known(true)),
            Change::Cleared => test(field, Operator::Known(false)),
        },
        Some(Trigger::List {
            step: ListStep::Joins,
            ..
        })
        | Some(Trigger::Created(Object::Contact)) => Ok(None),
        Some(Trigger::Created(object)) => known(*object, "createdate", true),
        Some(Trigger::ClosesWithin { days }) => test(&close_date(), Operator::WithinNext(*days)),
        Some(Trigger::DateAway { field, days }) => {
            let span = Days::new(u64::from(days.unsigned_abs()));
            let day = if *days < 0 {
                today.checked_sub_days(span)
            } else {
                today.checked_add_days(span)
            };
            test(field, Operator::On(day.unwrap_or(today)))
        }
        Some(Trigger::List { .. }) => Err(
            "It is set off by leaving a list, and HubSpot keeps no word of who left one. Make a rule with another \
             trigger for them.",
        ),
        Some(Trigger::Message(_) | Trigger::NoReply { .. }) => Err(
            "It is set off by a message, and acts on what happens to messages from the moment it is on.",
        ),
        Some(Trigger::Asked) => {
            Err("It answers what HubSpot asks for. Ask again there for whoever is meant.")
        }
    }?;
    let mut all: Vec<Condition> = led_to.map(Condition::Test).into_iter().collect();
    all.extend(rule.condition.clone());
    let condition = (!all.is_empty()).then_some(Condition::All(all));
    Ok(Rule {
        condition,
        ..rule.clone()
    })
}

impl Engine {
    fn today(&self) -> NaiveDate {
        let zone = self.connection().time_zone.parse().unwrap_or(Tz::UTC);
        let now = DateTime::<Utc>::from_timestamp_millis(self.now()).unwrap_or_default();
        now.with_timezone(&zone).date_naive()
    }

    /// Who fits a rule now, and what stands against each. Nothing is kept and nothing is done. `of` is the
    /// kept rule whose limits count. In words where it can't be told.
    ///
    /// # Errors
    /// See [`Trouble`].
    pub async fn rule_fitting(
        &self,
        of: i64,
        rule: &Rule,
    ) -> Result<Result<Fitting, String>, Trouble> {
        self.fitting(of, rule, MOST_GUARDED).await
    }

    async fn fitting(
        &self,
        of: i64,
        rule: &Rule,
        guarded: usize,
    ) -> Result<Result<Fitting, String>, Trouble> {
        let rule = match standing(rule, self.today()) {
            Ok(rule) => rule,
            Err(why) => return Ok(Err(why.to_owned())),
        };
        let ids = match self.candidates(&rule).await? {
            Ok(ids) => ids,
            Err(why) => return Ok(Err(why)),
        };
        let mut fitting = Fitting {
            would: Vec::new(),
            looked: ids.len(),
        };
        for some in ids.chunks(MAX_INPUTS) {
            for record in self.read_for(&rule, some).await? {
                let happening = self.fits_now(&record.id, 0);
                let past = Past {
                    today: 0,
                    ..self.past_of(of, &record.id, &former_ids(&record))?
                };
                let about = Some((Object::Contact, &record));
                let said = self
                    .verdict_for(&rule, &happening, &record.id, about, past)
                    .await?;
                let Some((verdict, _)) = said else { continue };
                if matches!(verdict, Verdict::Fails(_)) {
                    continue;
                }
                let ask = verdict == Verdict::Acts && fitting.would.len() < guarded;
                let guard = if ask {
                    self.guard_of(&rule, &record.id, "").await?
                } else {
                    None
                };
                fitting.would.push(Would {
                    contact_id: record.id.clone(),
                    at: happening.at,
                    says: self.read(|rows| self.words_of(&rows, &verdict))?,
                    verdict,
                    guard,
                });
            }
        }
        Ok(Ok(fitting))
    }

    fn fits_now(&self, contact: &str, backfill: i64) -> Happening {
        Happening {
            what: What::Fits { asked: backfill },
            object: Object::Contact,
            record: contact.to_owned(),
            at: self.now(),
            chain: 0,
        }
    }

    /// Contacts among whom are all that fit.
    async fn candidates(&self, rule: &Rule) -> Result<Result<Vec<String>, String>, Trouble> {
        let too_many = |count: u64| {
            Ok(Err(format!(
                "{count} records would have to be looked at, one by one, and {} at most are. Add a condition that \
                 HubSpot's search knows, such as one on a property of contacts.",
                super::count::MOST_FOUND
            )))
        };
        if let Some(Trigger::List { list, .. }) = &rule.trigger {
            let Some(list) = self.list_named(list).await? else {
                return Ok(Err(format!("HubSpot has no list \"{list}\".")));
            };
            let members = self.everybody_on(&list).await?;
            let count = u64::try_from(members.len()).unwrap_or(u64::MAX);
            if count > super::count::MOST_FOUND {
                return too_many(count);
            }
            return Ok(Ok(members.into_iter().collect()));
        }
        let (object, groups, count) = self.smallest_search(rule).await?;
        if count > super::count::MOST_FOUND {
            return too_many(count);
        }
        let Some(kind) = kind_of(object) else {
            return Ok(Ok(Vec::new()));
        };
        let found = self.all_found(kind, &groups).await?;
        if object == Object::Contact {
            return Ok(Ok(found));
        }
        let mut people = BTreeSet::new();
        for record in found {
            people.extend(self.concerned(object, &record).await?);
        }
        Ok(Ok(people.into_iter().collect()))
    }

    /// These contacts, with what the rule asks of contacts.
    async fn read_for(&self, rule: &Rule, ids: &[String]) -> Result<Vec<Record>, Trouble> {
        let zone = self.settings()?.sending.zone_property;
        let mut properties = names(std::slice::from_ref(rule), Object::Contact);
        properties.extend(zone);
        let properties: Vec<&str> = properties.iter().map(String::as_str).collect();
        let hubspot = &self.outside.hubspot;
        self.attempt(|| hubspot.batch_read(ObjectKind::Contacts, None, ids, &properties))
            .await
    }

    /// Begins with everybody who fits a rule that is on, where no more than `agreed`, or only a few, do.
    ///
    /// # Errors
    /// See [`Trouble`].
    pub async fn begin_backfill(
        &self,
        name: &str,
        agreed: Option<usize>,
        by: &str,
    ) -> Result<Backfilled, Trouble> {
        let (id, not) = (self.id(), |why: &str| {
            Ok(Backfilled::NotPossible(why.to_owned()))
        });
        let Some(row) = self.read(|rows| rows.rule_named(id, name))? else {
            return not("There is no such rule any more.");
        };
        let (RuleState::On, Some(rule)) = (row.state, super::rule_of(&row)) else {
            return not("It is not on. Turn it on first: that alone touches nobody.");
        };
        let fitting = match self.fitting(row.id, &rule, 0).await? {
            Ok(fitting) => fitting,
            Err(why) => return Ok(Backfilled::NotPossible(why)),
        };
        let people: Vec<String> = fitting.people().map(|one| one.contact_id.clone()).collect();
        if people.is_empty() {
            return Ok(Backfilled::Nobody);
        }
        let count = people.len();
        if count > FEW && agreed.is_none_or(|agreed| agreed < count) {
            return Ok(Backfilled::Confirm { people: count });
        }
        let now = self.now();
        let of = (id, row.id, row.version);
        if self.write(|rows| rows.start_backfill(of, &people, by, now))? {
            Ok(Backfilled::Begun { people: count })
        } else {
            not(
                "It is already being run on those who match. Wait until that has ended, or stop it.",
            )
        }
    }

    /// Looks at the next ones.
    pub(super) async fn go_on_with_backfills(&self, armed: &[Armed]) -> Result<(), Trouble> {
        let (id, now) = (self.id(), self.now());
        for backfill in self.read(|rows| rows.open_backfills(id))? {
            let Some(one) = armed.iter().find(|one| one.row.id == backfill.rule_id) else {
                // It is paused; whoever turns it off stops this too.
                continue;
            };
            if one.row.version != backfill.version {
                self.write(|rows| rows.stop_backfill_of(one.row.id, "The rule was changed.", now))?;
                continue;
            }
            self.go_on_with_backfill(one, &backfill).await?;
        }
        Ok(())
    }

    async fn go_on_with_backfill(
        &self,
        armed: &Armed,
        backfill: &BackfillRow,
    ) -> Result<(), Trouble> {
        let Ok(rule) = standing(&armed.rule, self.today()) else {
            return Ok(());
        };
        let next = self.read(|rows| rows.backfill_people(backfill.id, MOST_A_ROUND))?;
        let records = self.read_for(&rule, &next).await?;
        let standing = Armed {
            row: armed.row.clone(),
            rule,
        };
        let list = self.list_watched(&standing.rule).await?;
        for contact in next {
            if self.is_enough_today(&standing)? {
                return Ok(());
            }
            let record = records.iter().find(|record| record.id == contact);
            let there = list.as_ref().is_none_or(|list| list.contains(&contact));
            if let Some(record) = record.filter(|_| there) {
                let happening = self.fits_now(&contact, backfill.id);
                let of = Some((Object::Contact, record));
                self.look_for_person(&[&standing], &happening, &contact, of)
                    .await?;
            }
            let now = self.now();
            self.write(|rows| rows.backfill_looked_at(backfill.id, &contact, now))?;
        }
        Ok(())
    }

    /// Who is on the list that the rule watches; none where it watches no list.
    async fn list_watched(&self, rule: &Rule) -> Result<Option<BTreeSet<String>>, Trouble> {
        let Some(Trigger::List { list, .. }) = &rule.trigger else {
            return Ok(None);
        };
        Ok(match self.list_named(list).await? {
            Some(list) => Some(self.everybody_on(&list).await?),
            None => Some(BTreeSet::new()),
        })
    }

    /// The rest waits for the next day.
    fn is_enough_today(&self, armed: &Armed) -> Result<bool, StoreError> {
        let today = self.past_of(armed.row.id, "", &[])?.today;
        Ok(armed
            .rule
            .limits
            .most_a_day
            .is_some_and(|most| today >= most))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::rules::rule::Told;

    fn asks(trigger: Trigger) -> Result<Option<String>, &'static str> {
        let rule = Rule {
            trigger: Some(trigger),
            ..Rule::new("One")
        };
        let today = NaiveDate::from_ymd_opt(2026, 11, 28).unwrap();
        let condition = standing(&rule, today)?.condition;
        Ok(condition.map(|one| ::rules::words::condition(&one, &::rules::words::AsWritten)))
    }

    /// Else "becomes customer" would be run on everybody.
    #[test]
    fn who_fits_is_where_the_trigger_would_have_put_them() {
        let stage = Field::new(Object::Deal, "dealstage");
        for (trigger, expected) in [
            (
                Trigger::Property {
                    field: stage.clone(),
                    change: Change::Becomes(vec!["won".to_owned()]),
                },
                Some("deal.dealstage is won"),
            ),
            (
                Trigger::Property {
                    field: stage,
                    change: Change::Cleared,
                },
                Some("deal.dealstage is empty"),
            ),
            (
                Trigger::Created(Object::Ticket),
                Some("ticket.createdate is known"),
            ),
            (Trigger::Created(Object::Contact), None),
            (
                Trigger::DateAway {
                    field: Field::new(Object::Contact, "renewal"),
                    days: -3,
                },
                Some("contact.renewal is on 2026-11-25"),
            ),
        ] {
            assert_eq!(asks(trigger).unwrap().as_deref(), expected);
        }
        assert!(asks(Trigger::Message(Told::Reply)).is_err());
        assert!(asks(Trigger::Asked).is_err());
    }
}
