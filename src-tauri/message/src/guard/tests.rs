//! Every reason, alone and together, on every way of sending.

use super::*;
use crate::quiet::QuietHours;
use crate::zone::Whereabouts;
use chrono_tz::Tz;

/// 2026-01-15T17:00:00Z: noon in New York.
const NOON: i64 = 1_768_496_400_000;
const NIGHT: i64 = NOON + 10 * 3_600_000;

fn fine() -> Facts {
    Facts {
        now: NOON,
        opted_out: None,
        in_review: None,
        consent: Consent::NotAsked,
        phone: Some("+12025550143".into()),
        email: Some("ana@example.com".into()),
        quiet: Some(QuietHours::USUAL),
        whereabouts: Whereabouts::known(Tz::America__New_York),
        line: LineFact::Ready,
        same_text: None,
        this_week: 0,
        most_a_week: Some(3),
        read_only: false,
        portal: Portal::Right,
        first_touch: false,
        unanswered: 0,
    }
}

/// One change a reason, in the order of the reasons.
fn spoil(code: Code, facts: &mut Facts) {
    match code {
        Code::OptedOut => {
            facts.opted_out = Some(OptedOut {
                since: 1,
                source: "tuco".into(),
            });
        }
        Code::InReview => facts.in_review = Some(1),
        Code::NoConsent => {
            facts.consent = Consent::Missing {
                property: "agreed".into(),
            };
        }
        Code::NoAddress => (facts.phone, facts.email) = (None, None),
        Code::QuietHours => facts.now = NIGHT,
        Code::LineInactive => facts.line = LineFact::Inactive { line: None },
        Code::LineFull => {
            facts.line = LineFact::Full {
                line: Some("Ana".into()),
                cap: 150,
                until: 2,
            };
        }
        Code::Duplicate => {
            facts.same_text = Some(Earlier {
                at: 1,
                state: "sent".into(),
            });
        }
        Code::TooMany => facts.this_week = 3,
        Code::ReadOnly => facts.read_only = true,
        Code::WrongPortal => {
            facts.portal = Portal::Wrong {
                expected: "1".into(),
                found: "2".into(),
            };
        }
    }
}

fn verdict(facts: &Facts, overrides: &Overrides) -> Result<Cleared, Code> {
    judge(Draft::of("Hello"), facts, overrides)
        .verdict
        .map_err(|refusal| refusal.code())
}

#[test]
fn nothing_against_it_clears_a_message_with_its_window() {
    let cleared = verdict(&fine(), &Overrides::default()).unwrap();
    assert_eq!(
        (cleared.phone(), cleared.email()),
        (Some("+12025550143"), None)
    );
    let window = cleared.window().unwrap();
    assert_eq!(
        (window.start.as_str(), window.end.as_str()),
        ("08:00", "20:00")
    );
}

#[test]
fn each_reason_refuses_by_its_name() {
    for code in Code::ALL {
        let mut facts = fine();
        spoil(code, &mut facts);
        assert_eq!(verdict(&facts, &Overrides::default()).unwrap_err(), code);
        assert_eq!(Code::parse(code.as_str()), Some(code));
    }
}

#[test]
fn of_two_reasons_the_earlier_one_is_told() {
    for (place, first) in Code::ALL.into_iter().enumerate() {
        for second in Code::ALL.into_iter().skip(place + 1) {
            if (first, second) == (Code::LineInactive, Code::LineFull) {
                continue; // A line is the one or the other.
            }
            let mut facts = fine();
            spoil(second, &mut facts);
            spoil(first, &mut facts);
            assert_eq!(
                verdict(&facts, &Overrides::default()).unwrap_err(),
                first,
                "{first} and {second}"
            );
        }
    }
}

#[test]
fn what_may_be_set_aside_is_and_nothing_else_goes_with_it() {
    for code in Code::ALL {
        let mut facts = fine();
        spoil(code, &mut facts);
        let Ok(overrides) = Overrides::new([code]) else {
            assert!(!code.can_be_overridden(), "{code}");
            continue;
        };
        let judged = judge(Draft::of("Hello"), &facts, &overrides);
        assert_eq!(judged.overridden, [code]);
        assert!(judged.verdict.is_ok(), "{code}");
        for other in Code::ALL.into_iter().filter(|other| *other != code) {
            let line = [Code::LineInactive, Code::LineFull];
            if line.contains(&code) && line.contains(&other) {
                continue;
            }
            let mut facts = facts.clone();
            spoil(other, &mut facts);
            assert_eq!(
                verdict(&facts, &overrides).unwrap_err(),
                other,
                "{code} aside"
            );
        }
    }
    for code in [
        Code::OptedOut,
        Code::InReview,
        Code::NoConsent,
        Code::ReadOnly,
    ] {
        assert_eq!(Overrides::new([Code::QuietHours, code]), Err(code));
    }
}

#[test]
fn each_channel_wants_its_own_address() {
    for (channel, phone, email, goes) in [
        (Way::Sms, true, false, true),
        (Way::Sms, false, true, false),
        (Way::Email, true, false, false),
        (Way::Email, false, true, true),
        (Way::IMessage, true, false, true),
        (Way::IMessage, false, true, true),
        (Way::IMessage, false, false, false),
    ] {
        let mut facts = fine();
        facts.phone = facts.phone.filter(|_| phone);
        facts.email = facts.email.filter(|_| email);
        let draft = Draft {
            channel,
            ..Draft::of("Hello")
        };
        let verdict = judge(draft, &facts, &Overrides::default()).verdict;
        assert_eq!(verdict.is_ok(), goes, "{channel:?} {phone} {email}");
        if let Ok(cleared) = verdict {
            let both = cleared.phone().is_some() && cleared.email().is_some();
            assert!(!both, "one address, not two");
        }
    }
}

#[test]
fn a_scheduled_message_is_judged_by_the_hour_at_which_it_leaves() {
    let quiet_later = Draft {
        at: Some(NIGHT),
        ..Draft::of("Hello")
    };
    let judged = judge(quiet_later, &fine(), &Overrides::default());
    assert_eq!(judged.verdict.unwrap_err().code(), Code::QuietHours);
    let mut night = fine();
    night.now = NIGHT;
    let open_later = Draft {
        at: Some(NIGHT + 12 * 3_600_000),
        ..Draft::of("Hello")
    };
    assert!(
        judge(open_later, &night, &Overrides::default())
            .verdict
            .is_ok()
    );
}

#[test]
fn a_guessed_zone_is_told_as_one() {
    let mut facts = fine();
    facts.now = NIGHT;
    facts.whereabouts = Whereabouts::find(None, Some("+12025550143"), "UTC", NIGHT);
    let judged = judge(Draft::of("Hello"), &facts, &Overrides::default());
    assert!(judged.warnings.contains(&Warning::ZoneIsAGuess));
    let refusal = judged.verdict.unwrap_err();
    assert!(
        matches!(&refusal, Refusal::QuietHours { guess: true, .. }),
        "{refusal:?}"
    );
    assert!(refusal.sentence(|_| "eight".into()).contains("guess"));
}

#[test]
fn a_link_or_a_file_in_a_first_touch_is_worth_a_word_and_stops_nothing() {
    for (text, link) in [
        ("See https://example.com", true),
        ("see www.example.com.", true),
        ("(bit.ly/abc)", true),
        ("Tuesday 10/11 or and/or later, v1.2/3", false),
        ("Hello. How are you?", false),
    ] {
        let mut facts = fine();
        facts.first_touch = true;
        let judged = judge(Draft::of(text), &facts, &Overrides::default());
        assert_eq!(
            judged.warnings.contains(&Warning::LinkInFirstTouch),
            link,
            "{text}"
        );
        assert!(judged.verdict.is_ok());
        facts.first_touch = false;
        assert!(
            judge(Draft::of(text), &facts, &Overrides::default())
                .warnings
                .is_empty()
        );
    }
    let mut facts = fine();
    facts.first_touch = true;
    let file = Draft {
        attachments: vec!["https://x.example/a.png".into()],
        ..Draft::of("")
    };
    let judged = judge(file, &facts, &Overrides::default());
    assert_eq!(judged.warnings, [Warning::AttachmentInFirstTouch]);
    assert!(judged.verdict.is_ok());
}

#[test]
fn every_reason_has_a_sentence_that_ends() {
    for code in Code::ALL {
        let mut facts = fine();
        spoil(code, &mut facts);
        let refusal = judge(Draft::of("Hello"), &facts, &Overrides::default())
            .verdict
            .unwrap_err();
        let sentence = refusal.sentence(|_| "then".into());
        assert!(sentence.ends_with('.') && sentence.len() > 40, "{sentence}");
    }
}
