//! Writing to people: what the page's commands do, without a page.

use super::*;
use crate::view::compose::{Draft, FallbackChoice, LineChoice, Override, Sent, WayChoice};
use crate::view::many::{Audience, ManyDraft, ManyFilter, RunState};
use crate::view::notice::News;
use crate::view::opt_outs::ReviewKind;
use crate::view::preview::Preview;
use crate::view::send_state::{GuardReason, SendState};
use crate::view::templates::TemplateBody;

pub(super) async fn at_any_hour(bench: &Bench) -> i64 {
    let connection = bench.connect().await;
    let change = SettingChange {
        key: "quiet.hours".to_owned(),
        value: "off".to_owned(),
    };
    bench
        .desk
        .change_settings(connection, vec![change])
        .await
        .unwrap();
    connection
}

/// Contacts with a number.
pub(super) async fn people(bench: &Bench, connection: i64) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for id in 501..540 {
        let found = bench
            .desk
            .contact_search(connection, id.to_string())
            .await
            .unwrap();
        all.extend(
            found
                .into_iter()
                .filter(|one| one.phone.is_some() && !one.name.is_empty())
                .map(|one| (one.id, one.name)),
        );
    }
    assert!(all.len() > 8, "{}", all.len());
    all
}

pub(super) fn draft(contact: &str, text: &str) -> Draft {
    Draft {
        intent: format!("test-{contact}-{}", text.len()),
        contact_id: contact.to_owned(),
        way: WayChoice::Auto,
        line: LineChoice::Auto,
        text: text.to_owned(),
        attachments: Vec::new(),
        at: None,
        fallback: FallbackChoice::Nothing,
        template: None,
        filled: Vec::new(),
        overrides: Vec::new(),
    }
}

/// Somebody who may be written to: the sandbox has people who opted out or have no usable number.
pub(super) async fn somebody(bench: &Bench, connection: i64) -> (String, String) {
    for (id, name) in people(bench, connection).await {
        let preview = seen(bench, connection, &draft(&id, "Hello")).await;
        if preview.refusals.is_empty() {
            return (id, name);
        }
    }
    panic!("nobody may be written to");
}

pub(super) async fn seen(bench: &Bench, connection: i64, draft: &Draft) -> Preview {
    bench
        .desk
        .preview_message(connection, draft.clone())
        .await
        .unwrap()
}

pub(super) async fn send(bench: &Bench, connection: i64, draft: &Draft) -> i64 {
    let preview = seen(bench, connection, draft).await;
    let sent = bench
        .desk
        .send_message(connection, draft.clone(), preview.seen)
        .await
        .unwrap();
    match sent {
        Sent::Accepted { send, .. } => send,
        Sent::Changed { preview } => panic!("{preview:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_previewed_is_sent_once_unless_it_is_taken_back() {
    let bench = Bench::new().await;
    let desk = &bench.desk;
    let connection = at_any_hour(&bench).await;
    let (id, name) = somebody(&bench, connection).await;
    let first = name.split(' ').next().unwrap();

    let card = desk.recipient(connection, id.clone()).await.unwrap();
    assert_eq!(
        (card.name.as_str(), card.opt_out.is_none()),
        (name.as_str(), true)
    );
    let fields = desk
        .merge_fields(connection, Some(id.clone()))
        .await
        .unwrap();
    let field = fields
        .iter()
        .find(|field| field.path == "contact.firstname")
        .unwrap();
    assert_eq!(field.value.as_deref(), Some(first));

    let hello = draft(
        &id,
        "Né {{contact.firstname|there}}, {{contact.nothing}} {{con",
    );
    let preview = seen(&bench, connection, &hello).await;
    let [unknown, unclosed] = preview.unresolved.as_slice() else {
        panic!("{:?}", preview.unresolved);
    };
    let part = |from: u32, to: u32| -> String {
        let units: Vec<u16> = hello.text.encode_utf16().collect();
        String::from_utf16_lossy(&units[from as usize..to as usize])
    };
    assert_eq!(
        part(unknown.place.from, unknown.place.to),
        "{{contact.nothing}}"
    );
    assert_eq!(unknown.why, "The portal has no field contact.nothing.");
    assert_eq!(part(unclosed.place.from, unclosed.place.to), "{{con");
    assert_eq!(preview.from_fields[0].from, 3);

    let hello = draft(&id, "Hi {{contact.firstname|there}}, see you on Monday.");
    let send_id = send(&bench, connection, &hello).await;
    let back = desk.undo_send(connection, send_id).await.unwrap();
    assert_eq!(back.text, hello.text);
    assert_ne!(back.intent, hello.intent, "taken back is done with");

    let stale = desk
        .send_message(connection, back.clone(), "something else".to_owned())
        .await
        .unwrap();
    assert!(matches!(stale, Sent::Changed { .. }), "only what was seen");

    let mut news = desk.hub.listen();
    let send_id = send(&bench, connection, &back).await;
    let again = send(&bench, connection, &back).await;
    assert_eq!(send_id, again, "the same intent is the same send");
    let state = until(async || {
        let thread = desk.thread(connection, id.clone(), None).await.unwrap();
        let own = thread
            .messages
            .into_iter()
            .find(|message| message.send == Some(send_id))?;
        assert_eq!(own.text, format!("Hi {first}, see you on Monday."));
        matches!(
            own.state,
            Some(SendState::Sent { .. } | SendState::Delivered { .. } | SendState::Fallback { .. })
        )
        .then_some(own.state)
    })
    .await;
    let own = desk.own_sends(connection).await.unwrap();
    assert_eq!(own[0].name, name, "{state:?}");
    assert!(desk.undo_send(connection, send_id).await.unwrap_err().code == Code::TooLate);
    let mut told = 0;
    while let Ok(notice) = news.try_recv() {
        told += usize::from(matches!(notice.news, News::Sends { .. }));
    }
    assert!(told >= 2, "whoever looks is told of each step: {told}");
    desk.close(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_opt_out_stops_the_composer_and_can_be_seen_and_lifted() {
    let bench = Bench::new().await;
    let desk = &bench.desk;
    let connection = at_any_hour(&bench).await;
    let (id, _) = somebody(&bench, connection).await;
    let out = desk
        .add_opt_out(connection, id.clone(), "asked on the phone".to_owned())
        .await
        .unwrap();
    assert_eq!(out.contact_id.as_deref(), Some(id.as_str()));
    assert!(out.how.contains("asked on the phone"), "{}", out.how);
    let listed = desk
        .opt_outs(connection, out.address.clone(), 0, 50)
        .await
        .unwrap();
    assert_eq!(listed.rows[0].id, out.id);

    let mut hello = draft(&id, "Hello again");
    let preview = seen(&bench, connection, &hello).await;
    assert_eq!(preview.refusals[0].reason, GuardReason::OptedOut);
    assert!(!preview.refusals[0].may_override);
    let sent = desk
        .send_message(connection, hello.clone(), preview.seen)
        .await
        .unwrap();
    assert!(matches!(sent, Sent::Changed { .. }), "{sent:?}");
    hello.overrides.push(Override {
        reason: GuardReason::OptedOut,
        why: "I know better".to_owned(),
    });
    let refused = desk.preview_message(connection, hello.clone()).await;
    assert_eq!(refused.unwrap_err().code, Code::BadInput);
    hello.overrides.clear();

    let said = desk
        .lift_opt_out(connection, out.id, "she called".to_owned())
        .await
        .unwrap();
    assert!(said.starts_with("Lifted"), "{said}");
    let preview = seen(&bench, connection, &hello).await;
    assert!(
        preview
            .refusals
            .iter()
            .all(|one| one.reason != GuardReason::OptedOut),
        "{:?}",
        preview.refusals
    );
    desk.close(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reply_that_may_ask_for_an_end_waits_for_a_person() {
    let bench = Bench::new().await;
    let desk = &bench.desk;
    let connection = at_any_hour(&bench).await;
    let (id, _) = somebody(&bench, connection).await;
    let endpoints = &bench.launched.endpoints;
    let url = format!("{}/_sandbox/reply", endpoints.tuco_url);
    let body = json!({"from": id, "text": "please remove me from your texts"});
    let sent = control(&url, &body).await;
    assert!(sent, "the sandbox takes the reply");
    let preview = seen(&bench, connection, &draft(&id, "Hello again")).await;
    let reason = preview.refusals.first().map(|one| one.reason);
    // A preview believes what it heard for some seconds; the round hears it at the latest.
    if reason != Some(GuardReason::OptOutReview) {
        desk.sync_now(connection).await.unwrap();
    }
    let review = until(async || {
        let reviews = desk.opt_out_reviews(connection).await.unwrap();
        reviews.into_iter().next()
    })
    .await;
    assert_eq!(review.kind, ReviewKind::FreeWording);
    let needs = desk
        .overview(connection, "UTC".to_owned())
        .await
        .unwrap()
        .needs;
    assert!(
        needs
            .iter()
            .any(|need| need.kind == crate::view::overview::NeedKind::OptOutReview),
        "{needs:?}"
    );
    desk.decide_review(connection, review.id, true)
        .await
        .unwrap();
    let preview = seen(&bench, connection, &draft(&id, "Hello again")).await;
    assert_eq!(preview.refusals[0].reason, GuardReason::OptedOut);
    let late = desk.decide_review(connection, review.id, true).await;
    assert_eq!(late.unwrap_err().code, Code::TooLate);
    desk.close(Duration::from_secs(5)).await;
}

/// One call to the sandbox's own controls.
async fn control(url: &str, body: &Value) -> bool {
    use std::io::{Read, Write};
    let rest = url.strip_prefix("http://").unwrap().to_owned();
    let body = body.to_string();
    tokio::task::spawn_blocking(move || {
        let (host, path) = rest.split_once('/').unwrap();
        let mut stream = std::net::TcpStream::connect(host).unwrap();
        write!(
            stream,
            "POST /{path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.starts_with("HTTP/1.1 2")
    })
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn drafts_and_templates_are_kept_with_their_versions() {
    let bench = Bench::new().await;
    let desk = &bench.desk;
    let connection = at_any_hour(&bench).await;
    let (id, name) = somebody(&bench, connection).await;
    desk.recipient(connection, id.clone()).await.unwrap();
    let half = draft(&id, "Half a sentence");
    desk.keep_message(connection, half.clone()).await.unwrap();
    let kept = desk.kept_messages(connection).await.unwrap();
    assert_eq!(
        (kept[0].name.as_str(), &kept[0].draft),
        (name.as_str(), &half)
    );
    desk.forget_message(connection, id).await.unwrap();
    assert!(desk.kept_messages(connection).await.unwrap().is_empty());

    let body = |text: &str| TemplateBody {
        name: "Hello".to_owned(),
        folder: String::new(),
        text: text.to_owned(),
        variables: Vec::new(),
    };
    let one = desk.save_template(None, body("One"), 0).await.unwrap();
    let taken = desk.save_template(None, body("Two"), 0).await;
    assert_eq!(taken.unwrap_err().code, Code::Taken);
    let two = desk
        .save_template(Some(one.id), body("Two"), one.version)
        .await
        .unwrap();
    let late = desk
        .save_template(Some(one.id), body("Three"), one.version)
        .await;
    assert_eq!(late.unwrap_err().code, Code::ChangedMeanwhile);
    let versions = desk.template_versions(two.id).await.unwrap();
    let texts: Vec<&str> = versions.iter().map(|one| one.text.as_str()).collect();
    assert_eq!(texts, ["Two", "One"]);
    desk.remove_template(two.id, true).await.unwrap();
    assert!(desk.templates().await.unwrap().is_empty());
    desk.close(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_get_what_the_dry_run_lists_and_nobody_gets_it_twice() {
    let bench = Bench::new().await;
    let desk = &bench.desk;
    let connection = at_any_hour(&bench).await;
    let all = people(&bench, connection).await;
    let mut contacts: Vec<String> = all.into_iter().map(|(id, _)| id).collect();
    contacts.push(contacts[0].clone());
    let wanted = ManyDraft {
        name: "Monday".to_owned(),
        audience: Audience::Picked {
            contacts: contacts.clone(),
        },
        way: WayChoice::Auto,
        line: LineChoice::Auto,
        text: "Hi {{contact.firstname|there}}, we are open on Monday.".to_owned(),
        attachments: Vec::new(),
        at: None,
        fallback: FallbackChoice::Nothing,
        template: None,
        filled: Vec::new(),
    };
    let dry = desk
        .dry_run(connection, wanted, |looked| assert!(looked.of.is_some()))
        .await
        .unwrap();
    assert!(dry.going > 5, "{dry:?}");
    assert_eq!(dry.people, dry.going + dry.left_out);
    let page = desk
        .many_rows(connection, dry.run, ManyFilter::Going, 0, 500)
        .await
        .unwrap();
    assert_eq!(page.total, dry.going);
    let texts: Vec<(String, String)> = page
        .rows
        .iter()
        .map(|row| (row.contact_id.clone(), row.text.clone()))
        .collect();
    let wrong = desk.start_run(connection, dry.run, "yes".to_owned()).await;
    assert_eq!(wrong.unwrap_err().code, Code::BadInput);
    assert!(desk.runs(connection).await.unwrap().is_empty());
    desk.start_run(connection, dry.run, dry.type_to_start.clone())
        .await
        .unwrap();
    let twice = desk
        .start_run(connection, dry.run, dry.type_to_start.clone())
        .await;
    assert_eq!(twice.unwrap_err().code, Code::TooLate);
    let run = until(async || {
        let run = desk.runs(connection).await.unwrap().remove(0);
        matches!(run.state, RunState::Finished { .. }).then_some(run)
    })
    .await;
    assert_eq!(run.people, dry.people);
    assert_eq!(run.sent + run.unknown + run.failed, dry.going, "{run:?}");
    let done = desk
        .many_rows(connection, dry.run, ManyFilter::Going, 0, 500)
        .await
        .unwrap();
    let arrived: Vec<(String, String)> = done
        .rows
        .iter()
        .map(|row| (row.contact_id.clone(), row.text.clone()))
        .collect();
    assert_eq!(arrived, texts, "what the dry run lists is what happens");
    let file = bench.folder.path().join("result.csv");
    desk.export_run(connection, dry.run, file.clone())
        .await
        .unwrap();
    let table = std::fs::read_to_string(file).unwrap();
    assert_eq!(table.trim().lines().count() as u64, dry.people + 1);
    desk.close(Duration::from_secs(5)).await;
}
