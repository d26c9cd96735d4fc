//! Where keys are kept, with a keychain that is there and with one that is not.

use bridge::vault::{Secrets, VaultError};

use super::*;
use crate::view::keys::KeysPlace;

/// A computer without a keychain.
struct NoKeychain;

impl Vault for NoKeychain {
    fn load(&self, _: &str) -> Result<Option<Secrets>, VaultError> {
        Err(VaultError::NoService)
    }

    fn store(&self, _: &str, _: &Secrets) -> Result<(), VaultError> {
        Err(VaultError::NoService)
    }

    fn forget(&self, _: &str) -> Result<(), VaultError> {
        Err(VaultError::NoService)
    }
}

const PASSPHRASE: &str = "four words far apart";
const NEXT: &str = "another four of them";

fn begun_anew(bench: &Bench, keychain: Arc<dyn Vault>) -> Desk {
    let endpoints = &bench.launched.endpoints;
    let places = Places::on_loopback(
        Home::at(Some(bench.folder.path().join("home"))).unwrap(),
        &endpoints.hubspot_url,
        &endpoints.tuco_url,
        keychain,
    );
    Desk::open(places.unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_keychain_keys_last_for_the_session_or_go_into_a_passphrase_file() {
    let bench = Bench::with_keychain(Arc::new(NoKeychain)).await;
    let desk = &bench.desk;
    let before = desk.keys_kept().await.unwrap();
    assert_eq!(
        before.place,
        KeysPlace::Keychain,
        "nothing is to be kept yet"
    );
    let saved = desk.save_connection(bench.keys(), None).await.unwrap();
    assert!(!saved.not_kept.is_empty());
    bench.settled(saved.connection).await;
    let kept = desk.keys_kept().await.unwrap();
    assert_eq!((kept.place, kept.file), (KeysPlace::Session, false));
    assert!(!kept.why.is_empty());

    let short = desk.keep_in_file("short".to_owned()).await.unwrap_err();
    assert_eq!(
        (short.code, short.detail.as_str()),
        (Code::BadInput, "short_passphrase")
    );
    desk.keep_in_file(PASSPHRASE.to_owned()).await.unwrap();
    let kept = desk.keys_kept().await.unwrap();
    assert_eq!((kept.place, kept.file), (KeysPlace::File, true));
    let file = std::fs::read(bench.folder.path().join("home/keys.sealed")).unwrap();
    let text = String::from_utf8_lossy(&file);
    let endpoints = &bench.launched.endpoints;
    for secret in [&endpoints.hubspot_token, &endpoints.tuco_api_key] {
        assert!(!text.contains(secret.as_str()));
    }
    desk.close(Duration::from_secs(5)).await;

    // The next start needs the passphrase, and goes on by itself once it is given.
    let desk = begun_anew(&bench, Arc::new(NoKeychain));
    until(async || {
        let one = desk.snapshot().await.connections.remove(0);
        matches!(one.state, LoopState::NeedsSignIn { .. }).then_some(())
    })
    .await;
    assert_eq!(
        desk.keys_kept().await.unwrap().place,
        KeysPlace::Locked,
        "the page asks for it"
    );
    let wrong = desk
        .unlock_keys("some other words".to_owned())
        .await
        .unwrap_err();
    assert_eq!(wrong.detail, "wrong_passphrase");
    desk.unlock_keys(PASSPHRASE.to_owned()).await.unwrap();
    assert_eq!(desk.keys_kept().await.unwrap().place, KeysPlace::File);
    until(async || {
        let one = desk.snapshot().await.connections.remove(0);
        matches!(one.state, LoopState::Idle { .. }).then_some(())
    })
    .await;
    let refused = desk.keep_in_keychain().await.unwrap_err();
    assert_eq!(refused.code, Code::NoKeychain);
    assert_eq!(
        desk.keys_kept().await.unwrap().place,
        KeysPlace::File,
        "they stay where they are"
    );
    desk.close(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_move_from_the_keychain_to_the_file_and_back() {
    let keychain = Arc::new(SessionOnly::default());
    let bench = Bench::with_keychain(keychain.clone()).await;
    let desk = &bench.desk;
    let connection = bench.connect().await;
    let entry = desk.row(connection).await.unwrap().key;
    assert!(keychain.load(&entry).unwrap().is_some());
    desk.keep_in_file(PASSPHRASE.to_owned()).await.unwrap();
    assert!(
        keychain.load(&entry).unwrap().is_none(),
        "in one place only"
    );
    assert_eq!(desk.keys_kept().await.unwrap().place, KeysPlace::File);
    let refused = desk
        .change_passphrase("some other words".to_owned(), NEXT.to_owned())
        .await
        .unwrap_err();
    assert_eq!(refused.detail, "wrong_passphrase");
    let short = desk
        .change_passphrase(PASSPHRASE.to_owned(), "short".to_owned())
        .await
        .unwrap_err();
    assert_eq!(short.detail, "short_passphrase");
    desk.unlock_keys(PASSPHRASE.to_owned()).await.unwrap();
    desk.change_passphrase(PASSPHRASE.to_owned(), NEXT.to_owned())
        .await
        .unwrap();
    assert_eq!(desk.keys_kept().await.unwrap().place, KeysPlace::File);
    let old = desk.unlock_keys(PASSPHRASE.to_owned()).await.unwrap_err();
    assert_eq!(old.detail, "wrong_passphrase");
    desk.unlock_keys(NEXT.to_owned()).await.unwrap();
    desk.keep_in_keychain().await.unwrap();
    assert!(keychain.load(&entry).unwrap().is_some());
    let kept = desk.keys_kept().await.unwrap();
    assert_eq!((kept.place, kept.file), (KeysPlace::Keychain, true));
    let wrong = desk
        .keep_in_file("not the one from before".to_owned())
        .await;
    assert_eq!(wrong.unwrap_err().detail, "wrong_passphrase");
    desk.close(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sandbox_keeps_nothing_anywhere() {
    let bench = Bench::new().await;
    let desk = &bench.desk;
    desk.start_sandbox().await.unwrap();
    assert_eq!(desk.keys_kept().await.unwrap().place, KeysPlace::Keychain);
    let refused = desk.keep_in_file(PASSPHRASE.to_owned()).await.unwrap_err();
    assert_eq!(refused.code, Code::WrongPlace);
    desk.leave_sandbox().await.unwrap();
    desk.close(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_crosses_once_and_waits_until_it_is_kept_or_the_form_is_left() {
    let bench = Bench::new().await;
    let desk = &bench.desk;
    let nothing = || PastedKeys {
        hub_spot: String::new(),
        tuco: " ".to_owned(),
    };
    let missing = async || {
        let refused = desk.save_connection(nothing(), None).await.unwrap_err();
        assert_eq!(refused.code, Code::BadInput);
    };
    missing().await;

    // One of two is wrong: the other one need not be given again.
    let wrong = PastedKeys {
        hub_spot: "pat-na1-wrong".to_owned(),
        ..bench.keys()
    };
    let verdict = desk.check_keys(wrong, None, |_| {}).await.unwrap();
    assert_eq!(verdict, Verdict::NeedsPerson);
    let mended = PastedKeys {
        tuco: String::new(),
        ..bench.keys()
    };
    let verdict = desk.check_keys(mended, None, |_| {}).await.unwrap();
    assert_eq!(verdict, Verdict::Works);
    let saved = desk.save_connection(nothing(), None).await.unwrap();
    bench.settled(saved.connection).await;
    missing().await;

    desk.check_keys(bench.keys(), None, |_| {}).await.unwrap();
    desk.forget_pasted();
    missing().await;
    desk.close(Duration::from_secs(5)).await;
}

/// One row is changed as if the connection were another portal's.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn new_keys_of_another_portal_or_workspace_are_refused_and_the_old_ones_stay() {
    let bench = Bench::new().await;
    let desk = &bench.desk;
    let id = bench.connect().await;
    let saved = desk.replace_keys(id, bench.keys()).await.unwrap();
    assert_eq!((saved.connection, saved.not_kept.as_str()), (id, ""));
    desk.close(Duration::from_secs(5)).await;

    let database = bench.folder.path().join("home/bridge.db");
    for (column, code) in [
        ("portal_id", "wrong_portal"),
        ("workspace_id", "wrong_workspace"),
    ] {
        let file = rusqlite::Connection::open(&database).unwrap();
        let kept: String = file
            .query_row(&format!("SELECT {column} FROM connection"), [], |row| {
                row.get(0)
            })
            .unwrap();
        let change = format!("UPDATE connection SET {column} = ?1");
        file.execute(&change, ["999"]).unwrap();
        let desk = begun_anew(&bench, Arc::new(SessionOnly::default()));
        let refused = desk.replace_keys(id, bench.keys()).await.unwrap_err();
        assert_eq!(
            (refused.code, refused.detail.as_str()),
            (Code::WrongAccount, code)
        );
        assert!(refused.message.contains("999") && refused.message.contains(&kept));
        assert_eq!(
            desk.snapshot().await.connections.len(),
            1,
            "none was made of them"
        );
        desk.close(Duration::from_secs(5)).await;
        file.execute(&change, [&kept]).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_forgot_the_passphrase_starts_over_and_keeps_all_but_the_keys() {
    let bench = Bench::new().await;
    let desk = &bench.desk;
    let id = bench.connect().await;
    desk.keep_in_file(PASSPHRASE.to_owned()).await.unwrap();
    let open = desk.start_keys_over("start over").await.unwrap_err();
    assert_eq!(
        open.code,
        Code::BadInput,
        "its keys can be had: {}",
        open.message
    );
    let log = bench
        .page(id, Filter::default(), PageStart::Newest)
        .await
        .len();
    assert!(log > 0);
    desk.close(Duration::from_secs(5)).await;

    let desk = begun_anew(&bench, Arc::new(SessionOnly::default()));
    assert_eq!(desk.keys_kept().await.unwrap().place, KeysPlace::Locked);
    let slip = desk.start_keys_over("start").await.unwrap_err();
    assert_eq!(slip.code, Code::BadInput);
    assert_eq!(desk.keys_kept().await.unwrap().place, KeysPlace::Locked);
    desk.start_keys_over(" Start over ").await.unwrap();
    let kept = desk.keys_kept().await.unwrap();
    assert_eq!((kept.place, kept.file), (KeysPlace::Keychain, false));
    assert!(!bench.folder.path().join("home/keys.sealed").exists());
    // It waits for keys, and goes on with the same ones.
    until(async || {
        let one = desk.snapshot().await.connections.remove(0);
        matches!(one.state, LoopState::NeedsSignIn { .. }).then_some(())
    })
    .await;
    let saved = desk.replace_keys(id, bench.keys()).await.unwrap();
    assert_eq!((saved.connection, saved.not_kept.as_str()), (id, ""));
    until(async || {
        let one = desk.snapshot().await.connections.remove(0);
        matches!(one.state, LoopState::Idle { .. }).then_some(())
    })
    .await;
    let page = desk
        .activity_page(id, Filter::default(), PageStart::Newest, 50)
        .await;
    assert!(page.unwrap().rows.len() >= log);
    desk.close(Duration::from_secs(5)).await;
}
