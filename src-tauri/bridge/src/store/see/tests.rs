//! Laws of seeing.

use super::*;
use crate::event::{Attachment, Kind};
use crate::store::tests::{Fixture, NOW, reply};
use proptest::prelude::*;

/// A look at one and the same message, by any road, knowing any part.
fn look() -> impl Strategy<Value = Sighting> {
    let some = || proptest::option::of(Just("x".to_owned()));
    (
        proptest::sample::select(Source::ALL),
        proptest::sample::select(TextState::ALL),
        proptest::sample::select(Channel::ALL),
        (some(), some(), some(), some(), some()),
        0..3_usize,
        0..5_i64,
    )
        .prop_map(
            |(source, text_state, channel, (lead, line, name, batch, contact), files, at)| {
                let whole = "the whole of a text";
                let text = match text_state {
                    TextState::Whole => whole,
                    TextState::Cut => "the whole",
                    TextState::Unreadable => "",
                };
                Sighting {
                    source,
                    text_state,
                    channel,
                    lead_id: lead,
                    line_id: line,
                    name,
                    batch_id: batch,
                    hs_contact_id: contact,
                    attachments: vec![
                        Attachment {
                            url: "u".to_owned(),
                            name: String::new()
                        };
                        files
                    ],
                    ..reply("m", text, NOW + at)
                }
            },
        )
}

proptest! {
    #[test]
    fn a_second_look_alike_changes_nothing(first in look(), second in look()) {
        let once = improve(&first, &second);
        prop_assert_eq!(improve(&once, &second), once.clone());
        prop_assert_eq!(improve(&first, &first), first);
    }

    #[test]
    fn nothing_known_is_ever_forgotten(looks in proptest::collection::vec(look(), 2..6)) {
        let best = looks.iter().skip(1).fold(looks[0].clone(), |best, look| improve(&best, look));
        for look in &looks {
            prop_assert!(best.text.len() >= look.text.len());
            prop_assert!(best.attachments.len() >= look.attachments.len());
            prop_assert!(trust(best.source) >= trust(look.source));
            prop_assert!(look.channel == Channel::Unknown || best.channel != Channel::Unknown);
            prop_assert!(look.lead_id.is_none() || best.lead_id.is_some());
            prop_assert!(look.hs_contact_id.is_none() || best.hs_contact_id.is_some());
        }
    }

    /// The moment decides where an entry stands in HubSpot: only a guess is ever replaced.
    #[test]
    fn only_a_guessed_moment_is_ever_replaced(first in look(), second in look()) {
        let better = improve(&first, &second);
        let known_better = matches!(second.source, Source::Messages | Source::OwnSend | Source::Webhook);
        if first.source == Source::Parent && known_better {
            prop_assert_eq!(better.occurred_at, second.occurred_at);
        } else {
            prop_assert_eq!(better.occurred_at, first.occurred_at);
        }
    }
}

#[test]
fn a_better_look_is_stored_and_the_stage_left_alone() {
    let mut fixture = Fixture::new();
    let connection = fixture.connection;
    let cut = Sighting {
        text_state: TextState::Cut,
        lead_id: None,
        ..reply("m", "Hel", NOW)
    };
    let id = fixture.see(&cut);
    fixture
        .write(|rows| rows.decided(id, "501", "phone", crate::event::Stage::Queued))
        .unwrap();
    let whole = reply("m", "Hello", NOW + 5);
    let seen = fixture
        .write(|rows| rows.see(connection, &whole, NOW))
        .unwrap();
    assert_eq!(
        seen,
        Seen {
            id,
            news: false,
            improved: true
        }
    );
    let event = fixture.store.read().event(id).unwrap().unwrap();
    assert_eq!(
        event.sighting,
        Sighting {
            occurred_at: NOW,
            ..whole.clone()
        }
    );
    assert_eq!(event.stage, crate::event::Stage::Queued);
    let thread = fixture
        .store
        .read()
        .events_by_person(connection, "lead:ana", 9)
        .unwrap();
    assert_eq!(
        thread.len(),
        1,
        "the lead is known now, and the thread is the lead's"
    );
    let again = fixture
        .write(|rows| rows.see(connection, &whole, NOW))
        .unwrap();
    assert!(!again.improved && !again.news);
    let other_kind = Sighting {
        kind: Kind::Sent,
        ..whole
    };
    assert!(
        fixture
            .write(|rows| rows.see(connection, &other_kind, NOW))
            .unwrap()
            .news
    );
}

#[test]
fn a_campaign_keeps_its_name_where_another_road_tells_its_id_alone() {
    let mut fixture = Fixture::new();
    let of = |campaign: &str| Sighting {
        kind: Kind::Sent,
        campaign: Some(campaign.to_owned()),
        ..reply("m1", "Hi", NOW)
    };
    let id = "6b1f00000000000000000e01";
    let stored = |fixture: &mut Fixture| {
        let connection = fixture.connection;
        let all = fixture.write(|rows| rows.events_of_message(connection, "m1"));
        all.unwrap()[0].sighting.campaign.clone().unwrap()
    };
    fixture.see(&of(id));
    assert_eq!(stored(&mut fixture), id);
    for later in ["Spring", id] {
        fixture.see(&of(later));
        assert_eq!(stored(&mut fixture), "Spring", "after {later}");
    }
}
