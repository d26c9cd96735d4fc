//! The webhook listener of a connection. Its secrets are not in here.

use bridge::listener::Verdict;
use bridge::running::ListenerState;
use bridge::store::DeliveryRow;
use serde::Serialize;
use specta::Type;

/// What became of a request, as far as it is told apart by its look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum DeliveryVerdict {
    /// Stored: an event that was not known.
    Taken,
    /// Good, and known already.
    Again,
    /// A test: about no message.
    Test,
    /// Its signature belongs to another body or another secret.
    BadSignature,
    /// Anything else that was turned away.
    Refused,
}

impl From<Verdict> for DeliveryVerdict {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Taken => Self::Taken,
            Verdict::Again => Self::Again,
            Verdict::Test => Self::Test,
            Verdict::BadSignature => Self::BadSignature,
            Verdict::WrongHost
            | Verdict::Browser
            | Verdict::WrongPath
            | Verdict::WrongMethod
            | Verdict::TooLarge
            | Verdict::Incomplete
            | Verdict::NoSignature
            | Verdict::MalformedSignature
            | Verdict::NoSecret
            | Verdict::Unreadable
            | Verdict::EventDiffers
            | Verdict::UnknownEvent
            | Verdict::NoMessage
            | Verdict::Stale
            | Verdict::OtherPortal
            | Verdict::OtherWorkspace
            | Verdict::NotStored => Self::Refused,
        }
    }
}

/// A request that reached the listener.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Delivery {
    /// Its id.
    pub(crate) id: i64,
    /// When it came.
    pub(crate) at: i64,
    /// Its event, as far as that could be read.
    pub(crate) event: String,
    /// What became of it.
    pub(crate) verdict: DeliveryVerdict,
    /// What that means and what to do; empty where the verdict says all.
    pub(crate) why: String,
    /// The event is much older, or newer, than its arrival.
    pub(crate) late: bool,
    /// From the request to the stored row, in whole milliseconds.
    pub(crate) latency_ms: u64,
}

impl From<DeliveryRow> for Delivery {
    fn from(row: DeliveryRow) -> Self {
        Self {
            id: row.id,
            at: row.at,
            event: row.event,
            verdict: row.verdict.into(),
            why: row.verdict.in_words().to_owned(),
            late: row.late,
            latency_ms: row.latency_us / 1_000,
        }
    }
}

/// How the listener stands.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Listener {
    /// Whether it is to listen.
    pub(crate) on: bool,
    /// Whether it does.
    pub(crate) open: bool,
    /// Why it does not although it is on; empty where all is well.
    pub(crate) trouble: String,
    /// The port that it listens on, or would; none before it was first turned on.
    pub(crate) port: Option<u16>,
    /// Its address on this computer; empty while it is off.
    pub(crate) local: String,
    /// The address of the user's tunnel or relay; empty without one.
    pub(crate) tunnel: String,
    /// What Tuco has to call; empty where nothing leads here.
    pub(crate) address: String,
    /// What HubSpot has to call, for a workflow's webhook or one of the user's own app; empty where nothing leads
    /// here.
    pub(crate) hub_spot_address: String,
    /// Whether HubSpot can be believed: the connection is signed in with an app of the user's own.
    pub(crate) hub_spot_heard: bool,
    /// Whether Tuco was told to.
    pub(crate) registered: bool,
    /// Two secrets hold while one takes the other's place.
    pub(crate) rotating: bool,
    /// How often a signature was good only for the body written anew.
    pub(crate) rewritten: u64,
    /// The last requests, the newest first.
    pub(crate) deliveries: Vec<Delivery>,
    /// How many requests were good since it was first turned on.
    pub(crate) good: u64,
    /// How many were turned away.
    pub(crate) turned_away: u64,
}

impl Listener {
    /// From how it stands, what came last and all counts by verdict.
    pub(crate) fn of(
        state: ListenerState,
        deliveries: Vec<DeliveryRow>,
        counts: &[(Verdict, u64)],
    ) -> Self {
        let sum = |good: bool| {
            let those = counts
                .iter()
                .filter(|(verdict, _)| verdict.is_good() == good);
            those.map(|(_, many)| many).sum()
        };
        Self {
            on: state.on,
            open: state.open,
            trouble: state.trouble,
            port: state.port,
            local: state.local,
            hub_spot_address: if state.tunnel.is_empty() {
                String::new()
            } else {
                state.hubspot_address
            },
            hub_spot_heard: state.hubspot_heard,
            tunnel: state.tunnel,
            address: state.address,
            registered: state.registered,
            rotating: state.rotating,
            rewritten: state.rewritten,
            deliveries: deliveries.into_iter().map(Into::into).collect(),
            good: sum(true),
            turned_away: sum(false),
        }
    }
}
