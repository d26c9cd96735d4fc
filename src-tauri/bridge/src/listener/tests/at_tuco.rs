//! Tuco's side of webhooks, in memory.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use tokio::sync::Notify;
use wire::{
    BoxFuture, HeaderMap, Method, Request, Response, StatusCode, Transport, TransportError,
};

/// Tuco's side of webhooks.
#[derive(Default)]
pub(crate) struct Webhooks {
    pub(crate) standing: Mutex<Vec<(String, String)>>,
    made: Mutex<u32>,
    pub(crate) answer_lost: AtomicBool,
    /// The next request of this method is done there and never answered: the program is killed meanwhile.
    pub(crate) killed_at: Mutex<Option<Method>>,
    held: Mutex<Option<(Method, Arc<Gate>)>>,
}

/// Holds one answer back.
#[derive(Default)]
pub(crate) struct Gate {
    reached: Notify,
    open: Notify,
}

impl Gate {
    /// The request was done at Tuco, and its answer waits.
    pub(crate) async fn reached(&self) {
        self.reached.notified().await;
    }

    pub(crate) fn open(&self) {
        self.open.notify_one();
    }
}

impl Webhooks {
    fn answer(&self, request: &Request) -> Result<Response, TransportError> {
        let mut standing = self.standing.lock().unwrap();
        let body = match request.method {
            Method::POST => {
                let asked: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
                assert_eq!(asked["events"].as_array().unwrap().len(), 5);
                let url = asked["url"].as_str().unwrap().to_owned();
                let mut made = self.made.lock().unwrap();
                *made += 1;
                let id = format!("w{made}");
                standing.push((id.clone(), url.clone()));
                if self.answer_lost.load(Ordering::SeqCst) {
                    return Err(TransportError::Lost);
                }
                serde_json::json!({"id": id, "secret": format!("secret-{made}"), "url": url})
            }
            Method::DELETE => {
                let id = request.url.path_segments().unwrap().next_back().unwrap();
                standing.retain(|(one, _)| one != id);
                serde_json::json!({"success": true})
            }
            _ => {
                let listed: Vec<_> = standing
                    .iter()
                    .map(|(id, url)| serde_json::json!({"id": id, "url": url, "events": []}))
                    .collect();
                serde_json::json!({"webhooks": listed})
            }
        };
        Ok(Response {
            status: StatusCode::OK,
            headers: HeaderMap::new(),
            body: body.to_string().into_bytes().into(),
        })
    }

    /// The next request of this method is done, and answered when the gate is opened.
    pub(crate) fn hold(&self, method: Method) -> Arc<Gate> {
        let gate = Arc::<Gate>::default();
        *self.held.lock().unwrap() = Some((method, gate.clone()));
        gate
    }

    pub(crate) fn ids(&self) -> Vec<String> {
        let standing = self.standing.lock().unwrap();
        standing.iter().map(|(id, _)| id.clone()).collect()
    }
}

impl Transport for Webhooks {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
        if !request.url.path().contains("/webhooks") {
            // Nothing but webhooks is of interest here, and rounds wait for a network.
            return Box::pin(async { Err(TransportError::NotSent) });
        }
        let answer = self.answer(&request);
        let mut killed = self.killed_at.lock().unwrap();
        if killed.as_ref() == Some(&request.method) {
            *killed = None;
            return Box::pin(std::future::pending());
        }
        let mut held = self.held.lock().unwrap();
        if let Some((_, gate)) = held.take_if(|(method, _)| *method == request.method) {
            return Box::pin(async move {
                gate.reached.notify_one();
                gate.open.notified().await;
                answer
            });
        }
        Box::pin(async move { answer })
    }
}
