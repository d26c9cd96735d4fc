//! A scripted transport and a client over it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use tuco::Tuco;
use wire::transport::{HeaderMap, StatusCode};
use wire::{
    BoxFuture, Gateway, Origin, Pace, Request, Response, Secret, SystemClock, Transport,
    TransportError,
};

/// Answers from a list and keeps what was asked.
#[derive(Default)]
pub(crate) struct Script {
    answers: Mutex<VecDeque<Result<Response, TransportError>>>,
    pub(crate) asked: Mutex<Vec<Request>>,
}

impl Transport for Script {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
        self.asked.lock().unwrap().push(request);
        let next = self
            .answers
            .lock()
            .unwrap()
            .pop_front()
            .expect("an answer is left");
        Box::pin(async move { next })
    }
}

pub(crate) const KEY: &str = "tuco_sk_EXAMPLE";

pub(crate) fn client(answers: Vec<Result<Response, TransportError>>) -> (Tuco, Arc<Script>) {
    client_with(answers, KEY)
}

pub(crate) fn client_with(
    answers: Vec<Result<Response, TransportError>>,
    key: &str,
) -> (Tuco, Arc<Script>) {
    let script = Arc::new(Script {
        answers: Mutex::new(answers.into()),
        ..Script::default()
    });
    let pace = Arc::new(Pace::new(Vec::new()));
    let gateway = Gateway::new(script.clone(), Arc::new(SystemClock), pace, "tuco");
    (Tuco::new(gateway, Origin::tuco(), Secret::new(key)), script)
}

pub(crate) fn answer(status: u16, body: impl AsRef<[u8]>) -> Result<Response, TransportError> {
    answer_with(status, body, &[])
}

pub(crate) fn answer_with(
    status: u16,
    body: impl AsRef<[u8]>,
    headers: &[(&'static str, &'static str)],
) -> Result<Response, TransportError> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.insert(*name, value.parse().unwrap());
    }
    let body = bytes::Bytes::copy_from_slice(body.as_ref());
    Ok(Response {
        status: StatusCode::from_u16(status).unwrap(),
        headers: map,
        body,
    })
}

/// A message that nothing stands against, to +12025550143, at noon in New York.
pub(crate) fn cleared(draft: message::guard::Draft) -> message::guard::Cleared {
    use message::guard::{Consent, Facts, LineFact, Overrides, Portal, judge};
    let facts = Facts {
        now: 1_768_496_400_000,
        opted_out: None,
        in_review: None,
        consent: Consent::NotAsked,
        phone: Some("+12025550143".into()),
        email: None,
        quiet: Some(message::quiet::QuietHours::USUAL),
        whereabouts: message::zone::Whereabouts::known(chrono_tz::Tz::America__New_York),
        line: LineFact::Ready,
        same_text: None,
        this_week: 0,
        most_a_week: None,
        read_only: false,
        portal: Portal::Right,
        first_touch: false,
        unanswered: 0,
    };
    judge(draft, &facts, &Overrides::default()).verdict.unwrap()
}
