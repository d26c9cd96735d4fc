//! An attempt that waits, and what may come back to it.

use crate::scene::{Scene, get, is_open, raw};
use bridge::sign_in::{Answer, Attempt, Control, SignInError, finish};
use std::time::Duration;
use tokio::task::JoinHandle;
use url::Url;

pub(crate) const PATH: &str = "/hubspot/signed-in";

/// An attempt that waits, and where HubSpot would send the browser.
pub(crate) struct Waiting {
    pub(crate) scene: Scene,
    pub(crate) port: u16,
    pub(crate) control: Control,
    pub(crate) back: Url,
    pub(crate) answer: JoinHandle<Result<Answer, SignInError>>,
}

impl Waiting {
    pub(crate) async fn begin() -> Self {
        Self::in_scene(Scene::set().await).await
    }

    pub(crate) async fn in_scene(scene: Scene) -> Self {
        let attempt = scene.begin().await.unwrap();
        let back = scene.approve(attempt.link(), scene.portal()).await;
        Self::of(scene, attempt, back)
    }

    pub(crate) fn of(scene: Scene, attempt: Attempt, back: Url) -> Self {
        Self {
            scene,
            port: attempt.port(),
            control: attempt.control(),
            back,
            answer: tokio::spawn(attempt.answer(|_| {})),
        }
    }

    pub(crate) fn parameter(&self, name: &str) -> String {
        let mut pairs = self.back.query_pairs();
        pairs.find(|(key, _)| key == name).unwrap().1.into_owned()
    }

    /// The address with other parameters.
    pub(crate) fn with(&self, parameters: &[(&str, &str)]) -> String {
        let query: String = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(parameters)
            .finish();
        format!("{PATH}?{query}")
    }

    pub(crate) fn target(&self) -> String {
        format!("{PATH}?{}", self.back.query().unwrap())
    }

    pub(crate) async fn get(&self, target: &str) -> u16 {
        status(&raw(self.port, get(self.port, target, "")).await)
    }

    /// Comes back as HubSpot sent it, and must be believed.
    pub(crate) async fn succeed(self) {
        assert_eq!(self.get(&self.target()).await, 303);
        assert_eq!(self.get("/hubspot/done").await, 200);
        let answer = self.answer.await.unwrap().unwrap();
        let signed = finish(&self.scene.access, answer, self.scene.tuco(), None)
            .await
            .unwrap();
        assert_eq!(
            signed.identity.account.portal_id,
            self.scene.portal().to_string()
        );
        assert!(!is_open(self.port), "nothing listens afterwards");
    }

    /// Ends with this error, and nothing listens any more.
    pub(crate) async fn end(self) -> SignInError {
        let error = self.answer.await.unwrap().unwrap_err();
        assert!(!is_open(self.port));
        error
    }

    /// The whole way with a token endpoint that misbehaves.
    pub(crate) async fn finished(self) -> SignInError {
        assert_eq!(self.get(&self.target()).await, 303);
        let answer = self.answer.await.unwrap().unwrap();
        let work = finish(&self.scene.access, answer, self.scene.tuco(), None);
        let work = async { work.await.map(drop).unwrap_err() };
        let clock = self.scene.clock.clone();
        let ends = async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            clock.end_long_waits();
            std::future::pending::<()>().await;
        };
        tokio::select! { error = work => error, () = ends => unreachable!() }
    }
}

pub(crate) fn status(answer: &str) -> u16 {
    let words: Vec<&str> = answer.split_whitespace().take(2).collect();
    words.get(1).and_then(|word| word.parse().ok()).unwrap_or(0)
}
