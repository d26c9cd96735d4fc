//! The sandbox: two simulated services inside this program, with a home of their own.
//!
//! The user's own engine goes on with its rounds meanwhile; the page sees the sandbox only. Leaving
//! ends the services and removes the folder. The sandbox's keys open nothing else and are kept in
//! memory.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bridge::connect::Keys;
use bridge::home::Home;
use bridge::vault::SessionOnly;
use sandbox::faults::FaultPlan;
use sandbox::launch::{Launch, Launched};
use sandbox::message::HttpRequest;
use sandbox::world::{Side, World};
use serde_json::{Value, json};
use wire::{Clock, Entropy, Secret, SystemClock, SystemEntropy};

use super::{Current, Desk};
use crate::places::Places;
use crate::view::connection::Mode;
use crate::view::notice::News;
use crate::view::problem::{Answer, Code, Problem};
use crate::view::sandbox::{SandboxFate, SandboxFaults};

/// People in it: enough for a full log, few enough to be made at once.
const CONTACTS: usize = 200;
/// How long its rounds may take to end when it is left.
const PATIENCE: Duration = Duration::from_secs(2);

/// What people write, in turn.
const REPLIES: [&str; 5] = [
    "Yes please, Thursday works for me.",
    "Sounds good, thank you!",
    "Can you call me after five?",
    "What does it cost with the warranty?",
    "Not this week, try me next month.",
];

/// A sandbox that is open. Dropping it ends the two services.
pub(crate) struct Open {
    launched: Launched,
    folder: PathBuf,
    faults: SandboxFaults,
    /// Cuts the way to both services.
    offline: Arc<AtomicBool>,
}

impl Desk {
    /// Opens the sandbox and connects with it. The page is told to begin anew.
    pub(crate) async fn start_sandbox(&self) -> Answer<()> {
        if self.mode() == Mode::Sandbox {
            return Ok(());
        }
        let launch = Launch {
            contacts: CONTACTS,
            ..Launch::default()
        };
        let launched = launch
            .start()
            .await
            .map_err(|error| Problem::defect(format!("The sandbox did not start: {error}.")))?;
        let folder = beside(self.places().home.folder());
        remove(&folder)?;
        let endpoints = &launched.endpoints;
        let places = Places::on_loopback(
            Home::at(Some(folder.clone()))?,
            &endpoints.hubspot_url,
            &endpoints.tuco_url,
            Arc::new(SessionOnly::default()),
        )?;
        let offline = Arc::new(AtomicBool::new(false));
        let places = places.switched_by(offline.clone());
        let keys = Keys {
            hubspot: Secret::new(endpoints.hubspot_token.clone()).into(),
            tuco: Secret::new(endpoints.tuco_api_key.clone()),
        };
        let current = Current::start(Mode::Sandbox, places, &self.hub);
        current
            .engine
            .clone()?
            .save_keys(keys, Some("Sandbox".to_owned()))
            .await?;
        *self.sandbox() = Some(Open {
            launched,
            folder,
            faults: SandboxFaults::default(),
            offline,
        });
        self.enter(current);
        Ok(())
    }

    /// Leaves the sandbox and removes everything of it.
    pub(crate) async fn leave_sandbox(&self) -> Answer<()> {
        let Some(open) = self.sandbox().take() else {
            return Ok(());
        };
        let engine = self.leave();
        if let Ok(engine) = engine {
            engine.stop(PATIENCE).await;
        }
        open.launched.served.shutdown().await;
        remove(&open.folder)
    }

    /// Somebody in the sandbox writes.
    pub(crate) async fn sandbox_reply(&self) -> Answer<()> {
        let turn = SystemEntropy.next_u64();
        let text = REPLIES
            .iter()
            .cycle()
            .nth(usize::try_from(turn % 5).unwrap_or_default());
        let from = self.somebody().await?;
        self.control("/_sandbox/reply", &json!({"from": from, "text": text}))?;
        self.sync_all().await
    }

    /// A message goes out from Tuco's own pages, with this fate.
    pub(crate) async fn sandbox_send(&self, fate: SandboxFate) -> Answer<()> {
        let status = match fate {
            SandboxFate::Sent => "sent",
            SandboxFate::Delivered => "delivered",
            SandboxFate::Failed => "failed",
            SandboxFate::Fallback => "fallback",
        };
        let to = self.somebody().await?;
        let text = "Just checking in about your quote.";
        self.control(
            "/_sandbox/send",
            &json!({"to": to, "text": text, "status": status}),
        )?;
        self.sync_all().await
    }

    /// What goes wrong now.
    pub(crate) fn sandbox_faults(&self) -> Answer<SandboxFaults> {
        self.sandbox()
            .as_ref()
            .map(|open| open.faults)
            .ok_or_else(not_open)
    }

    /// What goes wrong from now on.
    pub(crate) async fn change_sandbox_faults(&self, faults: SandboxFaults) -> Answer<()> {
        let plan = plan(faults)?;
        {
            let mut open = self.sandbox();
            let open = open.as_mut().ok_or_else(not_open)?;
            open.faults = faults;
            open.offline.store(faults.offline, Ordering::Relaxed);
            let mut world = lock(&open.launched.world);
            world.clear_faults();
            world.add_faults(plan);
        }
        self.sync_all().await
    }

    /// A number of somebody whose messages are in the log.
    async fn somebody(&self) -> Answer<String> {
        self.sandbox_faults()?;
        let dice = SystemEntropy.next_u64();
        let connection = self.first_connection().await?;
        let filter = crate::view::activity::Filter::default().of(connection);
        let phones: Vec<String> = self
            .engine()?
            .read(move |rows| {
                let page = rows.activity(&filter, bridge::store::Start::Newest, 200)?;
                let events = page.events.into_iter();
                Ok::<_, Problem>(events.filter_map(|event| event.sighting.phone).collect())
            })
            .await?;
        let many = u64::try_from(phones.len()).unwrap_or_default();
        let place = dice
            .checked_rem(many)
            .and_then(|at| usize::try_from(at).ok());
        place
            .and_then(|place| phones.get(place).cloned())
            .ok_or_else(|| {
                Problem::new(
                    Code::TryAgain,
                    "The sandbox is still filling. Try again in a moment.",
                )
            })
    }

    async fn first_connection(&self) -> Answer<i64> {
        self.engine()?
            .read(|rows| {
                let first = rows.connections()?.into_iter().next();
                Ok(first.ok_or_else(crate::view::story::missing)?.id)
            })
            .await
    }

    async fn sync_all(&self) -> Answer<()> {
        let connection = self.first_connection().await?;
        self.sync_now(connection).await
    }

    fn control(&self, path: &str, body: &Value) -> Answer<()> {
        let open = self.sandbox();
        let open = open.as_ref().ok_or_else(not_open)?;
        let request = HttpRequest::new("POST", path, "", body.to_string().into_bytes());
        let mut world = lock(&open.launched.world);
        let now = SystemClock.now() + world.clock_offset();
        let answer = world.handle(Side::Tuco, &request, now);
        if answer.response.status >= 300 {
            return Err(Problem::defect(
                "The sandbox did not understand its own control.",
            ));
        }
        Ok(())
    }

    /// From now on the page sees this.
    fn enter(&self, current: Current) {
        // What is signed in to there belongs there.
        self.cancel_sign_in();
        let mut now = self.current.write().unwrap_or_else(PoisonError::into_inner);
        let real = std::mem::replace(&mut *now, current);
        *self.behind.lock().unwrap_or_else(PoisonError::into_inner) = Some(real);
        drop(now);
        self.hub.show(Mode::Sandbox);
        self.hub.tell(News::Mode);
    }

    /// Back to the user's own. The engine that was left.
    fn leave(&self) -> Answer<bridge::running::Handle> {
        self.cancel_sign_in();
        let real = self
            .behind
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let mut now = self.current.write().unwrap_or_else(PoisonError::into_inner);
        let left = match real {
            Some(real) => std::mem::replace(&mut *now, real),
            None => now.clone(),
        };
        drop(now);
        self.hub.show(Mode::Real);
        self.hub.tell(News::Mode);
        left.engine
    }
}

fn lock(world: &Mutex<World>) -> std::sync::MutexGuard<'_, World> {
    world.lock().unwrap_or_else(PoisonError::into_inner)
}

fn not_open() -> Problem {
    Problem::new(
        Code::WrongPlace,
        "This works in the sandbox only. Open the sandbox first.",
    )
}

fn plan(faults: SandboxFaults) -> Answer<FaultPlan> {
    let mut rules = Vec::new();
    if faults.key_refused {
        rules.push(json!({"side": "hubspot", "fault": {"named": "unauthorized_invalid"}}));
    }
    if faults.rate_limit {
        rules.push(json!({"side": "hubspot", "fault": {"named": "rate_ten_secondly"}}));
    }
    FaultPlan::parse(Value::Array(rules).to_string().as_bytes())
        .map_err(|error| Problem::defect(error.to_string()))
}

/// `tuco-for-hubspot` and `tuco-for-hubspot-sandbox`.
fn beside(home: &Path) -> PathBuf {
    let mut name = home.file_name().unwrap_or_default().to_owned();
    name.push("-sandbox");
    home.with_file_name(name)
}

fn remove(folder: &Path) -> Answer<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Problem::new(
            Code::Disk,
            format!(
                "The sandbox's folder {} could not be removed: {error}.",
                folder.display()
            ),
        )),
        _ => Ok(()),
    }
}
