//! What happened, as it is pushed to the page.

use super::connection::LoopState;
use bridge::running;
use serde::{Deserialize, Serialize};
use specta::Type;

/// Something that happened, with its place in the order. The page keeps the last number; where one is
/// missing it asks for a snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Notice {
    /// One more than that of the notice before.
    pub(crate) sequence: u64,
    /// What.
    pub(crate) news: News,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase", tag = "what")]
pub(crate) enum News {
    /// The loop of a connection went on.
    Loop {
        /// Whose.
        connection: i64,
        /// Where it stands.
        state: LoopState,
    },
    /// Rows of the log are new, or changed: ask for the pages that are shown.
    Log {
        /// Whose.
        connection: i64,
        /// Id of the event that came last.
        newest: i64,
    },
    /// Somebody replied just now.
    Reply {
        /// Whose.
        connection: i64,
        /// The event.
        event: i64,
        /// Who, where Tuco has a name.
        name: Option<String>,
    },
    /// Nothing was mirrored for two rounds.
    Stalled {
        /// Whose.
        connection: i64,
        /// Why, in a sentence.
        why: String,
    },
    /// More waits for a person than before.
    #[serde(rename_all = "camelCase")]
    NeedsPerson {
        /// Whose.
        connection: i64,
        /// How many more.
        more: u64,
    },
    /// Connections were made, renamed, paused or removed: ask for a snapshot.
    Connections,
    /// Settings of a connection changed.
    Settings {
        /// Whose.
        connection: i64,
    },
    /// Somebody among the people of a connection changed, or how they are kept in step.
    People {
        /// Whose.
        connection: i64,
    },
    /// The listener of a connection was changed, or something came in over it.
    Listener {
        /// Whose.
        connection: i64,
    },
    /// Sends are new, or went on: ask for the thread and the own sends.
    Sends {
        /// Whose.
        connection: i64,
        /// Of this contact only; none for any.
        contact: Option<String>,
    },
    /// A run to many went on: ask for the runs and the rows that are shown.
    Runs {
        /// Whose.
        connection: i64,
        /// Which; 0 for any.
        run: i64,
    },
    /// Rules, or what they said, are new or changed: ask for the rules and the runs that are shown.
    Rules {
        /// Whose.
        connection: i64,
    },
    /// Templates changed.
    Templates,
    /// Opt-outs or their reviews changed.
    OptOuts {
        /// Whose.
        connection: i64,
    },
    /// Kept filters changed.
    Views {
        /// Whose.
        connection: i64,
    },
    /// A damaged data file was moved aside; what could be read of it was carried over.
    DamageMoved {
        /// Where to.
        path: String,
    },
    /// From real to sandbox or back: forget everything and ask for a snapshot.
    Mode,
    /// Notices were lost because the page was slow: ask for a snapshot.
    Missed,
    /// Somewhere to go: a link was opened, or a notification or the tray was pressed.
    Go {
        /// Where to.
        to: Destination,
    },
}

impl From<running::Notice> for News {
    fn from(notice: running::Notice) -> Self {
        use running::Notice as Of;
        match notice {
            Of::Loop { connection, state } => Self::Loop {
                connection,
                state: state.into(),
            },
            Of::Log { connection, newest } => Self::Log { connection, newest },
            Of::Reply {
                connection,
                event,
                name,
            } => Self::Reply {
                connection,
                event,
                name,
            },
            Of::Stalled { connection, why } => Self::Stalled {
                connection,
                why: why.message,
            },
            Of::NeedsPerson { connection, more } => Self::NeedsPerson { connection, more },
            Of::Connections => Self::Connections,
            Of::Settings { connection } => Self::Settings { connection },
            Of::People { connection } => Self::People { connection },
            Of::Sends { connection } => Self::Sends {
                connection,
                contact: None,
            },
            Of::Runs { connection, run } => Self::Runs { connection, run },
            Of::Rules { connection } => Self::Rules { connection },
            Of::Templates => Self::Templates,
            Of::OptOuts { connection } => Self::OptOuts { connection },
            Of::Views { connection } => Self::Views { connection },
            Of::Listener { connection } => Self::Listener { connection },
            Of::DamageMoved { path } => Self::DamageMoved {
                path: path.display().to_string(),
            },
        }
    }
}

/// Where a link leads. A link only shows something or fills it in; it never does anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", tag = "place")]
pub(crate) enum Destination {
    /// The window as it is.
    Open,
    /// The log, at a message.
    Activity {
        /// Tuco's id of it.
        message: String,
    },
    /// The log, at a contact.
    Contact {
        /// HubSpot's number of the portal.
        portal: String,
        /// HubSpot's id of the contact.
        contact: String,
    },
    /// The composer, with a contact filled in.
    Compose {
        /// HubSpot's number of the portal.
        portal: String,
        /// HubSpot's id of the contact.
        contact: String,
        /// Name of a template.
        template: Option<String>,
    },
    /// The page of a connection.
    Connection {
        /// HubSpot's number of the portal.
        portal: String,
    },
}
