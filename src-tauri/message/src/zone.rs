//! In which time zone a person lives: by a property, by the number's area code, by the portal.
//!
//! Only the property is known; the others are guesses and told as such, because numbers move with
//! people. The table of prefixes is libphonenumber's (see `data/zones_by_prefix.txt`).

use crate::Timestamp;
use chrono::{DateTime, Offset, TimeZone, Utc};
use chrono_tz::Tz;
use std::collections::BTreeMap;
use std::sync::OnceLock;

const TABLE: &str = include_str!("../data/zones_by_prefix.txt");
/// Zones further apart than this say nothing: a number of no area, or of a whole continent.
const MOST_APART_S: i32 = 4 * 3_600;

/// How a zone was found.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// A property of the contact says so.
    Property,
    /// Guessed from the number.
    AreaCode,
    /// Guessed: it is the portal's.
    Portal,
}

/// Where a person may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whereabouts {
    /// The zones; never empty.
    zones: Vec<Tz>,
    /// How they were found.
    pub how: How,
}

impl Whereabouts {
    /// The property's word, else the number's area, else the portal's zone (UTC where even that is not
    /// known). `at` decides which zones of an area are too far apart to mean anything.
    pub fn find(property: Option<&str>, e164: Option<&str>, portal: &str, at: Timestamp) -> Self {
        if let Some(zone) = property.and_then(parse) {
            return Self {
                zones: vec![zone],
                how: How::Property,
            };
        }
        if let Some(zones) = e164.and_then(|number| of_number(number, at)) {
            return Self {
                zones,
                how: How::AreaCode,
            };
        }
        Self {
            zones: vec![parse(portal).unwrap_or(Tz::UTC)],
            how: How::Portal,
        }
    }

    /// One zone that is known.
    pub fn known(zone: Tz) -> Self {
        Self {
            zones: vec![zone],
            how: How::Property,
        }
    }

    /// All zones that are possible.
    pub fn zones(&self) -> &[Tz] {
        &self.zones
    }

    /// The first of them, to show.
    pub fn first(&self) -> Tz {
        self.zones.first().copied().unwrap_or(Tz::UTC)
    }

    /// True where nobody said so.
    pub fn is_guess(&self) -> bool {
        self.how != How::Property
    }

    /// IANA name of the first of them.
    pub fn first_name(&self) -> &'static str {
        self.first().name()
    }

    /// How they were found, as a stable word.
    pub fn found(&self) -> &'static str {
        match self.how {
            How::Property => "property",
            How::AreaCode => "area_code",
            How::Portal => "portal",
        }
    }

    /// A moment as the person's own clock shows it, such as `Mon 9 March, 08:00 their time`.
    pub fn clock(&self, at: Timestamp) -> String {
        let utc: DateTime<Utc> = DateTime::from_timestamp_millis(at).unwrap_or_default();
        let there = utc.with_timezone(&self.first());
        format!("{} their time", there.format("%a %-d %B, %H:%M"))
    }

    /// For people: `America/New_York`, or `America/New_York (guessed from the area code)`.
    pub fn in_words(&self) -> String {
        let names: Vec<&str> = self.zones.iter().map(|zone| zone.name()).collect();
        let names = names.join(" or ");
        match self.how {
            How::Property => names,
            How::AreaCode => format!("{names}, guessed from the area code"),
            How::Portal => format!("{names}, the portal's, for want of a better guess"),
        }
    }
}

/// A zone as IANA, HubSpot (`america_slash_new_york`) or a person writes it.
pub fn parse(written: &str) -> Option<Tz> {
    if let Ok(zone) = written.trim().parse() {
        return Some(zone);
    }
    static BY_NAME: OnceLock<BTreeMap<String, Tz>> = OnceLock::new();
    let plain = |name: &str| {
        name.to_lowercase()
            .replace("_slash_", "/")
            .replace("_hyphen_", "-")
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '/' | '+' | '-'))
            .collect::<String>()
    };
    let known = BY_NAME.get_or_init(|| {
        chrono_tz::TZ_VARIANTS
            .iter()
            .map(|zone| (plain(zone.name()), *zone))
            .collect()
    });
    known.get(&plain(written.trim())).copied()
}

/// The zones of a number, where they say anything.
fn of_number(e164: &str, at: Timestamp) -> Option<Vec<Tz>> {
    let digits = e164.strip_prefix('+')?;
    let table = table();
    let zones = (1..=digits.len().min(9))
        .rev()
        .find_map(|length| table.get(digits.get(..length)?))?;
    let offsets: Vec<i32> = zones.iter().map(|zone| offset_s(*zone, at)).collect();
    let apart = offsets.iter().max()? - offsets.iter().min()?;
    (apart <= MOST_APART_S).then(|| zones.clone())
}

/// Seconds east of UTC at a moment.
pub(crate) fn offset_s(zone: Tz, at: Timestamp) -> i32 {
    let utc: DateTime<Utc> = DateTime::from_timestamp_millis(at).unwrap_or_default();
    zone.offset_from_utc_datetime(&utc.naive_utc())
        .fix()
        .local_minus_utc()
}

fn table() -> &'static BTreeMap<&'static str, Vec<Tz>> {
    static READ: OnceLock<BTreeMap<&'static str, Vec<Tz>>> = OnceLock::new();
    READ.get_or_init(|| {
        TABLE
            .lines()
            .filter_map(|line| line.split_once('|'))
            .filter(|(prefix, _)| !prefix.starts_with('#'))
            .map(|(prefix, zones)| (prefix, zones.split('&').filter_map(parse).collect()))
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINTER: Timestamp = 1_768_478_400_000; // 2026-01-15T12:00:00Z

    fn guess(number: &str) -> Whereabouts {
        Whereabouts::find(None, Some(number), "US/Eastern", WINTER)
    }

    #[test]
    fn every_zone_of_the_table_is_known() {
        assert!(table().len() > 3_000);
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            let (prefix, zones) = line.split_once('|').unwrap();
            assert!(prefix.chars().all(|c| c.is_ascii_digit()), "{line}");
            for zone in zones.split('&') {
                assert!(parse(zone).is_some(), "{zone}");
            }
        }
    }

    #[test]
    fn k5_an_area_code_is_a_guess_and_a_property_is_not() {
        assert_eq!(guess("+12025550143").first(), Tz::America__New_York);
        assert_eq!(guess("+14155550143").first(), Tz::America__Los_Angeles);
        assert_eq!(guess("+18085550143").first(), Tz::Pacific__Honolulu);
        assert_eq!(guess("+33176360695").first(), Tz::Europe__Paris);
        assert!(guess("+12025550143").is_guess());
        let told = Whereabouts::find(
            Some("america_slash_los_angeles"),
            Some("+12025550143"),
            "US/Eastern",
            WINTER,
        );
        assert_eq!(
            (told.first(), told.is_guess()),
            (Tz::America__Los_Angeles, false)
        );
    }

    #[test]
    fn k5_a_number_that_says_nothing_falls_to_the_portal() {
        // Free of charge from all over a continent.
        for number in ["+18005550143", "+70000000000"] {
            let found = guess(number);
            assert_eq!(
                (found.first(), found.how),
                (Tz::US__Eastern, How::Portal),
                "{number}"
            );
        }
        assert_eq!(
            Whereabouts::find(None, None, "Nowhere", WINTER).first(),
            Tz::UTC
        );
        assert_eq!(
            Whereabouts::find(Some("Mars"), None, "Europe/Paris", WINTER).how,
            How::Portal
        );
    }

    #[test]
    fn an_area_with_two_zones_keeps_both() {
        let two = guess("+12085550143");
        assert!(!two.zones().is_empty());
        assert!(two.in_words().contains("guessed"), "{}", two.in_words());
    }

    #[test]
    fn hubspots_own_writing_of_every_zone_is_read() {
        for zone in chrono_tz::TZ_VARIANTS {
            let written = zone
                .name()
                .to_lowercase()
                .replace('/', "_slash_")
                .replace('-', "_hyphen_");
            let read = parse(&written).unwrap_or_else(|| panic!("{written}"));
            assert_eq!(offset_s(read, WINTER), offset_s(zone, WINTER), "{written}");
        }
    }
}
