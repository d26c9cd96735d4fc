//! Connections, their loops and what the frame of the window shows of them.

use super::words::mirrored;
use bridge::running;
use bridge::store::{ConnectionRow, Listing, Road};
use bridge::tester;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use specta::Type;
use std::fmt;

/// Whether this is the user's own data or the sandbox's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Mode {
    /// Real keys, real people.
    Real,
    /// Made up, and marked so on every screen.
    Sandbox,
}

/// Why a loop waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Why {
    /// A stable word, to be shown small and copied.
    pub(crate) code: String,
    /// Whole sentences.
    pub(crate) message: String,
}

impl From<running::Cause> for Why {
    fn from(cause: running::Cause) -> Self {
        Self {
            code: cause.code.to_owned(),
            message: cause.message,
        }
    }
}

/// Where the loop of a connection stands. Times in milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase", tag = "state")]
pub(crate) enum LoopState {
    /// All is well.
    #[serde(rename_all = "camelCase")]
    Idle {
        /// When the next round begins.
        next_at: i64,
    },
    /// A round is under way.
    #[serde(rename_all = "camelCase")]
    Running {
        /// How far.
        phase: Phase,
        /// Since when.
        since: i64,
    },
    /// A service asked for patience.
    #[serde(rename_all = "camelCase")]
    Waiting {
        /// Until when.
        until: i64,
        /// Why.
        why: Why,
    },
    /// No network.
    #[serde(rename_all = "camelCase")]
    Offline {
        /// Since when.
        since: i64,
        /// When it is tried again.
        next_at: i64,
        /// In words.
        why: Why,
    },
    /// A key or a scope is needed.
    #[serde(rename_all = "camelCase")]
    NeedsSignIn {
        /// Why.
        why: Why,
    },
    /// A person said to stop.
    Paused,
    /// Something that waiting does not mend.
    #[serde(rename_all = "camelCase")]
    Stopped {
        /// When it is tried again all the same.
        next_at: i64,
        /// What.
        why: Why,
    },
}

mirrored! {
    /// How far a round is.
    Phase = running::Phase {
        /// Keys are read, and both services asked whose they are.
        SigningIn,
        /// Tuco is read, and what is new is written to HubSpot.
        Working,
    }
}

impl From<running::LoopState> for LoopState {
    fn from(state: running::LoopState) -> Self {
        use running::LoopState as Of;
        match state {
            Of::Idle { next_at } => Self::Idle { next_at },
            Of::Running { phase, since } => Self::Running {
                phase: phase.into(),
                since,
            },
            Of::Waiting { until, why } => Self::Waiting {
                until,
                why: why.into(),
            },
            Of::Offline {
                since,
                next_at,
                why,
            } => Self::Offline {
                since,
                next_at,
                why: why.into(),
            },
            Of::NeedsSignIn { why } => Self::NeedsSignIn { why: why.into() },
            Of::Paused => Self::Paused,
            Of::Stopped { next_at, why } => Self::Stopped {
                next_at,
                why: why.into(),
            },
        }
    }
}

mirrored! {
    /// How a second entry for one event is ruled out.
    OnceBy = Road {
        /// Not found out yet.
        Unknown,
        /// HubSpot itself refuses it, by a unique property.
        KeyProperty,
        /// By this computer's ledger.
        Ledger,
    }
}

mirrored! {
    /// Whether the Tuco key may list messages.
    MessagesListed = Listing {
        /// Not found out yet.
        Unknown,
        /// Yes: sends made elsewhere are seen at once.
        Offered,
        /// No: they are seen once somebody answers them.
        NotOffered,
    }
}

mirrored! {
    /// How a connection signs in to HubSpot.
    Method = bridge::store::Method {
        /// With a key that somebody pasted.
        Key,
        /// In the browser, by an app of the user's own.
        SignIn,
    }
}

/// HubSpot's own count of the day's calls, as it last said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DailyBudget {
    /// Calls a day, of all the portal's apps together.
    pub(crate) limit: u64,
    /// Of those left.
    pub(crate) left: u64,
}

/// A connection with everything that the frame shows of it.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Connection {
    /// Its id.
    pub(crate) id: i64,
    /// The user's name for it.
    pub(crate) name: String,
    /// HubSpot's number of the portal.
    pub(crate) portal_id: String,
    /// The portal's name; empty while unknown.
    pub(crate) portal_name: String,
    /// Tuco's id of the workspace; empty while unknown.
    pub(crate) workspace_id: String,
    /// The portal's time zone, an IANA name.
    pub(crate) time_zone: String,
    /// Whether a person paused it.
    pub(crate) paused: bool,
    /// Where its loop stands.
    pub(crate) state: LoopState,
    /// When it was made.
    pub(crate) created_at: i64,
    /// When a round last came to its end.
    pub(crate) last_round_at: Option<i64>,
    /// What the last round ended with; empty where it was well.
    pub(crate) last_error: String,
    /// Calls to HubSpot today (UTC).
    pub(crate) hub_spot_calls: u64,
    /// Calls to Tuco today (UTC).
    pub(crate) tuco_calls: u64,
    /// See [`DailyBudget`]; none where it has not said so for a day.
    pub(crate) daily_budget: Option<DailyBudget>,
    /// All events in the log.
    pub(crate) events: u64,
    /// Entries in HubSpot.
    pub(crate) written: u64,
    /// Effects that are still to be done.
    pub(crate) queue: u64,
    /// Effects that were given up.
    pub(crate) parked: u64,
    /// Events that wait for a contact.
    pub(crate) waiting: u64,
    /// How a second entry is ruled out.
    pub(crate) once_by: OnceBy,
    /// Why not by HubSpot itself, in words; may be empty.
    pub(crate) once_by_why: String,
    /// Whether messages can be listed.
    pub(crate) messages_listed: MessagesListed,
    /// How it signs in to HubSpot.
    pub(crate) method: Method,
    /// When a person last signed in or gave a key; none where that was not written down.
    pub(crate) signed_in_at: Option<i64>,
    /// A word for the colour that tells it from others; `auto` where nobody chose one.
    pub(crate) colour: String,
}

/// Numbers of a connection, read in one moment.
pub(crate) struct Figures {
    pub(crate) row: ConnectionRow,
    pub(crate) state: LoopState,
    pub(crate) calls: (u64, u64),
    pub(crate) daily_budget: Option<DailyBudget>,
    pub(crate) events: u64,
    pub(crate) written: u64,
    pub(crate) waiting: u64,
    pub(crate) queue: u64,
    pub(crate) parked: u64,
    pub(crate) colour: String,
}

impl From<Figures> for Connection {
    fn from(figures: Figures) -> Self {
        let row = figures.row;
        Self {
            id: row.id,
            name: row.name,
            portal_id: row.portal_id,
            portal_name: row.portal_name,
            workspace_id: row.workspace_id,
            time_zone: row.time_zone,
            paused: row.paused,
            state: figures.state,
            created_at: row.created_at,
            last_round_at: (row.last_round_at > 0).then_some(row.last_round_at),
            last_error: row.last_error,
            hub_spot_calls: figures.calls.0,
            tuco_calls: figures.calls.1,
            daily_budget: figures.daily_budget,
            events: figures.events,
            written: figures.written,
            queue: figures.queue,
            parked: figures.parked,
            waiting: figures.waiting,
            once_by: row.road.into(),
            once_by_why: row.road_why,
            messages_listed: row.listing.into(),
            method: row.method.into(),
            signed_in_at: (row.signed_in_at > 0).then_some(row.signed_in_at),
            colour: figures.colour,
        }
    }
}

/// Everything that the frame of the window needs at once.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Snapshot {
    /// The last notice that is in it. Notices up to this number are old.
    pub(crate) sequence: u64,
    /// Now, in milliseconds, by the clock that all times here are of.
    pub(crate) now: i64,
    /// Real or sandbox.
    pub(crate) mode: Mode,
    /// By name. None at the first start.
    pub(crate) connections: Vec<Connection>,
    /// Why nothing can be done at all: another copy is at work, the data file is of a newer version.
    pub(crate) cannot_work: Option<super::problem::Problem>,
}

/// A sending identity of the workspace.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Line {
    /// Tuco's id of it.
    pub(crate) id: String,
    /// Name to show.
    pub(crate) label: String,
    /// Its number, else its address.
    pub(crate) address: Option<String>,
    /// Whether it sends.
    pub(crate) active: bool,
    /// Tuco's word on its health, such as `healthy`.
    pub(crate) health: Option<String>,
    /// Messages allowed a day (UTC).
    pub(crate) daily_limit: Option<u32>,
    /// Messages sent today.
    pub(crate) sent_today: Option<u32>,
    /// New conversations allowed a day.
    pub(crate) daily_new_limit: Option<u32>,
    /// New conversations begun today.
    pub(crate) new_today: Option<u32>,
}

/// Two keys as somebody pasted them. They come in and never go out: this can't be serialised, and its
/// `Debug` shows nothing.
#[derive(Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PastedKeys {
    /// HubSpot's: a service key, or a private app's token. Empty for the one that was pasted before.
    pub(crate) hub_spot: String,
    /// Tuco's API key. Empty for the one that was pasted before.
    pub(crate) tuco: String,
}

impl fmt::Debug for PastedKeys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("PastedKeys")
    }
}

/// Something that is not repeated where it does not fit: serde's own words quote what was given, and
/// here that may be a key.
pub(crate) struct Unquoted<T>(pub(crate) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Unquoted<T> {
    fn deserialize<D: Deserializer<'de>>(given: D) -> Result<Self, D::Error> {
        T::deserialize(given)
            .map(Self)
            .map_err(|_| D::Error::custom("it has another form than was expected"))
    }
}

/// On the page's side nothing is wrapped round it.
impl<T: Type> Type for Unquoted<T> {
    fn definition(types: &mut specta::Types) -> specta::datatype::DataType {
        T::definition(types)
    }
}

/// What came of keys that were saved.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SavedKeys {
    /// The connection that they are of.
    pub(crate) connection: i64,
    /// Its name.
    pub(crate) name: String,
    /// Why the keys serve only until the program ends; empty where the keychain has them.
    pub(crate) not_kept: String,
    /// What else has to be known: a clock that is far off, an old sign-in that could not be ended. Empty
    /// where there is nothing.
    pub(crate) warning: String,
}

mirrored! {
    /// How a check came out.
    Mark = tester::Mark {
        /// As it should be.
        Ok,
        /// Works, but somebody should know.
        Warning,
        /// Does not work.
        Failed,
        /// Nothing that is switched on needs it.
        NotNeeded,
        /// Not asked, since it needs something that failed.
        Skipped,
    }
}

mirrored! {
    /// The sum of all checks.
    Verdict = tester::Verdict {
        /// Everything needed works.
        Works,
        /// A key has to be changed or given more scopes.
        NeedsPerson,
        /// Something else does not work.
        Broken,
    }
}

/// One check of the tester, sent as soon as it is known.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Check {
    /// A stable word, such as `hubspot.search`.
    pub(crate) check: String,
    /// What is checked.
    pub(crate) title: String,
    /// How it came out.
    pub(crate) mark: Mark,
    /// What was found.
    pub(crate) found: String,
    /// Why it is not as it should be; empty where it is.
    pub(crate) cause: String,
    /// What does not work because of that.
    pub(crate) consequence: String,
    /// What to do; empty where there is nothing to do.
    pub(crate) advice: String,
    /// HubSpot's name for the call, for its support.
    pub(crate) correlation_id: Option<String>,
    /// How long the answer took.
    pub(crate) latency_ms: Option<i64>,
}

impl From<&tester::Check> for Check {
    fn from(check: &tester::Check) -> Self {
        Self {
            check: check.check.to_string(),
            title: check.title.clone(),
            mark: check.mark.into(),
            found: check.found.clone(),
            cause: check.cause.clone(),
            consequence: check.consequence.clone(),
            advice: check.advice.clone(),
            correlation_id: check.correlation_id.clone(),
            latency_ms: check.latency_ms,
        }
    }
}
