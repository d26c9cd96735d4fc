//! The portal itself: whose token this is, where it lives, who works in it.

mod lists;

use crate::lenient;
use chrono::{DateTime, Days, NaiveTime, TimeZone, Utc};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;
use wire::Timestamp;
use wire::plain::one_line;

pub use lists::{ContactList, JoinPage, ListPage, MemberPage, Pipeline, Stage};

/// Longer names of portals are cut.
const LONGEST_NAME: usize = 100;

/// What HubSpot says about a static token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenInfo {
    /// Who made it.
    pub user_id: Option<String>,
    /// The portal that it opens.
    pub portal_id: String,
    /// The app or key that it belongs to.
    pub app_id: Option<String>,
    /// What it may do.
    pub scopes: BTreeSet<String>,
}

impl TokenInfo {
    pub(crate) fn read(body: &Value) -> Option<Self> {
        let portal_id =
            lenient::id(body.get("hubId")).or_else(|| lenient::id(body.get("portalId")))?;
        Some(Self {
            user_id: lenient::id(body.get("userId")),
            portal_id,
            app_id: lenient::id(body.get("appId")),
            scopes: lenient::texts(body.get("scopes")).into_iter().collect(),
        })
    }
}

/// The portal's details.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The portal's number.
    pub portal_id: String,
    /// `STANDARD`, `DEVELOPER_TEST`, `SANDBOX`, `APP_DEVELOPER` or a later one.
    pub account_type: String,
    /// IANA name of the time zone that dates and the daily limit follow. `UTC` where HubSpot names
    /// none.
    pub time_zone: String,
    /// The company's currency.
    pub currency: Option<String>,
    /// What the clock shows there against UTC, now, in milliseconds.
    pub utc_offset_ms: Option<i64>,
    /// Host of the portal's pages, such as `app-eu1.hubspot.com`. Links are built with it.
    pub ui_domain: String,
    /// Where the data lie, such as `eu1`.
    pub region: Option<String>,
    /// The portal's name.
    pub name: Option<String>,
    /// HubSpot's clock when it answered, to tell how wrong this machine's is.
    pub date: Option<Timestamp>,
}

impl Account {
    pub(crate) fn read(body: &Value, date: Option<Timestamp>) -> Option<Self> {
        Some(Self {
            portal_id: lenient::id(body.get("portalId"))?,
            account_type: lenient::text(body.get("accountType")).unwrap_or_default(),
            time_zone: lenient::filled(body.get("timeZone")).unwrap_or_else(|| "UTC".into()),
            currency: lenient::filled(body.get("companyCurrency")),
            utc_offset_ms: lenient::whole(body.get("utcOffsetMilliseconds")),
            ui_domain: lenient::filled(body.get("uiDomain"))
                .unwrap_or_else(|| "app.hubspot.com".into()),
            region: lenient::filled(body.get("dataHostingLocation")),
            name: lenient::filled(body.get("portalName")).and_then(|name| readable(&name)),
            date,
        })
    }

    /// How long until the daily limit is counted anew, which is at midnight in the portal's zone.
    pub fn until_midnight(&self, now: Timestamp) -> Duration {
        until_midnight(&self.time_zone, now)
    }
}

/// A portal's name stands in every question before a send, so it is a name and nothing that turns the question
/// around or pushes it off the screen.
fn readable(name: &str) -> Option<String> {
    let name: String = one_line(name).chars().take(LONGEST_NAME).collect();
    Some(name.trim_end().to_owned()).filter(|name| !name.is_empty())
}

/// How long until the next midnight in a time zone, by its IANA name. An unknown name is read as
/// UTC, and a midnight that summer time skips as the first moment after it.
pub fn until_midnight(time_zone: &str, now: Timestamp) -> Duration {
    let zone: chrono_tz::Tz = time_zone.parse().unwrap_or(chrono_tz::UTC);
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    let Some(utc) = DateTime::<Utc>::from_timestamp_millis(now) else {
        return DAY;
    };
    let local = utc.with_timezone(&zone);
    let Some(tomorrow) = local.date_naive().checked_add_days(Days::new(1)) else {
        return DAY;
    };
    let midnight = (0..=3_u32)
        .filter_map(|hour| NaiveTime::from_hms_opt(hour, 0, 0))
        .find_map(|time| {
            zone.from_local_datetime(&tomorrow.and_time(time))
                .earliest()
        });
    let wait = midnight.map_or(0, |midnight| midnight.timestamp_millis() - now);
    u64::try_from(wait)
        .ok()
        .filter(|wait| *wait > 0)
        .map_or(DAY, Duration::from_millis)
}

/// Somebody who can own a record.
#[derive(Clone, PartialEq, Eq)]
pub struct Owner {
    /// What `hubspot_owner_id` wants. It is not the user's id.
    pub id: String,
    /// The user's id, for links to the user only.
    pub user_id: Option<String>,
    /// Address.
    pub email: Option<String>,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Whether the user is gone.
    pub archived: bool,
}

impl Owner {
    fn read(value: &Value) -> Option<Self> {
        Some(Self {
            id: lenient::id(value.get("id"))?,
            user_id: lenient::id(value.get("userId"))
                .or_else(|| lenient::id(value.get("userIdIncludingInactive"))),
            email: lenient::filled(value.get("email")),
            first_name: lenient::filled(value.get("firstName")),
            last_name: lenient::filled(value.get("lastName")),
            archived: lenient::flag(value.get("archived")).unwrap_or(false),
        })
    }
}

impl fmt::Debug for Owner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Owner")
            .field("id", &self.id)
            .field("archived", &self.archived)
            .finish_non_exhaustive()
    }
}

/// A page of owners.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnerPage {
    /// The owners of this page.
    pub owners: Vec<Owner>,
    /// Where the next page starts; nothing on the last one.
    pub after: Option<String>,
}

impl OwnerPage {
    pub(crate) fn read(body: &Value) -> Option<Self> {
        let results = body.get("results")?.as_array()?;
        Some(Self {
            owners: results.iter().filter_map(Owner::read).collect(),
            after: lenient::next_page(body),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        lenient::instant(text).unwrap()
    }

    #[test]
    fn a_portals_name_is_a_short_line_of_text() {
        let named = |name: &str| {
            let body = serde_json::json!({"portalId": 1, "portalName": name});
            Account::read(&body, None).unwrap().name
        };
        assert_eq!(
            named(" Café  Müller 👩\u{200d}👧\n").unwrap(),
            "Café Müller 👩\u{200d}👧"
        );
        assert_eq!(named("Shop\u{1b}[2J\n\u{202e}gnp").unwrap(), "Shop[2J gnp");
        assert_eq!(named(&"x".repeat(5_000)).unwrap().len(), LONGEST_NAME);
        assert_eq!(named("\u{202e}\u{200b} \n"), None);
    }

    #[test]
    fn the_day_ends_at_the_portals_midnight() {
        let hours = |hours: u64| Duration::from_secs(hours * 3600);
        assert_eq!(
            until_midnight("US/Eastern", at("2026-01-05T23:00:00Z")),
            hours(6)
        );
        assert_eq!(
            until_midnight("US/Eastern", at("2026-07-05T23:00:00Z")),
            hours(5)
        );
        // A full day when it is midnight now, never nothing.
        assert_eq!(until_midnight("UTC", at("2026-01-05T00:00:00Z")), hours(24));
        // In Beirut the clocks of 2026-03-29 go from 00:00 to 01:00: that midnight does not exist.
        assert_eq!(
            until_midnight("Asia/Beirut", at("2026-03-28T12:00:00Z")),
            hours(10)
        );
        assert_eq!(
            until_midnight("Nowhere/Land", at("2026-01-05T20:00:00Z")),
            hours(4)
        );
    }
}
