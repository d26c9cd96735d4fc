//! The thread: it holds the lock and the store, and answers requests.

use super::connection::{Slot, needs_person};
use super::handle::{Handle, HandleError, Readers};
use super::listening::{Listeners, Wish};
use super::request::{Request, give};
use super::{Fields, Ground, Notice, StartError, keys};
use crate::by_hand::{self, HandError};
use crate::engine::Outside;
use crate::retry::{Patience, Retry};
use crate::settings::{Settings, check};
use crate::store::{Listing, Reader, Road, Store, StoreError, Writer};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{broadcast, mpsc, oneshot};
use tokio::task::{JoinHandle, LocalSet, spawn_local};
use wire::Timestamp;

/// Requests that may wait; whoever asks more waits with them.
const REQUESTS: usize = 64;
/// Notices that a slow listener may be behind.
const NOTICES: usize = 1_024;

/// See [`super::start`].
pub(super) fn start(ground: Ground) -> Result<Handle, StartError> {
    let lock = ground.home.lock_for_writing()?;
    let database = ground.home.database();
    let opened = Store::open(&database, ground.access.clock.now())?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(StartError::Thread)?;
    let (requests, inbox) = mpsc::channel(REQUESTS);
    let (notices, _) = broadcast::channel(NOTICES);
    let handle = Handle {
        requests,
        notices: notices.clone(),
        readers: Arc::new(Readers::of(database)),
    };
    let moved = opened.damaged_moved_to;
    let store = opened.store;
    std::thread::Builder::new()
        .name("engine".to_owned())
        .spawn(move || {
            let house = House {
                ground,
                store: RefCell::new(store),
                notices,
                watched: Cell::new(true),
                closing: Cell::new(false),
                slots: RefCell::default(),
                listeners: Listeners::default(),
                told: super::composing::Told::default(),
            };
            let done = LocalSet::new().block_on(&runtime, Rc::new(house).serve(inbox, moved));
            // Everything that was under way is dropped with the runtime, before the lock.
            drop(runtime);
            drop(lock);
            drop(done);
        })
        .map_err(StartError::Thread)?;
    Ok(handle)
}

/// A connection and the task of its loop.
type Running = (Rc<Slot>, JoinHandle<()>);

/// What the loops and the requests share. All of it lives on the thread.
pub(super) struct House {
    pub(super) ground: Ground,
    store: RefCell<Store>,
    notices: broadcast::Sender<Notice>,
    watched: Cell<bool>,
    closing: Cell<bool>,
    slots: RefCell<BTreeMap<i64, Running>>,
    pub(super) listeners: Listeners,
    pub(super) told: super::composing::Told,
}

impl House {
    pub(super) fn now(&self) -> Timestamp {
        self.ground.access.clock.now()
    }

    pub(super) fn is_closing(&self) -> bool {
        self.closing.get()
    }

    pub(super) fn read<T>(
        &self,
        read: impl FnOnce(Reader<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        read(self.store.borrow().read())
    }

    pub(super) fn write<T, E: From<StoreError>>(
        &self,
        write: impl FnOnce(&Writer<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.store.borrow_mut().write(write)
    }

    /// Nobody may be listening, which is no fault.
    pub(super) fn tell(&self, notice: Notice) {
        let _ = self.notices.send(notice);
    }

    pub(super) fn needs(&self, id: i64) -> u64 {
        self.read(|rows| needs_person(&rows, id))
            .unwrap_or_default()
    }

    pub(super) fn is_paused(&self, id: i64) -> bool {
        let row = self.read(|rows| rows.connection(id));
        matches!(row, Ok(Some(row)) if row.paused)
    }

    /// Between the rounds of a connection.
    pub(super) fn interval_ms(&self, id: i64) -> i64 {
        let stored = self.read(|rows| rows.settings(id)).unwrap_or_default();
        let settings = Settings::from_stored(&stored, "US");
        let seconds = if self.watched.get() {
            settings.watched_seconds
        } else {
            settings.idle_seconds
        };
        i64::from(seconds) * 1_000
    }

    async fn serve(
        self: Rc<Self>,
        mut inbox: mpsc::Receiver<Request>,
        moved: Option<std::path::PathBuf>,
    ) -> Option<oneshot::Sender<()>> {
        if let Some(path) = moved {
            self.tell(Notice::DamageMoved { path });
        }
        let rows = self.read(|rows| rows.connections()).unwrap_or_default();
        for row in rows {
            self.open(row.id);
            spawn_local(self.clone().take_up_listening(row.id));
            self.take_up_runs(row.id);
        }
        while let Some(request) = inbox.recv().await {
            if let Request::Stop(patience, done) = request {
                self.close(patience).await;
                return Some(done);
            }
            self.clone().answer(request);
        }
        self.close(Duration::ZERO).await;
        None
    }

    fn open(self: &Rc<Self>, id: i64) -> Rc<Slot> {
        if let Some(slot) = self.slot(id) {
            return slot;
        }
        let slot = Rc::new(Slot::new(id));
        let task = spawn_local(slot.clone().run(self.clone()));
        self.slots.borrow_mut().insert(id, (slot.clone(), task));
        slot
    }

    fn slot(&self, id: i64) -> Option<Rc<Slot>> {
        self.slots.borrow().get(&id).map(|(slot, _)| slot.clone())
    }

    pub(super) fn known(&self, id: i64) -> Result<Rc<Slot>, HandleError> {
        self.slot(id).ok_or_else(|| StoreError::Missing.into())
    }

    async fn close(&self, patience: Duration) {
        self.closing.set(true);
        self.listeners.close_all();
        let slots = std::mem::take(&mut *self.slots.borrow_mut());
        let mut tasks = Vec::new();
        for (slot, task) in slots.into_values() {
            slot.look();
            tasks.push(task);
        }
        let all = futures_util::future::join_all(tasks.iter_mut());
        if tokio::time::timeout(patience, all).await.is_err() {
            // Dropped at its next await: rows move in whole transactions between awaits.
            for task in tasks {
                task.abort();
            }
        }
    }

    /// Answers at once what needs no network, and in a task of its own what does.
    fn answer(self: Rc<Self>, request: Request) {
        match request {
            Request::States(reply) => give(reply, Ok(self.states())),
            Request::Watched(watched) => self.watch(watched),
            Request::SyncNow(id, reply) => give(reply, self.known(id).map(|slot| slot.again())),
            Request::Pause(id, paused, reply) => give(reply, self.pause(id, paused)),
            Request::Rename(id, name, reply) => give(reply, self.rename(id, &name)),
            Request::Settings(id, changes, reply) => give(reply, self.settings(id, &changes)),
            Request::Replay(id, event, reply) => give(
                reply,
                self.by_hand(id, |rows, now| by_hand::replay(rows, id, event, now)),
            ),
            Request::Parked {
                connection,
                effect,
                retry,
                reply,
            } => give(
                reply,
                self.by_hand(connection, |rows, now| {
                    by_hand::settle_parked(rows, connection, effect, retry, now)
                }),
            ),
            Request::SettleSend {
                connection,
                send,
                went_out,
                reply,
            } => give(
                reply,
                self.by_hand(connection, |rows, now| {
                    let settled = rows.settle_unknown_send(connection, send, went_out, now)?;
                    settled.then_some(()).ok_or(HandError::NotUnknown)
                }),
            ),
            Request::KeepView {
                connection,
                name,
                filter,
                reply,
            } => give(reply, self.keep_view(connection, &name, &filter)),
            Request::ForgetView(id, view, reply) => give(reply, self.forget_view(id, view)),
            Request::Listener(id, reply) => give(reply, self.listener(id)),
            Request::KeepTest(id, checks, reply) => give(reply, self.keep_test(id, &checks)),
            Request::Stop(..) => {}
            asked => {
                spawn_local(self.answer_later(asked));
            }
        }
    }

    async fn answer_later(self: Rc<Self>, request: Request) {
        match request {
            Request::Remove(id, reply) => give(reply, self.remove(id).await),
            Request::SaveKeys { keys, whose, reply } => {
                let saved = keys::save(&self.ground, &self.store, &keys, &whose).await;
                if let Ok(saved) = &saved {
                    self.open(saved.connection.id).take_keys(keys);
                    self.renew_client_secret(saved.connection.id);
                    self.tell(Notice::Connections);
                }
                give(reply, saved);
            }
            Request::Keys(id, reply) => give(
                reply,
                match self.known(id) {
                    Ok(slot) => slot.keys(&self).await,
                    Err(error) => Err(error),
                },
            ),
            Request::Adopt {
                signed,
                name,
                reply,
            } => {
                let adopted = keys::take(&self.ground, &self.store, *signed, name.as_deref()).await;
                let saved = adopted.map(|(saved, keys)| {
                    self.open(saved.connection.id).take_keys(keys);
                    self.renew_client_secret(saved.connection.id);
                    self.tell(Notice::Connections);
                    saved
                });
                give(reply, saved);
            }
            Request::MissingProperties(id, reply) => give(reply, self.properties(id, false).await),
            Request::CreateProperties(id, reply) => give(reply, self.properties(id, true).await),
            Request::Link {
                connection,
                event,
                contact,
                reply,
            } => give(reply, self.link(connection, event, &contact).await),
            Request::Contacts(id, words, reply) => give(reply, self.contacts(id, &words).await),
            Request::Lines(id, reply) => give(reply, self.lines(id).await),
            Request::Fields(id, reply) => give(reply, self.fields(id).await),
            Request::ChangeListener(id, wish, reply) => {
                give(reply, self.change_listener(id, wish).await);
            }
            Request::TestListener(id, reply) => give(reply, self.test_listener(id).await),
            Request::Messages(id, ask) => self.answer_message(id, ask).await,
            Request::People(id, ask) => self.answer_people(id, ask).await,
            Request::Many(id, ask) => self.answer_many(id, ask).await,
            Request::Composing(id, ask) => self.answer_composing(id, ask).await,
            Request::Rules(id, ask) => self.answer_rules(id, ask).await,
            _ => {}
        }
    }

    fn states(&self) -> BTreeMap<i64, super::LoopState> {
        let slots = self.slots.borrow();
        slots
            .iter()
            .map(|(id, (slot, _))| (*id, slot.state()))
            .collect()
    }

    fn watch(&self, watched: bool) {
        if self.watched.replace(watched) != watched {
            for (slot, _) in self.slots.borrow().values() {
                slot.look();
            }
        }
    }

    fn pause(&self, id: i64, paused: bool) -> Result<(), HandleError> {
        let slot = self.known(id)?;
        // The engine keeps the row in memory and writes it whole: it has to know.
        match slot.standing() {
            Some(engine) => engine.change_connection(|row| row.paused = paused)?,
            None => self.write(|rows| {
                let mut row = rows.connection(id)?.ok_or(StoreError::Missing)?;
                row.paused = paused;
                rows.update_connection(&row)
            })?,
        }
        slot.look();
        self.tell(Notice::Connections);
        Ok(())
    }

    fn rename(&self, id: i64, name: &str) -> Result<(), HandleError> {
        let slot = self.known(id)?;
        self.write(|rows| rows.rename_connection(id, name))?;
        slot.forget_engine();
        self.tell(Notice::Connections);
        Ok(())
    }

    fn settings(&self, id: i64, changes: &[(String, String)]) -> Result<(), HandleError> {
        let slot = self.known(id)?;
        let checked = changes
            .iter()
            .map(|(key, value)| check(key, value))
            .collect::<Result<Vec<_>, _>>()?;
        let now = self.now();
        self.write(|rows| {
            checked
                .iter()
                .try_for_each(|(setting, value)| rows.set_setting(id, setting.key, value, now))
        })?;
        slot.look();
        self.tell(Notice::Settings { connection: id });
        Ok(())
    }

    /// One transaction that a person decided on, and a round to follow it up.
    fn by_hand(
        &self,
        id: i64,
        work: impl FnOnce(&Writer<'_>, Timestamp) -> Result<(), HandError>,
    ) -> Result<(), HandleError> {
        let slot = self.known(id)?;
        let now = self.now();
        self.write(|rows| work(rows, now))?;
        self.log_changed(id);
        self.tell_messages(id);
        slot.again();
        Ok(())
    }

    fn log_changed(&self, id: i64) {
        let newest = self.read(|rows| rows.log_mark(id)).map(|mark| mark.newest);
        self.tell(Notice::Log {
            connection: id,
            newest: newest.unwrap_or_default(),
        });
    }

    fn keep_view(&self, id: i64, name: &str, filter: &str) -> Result<i64, HandleError> {
        self.known(id)?;
        let now = self.now();
        let view = self.write(|rows| rows.keep_view(id, name, filter, now))?;
        self.tell(Notice::Views { connection: id });
        Ok(view)
    }

    fn forget_view(&self, id: i64, view: i64) -> Result<(), HandleError> {
        self.write(|rows| rows.forget_view(id, view))?;
        self.tell(Notice::Views { connection: id });
        Ok(())
    }

    fn keep_test(&self, id: i64, checks: &[crate::tester::Check]) -> Result<(), HandleError> {
        let now = self.now();
        self.write(|rows| rows.keep_test_run(id, checks, now))
            .map(drop)
            .map_err(|error: StoreError| error.into())
    }

    async fn remove(self: &Rc<Self>, id: i64) -> Result<(), HandleError> {
        let row = self
            .read(|rows| rows.connection(id))?
            .ok_or(StoreError::Missing)?;
        if self.read(|rows| rows.webhook(id))?.is_some() {
            // Where Tuco can't be asked its webhook stays there, and reports to nobody.
            let _left_at_tuco = self.change_listener(id, Wish::Off).await;
        }
        self.listeners.close(id);
        let removed = self.slots.borrow_mut().remove(&id);
        if let Some((_, task)) = removed {
            task.abort();
            // Cancelled is what it was asked to be.
            let _ = task.await;
        }
        let gone = keys::forget_connection(&self.ground, &self.store, &row).await;
        if gone.is_err() {
            // It is still there: its rounds go on, and it can be removed again.
            self.open(id);
        }
        self.tell(Notice::Connections);
        gone
    }

    async fn properties(
        &self,
        id: i64,
        create: bool,
    ) -> Result<Vec<hubspot::NewProperty>, HandleError> {
        let engine = self.known(id)?.engine(self).await?;
        let missing = engine.missing_kept_properties().await?;
        if create {
            engine.create_kept_properties(&missing).await?;
        }
        engine.count_calls()?;
        Ok(missing)
    }

    async fn link(&self, id: i64, event: i64, contact: &str) -> Result<(), HandleError> {
        let slot = self.known(id)?;
        let engine = slot.engine(self).await?;
        engine.link_by_hand(event, contact).await?;
        self.log_changed(id);
        self.tell_messages(id);
        slot.again();
        Ok(())
    }

    async fn contacts(
        &self,
        id: i64,
        words: &str,
    ) -> Result<Vec<by_hand::FoundContact>, HandleError> {
        let engine = self.known(id)?.engine(self).await?;
        Ok(engine.search_contacts(words).await?)
    }

    async fn lines(&self, id: i64) -> Result<Vec<tuco::Line>, HandleError> {
        let engine = self.known(id)?.engine(self).await?;
        let outside = crate::connect::interactive(&engine.outside);
        Ok(in_person(&outside).run(|| outside.tuco.lines()).await?)
    }

    async fn fields(&self, id: i64) -> Result<Fields, HandleError> {
        let slot = self.known(id)?;
        let lines = self.lines(id).await?;
        let engine = slot.engine(self).await?;
        let outside = crate::connect::interactive(&engine.outside);
        let properties = in_person(&outside)
            .run(|| outside.hubspot.properties(hubspot::ObjectKind::Contacts))
            .await?;
        engine.count_calls()?;
        // What the keys may do may have changed with what there is.
        engine.change_connection(|row| {
            row.road = Road::Unknown;
            row.listing = Listing::Unknown;
        })?;
        slot.again();
        Ok(Fields {
            properties: properties.len(),
            lines: lines.len(),
            active_lines: lines.iter().filter(|line| line.active).count(),
        })
    }
}

/// With the patience of somebody who waits for the answer.
fn in_person(outside: &Outside) -> Retry {
    Retry::new(
        outside.clock.clone(),
        outside.entropy.clone(),
        Patience::PERSON,
        Arc::default(),
    )
}
