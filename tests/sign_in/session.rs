//! Staying signed in: one refresh at a time, early enough, and nothing lost on the way.

use crate::scene::{Member, Scene};
use bridge::connect::Keys;
use bridge::vault::{Secrets, SessionOnly, Vault, VaultError};
use hubspot::{Error, ErrorKind, HubSpot, SignIn};
use sandbox::oauth::Rotation;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;
use tokio::task::JoinSet;
use wire::RetryClass;

const TOKEN: &str = "POST /oauth/2026-09/token";
const MINUTE: i64 = 60_000;

fn hubspot(scene: &Scene, keys: &Keys) -> HubSpot {
    scene.access.sign_in(keys, "").hubspot
}

async fn ask(scene: &Scene, keys: &Keys) -> Result<String, Error> {
    let account = hubspot(scene, keys).account().await?;
    Ok(account.portal_id)
}

async fn member(scene: &Scene) -> Member {
    scene.member(Arc::new(SessionOnly::default())).await
}

#[tokio::test]
async fn a_token_is_renewed_five_minutes_early_and_once_for_fifty() {
    let scene = Scene::set().await;
    let member = member(&scene).await;
    scene.clock.forward(24 * MINUTE);
    ask(&scene, &member.keys).await.unwrap();
    assert_eq!(scene.asked(TOKEN), 1, "the exchange alone");
    scene.clock.forward(MINUTE);
    let client = hubspot(&scene, &member.keys);
    let mut callers = JoinSet::new();
    for _ in 0..50 {
        let client = client.clone();
        callers.spawn(async move { client.account().await.unwrap() });
    }
    assert_eq!(callers.join_all().await.len(), 50);
    assert_eq!(scene.asked(TOKEN), 2, "one refresh for all of them");
}

/// L4: a run that outlives its token renews it once, early, and goes on: no page is lost, and none is refused.
#[tokio::test]
async fn a_run_that_outlives_its_token_goes_on_with_one_refresh() {
    let scene = Scene::set().await;
    let member = member(&scene).await;
    let client = hubspot(&scene, &member.keys);
    let (mut after, mut read) = (None::<String>, 0);
    // Forty minutes, of which a token lasts thirty.
    loop {
        let page = client
            .list(
                hubspot::ObjectKind::Contacts,
                &[],
                after.as_deref(),
                1,
                false,
            )
            .await
            .unwrap();
        read += page.records.len();
        after = page.after;
        if after.is_none() {
            break;
        }
        scene.clock.forward(130_000);
    }
    assert!(read >= 18, "{read}");
    assert_eq!(scene.asked(TOKEN), 2, "the exchange, and one refresh");
    let statuses = scene
        .world()
        .traffic(sandbox::world::Side::HubSpot)
        .statuses;
    assert!(statuses.keys().all(|status| *status < 400), "{statuses:?}");
}

#[tokio::test]
async fn who_gives_up_does_not_end_the_refresh() {
    let scene = Scene::set().await;
    let member = member(&scene).await;
    scene.change(|options| options.rotation = Rotation::AtOnce);
    scene.fault(r#"{"delay": {"ms": 400}}"#);
    scene.clock.forward(26 * MINUTE);
    let client = hubspot(&scene, &member.keys);
    let gone = tokio::time::timeout(Duration::from_millis(100), client.account()).await;
    assert!(gone.is_err());
    client.account().await.unwrap();
    assert_eq!(
        scene.asked(TOKEN),
        2,
        "the second one took up the first one's"
    );
    scene.clock.forward(26 * MINUTE);
    ask(&scene, &member.after_restart(&scene.access))
        .await
        .unwrap();
}

#[tokio::test]
async fn without_a_network_the_token_serves_to_its_end_and_nobody_is_signed_out() {
    let scene = Scene::set().await;
    let member = member(&scene).await;
    for fault in [
        r#""reset_before""#,
        r#""html200""#,
        r#"{"status": {"status": 503}}"#,
    ] {
        scene.fault(fault);
        scene.clock.forward(26 * MINUTE);
        ask(&scene, &member.keys).await.unwrap();
        scene.clock.forward(5 * MINUTE);
        let error = ask(&scene, &member.keys).await.unwrap_err();
        assert!(
            matches!(
                error.retry_class(),
                RetryClass::Network | RetryClass::Transient { .. }
            ),
            "{error}"
        );
        scene.world().clear_faults();
        // What was refused so often that calls are held back is asked anew by a new start.
        ask(&scene, &member.after_restart(&scene.access))
            .await
            .unwrap();
        ask(&scene, &member.keys).await.unwrap_or_else(|error| {
            assert!(
                matches!(error.retry_class(), RetryClass::Transient { .. }),
                "{error}"
            );
            String::new()
        });
    }
}

#[tokio::test]
async fn a_401_renews_nothing() {
    let scene = Scene::set().await;
    let member = member(&scene).await;
    let rule = br#"[{"path": "/account-info", "fault": {"named": "unauthorized_expired"}}]"#;
    let plan = sandbox::faults::FaultPlan::parse(rule).unwrap();
    scene.world().add_faults(plan);
    for _ in 0..3 {
        let error = ask(&scene, &member.keys).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::NeedsSignIn(SignIn::Session));
    }
    assert_eq!(scene.asked(TOKEN), 1);
}

#[tokio::test]
async fn hubspots_no_is_asked_for_once() {
    let scene = Scene::set().await;
    let member = member(&scene).await;
    scene.change(|options| options.gone_portals = vec![1_234_567]);
    scene.clock.forward(31 * MINUTE);
    for _ in 0..3 {
        let error = ask(&scene, &member.keys).await.unwrap_err();
        assert_eq!(error.retry_class(), RetryClass::NeedsSignIn, "{error}");
    }
    assert_eq!(scene.asked(TOKEN), 2, "no call after the last word");
}

/// A keychain that fails in one of two ways, when it is told to.
#[derive(Default)]
struct Failing {
    kept: SessionOnly,
    mode: AtomicU8,
}

impl Failing {
    const WELL: u8 = 0;
    const BEFORE: u8 = 1;
    const AFTER: u8 = 2;
}

impl Vault for Failing {
    fn load(&self, key: &str) -> Result<Option<Secrets>, VaultError> {
        self.kept.load(key)
    }

    fn store(&self, key: &str, secrets: &Secrets) -> Result<(), VaultError> {
        match self.mode.load(Ordering::SeqCst) {
            Self::BEFORE => Err(VaultError::NoAnswer),
            Self::AFTER => self.kept.store(key, secrets).and(Err(VaultError::NoAnswer)),
            _ => self.kept.store(key, secrets),
        }
    }

    fn forget(&self, key: &str) -> Result<(), VaultError> {
        self.kept.forget(key)
    }
}

#[tokio::test]
async fn a_rotated_token_survives_a_death_at_every_point() {
    // Killed before the answer was read, before it was kept, and after it was kept.
    for (mode, lost_answer) in [
        (Failing::WELL, true),
        (Failing::BEFORE, false),
        (Failing::AFTER, false),
        (Failing::WELL, false),
    ] {
        let scene = Scene::set().await;
        scene.change(|options| options.rotation = Rotation::UntilUsed);
        let vault = Arc::new(Failing::default());
        let member = scene.member(vault.clone()).await;
        vault.mode.store(mode, Ordering::SeqCst);
        if lost_answer {
            scene.fault(r#""reset_after_commit""#);
        }
        scene.clock.forward(31 * MINUTE);
        let outcome = ask(&scene, &member.keys).await;
        assert_eq!(outcome.is_err(), lost_answer, "{outcome:?}");
        scene.world().clear_faults();
        vault.mode.store(Failing::WELL, Ordering::SeqCst);
        // Twice: what a new start finds, and what it keeps from there.
        for _ in 0..2 {
            scene.clock.forward(31 * MINUTE);
            ask(&scene, &member.after_restart(&scene.access))
                .await
                .unwrap();
        }
    }
}

#[tokio::test]
async fn a_keychain_that_fails_for_hours_ends_no_session() {
    for rotation in [Rotation::UntilUsed, Rotation::AtOnce] {
        for mode in [Failing::BEFORE, Failing::AFTER] {
            let scene = Scene::set().await;
            scene.change(|options| options.rotation = rotation);
            let vault = Arc::new(Failing::default());
            let member = scene.member(vault.clone()).await;
            vault.mode.store(mode, Ordering::SeqCst);
            for _ in 0..5 {
                scene.clock.forward(31 * MINUTE);
                ask(&scene, &member.keys).await.unwrap();
            }
            vault.mode.store(Failing::WELL, Ordering::SeqCst);
            scene.clock.forward(31 * MINUTE);
            ask(&scene, &member.keys).await.unwrap();
            scene.clock.forward(31 * MINUTE);
            ask(&scene, &member.after_restart(&scene.access))
                .await
                .unwrap();
        }
    }
}

#[tokio::test]
async fn two_programs_with_one_sign_in_do_not_sign_each_other_out() {
    let scene = Scene::set().await;
    scene.change(|options| options.rotation = Rotation::AtOnce);
    let member = member(&scene).await;
    let other = member.after_restart(&scene.access);
    for _ in 0..3 {
        scene.clock.forward(31 * MINUTE);
        ask(&scene, &member.keys).await.unwrap();
        ask(&scene, &other).await.unwrap();
    }
}

#[tokio::test]
async fn a_session_from_before_does_not_touch_what_was_kept_since() {
    let scene = Scene::set().await;
    scene.change(|options| options.rotation = Rotation::UntilUsed);
    let member = member(&scene).await;
    let newer = Secrets {
        hubspot_token: Some(wire::Secret::new("pat-na1-new")),
        ..Secrets::default()
    };
    member.vault.store(&member.row.key, &newer).unwrap();
    scene.clock.forward(31 * MINUTE);
    ask(&scene, &member.keys).await.unwrap();
    let kept = member.vault.load(&member.row.key).unwrap().unwrap();
    assert!(kept.hubspot_refresh_token.is_none());
    member.vault.forget(&member.row.key).unwrap();
    scene.clock.forward(31 * MINUTE);
    ask(&scene, &member.keys).await.unwrap();
    assert!(
        member.vault.load(&member.row.key).unwrap().is_none(),
        "forgotten stays forgotten"
    );
}
