//! The sandbox's own controls.

use serde::{Deserialize, Serialize};
use specta::Type;

/// What goes wrong in the sandbox until it is switched off.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SandboxFaults {
    /// No call gets through to either service.
    pub(crate) offline: bool,
    /// HubSpot says that too many calls came in ten seconds.
    pub(crate) rate_limit: bool,
    /// HubSpot does not accept the key any more.
    pub(crate) key_refused: bool,
}

/// What became of a message that somebody sends from Tuco's own pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum SandboxFate {
    /// It went out.
    Sent,
    /// It arrived.
    Delivered,
    /// It was given up.
    Failed,
    /// It could not go by iMessage.
    Fallback,
}
