//! The sandbox on a thread of its own, as the services are other machines.

use anyhow::Context as _;
use sandbox::launch::{Endpoints, Launch};
use sandbox::message::HttpRequest;
use sandbox::world::{Side, World};
use serde_json::Value;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::JoinHandle;
use tokio::sync::oneshot;
use wire::{Clock as _, SystemClock};

/// A served HubSpot and Tuco. Dropping it ends the thread.
pub(crate) struct Services {
    pub(crate) endpoints: Endpoints,
    world: Arc<Mutex<World>>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Services {
    /// A world of so many contacts. Limits are switched on later, so that nothing has used them yet.
    pub(crate) fn start(contacts: usize) -> anyhow::Result<Self> {
        let (tell, told) = mpsc::channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = std::thread::spawn(move || {
            let serve = async {
                let launch = Launch {
                    contacts,
                    limits: false,
                    ..Launch::default()
                };
                let launched = launch.start().await?;
                tell.send(Ok((launched.endpoints, launched.world)))?;
                // Either it is told to stop, or nobody is there any more who could tell.
                let _ended = stopped.await;
                launched.served.shutdown().await;
                Ok(())
            };
            let served = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .map_err(anyhow::Error::from)
                .and_then(|runtime| runtime.block_on(serve));
            if let Err(error) = served {
                // Where the other end is gone there is nobody to tell.
                let _unheard = tell.send(Err(error));
            }
        });
        let (endpoints, world) = told.recv().context("the sandbox ended at once")??;
        Ok(Self {
            endpoints,
            world,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Whether both sides keep to their limits: 190 calls in ten seconds and five searches a second
    /// there, 120 looks at replies and 200 other calls a minute here.
    pub(crate) fn limits(&self, on: bool) {
        let rate = if on { 190 } else { 0 };
        let switches = serde_json::json!({"limits": on, "rate_per_10s": rate});
        self.control("POST", "options", &switches);
    }

    /// One of the sandbox's own controls.
    pub(crate) fn control(&self, method: &str, name: &str, body: &Value) -> Value {
        let target = format!("/_sandbox/{name}");
        self.ask(Side::Tuco, method, &target, "", body)
    }

    /// Does something in the world itself.
    pub(crate) fn act<T>(&self, act: impl FnOnce(&mut World, i64) -> T) -> T {
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        act(&mut world, SystemClock.now())
    }

    /// HubSpot, without a socket.
    pub(crate) fn hubspot(&self, target: &str) -> Value {
        let token = &self.endpoints.hubspot_token;
        self.ask(Side::HubSpot, "GET", target, token, &Value::Null)
    }

    fn ask(&self, side: Side, method: &str, target: &str, token: &str, body: &Value) -> Value {
        let body = match body {
            Value::Null => Vec::new(),
            body => body.to_string().into_bytes(),
        };
        let request = HttpRequest::new(method, target, token, body);
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = world.handle(side, &request, SystemClock.now());
        serde_json::from_slice(&answer.response.body).unwrap_or_default()
    }
}

impl Drop for Services {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has said so already.
            let _ended = thread.join();
        }
    }
}
