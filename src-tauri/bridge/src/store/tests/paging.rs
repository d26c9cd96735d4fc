//! Pages and searches of the log.

use super::*;
use crate::event::{Event, Stage};
use crate::reason::Reason;
use crate::store::PageQuery;
use proptest::prelude::*;

fn all_pages(fixture: &Fixture, query: &PageQuery) -> Vec<Event> {
    let mut query = query.clone();
    let mut all: Vec<Event> = Vec::new();
    loop {
        let page = fixture.store.read().page(&query).unwrap();
        let Some(last) = page.last() else { return all };
        query.before = Some((last.sighting.occurred_at, last.id));
        all.extend(page);
    }
}

/// Kind, moment, and what became of it. Few moments, so that many events share one.
fn log() -> impl Strategy<Value = Vec<(usize, i64, usize)>> {
    proptest::collection::vec((0..Kind::ALL.len(), 0..12_i64, 0..5_usize), 0..120)
}

fn fill(fixture: &mut Fixture, log: &[(usize, i64, usize)]) {
    let connection = fixture.connection;
    fixture
        .write(|rows| {
            for (n, (kind, at, fate)) in log.iter().enumerate() {
                let text = if n.is_multiple_of(3) { "x y" } else { "x" };
                let sighting = Sighting {
                    kind: Kind::ALL[*kind],
                    ..reply(&format!("m{n}"), text, *at)
                };
                let id = rows.see(connection, &sighting, NOW)?.id;
                match fate {
                    1 => rows.wait(id, &Reason::NoAddress, 1, NOW)?,
                    2 => rows.set_stage(id, Stage::Skipped, Some(&Reason::Unreadable))?,
                    3 => rows.set_stage(id, Stage::Skipped, Some(&Reason::Dropped))?,
                    4 => rows.decided(id, "1", "phone", Stage::Queued)?,
                    _ => {}
                }
            }
            Ok(())
        })
        .unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// However it is cut into pages and filtered, the log is the sorted list of what passes.
    #[test]
    fn pages_put_together_are_the_whole_list_in_order(
        log in log(),
        limit in 1..9_usize,
        kind in proptest::option::of(0..Kind::ALL.len()),
        stage in proptest::option::of(0..Stage::ALL.len()),
        reason in proptest::option::of(proptest::sample::select(vec!["dropped", "no_address", ""])),
        since in proptest::option::of(0..12_i64),
    ) {
        let mut fixture = Fixture::new();
        fill(&mut fixture, &log);
        let everything = PageQuery { connection: fixture.connection, limit: 1_000, ..PageQuery::default() };
        let whole = fixture.store.read().page(&everything).unwrap();
        prop_assert_eq!(whole.len(), log.len());
        let place = |event: &Event| (event.sighting.occurred_at, event.id);
        prop_assert!(whole.windows(2).all(|pair| place(&pair[0]) > place(&pair[1])));
        let query = PageQuery {
            limit,
            kind: kind.map(|n| Kind::ALL[n]),
            stage: stage.map(|n| Stage::ALL[n]),
            reason: reason.map(str::to_owned),
            since,
            ..everything
        };
        let wanted: Vec<i64> = whole
            .iter()
            .filter(|event| query.kind.is_none_or(|kind| event.sighting.kind == kind))
            .filter(|event| query.stage.is_none_or(|stage| event.stage == stage))
            .filter(|event| query.reason.as_deref().is_none_or(|code| {
                event.reason.as_ref().map_or("", Reason::code) == code
            }))
            .filter(|event| since.is_none_or(|since| event.sighting.occurred_at >= since))
            .map(|event| event.id)
            .collect();
        let found: Vec<i64> = all_pages(&fixture, &query).iter().map(|event| event.id).collect();
        prop_assert_eq!(&found, &wanted);
        // The same through search, where the order is that of arrival.
        let mut by_arrival = wanted;
        by_arrival.sort_unstable_by(|a, b| b.cmp(a));
        let has_y: std::collections::BTreeSet<i64> = whole
            .iter()
            .filter(|event| event.sighting.text == "x y")
            .map(|event| event.id)
            .collect();
        for (word, by_arrival) in [
            ("x", by_arrival.clone()),
            ("y", by_arrival.iter().copied().filter(|id| has_y.contains(id)).collect()),
        ] {
            let search = PageQuery { search: Some(word.to_owned()), ..query.clone() };
            let found: Vec<i64> = all_pages(&fixture, &search).iter().map(|event| event.id).collect();
            prop_assert_eq!(found, by_arrival);
        }
    }

    /// The counts that the writes keep are what counting would find.
    #[test]
    fn counts_are_what_counting_finds(log in log()) {
        let mut fixture = Fixture::new();
        fill(&mut fixture, &log);
        let counts = fixture.store.read().event_counts(fixture.connection).unwrap();
        prop_assert_eq!(counts.total(), log.len() as u64);
        for group in &counts.groups {
            let counted: u64 = fixture.store.connection.query_row(
                "SELECT count(*) FROM event WHERE kind = ?1 AND stage = ?2 AND reason_code = ?3",
                [group.kind.as_str(), group.stage.as_str(), &group.reason_code],
                |row| row.get(0),
            ).unwrap();
            prop_assert_eq!(group.events, counted);
        }
    }

    /// Nothing that can be typed fails, or means anything but its words.
    #[test]
    fn no_typed_text_is_syntax(typed in "[a-zé0-9\"'*:^()+\\-{}~ \u{0}NEAROTD]{0,20}") {
        let mut fixture = Fixture::new();
        fixture.see(&reply("m1", "near and or not", NOW));
        let query = PageQuery {
            connection: fixture.connection, limit: 9, search: Some(typed), ..PageQuery::default()
        };
        fixture.store.read().page(&query).unwrap();
    }
}

#[test]
fn searches_find_what_people_type() {
    let mut fixture = Fixture::new();
    fixture.see(&reply(
        "m1",
        "Sounds good, see you at the café NEAR the station",
        NOW,
    ));
    fixture.see(&Sighting {
        name: Some("Zoë Müller".to_owned()),
        email: Some("zoe@example.com".to_owned()),
        phone: Some("+442079460958".to_owned()),
        ..reply("m2", "明日の会議 text:secret -minus \"quoted\"", NOW)
    });
    let found = |typed: &str| -> Vec<String> {
        let query = PageQuery {
            connection: fixture.connection,
            limit: 9,
            search: Some(typed.to_owned()),
            ..PageQuery::default()
        };
        let page = fixture.store.read().page(&query).unwrap();
        page.into_iter()
            .map(|event| event.sighting.message_id)
            .collect()
    };
    for typed in [
        "good",
        "GOOD see",
        "cafe",
        "sta",
        "near",
        "(202) 555-0143",
        "555-0143",
        "ana",
    ] {
        assert_eq!(found(typed), ["m1"], "{typed}");
    }
    for typed in [
        "zoe mul",
        "zoe@example.com",
        "明日",
        "text:secret",
        "-minus",
        "\"quoted\"",
        "7946 0958",
    ] {
        assert_eq!(found(typed), ["m2"], "{typed}");
    }
    for typed in ["good zoe", "name:good", "g*d", "goods", "\"", "AND"] {
        assert_eq!(found(typed), [""; 0], "{typed}");
    }
    // Changed words are found, the old ones no more.
    fixture.see(&Sighting {
        text_state: TextState::Cut,
        ..reply("m3", "the beginning of", NOW)
    });
    fixture.see(&reply("m3", "a whole and longer story", NOW));
    assert_eq!(
        fixture.see(&reply("m3", "a whole and longer story", NOW)),
        3
    );
}

#[test]
fn the_newest_replies_are_one_a_person() {
    let mut fixture = Fixture::new();
    for n in 0..40_i64 {
        let person = if n < 30 {
            "talks a lot".to_owned()
        } else {
            format!("p{n}")
        };
        fixture.see(&Sighting {
            lead_id: Some(person),
            ..reply(&format!("m{n}"), "x", 100 - n)
        });
    }
    let connection = fixture.connection;
    let newest = |most| {
        fixture
            .store
            .read()
            .newest_replies_at(connection, most)
            .unwrap()
    };
    assert_eq!(newest(3), [100, 70, 69]);
    assert_eq!(newest(50).len(), 11);
}

#[test]
fn contacts_are_found_by_who_they_are_and_not_by_what_was_written() {
    let mut fixture = Fixture::new();
    let connection = fixture.connection;
    let ana = fixture.see(&reply("m1", "Thursday works", NOW));
    let zoe = Sighting {
        lead_id: Some("zoe".to_owned()),
        name: Some("Zo\u{eb} Fran\u{e7}ois".to_owned()),
        phone: None,
        email: Some("zoe@harbor.example".to_owned()),
        ..reply("m2", "Is Ana in today?", NOW + 1)
    };
    let zoe = fixture.see(&zoe);
    let nobody = Sighting {
        lead_id: Some("ana2".to_owned()),
        ..reply("m3", "Another Ana, of whom HubSpot knows nothing", NOW + 2)
    };
    fixture.see(&nobody);
    fixture
        .write(|rows| {
            rows.change("UPDATE event SET contact_id = '501' WHERE id = ?1", [ana])?;
            rows.change("UPDATE event SET contact_id = '502' WHERE id = ?1", [zoe])
        })
        .unwrap();
    let found = |typed: &str| -> Vec<String> {
        let known = fixture.store.read().known_contacts(connection, typed, 8);
        known
            .unwrap()
            .into_iter()
            .map(|contact| contact.contact_id)
            .collect()
    };
    assert_eq!(found("ana"), ["501"], "Zo\u{eb} only wrote the name");
    assert_eq!(found("ruiz an"), ["501"]);
    assert_eq!(found("(202) 555-0143"), ["501"]);
    assert_eq!(found("zoe fra"), ["502"], "without the accents too");
    assert_eq!(found("harbor"), ["502"]);
    assert_eq!(found("thursday"), [""; 0]);
    assert_eq!(found("\"*"), [""; 0]);
}

/// The index keeps no places, so two words side by side can't be asked for; whatever FTS5 takes for the
/// end of a word must not become such a question.
#[test]
fn no_letter_of_unicode_breaks_a_search() {
    let mut fixture = Fixture::new();
    fill(&mut fixture, &[(0, 1, 0)]);
    let letters: Vec<char> = (1..=0x1_ffff).filter_map(char::from_u32).collect();
    for some in letters.chunks(40) {
        let typed: Vec<String> = some
            .iter()
            .map(|letter| format!("pass{letter}word"))
            .collect();
        let query = PageQuery {
            connection: fixture.connection,
            limit: 9,
            search: Some(typed.join(" ")),
            ..PageQuery::default()
        };
        let found = fixture.store.read().page(&query);
        assert!(found.is_ok(), "{:?} {found:?}", some.first());
    }
}
