use crate::Timestamp;
use crate::timing::{Span, Timing};
use chrono::{TimeZone, Weekday};
use chrono_tz::Tz;
use message::quiet::QuietHours;
use message::zone::Whereabouts;

const NEW_YORK: Tz = Tz::America__New_York;

fn at(day: u32, hour: u32, minute: u32) -> Timestamp {
    NEW_YORK
        .with_ymd_and_hms(2026, 11, day, hour, minute, 0)
        .unwrap()
        .timestamp_millis()
}

#[test]
fn a_rule_waits_until_the_hour_and_the_day_suit_the_person() {
    let place = Whereabouts::known(NEW_YORK);
    let mut timing = Timing::default();
    assert_eq!(timing.due(at(21, 3, 0), &place), at(21, 3, 0));
    timing.wait = Span::parse("2 hours").unwrap();
    assert_eq!(timing.due(at(20, 12, 0), &place), at(20, 14, 0));
    // From nine to five: quiet from five to nine.
    timing.quiet = QuietHours::parse("17:00-09:00");
    assert_eq!(timing.due(at(20, 15, 30), &place), at(21, 9, 0));
    timing.days = vec![Weekday::Mon, Weekday::Tue];
    // Friday evening: Monday at nine.
    assert_eq!(timing.due(at(20, 15, 30), &place), at(23, 9, 0));
    assert_eq!(timing.due(at(23, 10, 7), &place), at(23, 12, 7));
    // Only Sundays, asked on a Sunday evening: the next one.
    timing.days = vec![Weekday::Sun];
    assert_eq!(timing.due(at(22, 16, 0), &place), at(29, 9, 0));
    assert_eq!(timing.opens(at(22, 16, 0), &place), at(22, 16, 0));
    assert_eq!(timing.opens(at(22, 17, 0), &place), at(29, 9, 0));
}

#[test]
fn what_is_too_late_is_told_by_the_rule_alone() {
    let mut timing = Timing::default();
    assert!(!timing.is_too_late(0, i64::MAX));
    timing.expires = Span::parse("1 day");
    assert!(!timing.is_too_late(0, 86_400_000));
    assert!(timing.is_too_late(0, 86_400_001));
}

#[test]
fn a_span_is_a_number_and_a_unit() {
    for (text, minutes) in [
        ("1 minute", 1),
        ("90 minutes", 90),
        ("2 hours", 120),
        ("1 day", 1_440),
        ("2 weeks", 20_160),
    ] {
        let span = Span::parse(text).unwrap();
        assert_eq!(span.minutes, minutes);
        assert_eq!(Span::parse(&span.in_words()), Some(span), "{text}");
    }
    assert_eq!(Span { minutes: 90 }.in_words(), "90 minutes");
    for text in [
        "",
        "1",
        "soon",
        "-1 day",
        "1 day ago",
        "9 years",
        "4294967295 days",
    ] {
        assert_eq!(Span::parse(text), None, "{text}");
    }
}
