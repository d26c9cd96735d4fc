//! What the thread can be asked for.

use super::keys::Whose;
use super::{Fields, HandleError, ListenerState, LoopState, Saved, Wish};
use crate::by_hand::FoundContact;
use crate::connect::Keys;
use crate::sign_in::Signed;
use crate::store::DeliveryRow;
use crate::tester::Check;
use hubspot::NewProperty;
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::sync::oneshot;
use tuco::Line;

/// Where an answer goes.
pub(super) type Reply<T> = oneshot::Sender<Result<T, HandleError>>;

/// Whoever asked may have gone away.
pub(super) fn give<T>(reply: Reply<T>, answer: Result<T, HandleError>) {
    let _ = reply.send(answer);
}

/// One request, with where its answer goes.
pub(super) enum Request {
    /// The state of every loop, by connection.
    States(Reply<BTreeMap<i64, LoopState>>),
    /// Somebody looks, or nobody does: decides how often rounds are made.
    Watched(bool),
    /// A round as soon as may be; during one: another one after it.
    SyncNow(i64, Reply<()>),
    /// Stop making rounds, or go on.
    Pause(i64, bool, Reply<()>),
    /// Another name.
    Rename(i64, String, Reply<()>),
    /// Forget a connection, its rows and its keys.
    Remove(i64, Reply<()>),
    /// Ask whose the keys are, and keep them.
    SaveKeys {
        keys: Keys,
        whose: Whose,
        reply: Reply<Saved>,
    },
    /// Keep a sign-in that has just come about, for its connection, new or known.
    Adopt {
        signed: Box<Signed>,
        name: Option<String>,
        reply: Reply<Saved>,
    },
    /// The keys that a connection works with.
    Keys(i64, Reply<Keys>),
    /// Change settings, all or none.
    Settings(i64, Vec<(String, String)>, Reply<()>),
    /// Which wanted properties the portal lacks.
    MissingProperties(i64, Reply<Vec<NewProperty>>),
    /// Make those that were listed.
    CreateProperties(i64, Reply<Vec<NewProperty>>),
    /// Look at an event afresh.
    Replay(i64, i64, Reply<()>),
    /// Say whose an event is.
    Link {
        connection: i64,
        event: i64,
        contact: String,
        reply: Reply<()>,
    },
    /// Contacts by words.
    Contacts(i64, String, Reply<Vec<FoundContact>>),
    /// Try a given-up entry again, or let it go.
    Parked {
        connection: i64,
        effect: i64,
        retry: bool,
        reply: Reply<()>,
    },
    /// Say how an unknown send ended.
    SettleSend {
        connection: i64,
        send: i64,
        went_out: bool,
        reply: Reply<()>,
    },
    /// The workspace's lines, asked for now.
    Lines(i64, Reply<Vec<Line>>),
    /// Read what the portal and the workspace have.
    Fields(i64, Reply<Fields>),
    /// Keep a filter under a name.
    KeepView {
        connection: i64,
        name: String,
        filter: String,
        reply: Reply<i64>,
    },
    /// Forget a kept filter.
    ForgetView(i64, i64, Reply<()>),
    /// How the listener stands.
    Listener(i64, Reply<ListenerState>),
    /// Change it.
    ChangeListener(i64, Wish, Reply<ListenerState>),
    /// Send it a signed test.
    TestListener(i64, Reply<DeliveryRow>),
    /// Keep a run of the tester.
    KeepTest(i64, Vec<Check>, Reply<()>),
    /// About messages.
    Messages(i64, super::messages::Ask),
    /// About people and the mapping.
    People(i64, super::people::Ask),
    /// About one message to many.
    Many(i64, super::many::Ask),
    /// About writing one.
    Composing(i64, super::composing::Ask),
    /// About rules.
    Rules(i64, super::rules::Ask),
    /// Finish what is on its way, for at most so long, and end.
    Stop(Duration, oneshot::Sender<()>),
}
