//! A transport that answers what it is told and remembers what it was asked.

use bytes::Bytes;
use hubspot::{Error, HubSpot, NewRecord, ObjectKind, Record};
use serde_json::Value;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use wire::transport::{BoxFuture, HeaderMap, Request, Response, StatusCode};
use wire::{Clock, Gateway, Origin, Pace, Secret, Timestamp, Transport, TransportError};

pub(crate) const TOKEN: &str = "pat-na1-00000000-1111-2222-3333-444444444444";

type Answer = Result<Response, TransportError>;

#[derive(Default)]
pub(crate) struct Script {
    answers: Mutex<VecDeque<Answer>>,
    requests: Mutex<Vec<Request>>,
}

impl Transport for Script {
    fn send(&self, request: Request) -> BoxFuture<'_, Answer> {
        self.requests.lock().unwrap().push(request);
        let answer = self.answers.lock().unwrap().pop_front();
        Box::pin(async { answer.expect("a call more than the script has answers for") })
    }
}

/// Time stands still, and a wait never ends.
pub(crate) struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        1_767_607_200_000
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::pending())
    }
}

impl Script {
    pub(crate) fn client(answers: impl IntoIterator<Item = Answer>) -> (HubSpot, Arc<Self>) {
        Self::client_with(TOKEN, answers)
    }

    pub(crate) fn client_with(
        token: &str,
        answers: impl IntoIterator<Item = Answer>,
    ) -> (HubSpot, Arc<Self>) {
        let (gateway, script) = Self::gateway(answers);
        (
            HubSpot::new(gateway, Origin::hubspot(), Secret::new(token)),
            script,
        )
    }

    pub(crate) fn gateway(answers: impl IntoIterator<Item = Answer>) -> (Gateway, Arc<Self>) {
        let script = Arc::new(Self {
            answers: Mutex::new(answers.into_iter().collect()),
            requests: Mutex::default(),
        });
        let gateway = Gateway::new(
            script.clone(),
            Arc::new(Still),
            Arc::new(Pace::new(vec![])),
            "hubspot",
        );
        (gateway, script)
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    /// The one request that was made: method, path with query, body.
    pub(crate) fn only(&self) -> (String, String, Value) {
        let requests = self.requests();
        assert_eq!(requests.len(), 1, "every method makes exactly one call");
        let request = &requests[0];
        let url = request
            .url
            .as_str()
            .strip_prefix("https://api.hubapi.com")
            .unwrap();
        let body = serde_json::from_slice(&request.body).unwrap_or(Value::Null);
        (request.method.to_string(), url.to_owned(), body)
    }
}

/// An answer with this body, whatever it is.
pub(crate) fn answer(status: u16, body: impl AsRef<[u8]>) -> Answer {
    answer_with(status, &[], body)
}

pub(crate) fn answer_with(
    status: u16,
    headers: &[(&'static str, &str)],
    body: impl AsRef<[u8]>,
) -> Answer {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.insert(*name, value.parse().unwrap());
    }
    Ok(Response {
        status: StatusCode::from_u16(status).unwrap(),
        headers: map,
        body: Bytes::copy_from_slice(body.as_ref()),
    })
}

/// What a read makes of an answer.
pub(crate) async fn read_error(answer: Answer) -> Error {
    let (client, _) = Script::client([answer]);
    client
        .list(ObjectKind::Contacts, &[], None, 10, false)
        .await
        .unwrap_err()
}

/// What a write that must not happen twice makes of an answer.
pub(crate) async fn create(answer: Answer) -> Result<Record, Error> {
    let (client, _) = Script::client([answer]);
    client
        .create(ObjectKind::Contacts, &NewRecord::default())
        .await
}

pub(crate) async fn create_error(answer: Answer) -> Error {
    create(answer).await.unwrap_err()
}
