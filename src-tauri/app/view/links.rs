//! Links that lead into the window.

use bridge::links::Registered;
use serde::Serialize;
use specta::Type;

/// Who opens our links.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase", tag = "by")]
pub(crate) enum LinksOpened {
    /// This program.
    #[serde(rename_all = "camelCase")]
    Program {
        /// Its name in the system's lists.
        name: String,
    },
    /// Nobody: a link does nothing.
    Nobody,
    /// The system does not tell.
    Unseen,
}

impl From<Registered> for LinksOpened {
    fn from(registered: Registered) -> Self {
        match registered {
            Registered::By(name) => Self::Program { name },
            Registered::Nobody => Self::Nobody,
            Registered::Unseen => Self::Unseen,
        }
    }
}

/// How links lead here.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Links {
    /// Who opens them.
    pub(crate) opened: LinksOpened,
    /// What every link begins with.
    pub(crate) begins: String,
    /// What it begins with by way of the page on this computer; empty while that is off.
    pub(crate) page: String,
    /// Why the page does not answer although it was chosen; empty where all is well.
    pub(crate) page_trouble: String,
}
