//! Signed in as the window is: connections side by side in the running engine.

use crate::scene::Scene;
use bridge::home::Home;
use bridge::running::{Ground, LoopState, Notice, start};
use bridge::store::{Method, StoreError};
use bridge::vault::{SessionOnly, Vault};
use std::sync::Arc;
use std::time::Duration;

#[tokio::test]
async fn two_portals_work_side_by_side_and_one_can_leave() {
    let scene = Scene::set().await;
    let folder = tempfile::tempdir().unwrap();
    let vault = Arc::new(SessionOnly::default());
    let handle = start(Ground {
        home: Home::at(Some(folder.path().join("home"))).unwrap(),
        access: scene.access.clone(),
        vault: vault.clone(),
    })
    .unwrap();
    let mut notices = handle.notices();
    let mut ids = Vec::new();
    for (name, portal) in [("One", scene.portal()), ("Two", scene.other_portal())] {
        let signed = scene.sign_in(portal).await;
        let saved = handle.adopt(signed, Some(name.to_owned())).await.unwrap();
        assert!(saved.not_kept.is_none());
        assert_eq!(saved.connection.portal_id, portal.to_string());
        ids.push(saved.connection.id);
    }
    let rows = handle
        .read(|rows| {
            let all = rows.connections()?;
            Ok::<_, StoreError>(all)
        })
        .await
        .unwrap();
    let told: Vec<_> = rows
        .iter()
        .map(|row| (row.name.as_str(), row.method))
        .collect();
    assert_eq!(told, [("One", Method::SignIn), ("Two", Method::SignIn)]);
    // Each has had a whole round, with its own keys.
    for row in &rows {
        while !matches!(
            handle.states().await.unwrap()[&row.id],
            LoopState::Idle { next_at } if next_at > 0
        ) {
            notices.recv().await.unwrap();
        }
        let keys = handle.keys(row.id).await.unwrap();
        let account = scene
            .access
            .sign_in(&keys, "")
            .hubspot
            .account()
            .await
            .unwrap();
        assert_eq!(account.portal_id, row.portal_id);
    }
    // The test of a connection renews with the rounds, and not beside them.
    let before = scene.asked("POST /oauth/2026-09/token");
    scene.clock.forward(26 * 60_000);
    let (one, again) = (
        handle.keys(ids[0]).await.unwrap(),
        handle.keys(ids[0]).await.unwrap(),
    );
    for keys in [&one, &again] {
        scene
            .access
            .sign_in(keys, "")
            .hubspot
            .account()
            .await
            .unwrap();
    }
    let renewed = scene.asked("POST /oauth/2026-09/token") - before;
    assert!(renewed <= 2, "once for each connection at most: {renewed}");

    handle.remove(ids[0]).await.unwrap();
    assert!(vault.load(&rows[0].key).unwrap().is_none());
    assert!(vault.load(&rows[1].key).unwrap().is_some());
    let left: Vec<i64> = handle.states().await.unwrap().into_keys().collect();
    assert_eq!(left, [ids[1]]);
    let told = |notice: &Notice| matches!(notice, Notice::Connections);
    while !told(&notices.recv().await.unwrap()) {}
    assert!(handle.stop(Duration::from_secs(5)).await);
}
