//! How many calls are let in: a rolling window of ten seconds, searches by the second, and the day of
//! the account's time zone. A refused call does not count.

use super::PortalOptions;
use super::errors::RateLimit;
use chrono::{DateTime, Datelike, Days, NaiveTime, TimeZone};
use chrono_tz::Tz;
use std::collections::VecDeque;

const WINDOW: i64 = 10_000;

/// The counters.
#[derive(Debug)]
pub(crate) struct Limits {
    zone: Tz,
    per_window: u32,
    searches_per_second: u32,
    daily: u32,
    window: VecDeque<i64>,
    searches: VecDeque<i64>,
    day: i32,
    used: u32,
}

impl Limits {
    /// Counters at zero.
    pub(crate) fn new(options: &PortalOptions) -> Self {
        Self {
            zone: options.time_zone.parse().unwrap_or(chrono_tz::UTC),
            per_window: options.rate_per_10s,
            searches_per_second: options.search_per_s,
            daily: options.daily,
            window: VecDeque::new(),
            searches: VecDeque::new(),
            day: 0,
            used: 0,
        }
    }

    /// Takes over the limits of changed switches and keeps what was counted.
    pub(crate) const fn adopt(&mut self, options: &PortalOptions) {
        self.per_window = options.rate_per_10s;
        self.searches_per_second = options.search_per_s;
        self.daily = options.daily;
    }

    /// The account's time zone.
    pub(crate) const fn zone(&self) -> Tz {
        self.zone
    }

    /// Calls of this day, and the day's limit.
    pub(crate) const fn today(&self) -> (u32, u32) {
        (self.used, self.daily)
    }

    /// Counts one call in, or says which limit it would break. Answers the headers that tell what is
    /// left; a search is told nothing.
    pub(crate) fn admit(
        &mut self,
        search: bool,
        now: i64,
    ) -> Result<Vec<(&'static str, String)>, RateLimit> {
        self.turn_the_day(now);
        if self.per_window == 0 {
            self.used = self.used.saturating_add(1);
            return Ok(Vec::new());
        }
        forget(&mut self.window, now - WINDOW);
        forget(&mut self.searches, now - 1_000);
        if self.used >= self.daily {
            return Err(RateLimit::Daily);
        }
        if search {
            if full(&self.searches, self.searches_per_second) {
                return Err(RateLimit::Secondly);
            }
            self.searches.push_back(now);
            self.used += 1;
            return Ok(Vec::new());
        }
        if full(&self.window, self.per_window) {
            return Err(RateLimit::TenSecondly);
        }
        self.window.push_back(now);
        self.used += 1;
        Ok(self.headers())
    }

    fn headers(&self) -> Vec<(&'static str, String)> {
        let used = u32::try_from(self.window.len()).unwrap_or(u32::MAX);
        let secondly = (self.per_window / 10).max(1);
        vec![
            ("x-hubspot-ratelimit-daily", self.daily.to_string()),
            (
                "x-hubspot-ratelimit-daily-remaining",
                (self.daily - self.used).to_string(),
            ),
            (
                "x-hubspot-ratelimit-interval-milliseconds",
                WINDOW.to_string(),
            ),
            ("x-hubspot-ratelimit-max", self.per_window.to_string()),
            (
                "x-hubspot-ratelimit-remaining",
                self.per_window.saturating_sub(used).to_string(),
            ),
            ("x-hubspot-ratelimit-secondly", secondly.to_string()),
            (
                "x-hubspot-ratelimit-secondly-remaining",
                (secondly - 1).to_string(),
            ),
        ]
    }

    /// The next midnight of the account, ms UTC.
    pub(crate) fn next_midnight(&self, now: i64) -> i64 {
        let tomorrow = self.local(now).and_then(|local| {
            let date = local.date_naive().checked_add_days(Days::new(1))?;
            self.zone
                .from_local_datetime(&date.and_time(NaiveTime::MIN))
                .earliest()
        });
        tomorrow.map_or(now, |time| time.timestamp_millis())
    }

    fn local(&self, now: i64) -> Option<DateTime<Tz>> {
        self.zone.timestamp_millis_opt(now).single()
    }

    fn turn_the_day(&mut self, now: i64) {
        let day = self.local(now).map_or(0, |local| local.num_days_from_ce());
        if day != self.day {
            self.day = day;
            self.used = 0;
        }
    }
}

fn forget(calls: &mut VecDeque<i64>, until: i64) {
    while calls.front().is_some_and(|at| *at <= until) {
        calls.pop_front();
    }
}

fn full(calls: &VecDeque<i64>, most: u32) -> bool {
    u32::try_from(calls.len()).unwrap_or(u32::MAX) >= most
}
