//! What a sign-in makes of a connection.

use crate::scene::{Scene, store};
use bridge::connect::{Keys, adopt, identify};
use bridge::engine::Engine;
use bridge::sign_in::{Ended, optional_scopes, required_scopes, sign_out};
use bridge::store::Method;
use bridge::vault::{SessionOnly, Vault};
use sandbox::world::Side;
use std::collections::BTreeSet;
use std::sync::Arc;
use wire::Secret;

#[tokio::test]
async fn a_change_of_the_way_to_sign_in_keeps_everything_else() {
    let scene = Scene::set().await;
    let vault: Arc<dyn Vault> = Arc::new(SessionOnly::default());
    let folder = tempfile::tempdir().unwrap();
    let mut store = store(&folder);
    let pasted = Keys {
        hubspot: Secret::new(scene.sandbox.endpoints.hubspot_token.clone()).into(),
        tuco: scene.tuco(),
    };
    let (outside, identity) = identify(&scene.access, &pasted, "").await.unwrap();
    let name = Some("Mine");
    let first = adopt(&mut store, &identity, name, pasted.method(), &scene.access).unwrap();
    vault.store(&first.key, &pasted.to_secrets()).unwrap();
    store
        .write(|rows| rows.set_setting(first.id, "mirror.delivered", "on", 1))
        .unwrap();
    let engine = Engine::new(store, first.clone(), outside);
    assert!(engine.round().await.trouble.is_none());
    let before = engine.read(|rows| rows.event_counts(first.id)).unwrap();
    assert!(before.total() > 0);
    let worked = engine.connection();
    let mut store = engine.into_store();

    let signed = scene.sign_in(scene.portal()).await;
    let (second, keys) = signed
        .adopt(&mut store, None, &scene.access, &vault)
        .unwrap();
    vault.store(&second.key, &keys.to_secrets()).unwrap();
    assert_eq!(
        (second.id, &second.name, &second.key),
        (first.id, &first.name, &first.key)
    );
    assert_eq!((first.method, second.method), (Method::Key, Method::SignIn));
    assert_eq!(second.look_back_from, worked.look_back_from);
    let kept = vault.load(&second.key).unwrap().unwrap();
    assert!(kept.hubspot_token.is_none() && kept.hubspot_refresh_token.is_some());
    let outside = scene.access.sign_in(&keys, "");
    let engine = Engine::new(store, second.clone(), outside);
    let round = engine.round().await;
    assert!(round.trouble.is_none(), "{:?}", round.trouble);
    let after = engine.read(|rows| rows.event_counts(first.id)).unwrap();
    assert_eq!(after, before, "nothing is seen twice");
    let settings = engine.read(|rows| rows.settings(first.id)).unwrap();
    assert_eq!(settings["mirror.delivered"], "on");
    let mut store = engine.into_store();

    let (_, identity) = identify(&scene.access, &pasted, "").await.unwrap();
    let third = adopt(&mut store, &identity, None, pasted.method(), &scene.access).unwrap();
    vault.store(&third.key, &pasted.to_secrets()).unwrap();
    assert_eq!((third.id, third.method), (first.id, Method::Key));
    let kept = vault.load(&third.key).unwrap().unwrap();
    assert!(kept.hubspot_refresh_token.is_none() && kept.hubspot_client_secret.is_none());
}

#[tokio::test]
async fn two_portals_are_two_connections() {
    let scene = Scene::set().await;
    let member = scene.member(Arc::new(SessionOnly::default())).await;
    let mut store = member.store;
    let signed = scene.sign_in(scene.other_portal()).await;
    let (other, keys) = signed
        .adopt(&mut store, Some("Other"), &scene.access, &member.vault)
        .unwrap();
    member.vault.store(&other.key, &keys.to_secrets()).unwrap();
    assert_ne!((other.id, &other.key), (member.row.id, &member.row.key));
    assert_eq!(other.portal_name, "Sandbox, second account");
    for (row, keys) in [(&member.row, &member.keys), (&other, &keys)] {
        let account = scene
            .access
            .sign_in(keys, "")
            .hubspot
            .account()
            .await
            .unwrap();
        assert_eq!(account.portal_id, row.portal_id);
    }
    // No secret is in the file of either.
    let kept = keys.to_secrets();
    for secret in [
        kept.hubspot_refresh_token,
        kept.hubspot_client_secret,
        kept.tuco_api_key,
    ] {
        let secret = secret.unwrap();
        for file in std::fs::read_dir(member.folder.path()).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            let found = bytes
                .windows(secret.expose().len())
                .any(|part| part == secret.expose().as_bytes());
            assert!(!found);
        }
    }
}

#[tokio::test]
async fn signing_out_revokes_or_uninstalls() {
    let scene = Scene::set().await;
    let member = scene.member(Arc::new(SessionOnly::default())).await;
    let ended = sign_out(&scene.access, &member.keys, &member.row, false)
        .await
        .unwrap();
    assert_eq!(ended, Ended::Revoked);
    scene.clock.forward(31 * 60_000);
    let error = scene
        .access
        .sign_in(&member.keys, "")
        .hubspot
        .account()
        .await
        .unwrap_err();
    assert_eq!(error.retry_class(), wire::RetryClass::NeedsSignIn);
    let again = sign_out(&scene.access, &member.keys, &member.row, true)
        .await
        .unwrap();
    assert_eq!(again, Ended::EndedBefore);

    let member = scene.member(Arc::new(SessionOnly::default())).await;
    let ended = sign_out(&scene.access, &member.keys, &member.row, true)
        .await
        .unwrap();
    assert_eq!(ended, Ended::Uninstalled);
    assert_eq!(
        scene.asked("DELETE /appinstalls/2026-09/external-install"),
        1
    );
    let error = scene
        .access
        .sign_in(&member.keys, "")
        .hubspot
        .account()
        .await
        .unwrap_err();
    assert_eq!(
        error.retry_class(),
        wire::RetryClass::NeedsSignIn,
        "the token is dead at once"
    );
}

/// What a call needs, by HubSpot's pages about each.
fn scope_of(call: &str) -> &'static str {
    let (method, path) = call.split_once(' ').unwrap();
    let reads = method == "GET" || path.ends_with("/search") || path.ends_with("/read");
    match (path, reads) {
        (path, _) if path.starts_with("/account-info") || path.starts_with("/oauth") => "oauth",
        (path, true) if path.starts_with("/crm/properties") => "crm.schemas.contacts.read",
        (path, false) if path.starts_with("/crm/properties") => "crm.schemas.contacts.write",
        (path, true) if path.starts_with("/crm/objects") => "crm.objects.contacts.read",
        (path, false) if path.starts_with("/crm/objects") => "crm.objects.contacts.write",
        _ => panic!("no scope is known for {call}"),
    }
}

#[tokio::test]
async fn what_a_round_uses_was_asked_for() {
    let scene = Scene::set().await;
    let member = scene.member(Arc::new(SessionOnly::default())).await;
    let engine = Engine::new(
        member.store,
        member.row,
        scene.access.sign_in(&member.keys, ""),
    );
    let round = engine.round().await;
    assert!(round.trouble.is_none(), "{:?}", round.trouble);
    let traffic = scene.world().traffic(Side::HubSpot);
    assert!(!traffic.statuses.contains_key(&403));
    let used: BTreeSet<&str> = traffic.paths.keys().map(|call| scope_of(call)).collect();
    let asked: BTreeSet<&str> = required_scopes()
        .into_iter()
        .chain(optional_scopes())
        .collect();
    assert!(used.is_subset(&asked), "{used:?}");
}
