//! The lists of people, and who may be whom.

use super::{Fixture, NOW};
use crate::store::people::NewConflict;
use crate::store::people::likeness::Likeness;
use crate::store::people::pages::{PeopleFilter, PeopleList, PeopleStart};
use crate::store::{CopyRow, PairRow, PeopleSide};
use mapping::merge::Mirror;

fn copy(side: PeopleSide, id: &str, name: &str, addresses: &[&str]) -> CopyRow {
    CopyRow {
        number: 0,
        side,
        id: id.to_owned(),
        name: name.to_owned(),
        values: mapping::Values::new(),
        addresses: addresses.iter().map(|one| (*one).to_owned()).collect(),
        claim: String::new(),
        changed_at: Some(NOW),
        read_at: NOW,
        held: String::new(),
        ignored: false,
    }
}

fn filter(list: PeopleList) -> PeopleFilter {
    PeopleFilter {
        list,
        words: String::new(),
        side: None,
        ignored: false,
    }
}

/// Ana is linked; Ben is a contact alone, and a lead with his last digits; Zoé is a lead alone.
fn people() -> Fixture {
    let mut fixture = Fixture::new();
    let id = fixture.connection;
    fixture
        .write(|rows| {
            for one in [
                copy(PeopleSide::Contact, "1", "Ana Ruiz", &["ana@example.com"]),
                copy(PeopleSide::Contact, "2", "Ben Okafor", &["+12025550102"]),
                copy(PeopleSide::Lead, "a", "Ana Ruiz", &["ana@example.com"]),
                copy(PeopleSide::Lead, "b", "B. O.", &["+19045550102"]),
                copy(PeopleSide::Lead, "z", "Zoé", &["zoe@example.com"]),
            ] {
                rows.put_copy(id, &one, 1)?;
            }
            let pair = PairRow {
                contact_id: "1".to_owned(),
                lead_id: "a".to_owned(),
                how: "email".to_owned(),
                since: NOW,
                mirror: Mirror::new(),
            };
            rows.put_pair(id, &pair)
        })
        .unwrap();
    fixture
}

fn names(fixture: &Fixture, filter: &PeopleFilter) -> Vec<String> {
    let rows = fixture.store.read();
    let page = rows
        .people_page(fixture.connection, filter, &PeopleStart::First, 50, NOW)
        .unwrap();
    let count = rows.people_count(fixture.connection, filter, NOW).unwrap();
    assert_eq!(count, page.len() as u64, "the total is that of the list");
    page.iter()
        .map(|one| {
            let copy = one.contact.as_ref().or(one.lead.as_ref());
            copy.map(|copy| copy.name.clone()).unwrap_or_default()
        })
        .collect()
}

#[test]
fn a_person_is_listed_once_by_name_whichever_records_there_are() {
    let fixture = people();
    assert_eq!(names(&fixture, &filter(PeopleList::Linked)), ["Ana Ruiz"]);
    assert_eq!(
        names(&fixture, &filter(PeopleList::Unmatched)),
        ["B. O.", "Ben Okafor", "Zoé"]
    );
    let leads = PeopleFilter {
        side: Some(PeopleSide::Lead),
        ..filter(PeopleList::Unmatched)
    };
    assert_eq!(names(&fixture, &leads), ["B. O.", "Zoé"]);
    assert_eq!(names(&fixture, &filter(PeopleList::Changed)).len(), 4);
    let digits = PeopleFilter {
        words: "202 555-0102".to_owned(),
        ..filter(PeopleList::Unmatched)
    };
    assert_eq!(names(&fixture, &digits), ["Ben Okafor"]);
    let percent = PeopleFilter {
        words: "%".to_owned(),
        ..filter(PeopleList::Unmatched)
    };
    assert!(
        names(&fixture, &percent).is_empty(),
        "a sign, not a pattern"
    );
}

#[test]
fn words_of_any_length_can_be_looked_for() {
    let fixture = people();
    for word in ["a", "%", "é", "a ", "1", "z\0"] {
        let words = PeopleFilter {
            words: word.repeat(100_000),
            ..filter(PeopleList::Linked)
        };
        assert!(names(&fixture, &words).is_empty(), "{word:?}");
        let rows = fixture.store.read();
        let found = rows.copies_by_words(fixture.connection, PeopleSide::Contact, &words.words, 5);
        assert_eq!(found.unwrap().len(), 0, "{word:?}");
    }
}

#[test]
fn a_list_is_walked_row_by_row_and_jumped_into() {
    let fixture = people();
    let rows = fixture.store.read();
    let list = filter(PeopleList::Unmatched);
    let page = |start: &PeopleStart| {
        rows.people_page(fixture.connection, &list, start, 1, NOW)
            .unwrap()
    };
    let first = page(&PeopleStart::First);
    let second = page(&PeopleStart::After {
        sort: first[0].sort.clone(),
        number: first[0].number,
    });
    assert_eq!(second[0].contact.as_ref().unwrap().id, "2");
    assert_eq!(page(&PeopleStart::Position(1)), second);
}

#[test]
fn opted_out_and_in_conflict_are_found_by_either_record() {
    let mut fixture = people();
    let id = fixture.connection;
    fixture
        .write(|rows| {
            rows.add_opt_out(id, "zoe@example.com", "by_hand", "", NOW)?;
            rows.add_opt_out(id, "ana@example.com", "by_hand", "", NOW)?;
            let conflict = NewConflict {
                contact_id: "1",
                lead_id: "a",
                row_key: "jobtitle>jobTitle",
                contact: "Cook",
                lead: "Judge",
                winner: Some("lead"),
                rule: "newest",
            };
            rows.add_conflict(id, &conflict, NOW).map(drop)
        })
        .unwrap();
    assert_eq!(
        names(&fixture, &filter(PeopleList::OptedOut)),
        ["Ana Ruiz", "Zoé"]
    );
    assert_eq!(names(&fixture, &filter(PeopleList::Conflict)), ["Ana Ruiz"]);
}

#[test]
fn who_may_be_the_same_is_told_with_the_reason_and_not_again_once_it_was_refused() {
    let mut fixture = people();
    let id = fixture.connection;
    let ben = |fixture: &Fixture| {
        let rows = fixture.store.read();
        let ben = rows.person_copy(id, PeopleSide::Contact, "2").unwrap();
        rows.suggested(id, &ben.unwrap()).unwrap()
    };
    let found = ben(&fixture);
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].copy.id.as_str(), found[0].likeness),
        ("b", Likeness::LastDigits)
    );
    fixture
        .write(|rows| rows.set_no_pair(id, "2", "b", true))
        .unwrap();
    assert!(ben(&fixture).is_empty());
}

#[test]
fn a_number_stays_with_a_person_and_leads_to_both_records() {
    let mut fixture = people();
    let id = fixture.connection;
    let number = |fixture: &Fixture| {
        let entry = fixture.store.read().person_entry(id, PeopleSide::Lead, "a");
        entry.unwrap().unwrap().number
    };
    let before = number(&fixture);
    fixture
        .write(|rows| {
            let renamed = copy(PeopleSide::Contact, "1", "Anna Ruiz", &["ana@example.com"]);
            rows.put_copy(id, &renamed, 2).map(drop)
        })
        .unwrap();
    assert_eq!(number(&fixture), before);
    let entry = fixture.store.read().person_of_number(id, before).unwrap();
    let entry = entry.unwrap();
    assert_eq!(entry.contact.unwrap().name, "Anna Ruiz");
    assert_eq!(entry.lead.unwrap().id, "a");
}

/// A record's date moves with our own timeline entries. Who wrote last is asked about the values.
#[test]
fn values_keep_the_date_at_which_they_were_news() {
    let mut fixture = Fixture::new();
    let id = fixture.connection;
    let of = |title: &str, at| {
        let mut one = copy(PeopleSide::Contact, "1", "Ana Ruiz", &["ana@example.com"]);
        one.values.insert("jobtitle".to_owned(), title.to_owned());
        one.changed_at = Some(at);
        one
    };
    let mut dated = |one: CopyRow| {
        fixture.write(|rows| rows.put_copy(id, &one, 1)).unwrap();
        let kept = fixture.store.read();
        let kept = kept.person_copy(id, PeopleSide::Contact, "1").unwrap();
        kept.unwrap().changed_at
    };
    assert_eq!(dated(of("Pilot", NOW)), Some(NOW));
    assert_eq!(dated(of("Pilot", NOW + 9)), Some(NOW), "nothing is news");
    assert_eq!(dated(of("Captain", NOW + 20)), Some(NOW + 20));
}
