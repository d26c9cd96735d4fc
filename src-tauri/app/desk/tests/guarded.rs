//! What must never be sent, on every path that the window has; named by the cases that users brought.

use super::compose::{at_any_hour, draft, people, seen, send, somebody};
use super::*;
use crate::view::compose::{Draft, FallbackChoice, LineChoice, Override, Sent, WayChoice};
use crate::view::many::{Audience, ManyDraft, ManyFilter, ManyRow, RowReason, RunState};
use crate::view::recipient::Way;
use crate::view::send_state::{GuardReason, SendState, WaitsFor};
use wire::{Clock, SystemClock};

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// Something asked of one of the services as it is, by whoever has the key.
pub(super) async fn at(bench: &Bench, side: &str, method: &str, path: &str, body: &Value) -> Value {
    use std::io::{Read, Write};
    let endpoints = &bench.launched.endpoints;
    let (url, key) = if side == "hubspot" {
        (&endpoints.hubspot_url, &endpoints.hubspot_token)
    } else {
        (&endpoints.tuco_url, &endpoints.tuco_api_key)
    };
    let (host, key) = (
        url.strip_prefix("http://").unwrap().to_owned(),
        key.to_owned(),
    );
    let (method, path) = (method.to_owned(), path.to_owned());
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    tokio::task::spawn_blocking(move || {
        let mut stream = std::net::TcpStream::connect(&host).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n\
             Authorization: Bearer {key}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 2"), "{head} {body}");
        serde_json::from_str(body).unwrap_or(Value::Null)
    })
    .await
    .unwrap()
}

pub(super) async fn tuco_options(bench: &Bench, options: Value) {
    let body = json!({"tuco": options});
    at(bench, "tuco", "POST", "/_sandbox/options", &body).await;
}

/// Tuco's messages that say just this.
async fn at_tuco(bench: &Bench, text: &str) -> Vec<Value> {
    let listed = at(
        bench,
        "tuco",
        "GET",
        "/api/messages?limit=100",
        &Value::Null,
    )
    .await;
    let all = listed["messages"].as_array().unwrap();
    all.iter()
        .filter(|message| message["message"] == text)
        .cloned()
        .collect()
}

pub(super) async fn new_contact(bench: &Bench, properties: Value) -> String {
    let body = json!({"properties": properties});
    let path = "/crm/objects/2026-03/contacts";
    let made = at(bench, "hubspot", "POST", path, &body).await;
    made["id"].as_str().unwrap().to_owned()
}

pub(super) async fn set(bench: &Bench, connection: i64, changes: &[(&str, &str)]) {
    let changes = changes.iter().map(|(key, value)| SettingChange {
        key: (*key).to_owned(),
        value: (*value).to_owned(),
    });
    let desk = &bench.desk;
    desk.change_settings(connection, changes.collect())
        .await
        .unwrap();
}

/// Where a send stands, once it is somewhere else than where it began.
pub(super) async fn standing(bench: &Bench, connection: i64, send: i64) -> SendState {
    until(async || {
        let own = bench.desk.own_sends(connection).await.unwrap();
        let state = own.into_iter().find(|one| one.send == send)?.state;
        let begun = matches!(
            state,
            SendState::Undoable { .. } | SendState::Queued { .. } | SendState::AtTuco
        );
        (!begun).then_some(state)
    })
    .await
}

pub(super) fn to_many(contacts: &[&str], text: &str) -> ManyDraft {
    ManyDraft {
        name: String::new(),
        audience: Audience::Picked {
            contacts: contacts.iter().map(|id| (*id).to_owned()).collect(),
        },
        way: WayChoice::Auto,
        line: LineChoice::Auto,
        text: text.to_owned(),
        attachments: Vec::new(),
        at: None,
        fallback: FallbackChoice::Nothing,
        template: None,
        filled: Vec::new(),
    }
}

/// Looks at everybody; the run, what has to be typed, and a row for each.
pub(super) async fn dry_run(
    bench: &Bench,
    connection: i64,
    draft: ManyDraft,
) -> (i64, String, Vec<ManyRow>) {
    let desk = &bench.desk;
    let dry = desk.dry_run(connection, draft, |_| ()).await.unwrap();
    let page = desk
        .many_rows(connection, dry.run, ManyFilter::All, 0, 500)
        .await
        .unwrap();
    (dry.run, dry.type_to_start, page.rows)
}

/// The first that stands against a message, as whoever writes it reads it.
async fn first_refusal(bench: &Bench, connection: i64, draft: &Draft) -> Option<GuardReason> {
    let preview = seen(bench, connection, draft).await;
    preview.refusals.first().map(|one| one.reason)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_presses_at_once_are_one_send_and_so_is_the_same_text_again() {
    let bench = Bench::new().await;
    let desk = &bench.desk;
    let connection = at_any_hour(&bench).await;
    let (id, _) = somebody(&bench, connection).await;
    let hello = draft(&id, "Once and no more");
    let other = Draft {
        intent: "another-press".to_owned(),
        ..hello.clone()
    };
    let saw = seen(&bench, connection, &hello).await.seen;
    let press = async |draft: &Draft| {
        let sent = desk.send_message(connection, draft.clone(), saw.clone());
        match sent.await.unwrap() {
            Sent::Accepted { send, .. } => send,
            Sent::Changed { preview } => panic!("{preview:?}"),
        }
    };
    let (one, two, three) = tokio::join!(press(&hello), press(&hello), press(&other));
    assert_eq!((one, one), (two, three));
    standing(&bench, connection, one).await;
    assert_eq!(at_tuco(&bench, &hello.text).await.len(), 1);
    desk.close(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_has_only_an_address_is_written_to_by_email() {
    let bench = Bench::new().await;
    let connection = at_any_hour(&bench).await;
    let properties = json!({"firstname": "Mai", "email": "mai@example.com"});
    let id = new_contact(&bench, properties).await;
    let hello = draft(&id, "Hello");
    let preview = seen(&bench, connection, &hello).await;
    assert_eq!(
        (preview.way, preview.to.as_str()),
        (Some(Way::Email), "mai@example.com"),
        "{preview:?}"
    );
    let sent = send(&bench, connection, &hello).await;
    standing(&bench, connection, sent).await;
    let there = at_tuco(&bench, "Hello").await;
    assert_eq!(there.len(), 1, "{there:?}");
    let way = there[0]["messageType"].as_str().unwrap().to_lowercase();
    assert_eq!(way, "email", "{there:?}");
    bench.desk.close(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k1_an_opt_out_holds_while_a_message_waits_here_at_tuco_and_in_a_run() {
    let bench = Bench::new().await;
    let desk = &bench.desk;
    let connection = at_any_hour(&bench).await;
    let (mut who, mut addresses) = (Vec::new(), std::collections::BTreeSet::new());
    for (id, _) in people(&bench, connection).await {
        let preview = seen(&bench, connection, &draft(&id, "Hi")).await;
        // Some of the sandbox's people share a number.
        if preview.refusals.is_empty() && addresses.insert(preview.to) {
            who.push(id);
        }
    }
    let [waits_here, waits_there, in_a_run, goes, ..] = who.as_slice() else {
        panic!("{who:?}");
    };
    let out = async |id: &String| {
        let why = "asked on the phone".to_owned();
        desk.add_opt_out(connection, id.clone(), why).await.unwrap();
    };

    // In its ten seconds.
    let here = send(&bench, connection, &draft(waits_here, "Waits here")).await;
    out(waits_here).await;
    let state = standing(&bench, connection, here).await;
    let refused =
        matches!(&state, SendState::Refused { reason, .. } if *reason == GuardReason::OptedOut);
    assert!(refused, "{state:?}");
    assert!(at_tuco(&bench, "Waits here").await.is_empty());

    // Scheduled at Tuco.
    let mut later = draft(waits_there, "Waits at Tuco");
    later.at = Some(SystemClock.now() + 2 * DAY_MS);
    let there = send(&bench, connection, &later).await;
    let state = standing(&bench, connection, there).await;
    let scheduled = matches!(
        state,
        SendState::Waiting {
            why: WaitsFor::Scheduled,
            until: Some(_)
        }
    );
    assert!(scheduled, "{state:?}");
    out(waits_there).await;
    let messages = at_tuco(&bench, "Waits at Tuco").await;
    assert_eq!(messages.len(), 1);
    assert_eq!(messages[0]["status"], "cancelled", "{messages:?}");

    // Between the dry run and its turn.
    let text = "Goes to many";
    let (run, typed, _) = dry_run(&bench, connection, to_many(&[in_a_run, goes], text)).await;
    out(in_a_run).await;
    desk.start_run(connection, run, typed).await.unwrap();
    until(async || {
        let run = desk.runs(connection).await.unwrap().remove(0);
        matches!(run.state, RunState::Finished { .. }).then_some(())
    })
    .await;
    let page = desk
        .many_rows(connection, run, ManyFilter::LeftOut, 0, 10)
        .await
        .unwrap();
    let left: Vec<_> = page.rows.iter().map(|row| row.reason).collect();
    assert_eq!(left, [Some(RowReason::OptedOut)]);
    assert_eq!(at_tuco(&bench, text).await.len(), 1);

    // And in the next dry run it is told before.
    let (_, _, rows) = dry_run(&bench, connection, to_many(&[in_a_run], "Again")).await;
    assert_eq!(rows[0].reason, Some(RowReason::OptedOut));
    desk.close(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k5_quiet_hours_hold_a_message_and_a_guessed_zone_is_told_as_one() {
    let bench = Bench::new().await;
    let desk = &bench.desk;
    let connection = bench.connect().await;
    // Open for one hour a day, which is not now anywhere between Halifax and Hawaii.
    let open = (SystemClock.now() / 3_600_000 + 2).rem_euclid(24);
    let (until_hour, from_hour) = (open.to_string(), ((open + 1) % 24).to_string());
    let hours = [
        ("quiet.hours", "on"),
        ("quiet.until_hour", until_hour.as_str()),
        ("quiet.from_hour", from_hour.as_str()),
    ];
    set(&bench, connection, &hours).await;
    let by_number = json!({"firstname": "Nia", "phone": "+12025550143"});
    let id = new_contact(&bench, by_number).await;
    let mut hello = draft(&id, "Good morning");
    let preview = seen(&bench, connection, &hello).await;
    let refusal = &preview.refusals[0];
    assert_eq!(refusal.reason, GuardReason::QuietHours, "{preview:?}");
    assert!(refusal.may_override && refusal.until.is_some());
    assert!(refusal.sentence.contains("guess"), "{}", refusal.sentence);
    let saw = preview.seen;
    let sent = desk.send_message(connection, hello.clone(), saw).await;
    assert!(matches!(sent.unwrap(), Sent::Changed { .. }));

    let (_, _, rows) = dry_run(&bench, connection, to_many(&[&id], "To many")).await;
    assert!(
        rows[0].at.is_some_and(|at| at > SystemClock.now()) || rows[0].reason.is_some(),
        "{rows:?}"
    );

    // Sent all the same, it is kept who said so, and why.
    hello.overrides.push(Override {
        reason: GuardReason::QuietHours,
        why: "She is on the night shift".to_owned(),
    });
    let sent = send(&bench, connection, &hello).await;
    standing(&bench, connection, sent).await;
    assert_eq!(at_tuco(&bench, "Good morning").await.len(), 1);
    desk.close(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn k7_an_opt_out_is_answered_with_no_message_of_ours() {
    let bench = Bench::new().await;
    let desk = &bench.desk;
    let connection = at_any_hour(&bench).await;
    let (id, _) = somebody(&bench, connection).await;
    let sends = async || {
        let world = at(&bench, "tuco", "GET", "/_sandbox/world", &Value::Null).await;
        world["sends"].clone()
    };
    let before = sends().await;
    let body = json!({"from": id, "text": "STOP"});
    at(&bench, "tuco", "POST", "/_sandbox/reply", &body).await;
    desk.sync_now(connection).await.unwrap();
    until(async || {
        let page = desk.opt_outs(connection, String::new(), 0, 50).await;
        let rows = page.unwrap().rows;
        rows.iter()
            .any(|one| one.contact_id.as_deref() == Some(&*id) && one.pending.is_empty())
            .then_some(())
    })
    .await;
    bench.settled(connection).await;
    assert_eq!(sends().await, before, "Tuco may confirm; we say nothing");
    desk.close(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s6_a_message_that_finds_no_network_waits_in_sight_and_goes_once() {
    let bench = Bench::new().await;
    let desk = &bench.desk;
    let connection = at_any_hour(&bench).await;
    let (id, _) = somebody(&bench, connection).await;
    let hello = draft(&id, "As soon as there is a network");
    let sent = send(&bench, connection, &hello).await;
    bench.offline.store(true, Ordering::SeqCst);
    let waits = until(async || {
        let own = desk.own_sends(connection).await.unwrap();
        let state = own.into_iter().find(|one| one.send == sent)?.state;
        matches!(state, SendState::Queued { .. }).then_some(state)
    })
    .await;
    // What is asked for without a network is said to be, and nothing of it is kept as sent.
    let more = draft(&id, "And another one");
    let refused = desk
        .send_message(connection, more.clone(), "seen".to_owned())
        .await;
    assert_eq!(refused.unwrap_err().code, Code::Offline, "{waits:?}");
    bench.offline.store(false, Ordering::SeqCst);
    desk.sync_now(connection).await.unwrap();
    standing(&bench, connection, sent).await;
    assert_eq!(at_tuco(&bench, &hello.text).await.len(), 1);
    assert!(at_tuco(&bench, &more.text).await.is_empty());
    desk.close(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s7_fallback_failed_read_only_and_cancelled_say_why_and_what_next() {
    let bench = Bench::new().await;
    let desk = &bench.desk;
    let connection = at_any_hour(&bench).await;
    let fates = [
        ("+12025550171", "fallback"),
        ("+12025550172", "failed_now"),
        ("+12025550173", "sent"),
    ];
    let outcomes: serde_json::Map<String, Value> = fates
        .iter()
        .map(|(phone, fate)| ((*phone).to_owned(), json!(fate)))
        .collect();
    tuco_options(&bench, json!({"outcomes": outcomes})).await;
    let mut ids = Vec::new();
    for (phone, fate) in fates {
        let properties = json!({"firstname": fate, "phone": phone});
        ids.push(new_contact(&bench, properties).await);
    }
    let fallback = send(&bench, connection, &draft(&ids[0], "By another way")).await;
    let failed = send(&bench, connection, &draft(&ids[1], "Not at all")).await;
    let mut later = draft(&ids[2], "Much later");
    later.at = Some(SystemClock.now() + 2 * DAY_MS);
    let later = send(&bench, connection, &later).await;

    let state = until(async || {
        let state = standing(&bench, connection, fallback).await;
        matches!(state, SendState::Fallback { .. }).then_some(state)
    })
    .await;
    assert!(matches!(&state, SendState::Fallback { text, .. } if text.ends_with('.')));
    let state = until(async || {
        let state = standing(&bench, connection, failed).await;
        matches!(state, SendState::Failed { .. }).then_some(state)
    })
    .await;
    let told = matches!(&state, SendState::Failed { why, next, .. }
        if why.ends_with('.') && next.ends_with('.'));
    assert!(told, "{state:?}");

    standing(&bench, connection, later).await;
    let said = desk.cancel_send(connection, later).await.unwrap();
    assert!(said.starts_with("Cancelled"), "{said}");
    let state = standing(&bench, connection, later).await;
    assert!(matches!(state, SendState::Cancelled { .. }), "{state:?}");

    // The subscription is past due: the first message hears it, the next one is not even tried.
    tuco_options(&bench, json!({"read_only": true})).await;
    let unpaid = send(&bench, connection, &draft(&ids[2], "Unpaid")).await;
    let state = standing(&bench, connection, unpaid).await;
    let told = matches!(&state, SendState::Failed { why, next, .. }
        if why.contains("read-only") && next.contains("owner"));
    assert!(told, "{state:?}");
    let next = first_refusal(&bench, connection, &draft(&ids[0], "Unpaid too")).await;
    assert_eq!(next, Some(GuardReason::ReadOnly));
    desk.close(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s8_a_bad_key_no_line_and_no_address_are_three_messages_before_sending() {
    let bench = Bench::new().await;
    let desk = &bench.desk;
    let connection = at_any_hour(&bench).await;
    let (id, _) = somebody(&bench, connection).await;
    let nobody = new_contact(&bench, json!({"firstname": "Nobody"})).await;
    let preview = seen(&bench, connection, &draft(&nobody, "Hello")).await;
    let no_address = &preview.refusals[0];
    assert_eq!(no_address.reason, GuardReason::NoAddress, "{preview:?}");

    let fault = json!([{
        "side": "tuco", "method": "GET", "path": "/api/lines/by-user",
        "fault": {"status": {"status": 200, "body": "{\"lines\": []}"}}
    }]);
    at(&bench, "tuco", "POST", "/_sandbox/faults", &fault).await;
    // What was read of the lines before is forgotten with the name.
    desk.rename_connection(connection, "Another name".to_owned())
        .await
        .unwrap();
    let preview = seen(&bench, connection, &draft(&id, "Hello")).await;
    let no_line = &preview.refusals[0];
    assert_eq!(no_line.reason, GuardReason::LineInactive, "{preview:?}");
    assert_ne!(no_line.sentence, no_address.sentence);

    tuco_options(&bench, json!({"key_revoked": true})).await;
    desk.rename_connection(connection, "A third name".to_owned())
        .await
        .unwrap();
    let refused = desk
        .preview_message(connection, draft(&id, "Hello"))
        .await
        .unwrap_err();
    assert_eq!(refused.code, Code::NeedsSignIn, "{refused:?}");
    assert!(refused.message.contains("key"), "{refused:?}");
    desk.close(Duration::from_secs(5)).await;
}
