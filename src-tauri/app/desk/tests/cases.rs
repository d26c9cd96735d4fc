//! More of what users of other products complained of, as they would meet it in the window. Each test bears
//! the number of its case in docs/messages.md.

use super::compose::{at_any_hour, draft, people, seen, send, somebody};
use super::guarded::{at, dry_run, new_contact, standing, to_many, tuco_options};
use super::*;
use crate::view::compose::FallbackChoice;
use crate::view::many::{ManyFilter, RunState};
use crate::view::notice::News;
use crate::view::send_state::SendState;

/// "SMS Messages no longer updating to hubspot": the second round that fails is told to whoever does not
/// look, once; what came in meanwhile is there when it works again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s2_the_second_round_that_fails_gives_the_alarm_and_nothing_is_lost() {
    let bench = Bench::new().await;
    let desk = &bench.desk;
    let connection = at_any_hour(&bench).await;
    let (id, _) = somebody(&bench, connection).await;
    let mut news = desk.hub.listen();
    bench.offline.store(true, Ordering::SeqCst);
    let body = json!({"from": id, "text": "Nobody hears this yet"});
    at(&bench, "tuco", "POST", "/_sandbox/reply", &body).await;
    let mut alarms = 0;
    for round in 1..=2 {
        desk.sync_now(connection).await.unwrap();
        let ended = async {
            loop {
                match news.recv().await.unwrap().news {
                    News::Stalled { why, .. } => {
                        assert!(round == 2 && why.ends_with('.'), "{round} {why}");
                        alarms += 1;
                    }
                    News::Loop {
                        state: LoopState::Offline { .. },
                        ..
                    } => return,
                    _ => {}
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(120), ended)
            .await
            .unwrap();
    }
    assert_eq!(alarms, 1);
    bench.offline.store(false, Ordering::SeqCst);
    desk.sync_now(connection).await.unwrap();
    let row = until(async || {
        let filter = Filter {
            search: "Nobody hears".to_owned(),
            ..Filter::default()
        };
        let rows = bench.page(connection, filter, PageStart::Newest).await;
        rows.into_iter().find(|row| row.stage == Stage::Written)
    })
    .await;
    assert_eq!(row.kind, Kind::Reply);
    desk.close(Duration::from_secs(5)).await;
}

/// 280,000 records were synced on a Friday and every dormant lead got mail: more than 25 people need a dry
/// run that shows them and words that are typed, and nothing else sets it going.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s12_a_message_to_many_needs_a_dry_run_and_typed_words() {
    let bench = Bench::new().await;
    let desk = &bench.desk;
    let connection = at_any_hour(&bench).await;
    let mut ids = Vec::new();
    for n in 0..27 {
        let properties = json!({"firstname": "Pat", "phone": format!("+1202555{:04}", 1_700 + n)});
        ids.push(new_contact(&bench, properties).await);
    }
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let (run, typed, rows) = dry_run(&bench, connection, to_many(&ids, "To all of you")).await;
    assert_eq!(rows.len(), 27);
    assert!(typed.contains("27"), "what is typed says how many: {typed}");
    for wrong in ["", "yes", "send to 26 people"] {
        let refused = desk.start_run(connection, run, wrong.to_owned()).await;
        assert!(refused.is_err(), "{wrong}");
    }
    assert!(
        desk.start_run(connection, run + 1, typed.clone())
            .await
            .is_err(),
        "there is no run that nobody looked at"
    );
    let world = at(&bench, "tuco", "GET", "/_sandbox/world", &Value::Null).await;
    let sent = world["sends"].as_array().unwrap();
    assert!(sent.iter().all(|one| one["text"] != "To all of you"));

    desk.start_run(connection, run, typed).await.unwrap();
    until(async || {
        let run = desk.runs(connection).await.unwrap().remove(0);
        matches!(
            run.state,
            RunState::Finished { .. } | RunState::Waiting { .. }
        )
        .then_some(())
    })
    .await;
    desk.close(Duration::from_secs(5)).await;
}

/// A batch that stopped because the workspace is read-only goes on where it was, as soon as somebody says
/// that it was settled, and nobody gets it twice.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s11_a_run_that_a_read_only_workspace_stopped_goes_on_when_it_is_set_going() {
    let bench = Bench::new().await;
    let desk = &bench.desk;
    let connection = at_any_hour(&bench).await;
    let mut ids = Vec::new();
    for n in 0..3 {
        let properties = json!({"firstname": "Kim", "phone": format!("+1202555{:04}", 1_800 + n)});
        ids.push(new_contact(&bench, properties).await);
    }
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let (run, typed, _) = dry_run(&bench, connection, to_many(&ids, "Once each")).await;
    tuco_options(&bench, json!({"read_only": true})).await;
    desk.start_run(connection, run, typed).await.unwrap();
    until(async || {
        let run = desk.runs(connection).await.unwrap().remove(0);
        matches!(run.state, RunState::Stopped { .. }).then_some(())
    })
    .await;
    tuco_options(&bench, json!({"read_only": false})).await;
    desk.set_run(connection, run, bridge::store::RunState::Running)
        .await
        .unwrap();
    until(async || {
        let run = desk.runs(connection).await.unwrap().remove(0);
        matches!(run.state, RunState::Finished { .. }).then_some(())
    })
    .await;
    let page = desk
        .many_rows(connection, run, ManyFilter::All, 0, 10)
        .await
        .unwrap();
    assert_eq!(page.rows.len(), 3);
    let world = at(&bench, "tuco", "GET", "/_sandbox/world", &Value::Null).await;
    let sent = world["sends"].as_array().unwrap();
    assert_eq!(
        sent.iter().filter(|one| one["text"] == "Once each").count(),
        3
    );
    desk.close(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_takes_the_place_of_a_failed_message_is_told_with_it() {
    let bench = Bench::new().await;
    let desk = &bench.desk;
    let connection = at_any_hour(&bench).await;
    let phone = "+12025551901";
    let properties = json!({"firstname": "Lee", "phone": phone});
    let id = new_contact(&bench, properties).await;
    tuco_options(&bench, json!({"outcomes": {phone: "failed_now"}})).await;
    let mut hello = draft(&id, "Are you coming?");
    hello.fallback = FallbackChoice::Sms;
    let preview = seen(&bench, connection, &hello).await;
    assert!(preview.segments.is_some(), "it may go as a text message");
    let first = send(&bench, connection, &hello).await;
    standing(&bench, connection, first).await;
    tuco_options(&bench, json!({"outcomes": {phone: "sent"}})).await;
    desk.sync_now(connection).await.unwrap();
    let thread = until(async || {
        let thread = desk.thread(connection, id.clone(), None).await.unwrap();
        let told = thread.messages.iter().any(|one| {
            matches!(&one.state, Some(SendState::Failed { next, .. }) if next.contains("took its place"))
        });
        (told && thread.messages.len() == 2).then_some(thread)
    })
    .await;
    assert!(
        thread
            .messages
            .iter()
            .all(|one| one.text == "Are you coming?")
    );
    desk.close(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_lists_of_a_contact_are_named_and_a_missing_right_is_said() {
    let bench = Bench::new().await;
    let desk = &bench.desk;
    let connection = bench.connect().await;
    let (id, _) = people(&bench, connection).await.remove(0);
    let on = async |id: &str| {
        desk.lists_of_contact(connection, id.to_owned())
            .await
            .unwrap()
    };
    let before = on(&id).await;
    assert!(before.allowed && !before.more);
    for name in ["Spring fair", "Another list"] {
        let list = json!({"name": name, "processingType": "MANUAL", "objectTypeId": "0-1"});
        let made = at(&bench, "hubspot", "POST", "/crm/lists/2026-09", &list).await;
        let list = made["list"]["listId"].as_str().unwrap();
        let path = format!("/crm/lists/2026-09/{list}/memberships/add");
        at(&bench, "hubspot", "PUT", &path, &json!([id])).await;
    }
    let after = on(&id).await;
    let new: Vec<_> = after
        .names
        .iter()
        .filter(|name| !before.names.contains(name))
        .collect();
    assert_eq!(new, ["Another list", "Spring fair"]);
    assert!(on("999999999").await.names.is_empty());

    let fault = json!([{
        "side": "hubspot", "method": "GET", "path": "/crm/lists",
        "fault": {"named": "missing_scopes"}
    }]);
    at(&bench, "hubspot", "POST", "/_sandbox/faults", &fault).await;
    assert!(!on(&id).await.allowed);
    desk.close(Duration::from_secs(5)).await;
}
