//! Signing in as the window does it: through the handle of the running engine.

use crate::scene::{Scene, browser, is_open};
use bridge::home::Home;
use bridge::running::{
    Ground, Handle, HandleError, LoopState, Notice, SignInProgress, SignInWish, start,
};
use bridge::sign_in::Ended;
use bridge::store::{Method, StoreError};
use bridge::vault::{SessionOnly, Vault};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast;

struct Window {
    scene: Scene,
    handle: Handle,
    vault: Arc<SessionOnly>,
    _folder: tempfile::TempDir,
}

impl Window {
    async fn open() -> Self {
        let scene = Scene::set().await;
        let folder = tempfile::tempdir().unwrap();
        let vault = Arc::new(SessionOnly::default());
        let handle = start(Ground {
            home: Home::at(Some(folder.path().join("home"))).unwrap(),
            access: scene.access.clone(),
            vault: vault.clone(),
        })
        .unwrap();
        Self {
            scene,
            handle,
            vault,
            _folder: folder,
        }
    }

    fn wish(&self, name: &str) -> SignInWish {
        SignInWish {
            app: Some(self.scene.app()),
            tuco: Some(self.scene.tuco()),
            connection: None,
            name: Some(name.to_owned()),
            pages: None,
            ports: self.scene.ports,
        }
    }

    /// The whole way; the connection that comes of it.
    async fn sign_in(&self, wish: SignInWish, portal: u64) -> Result<i64, (String, String)> {
        let mut notices = self.handle.notices();
        let begun = self.handle.begin_sign_in(wish).await.unwrap();
        assert_eq!(
            self.handle.sign_in_now().await.unwrap(),
            Some(begun.clone())
        );
        let back = self.scene.approve(&begun.link, portal).await;
        assert_eq!(
            browser().get(back.clone()).send().await.unwrap().status(),
            303
        );
        let page = back.join("/hubspot/done").unwrap();
        assert_eq!(browser().get(page).send().await.unwrap().status(), 200);
        match last(&mut notices).await {
            SignInProgress::Done {
                connection,
                not_kept: None,
            } => Ok(connection),
            SignInProgress::Failed { code, message } => Err((code.to_owned(), message)),
            other => panic!("{other:?}"),
        }
    }
}

/// The end of a sign-in, after what was told on the way.
async fn last(notices: &mut broadcast::Receiver<Notice>) -> SignInProgress {
    let wait = async {
        loop {
            match notices.recv().await.unwrap() {
                Notice::SignIn(
                    end @ (SignInProgress::Done { .. } | SignInProgress::Failed { .. }),
                ) => return end,
                Notice::SignIn(SignInProgress::Waiting {
                    remaining_seconds, ..
                }) => assert!(
                    (290..=300).contains(&remaining_seconds),
                    "{remaining_seconds}"
                ),
                _ => {}
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(30), wait)
        .await
        .unwrap()
}

#[tokio::test]
async fn two_portals_are_signed_in_side_by_side_and_one_is_left() {
    let window = Window::open().await;
    let portal = window.scene.portal();
    let one = window.sign_in(window.wish("One"), portal).await.unwrap();
    let other_portal = window.scene.other_portal();
    let two = window
        .sign_in(window.wish("Two"), other_portal)
        .await
        .unwrap();
    assert_ne!(one, two);
    let rows = window
        .handle
        .read(|rows| rows.connections())
        .await
        .unwrap_or_else(|error: StoreError| panic!("{error}"));
    let told: Vec<_> = rows
        .iter()
        .map(|row| (row.name.as_str(), row.method))
        .collect();
    assert_eq!(told, [("One", Method::SignIn), ("Two", Method::SignIn)]);
    let of = |portal: u64| {
        rows.iter()
            .find(|row| row.portal_id == portal.to_string())
            .unwrap()
    };
    assert_eq!((of(portal).id, of(other_portal).id), (one, two));

    // Again, with the app and the key that are kept; in the wrong portal first.
    let again = || SignInWish {
        app: None,
        tuco: None,
        connection: Some(one),
        ..window.wish("")
    };
    let (code, message) = window.sign_in(again(), other_portal).await.unwrap_err();
    assert_eq!(code, "wrong_portal");
    assert!(
        message.contains("\"Sandbox\"") && message.contains("second account"),
        "{message}"
    );
    assert_eq!(window.sign_in(again(), portal).await.unwrap(), one);

    let gone = window.handle.disconnect(one, false).await.unwrap();
    assert_eq!(gone.ended, Some(Ended::Revoked));
    assert!(gone.message.contains("30 minutes"), "{}", gone.message);
    assert!(window.vault.load(&of(portal).key).unwrap().is_none());
    assert!(
        window.vault.load(&of(other_portal).key).unwrap().is_some(),
        "the other one stays"
    );
    let mut notices = window.handle.notices();
    while !matches!(
        window.handle.states().await.unwrap()[&one],
        LoopState::NeedsSignIn { .. }
    ) {
        notices.recv().await.unwrap();
    }
    window.handle.remove(two).await.unwrap();
    assert_eq!(
        window.scene.asked("POST /oauth/2026-09/token/revoke"),
        3,
        "the wrong one, the left one, the removed one"
    );
    assert!(window.handle.stop(Duration::from_secs(5)).await);
}

#[tokio::test]
async fn a_sign_in_is_cancelled_replaced_and_helped_by_a_pasted_address() {
    let window = Window::open().await;
    let mut notices = window.handle.notices();
    let first = window
        .handle
        .begin_sign_in(window.wish("One"))
        .await
        .unwrap();
    window.handle.cancel_sign_in().await.unwrap();
    let SignInProgress::Failed { code, .. } = last(&mut notices).await else {
        panic!("it was cancelled");
    };
    assert_eq!(code, "cancelled");
    assert!(!is_open(first.port));
    assert_eq!(window.handle.sign_in_now().await.unwrap(), None);
    let late = window
        .handle
        .paste_sign_in("http://localhost".to_owned())
        .await;
    assert!(matches!(late, Err(HandleError::NotTheAddress(_))));

    let second = window
        .handle
        .begin_sign_in(window.wish("One"))
        .await
        .unwrap();
    let wrong = window.handle.paste_sign_in(second.link.to_string()).await;
    assert!(
        matches!(wrong, Err(HandleError::NotTheAddress(_))),
        "that is the link, not the answer"
    );
    let back = window
        .scene
        .approve(&second.link, window.scene.portal())
        .await;
    window.handle.paste_sign_in(back.to_string()).await.unwrap();
    assert!(matches!(
        last(&mut notices).await,
        SignInProgress::Done { .. }
    ));

    let without = SignInWish {
        app: None,
        ..window.wish("Three")
    };
    let refused = window.handle.begin_sign_in(without).await;
    assert!(matches!(refused, Err(HandleError::NoKeys)));
    assert!(window.handle.stop(Duration::from_secs(5)).await);
}
