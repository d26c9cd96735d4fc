//! The tester, the listener and the fields of a connection.

use bridge::links::Registered;

use super::*;
use crate::view::connection::{Check, Mark};
use crate::view::listener::DeliveryVerdict;
use crate::view::notice::News;

fn found<'a>(checks: &'a [Check], name: &str) -> &'a Check {
    checks
        .iter()
        .find(|check| check.check == name)
        .unwrap_or_else(|| panic!("{name} is not among the checks"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_test_is_kept_and_writes_only_to_a_contact_that_was_chosen() {
    let bench = Bench::new().await;
    let desk = &bench.desk;
    let connection = bench.connect().await;
    assert!(desk.kept_runs(connection).await.unwrap().is_empty());
    desk.pause(connection, true).await.unwrap();
    let nobody = &Registered::Nobody;
    let made = "POST /crm/objects/2026-09/communications";
    let before = bench.asked(made);
    let verdict = desk.check_connection(connection, nobody, |_| {}).await;
    assert_eq!(verdict.unwrap(), Verdict::Works);
    assert_eq!(bench.asked(made), before, "nothing is written unasked");

    let runs = desk.kept_runs(connection).await.unwrap();
    assert_eq!(runs.len(), 1);
    let checks = &runs[0].checks;
    assert_eq!(checks[0].check, "home");
    assert_eq!(found(checks, "keychain").mark, Mark::Ok);
    assert_eq!(found(checks, "hubspot.write").mark, Mark::NotNeeded);
    assert_eq!(found(checks, "computer.listener").mark, Mark::NotNeeded);
    let links = found(checks, "computer.links");
    assert_eq!(links.mark, Mark::Warning);
    assert!(!links.cause.is_empty() && !links.consequence.is_empty() && !links.advice.is_empty());

    let contact = desk
        .contact_search(connection, "a".to_owned())
        .await
        .unwrap()
        .remove(0)
        .id;
    let bad = desk
        .test_writing(connection, "501; drop".to_owned(), nobody, |_| {})
        .await;
    assert_eq!(bad.unwrap_err().code, Code::BadInput);
    let by = Registered::By("this".to_owned());
    desk.test_writing(connection, contact, &by, |_| {})
        .await
        .unwrap();
    let runs = desk.kept_runs(connection).await.unwrap();
    assert_eq!(runs.len(), 2);
    assert!(runs[0].id > runs[1].id, "the newest first");
    assert_eq!(found(&runs[0].checks, "hubspot.write").mark, Mark::Ok);
    assert_eq!(found(&runs[0].checks, "computer.links").mark, Mark::Ok);
    desk.close(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_listener_is_turned_on_registered_tested_rotated_and_turned_off() {
    let bench = Bench::new().await;
    let desk = &bench.desk;
    let connection = bench.connect().await;
    let mut news = desk.hub.listen();
    let off = desk.listener(connection).await.unwrap();
    assert!(!off.on && off.local.is_empty() && off.deliveries.is_empty());
    let early = desk.send_listener_test(connection).await.unwrap_err();
    assert_eq!(early.code, Code::BadInput);

    let bad = desk
        .change_listener(connection, true, "ftp://nowhere".to_owned(), None)
        .await;
    assert_eq!(bad.unwrap_err().code, Code::BadInput);
    let on = desk
        .change_listener(connection, true, String::new(), None)
        .await
        .unwrap();
    assert!(on.on && on.open && on.trouble.is_empty() && !on.registered);
    let unmade = desk.rotate_listener_secret(connection).await.unwrap_err();
    assert_eq!(unmade.code, Code::BadInput);

    let tunnel = on.local.split("/tuco").next().unwrap().to_owned();
    let led = desk
        .change_listener(connection, true, tunnel, None)
        .await
        .unwrap();
    assert!(!led.address.is_empty());
    let made = desk.register_listener(connection).await.unwrap();
    assert!(made.registered && !made.rotating);
    let tested = desk.send_listener_test(connection).await.unwrap();
    assert_eq!(tested.verdict, DeliveryVerdict::Test);
    let turned = desk.rotate_listener_secret(connection).await.unwrap();
    assert!(turned.registered && turned.rotating);
    let ended = desk.end_listener_rotation(connection).await.unwrap();
    assert!(!ended.rotating);
    assert_eq!(ended.deliveries[0].verdict, DeliveryVerdict::Test);
    assert!(ended.good >= 1);

    let by = &Registered::By("this".to_owned());
    desk.check_connection(connection, by, |_| {}).await.unwrap();
    let run = desk.kept_runs(connection).await.unwrap().remove(0);
    assert_eq!(found(&run.checks, "computer.listener").mark, Mark::Ok);

    let answers = json!([on, made, turned, ended, tested]).to_string();
    let entry = desk.row(connection).await.unwrap().key;
    let stores = desk.places().stores();
    let secrets = tokio::task::spawn_blocking(move || {
        bridge::listener::registration::load_secrets(&*stores, &entry).unwrap()
    })
    .await
    .unwrap();
    assert_eq!(secrets.len(), 1);
    assert!(!answers.contains(secrets[0].expose()));

    let off = desk
        .change_listener(connection, false, String::new(), None)
        .await
        .unwrap();
    assert!(!off.on && !off.registered);
    let mut told = 0;
    while let Ok(notice) = news.try_recv() {
        told += usize::from(notice.news == News::Listener { connection });
    }
    assert!(told > 3, "whoever looks is told of every change: {told}");
    desk.close(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fields_are_read_anew_and_preferred_lines_are_kept() {
    let bench = Bench::new().await;
    let desk = &bench.desk;
    let connection = bench.connect().await;
    let found = desk.refresh_fields(connection).await.unwrap();
    assert!(
        found.contains("properties of contacts") && found.contains("line"),
        "{found}"
    );
    let lines = desk.lines(connection).await.unwrap();
    let change = SettingChange {
        key: "send.lines".to_owned(),
        value: lines[0].id.clone(),
    };
    desk.change_settings(connection, vec![change])
        .await
        .unwrap();
    let settings = desk.settings(connection).await.unwrap();
    let kept = settings.iter().find(|one| one.key == "send.lines").unwrap();
    assert_eq!(kept.value, lines[0].id);
    bench.offline.store(true, Ordering::Relaxed);
    let cut = desk.refresh_fields(connection).await.unwrap_err();
    assert_eq!(cut.code, Code::Offline);
    desk.close(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_for_links_is_off_until_somebody_chooses_it() {
    let bench = Bench::new().await;
    let desk = &bench.desk;
    let links = desk.links(Registered::Nobody);
    assert_eq!(links.page, "");
    desk.change_link_page(true).unwrap();
    let links = desk.links(Registered::Nobody);
    assert!(links.page.starts_with("http://127.0.0.1:"), "{links:?}");
    assert!(desk.preferences().link_page);
    // A page that does not know of it changes nothing about it.
    desk.change_preferences(crate::view::settings::Preferences::default())
        .unwrap();
    assert!(desk.preferences().link_page);
    desk.change_link_page(false).unwrap();
    assert_eq!(desk.links(Registered::Nobody).page, "");
    desk.close(Duration::from_secs(5)).await;
}
