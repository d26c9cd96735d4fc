//! Dates that come as near as a rule asks for: a deal that closes soon, a renewal.
//!
//! A day comes near at the midnight, by the portal's clock, that lies so many days before it. One search
//! a rule, a few times an hour, shows the records whose day came near since the last one. What was near when
//! the rule was turned on sets nothing off, and neither does a date that is moved to a nearer day than the
//! rule asks for: its midnight is over.

use super::facts::names;
use super::leads::watches_leads;
use super::{Armed, kind_of};
use crate::days::begin;
use crate::engine::Engine;
use crate::trouble::Trouble;
use ::rules::condition::day;
use ::rules::field::{Field, Object};
use ::rules::happening::{Happening, What};
use ::rules::rule::{Rule, Trigger, close_date};
use chrono::{Days, NaiveDate};
use chrono_tz::Tz;
use hubspot::{Filter, ObjectKind, Record, Search};
use wire::{RetryClass, Timestamp};

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
/// Days come near at midnight: it is soon enough to look this often.
const EVERY_MS: i64 = 15 * 60 * 1_000;
/// What was changed shortly before midnight may be shown shortly after it.
const OVERLAP_MS: i64 = 60 * 60 * 1_000;
/// Pages of one search.
const MOST_PAGES: u32 = 49;

/// The date that a rule watches, and how.
struct Near {
    field: Field,
    kind: ObjectKind,
    days: i32,
    within: bool,
}

fn near(rule: &Rule) -> Option<Near> {
    let (field, days, within) = match &rule.trigger {
        Some(Trigger::ClosesWithin { days }) => (close_date(), i32::try_from(*days).ok()?, true),
        Some(Trigger::DateAway { field, days }) => (field.clone(), *days, false),
        _ => return None,
    };
    let kind = kind_of(field.object)?;
    Some(Near {
        field,
        kind,
        days,
        within,
    })
}

/// Whether it asks for a date of its own.
pub(super) fn watches_a_date(rule: &Rule) -> bool {
    near(rule).is_some()
}

/// The date that a rule watches, and how many days away it is to be.
pub(super) fn near_of(rule: &Rule) -> Option<(&Field, i32)> {
    match &rule.trigger {
        Some(Trigger::DateAway { field, days }) => Some((field, *days)),
        _ => None,
    }
}

/// The midnight at which a day is so many days away.
pub(super) fn came_near(date: NaiveDate, days: i32, zone: Tz) -> Option<Timestamp> {
    let span = Days::new(u64::from(days.unsigned_abs()));
    let day = if days < 0 {
        date.checked_add_days(span)?
    } else {
        date.checked_sub_days(span)?
    };
    begin(day, zone)
}

impl Engine {
    pub(super) async fn look_at_dates(&self, armed: &[Armed]) -> Result<(), Trouble> {
        let (id, now) = (self.id(), self.now());
        let rules: Vec<Rule> = armed.iter().map(|one| one.rule.clone()).collect();
        let watches = |one: &&Armed| {
            near(&one.rule).is_some() || watches_leads(&one.rule) && near_of(&one.rule).is_some()
        };
        for one in armed.iter().filter(watches) {
            let cursor = format!("rules.near.{}", one.row.id);
            let last = self.read(|rows| rows.cursor_number(id, &cursor))?;
            let since = match last {
                Some(last) if (last..last.saturating_add(EVERY_MS)).contains(&now) => continue,
                Some(last) => one.row.armed_at.max(last.saturating_sub(OVERLAP_MS)),
                None => one.row.armed_at,
            };
            let nearing = self.nearing(&one.rule, &rules, since);
            let found = match self.counted_for(Self::own_reading(one), nearing).await {
                Ok(found) => found,
                Err(trouble @ Trouble::HubSpot(_))
                    if trouble.retry_class() == RetryClass::Permanent =>
                {
                    self.pause_rule(one.row.id, &trouble.to_string())?;
                    continue;
                }
                Err(trouble) => return Err(trouble),
            };
            for happening in self.leads_nearing(&one.rule, since)? {
                for contact in self.concerned(Object::Lead, &happening.record).await? {
                    self.look_for_person(&[one], &happening, &contact, None)
                        .await?;
                }
            }
            for (record, happening) in found {
                let meant: Vec<&Armed> = armed
                    .iter()
                    .filter(|other| other.looks_at(&happening))
                    .collect();
                let of = Some((happening.object, &record));
                for contact in self.concerned(happening.object, &record.id).await? {
                    self.look_for_person(&meant, &happening, &contact, of)
                        .await?;
                }
            }
            self.write(|rows| rows.set_cursor(id, &cursor, &now.to_string(), now))?;
        }
        Ok(())
    }

    /// Records whose day came near since then, read with what these rules ask for.
    pub(super) async fn nearing(
        &self,
        rule: &Rule,
        all: &[Rule],
        since: Timestamp,
    ) -> Result<Vec<(Record, Happening)>, Trouble> {
        let Some(near) = near(rule) else {
            return Ok(Vec::new());
        };
        let now = self.now();
        let zone = self.connection().time_zone.parse().unwrap_or(Tz::UTC);
        let away = i64::from(near.days).saturating_mul(DAY_MS);
        // A day either way: a date is midnight in UTC, and a moment is none.
        let from = since.saturating_add(away).saturating_sub(DAY_MS);
        let until = now.saturating_add(away).saturating_add(DAY_MS);
        let mut properties = names(all, near.field.object);
        if near.field.object == Object::Contact {
            properties.extend(self.settings()?.sending.zone_property);
        }
        let (mut found, mut after) = (Vec::new(), None);
        for _ in 0..MOST_PAGES {
            let name = near.field.name.as_str();
            let search = Search::new()
                .group([Filter::between(name, from.to_string(), until.to_string())])
                .ascending("hs_object_id")
                .properties(properties.iter().map(String::as_str))
                .limit(200)
                .after(after);
            let hubspot = &self.outside.hubspot;
            let page = self.attempt(|| hubspot.search(near.kind, &search)).await?;
            for record in page.records {
                let date = record.text(name).and_then(|text| day(text, zone));
                let at = date.and_then(|date| came_near(date, near.days, zone));
                let (Some(date), Some(at)) = (date, at) else {
                    continue;
                };
                if at > since && at <= now {
                    let happening = Happening {
                        what: What::Near {
                            name: name.to_owned(),
                            day: date,
                            days: near.days,
                            within: near.within,
                        },
                        object: near.field.object,
                        record: record.id.clone(),
                        at,
                        chain: 0,
                    };
                    found.push((record, happening));
                }
            }
            after = page.after;
            if after.is_none() {
                break;
            }
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_comes_near_at_the_midnight_that_lies_so_many_days_before_it() {
        let date = NaiveDate::from_ymd_opt(2026, 11, 28).unwrap();
        // 2026-11-21T00:00 in New York, and three days after the day in UTC.
        let zone = Tz::America__New_York;
        assert_eq!(came_near(date, 7, zone), Some(1_795_237_200_000));
        assert_eq!(came_near(date, -3, Tz::UTC), Some(1_796_083_200_000));
    }

    #[test]
    fn a_day_comes_near_where_clocks_are_put_forward_over_its_midnight_too() {
        let date = NaiveDate::from_ymd_opt(2026, 9, 9).unwrap();
        // 6 September 2026 begins at 01:00 in Santiago, which is 04:00 in UTC.
        assert_eq!(
            came_near(date, 3, Tz::America__Santiago),
            Some(1_788_667_200_000)
        );
    }
}
