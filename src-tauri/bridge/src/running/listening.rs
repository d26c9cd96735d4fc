//! The webhook listeners of the running engine: opened at the start where they are on, and changed when
//! a person says so. What arrives is stored on the engine's own thread, many deliveries a transaction.

use super::connection::Slot;
use super::owner::House;
use super::{HandleError, Notice};
use crate::listener::refusals::{Refusals, next_good};
use crate::listener::registration::{self, Registrar, RegistrationError};
use crate::listener::{self, Open, Plan, intake};
use crate::store::{DeliveryRow, StoreError, WebhookRow};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::{Rc, Weak};
use std::time::Duration;
use tokio::task::spawn_local;
use wire::Secret;

/// Deliveries within this time are told of together.
const TOGETHER: Duration = Duration::from_millis(250);

/// What a person wants of the listener.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// Listen, here; what is none stays as it is.
    On {
        /// The tunnel's address, `https://name`; empty for none.
        tunnel: Option<String>,
        /// The port that the tunnel leads to.
        port: Option<u16>,
    },
    /// Neither listen nor be reported to.
    Off,
    /// Have Tuco report here. Where it does already, the secret is replaced, and both hold for a while.
    Register,
    /// The secret from before is good no more.
    EndRotation,
}

/// How the listener of a connection stands. Holds nothing secret but the address, which whoever sees it
/// may only knock at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListenerState {
    /// Whether it is to listen.
    pub on: bool,
    /// Whether it does.
    pub open: bool,
    /// The port that it listens on, or would.
    pub port: Option<u16>,
    /// Its address on this computer; empty while it is off.
    pub local: String,
    /// The address of the tunnel; empty without one.
    pub tunnel: String,
    /// What Tuco has to call; empty where nothing leads here.
    pub address: String,
    /// What HubSpot has to call, for a webhook of a workflow or of the user's own app; empty while it is off.
    pub hubspot_address: String,
    /// Whether HubSpot can be believed: the connection is signed in with an app of the user's own.
    pub hubspot_heard: bool,
    /// Whether Tuco was told to.
    pub registered: bool,
    /// Two secrets hold while one takes the other's place.
    pub rotating: bool,
    /// How often a signature was good only for the body written anew.
    pub rewritten: u64,
    /// Why it does not listen although it is on; empty where all is well.
    pub trouble: String,
}

/// What was turned away and is not written yet.
type NotedRefusals = Rc<RefCell<Refusals>>;

/// The open ones, and why others are not.
#[derive(Default)]
pub(super) struct Listeners {
    open: RefCell<BTreeMap<i64, Open>>,
    refusals: RefCell<BTreeMap<i64, NotedRefusals>>,
    trouble: RefCell<BTreeMap<i64, String>>,
}

impl Listeners {
    /// Does something with the listener of a connection, where it is open.
    fn of(&self, id: i64, work: impl FnOnce(&Open)) {
        if let Some(open) = self.open.borrow().get(&id) {
            work(open);
        }
    }

    pub(super) fn close(&self, id: i64) {
        let open = self.open.borrow_mut().remove(&id);
        drop(open);
        self.trouble.borrow_mut().remove(&id);
    }

    pub(super) fn close_all(&self) {
        let all = std::mem::take(&mut *self.open.borrow_mut());
        drop(all);
    }
}

impl House {
    pub(super) fn listener(&self, id: i64) -> Result<ListenerState, HandleError> {
        let row = self.read(|rows| rows.webhook(id))?;
        let sandbox = self.ground.access.tuco.is_loopback();
        let on = row.as_ref().filter(|row| row.enabled);
        let troubles = self.listeners.trouble.borrow();
        Ok(ListenerState {
            on: on.is_some(),
            open: self.listeners.open.borrow().contains_key(&id),
            port: row.as_ref().map(|row| row.port),
            local: on
                .map(|row| listener::local_address(row.port, &row.path))
                .unwrap_or_default(),
            address: on
                .and_then(|row| registration::address(row, sandbox))
                .unwrap_or_default(),
            hubspot_address: on
                .map(|row| listener::hubspot_address(&row.tunnel, row.port, &row.path))
                .unwrap_or_default(),
            hubspot_heard: self.known(id)?.client_secret().is_some(),
            registered: row.as_ref().is_some_and(|row| !row.webhook_id.is_empty()),
            rotating: row.as_ref().is_some_and(|row| row.rotating_since > 0),
            rewritten: row.as_ref().map_or(0, |row| row.rewritten),
            tunnel: row.map(|row| row.tunnel).unwrap_or_default(),
            trouble: troubles.get(&id).cloned().unwrap_or_default(),
        })
    }

    /// At the start: what is on is opened, and what was cut short is undone.
    pub(super) async fn take_up_listening(self: Rc<Self>, id: i64) {
        let Ok(Some(row)) = self.read(|rows| rows.webhook(id)) else {
            return;
        };
        if row.enabled {
            // Why it could not be opened stands beside it.
            let _told = self.open_listener(&row).await;
        }
        if row.pending {
            // What fails here is tried again at the next start, and polling goes on meanwhile.
            let _tried_again = self.settle_listener(id).await;
        }
        self.tell(Notice::Listener { connection: id });
    }

    async fn settle_listener(&self, id: i64) -> Result<(), HandleError> {
        let engine = self.known(id)?.engine(self).await?;
        let registrar = Registrar::new(&engine, self.ground.vault.clone());
        Ok(registrar.settle().await?)
    }

    pub(super) async fn change_listener(
        self: &Rc<Self>,
        id: i64,
        wish: Wish,
    ) -> Result<ListenerState, HandleError> {
        let engine = self.known(id)?.engine(self).await?;
        let registrar = Registrar::new(&engine, self.ground.vault.clone());
        let done = match wish {
            Wish::On { tunnel, port } => match registrar.turn_on(tunnel.as_deref(), port) {
                Ok(row) => self.open_listener(&row).await,
                Err(error) => Err(error.into()),
            },
            Wish::Off => {
                self.listeners.close(id);
                registrar.turn_off().await.map(drop).map_err(Into::into)
            }
            Wish::Register => {
                self.listeners.of(id, |open| open.expect_secret(true));
                let known = |secrets: Vec<Secret>| {
                    self.listeners.of(id, |open| open.set_secrets(secrets));
                };
                let registered = registrar.register(known).await;
                registered.map(drop).map_err(Into::into)
            }
            Wish::EndRotation => registrar.end_rotation().await.map(drop).map_err(Into::into),
        };
        // Also after a failure: what holds is what is kept.
        let secrets = registrar.secrets().await;
        self.listeners.of(id, |open| match secrets {
            Ok(secrets) => open.set_secrets(secrets),
            Err(_) => open.expect_secret(false),
        });
        engine.count_calls()?;
        self.tell(Notice::Listener { connection: id });
        done?;
        self.listener(id)
    }

    /// Opens it, anew where it is open. Where that fails, why is kept beside it.
    async fn open_listener(self: &Rc<Self>, row: &WebhookRow) -> Result<(), HandleError> {
        let id = row.connection_id;
        self.listeners.close(id);
        let opened = self.try_to_open(row).await;
        if let Err(error) = &opened {
            let mut troubles = self.listeners.trouble.borrow_mut();
            troubles.insert(id, error.to_string());
        }
        opened
    }

    async fn try_to_open(self: &Rc<Self>, row: &WebhookRow) -> Result<(), HandleError> {
        let id = row.connection_id;
        let slot = self.known(id)?;
        let connection = self
            .read(|rows| rows.connection(id))?
            .ok_or(StoreError::Missing)?;
        let (vault, key) = (self.ground.vault.clone(), connection.key);
        let secrets =
            tokio::task::spawn_blocking(move || registration::load_secrets(&*vault, &key)).await;
        let (open, inbox) = listener::open(Plan {
            port: row.port,
            tunnel: row.tunnel.clone(),
            path: row.path.clone(),
            // Without them every delivery is answered as one that could not be checked.
            secrets: secrets.ok().and_then(Result::ok).unwrap_or_default(),
            // Keys that can't be read now are taken up when they are.
            client_secret: slot
                .keys(self)
                .await
                .ok()
                .and_then(|keys| keys.client_secret()),
            workspace_id: connection.workspace_id,
            portal_id: connection.portal_id,
            clock: self.ground.access.clock.clone(),
        })
        .map_err(RegistrationError::from)?;
        self.listeners.open.borrow_mut().insert(id, open);
        let refusals = NotedRefusals::default();
        let mut all = self.listeners.refusals.borrow_mut();
        all.insert(id, refusals.clone());
        spawn_local(take(Rc::downgrade(self), id, inbox, refusals));
        Ok(())
    }

    /// After other keys have come: what HubSpot signs with may be another secret.
    pub(super) fn renew_client_secret(&self, id: i64) {
        let secret = self.known(id).ok().and_then(|slot| slot.client_secret());
        if let Some(open) = self.listeners.open.borrow().get(&id) {
            open.set_client_secret(secret);
        }
    }

    /// Writes what was turned away, where anything was. What fails here is tried again with the next batch.
    fn write_refusals(&self, id: i64, refusals: &RefCell<Refusals>) {
        let now = self.now();
        if refusals.borrow().wait(now).is_some() {
            let written = self.write(|rows| refusals.borrow().write(rows, id));
            refusals.borrow_mut().tried(written.is_ok(), now);
        }
    }

    /// Sends a signed test to the listener, and answers with what it made of it. One that is on and could
    /// not be opened is opened first: whoever had its port may have gone.
    pub(super) async fn test_listener(
        self: &Rc<Self>,
        id: i64,
    ) -> Result<DeliveryRow, HandleError> {
        let row = self.read(|rows| rows.webhook(id))?;
        let row = row
            .filter(|row| row.enabled)
            .ok_or(RegistrationError::Off)?;
        if !self.listeners.open.borrow().contains_key(&id) {
            self.open_listener(&row).await?;
        }
        let key = self
            .read(|rows| rows.connection(id))?
            .ok_or(StoreError::Missing)?
            .key;
        let vault = self.ground.vault.clone();
        let secrets =
            tokio::task::spawn_blocking(move || registration::load_secrets(&*vault, &key)).await;
        let secrets: Vec<Secret> = secrets.ok().and_then(Result::ok).unwrap_or_default();
        let secret = secrets.into_iter().next();
        let secret = secret.unwrap_or_else(|| Secret::new("none"));
        listener::trial::send(row.port, &row.path, &secret, self.now())
            .await
            .map_err(|error| RegistrationError::Listen(listener::ListenError::System(error)))?;
        let refusals = self.listeners.refusals.borrow().get(&id).cloned();
        if let Some(refusals) = refusals {
            self.write_refusals(id, &refusals);
        }
        let last = self.read(|rows| rows.deliveries(id, 1))?;
        Ok(last.into_iter().next().ok_or(StoreError::Missing)?)
    }
}

/// Stores what arrives, until the listener is closed or the house is gone.
async fn take(house: Weak<House>, id: i64, mut inbox: intake::Inbox, refusals: NotedRefusals) {
    let told = Rc::new(Cell::new(false));
    let Some(clock) = house
        .upgrade()
        .map(|house| house.ground.access.clock.clone())
    else {
        return;
    };
    while let Some(batch) = next_good(&mut inbox, &refusals, &*clock).await {
        let Some(house) = house.upgrade() else {
            return;
        };
        let now = house.now();
        let taken = house.write(|rows| {
            refusals.borrow().write(rows, id)?;
            intake::take_in(rows, id, now, &batch)
        });
        refusals.borrow_mut().tried(taken.is_ok(), now);
        intake::acknowledge(batch, taken.as_ref());
        tell_soon(&house, id, &told);
        let Ok(taken) = taken else { continue };
        if taken.news > 0
            && let Ok(slot) = house.known(id)
        {
            Slot::arrived(&slot);
        }
        if taken.old_secret_done {
            let house = house.clone();
            spawn_local(async move {
                // What fails here is tried again with the next delivery.
                let _tried_again = house.change_listener(id, Wish::EndRotation).await;
            });
        }
    }
    if let Some(house) = house.upgrade() {
        house.write_refusals(id, &refusals);
    }
}

/// Whoever looks at the last deliveries sees new ones; a crowd of them is told of together.
fn tell_soon(house: &Rc<House>, id: i64, told: &Rc<Cell<bool>>) {
    if told.replace(true) {
        return;
    }
    let (clock, house, told) = (
        house.ground.access.clock.clone(),
        Rc::downgrade(house),
        told.clone(),
    );
    spawn_local(async move {
        clock.sleep(TOGETHER).await;
        told.set(false);
        if let Some(house) = house.upgrade() {
            house.tell(Notice::Listener { connection: id });
        }
    });
}
