//! The outbox and what it does to events.

use super::*;
use crate::effect::Progress;
use crate::event::Stage;
use crate::mirror::kept;
use crate::reason::Reason;

fn queued() -> (Fixture, i64, i64) {
    let mut fixture = Fixture::new();
    let connection = fixture.connection;
    let event = fixture.see(&reply("m1", "hello", NOW));
    let effect = fixture
        .write(|rows| {
            assert!(rows.enqueue(&entry(connection, "k1", event))?);
            rows.decided(event, "501", "phone", Stage::Queued)?;
            Ok(rows.due_effects(connection, NOW, 1)?[0].id)
        })
        .unwrap();
    (fixture, event, effect)
}

fn stage(fixture: &Fixture, event: i64) -> Stage {
    fixture.store.read().event(event).unwrap().unwrap().stage
}

#[test]
fn one_key_is_one_effect_whatever_became_of_it() {
    let (mut fixture, event, effect) = queued();
    let connection = fixture.connection;
    let again = |fixture: &mut Fixture| {
        fixture
            .write(|rows| rows.enqueue(&entry(connection, "k1", event)))
            .unwrap()
    };
    assert!(!again(&mut fixture));
    fixture
        .write(|rows| rows.effect_done(effect, "77", None, NOW))
        .unwrap();
    assert!(!again(&mut fixture), "done is remembered for ever");
}

#[test]
fn the_way_of_an_effect_and_its_event() {
    let (mut fixture, event, effect) = queued();
    let connection = fixture.connection;
    let marked = fixture
        .write(|rows| rows.mark_sending(&[effect], NOW))
        .unwrap();
    assert_eq!(marked, 1);
    assert_eq!(
        fixture
            .write(|rows| rows.mark_sending(&[effect], NOW))
            .unwrap(),
        0,
        "once"
    );
    assert!(
        fixture
            .store
            .read()
            .due_effects(connection, i64::MAX, 9)
            .unwrap()
            .is_empty()
    );
    fixture
        .write(|rows| rows.effect_unknown(effect, NOW + 9))
        .unwrap();
    assert_eq!(
        fixture.store.read().next_effect_due(connection).unwrap(),
        Some(NOW + 9)
    );
    let in_flight = fixture.store.read().effects_in_flight(connection).unwrap();
    assert_eq!(in_flight[0].progress, Progress::Unknown);
    assert_eq!(in_flight[0].attempts, 1);
    fixture
        .write(|rows| rows.effect_done(effect, "77", Some("c-1"), NOW))
        .unwrap();
    let done = fixture
        .store
        .read()
        .effects_by_event(event)
        .unwrap()
        .remove(0);
    assert_eq!(
        (done.progress, done.result_id.as_deref()),
        (Progress::Done, Some("77"))
    );
    assert_eq!(stage(&fixture, event), Stage::Written);
    assert_eq!(
        fixture.write(|rows| rows.take_back(effect)).unwrap(),
        None,
        "done stays done"
    );
    let counts = fixture.store.read().effect_counts(connection).unwrap();
    assert_eq!((counts.done, counts.unknown, counts.queued), (1, 0, 0));
}

#[test]
fn a_parked_effect_can_be_retried_dropped_or_taken_back() {
    let (mut fixture, event, effect) = queued();
    let connection = fixture.connection;
    let reason = Reason::MissingScopes {
        scopes: vec!["crm.objects.contacts.write".to_owned()],
    };
    let park = |fixture: &mut Fixture| {
        fixture.write(|rows| rows.park(effect, &reason)).unwrap();
        assert_eq!(stage(fixture, event), Stage::Failed);
        let parked = fixture.store.read().parked_effects(connection, 9).unwrap();
        assert_eq!(parked[0].cause.as_ref(), Some(&reason));
    };
    park(&mut fixture);
    assert!(
        fixture
            .write(|rows| rows.retry_effect(effect, NOW))
            .unwrap()
    );
    assert_eq!(stage(&fixture, event), Stage::Queued);
    assert!(
        !fixture
            .write(|rows| rows.retry_effect(effect, NOW))
            .unwrap(),
        "only a parked one"
    );
    park(&mut fixture);
    fixture.write(|rows| rows.drop_effect(effect)).unwrap();
    let dropped = fixture.store.read().event(event).unwrap().unwrap();
    assert_eq!(
        (dropped.stage, dropped.reason),
        (Stage::Skipped, Some(Reason::Dropped))
    );
    park(&mut fixture);
    assert_eq!(
        fixture.write(|rows| rows.take_back(effect)).unwrap(),
        Some(event)
    );
    assert_eq!(stage(&fixture, event), Stage::New);
    let again = fixture
        .write(|rows| rows.enqueue(&entry(connection, "k1", event)))
        .unwrap();
    assert!(again, "what was taken back may be decided again");
}

#[test]
fn upkeep_of_a_contact_is_one_queued_effect() {
    let mut fixture = Fixture::new();
    let connection = fixture.connection;
    let put = |fixture: &mut Fixture, contact: &str, name: &str, value: &str| {
        let properties = BTreeMap::from([(name.to_owned(), value.to_owned())]);
        fixture
            .write(|rows| rows.put_upkeep(connection, contact, &properties, NOW))
            .unwrap();
    };
    put(&mut fixture, "501", "a", "1");
    put(&mut fixture, "501", "b", "2");
    put(&mut fixture, "501", "a", "3");
    put(&mut fixture, "502", "a", "4");
    let due = fixture
        .store
        .read()
        .due_effects(connection, NOW, 9)
        .unwrap();
    assert_eq!(due.len(), 2);
    let both = BTreeMap::from([
        ("a".to_owned(), "3".to_owned()),
        ("b".to_owned(), "2".to_owned()),
    ]);
    assert_eq!(due[0].write, Write::Upkeep { properties: both });
    // One that is on its way is left alone: the next is a new one.
    fixture
        .write(|rows| rows.mark_sending(&[due[0].id], NOW))
        .unwrap();
    put(&mut fixture, "501", "a", "5");
    assert_eq!(
        fixture
            .store
            .read()
            .due_effects(connection, NOW, 9)
            .unwrap()
            .len(),
        2
    );
}

#[test]
fn an_older_reply_that_is_decided_later_does_not_replace_the_newer_one() {
    let mut fixture = Fixture::new();
    let connection = fixture.connection;
    let mut reply = |at: &str, words: &str| {
        let properties = BTreeMap::from([
            (kept::LAST_REPLY.to_owned(), at.to_owned()),
            (kept::LAST_REPLY_TEXT.to_owned(), words.to_owned()),
        ]);
        fixture
            .write(|rows| rows.put_upkeep(connection, "501", &properties, NOW))
            .unwrap();
        let due = fixture.store.read().due_effects(connection, NOW, 9);
        due.unwrap().remove(0).write
    };
    let newest = reply("2026-03-02T10:00:00.000Z", "Yes, Tuesday.");
    assert_eq!(reply("2026-03-02T09:00:00.000Z", "Maybe."), newest);
    assert_ne!(reply("2026-03-02T11:00:00.000Z", "Make it noon."), newest);
}

#[test]
fn an_opt_out_that_was_lifted_does_not_come_back_by_reading_its_message_again() {
    let mut fixture = Fixture::new();
    let connection = fixture.connection;
    let add = |fixture: &mut Fixture, source: &str, message: &str| {
        fixture
            .write(|rows| rows.add_opt_out(connection, "+1", source, message, NOW))
            .unwrap()
    };
    let in_force = |fixture: &Fixture| {
        fixture
            .store
            .read()
            .opt_out_in_force(connection, ["+2", "+1"])
            .unwrap()
            .is_some()
    };
    assert!(add(&mut fixture, "reply", "m1"));
    assert!(add(&mut fixture, "tuco", ""));
    assert!(!add(&mut fixture, "tuco", ""), "once is enough");
    assert!(in_force(&fixture));
    let lifted = fixture
        .write(|rows| rows.lift_opt_out(connection, "+1", None, ("Ana", "she asked"), NOW))
        .unwrap();
    assert_eq!(lifted, 2);
    assert!(!in_force(&fixture));
    assert!(!add(&mut fixture, "reply", "m1"), "the old message");
    assert!(!in_force(&fixture));
    assert!(add(&mut fixture, "reply", "m2"), "a new one counts");
    assert!(in_force(&fixture));
    assert_eq!(fixture.store.read().opt_outs(connection).unwrap().len(), 3);
}
