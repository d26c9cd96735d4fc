//! Who must not be written to, and what a person has to decide about it.

use super::recipient::OptOutBy;
use serde::Serialize;
use specta::Type;

/// Somebody who must not be written to.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OptOut {
    /// Its id.
    pub(crate) id: i64,
    /// HubSpot's id of the contact, where it is known.
    pub(crate) contact_id: Option<String>,
    /// May be empty.
    pub(crate) name: String,
    /// Number or address.
    pub(crate) address: String,
    /// Since when.
    pub(crate) since: i64,
    /// Where it was made.
    pub(crate) by: OptOutBy,
    /// In a sentence: who said or did what.
    pub(crate) how: String,
    /// What is not written everywhere yet, in a sentence; empty once it is.
    pub(crate) pending: String,
}

/// A part of the list.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OptOutPage {
    /// Newest first.
    pub(crate) rows: Vec<OptOut>,
    /// How many in all.
    pub(crate) total: u32,
}

/// Why a reply has to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum ReviewKind {
    /// It may be an opt-out, so sends are held.
    FreeWording,
    /// Tuco took it for one, and it seems not to be.
    Harmless,
}

/// A reply that may ask for an end; sends to that person are held until somebody decides.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OptOutReview {
    /// Its id.
    pub(crate) id: i64,
    /// HubSpot's id of the contact, where it is known.
    pub(crate) contact_id: Option<String>,
    /// May be empty.
    pub(crate) name: String,
    /// Number or address.
    pub(crate) address: String,
    /// What they wrote, whole.
    pub(crate) text: String,
    /// When.
    pub(crate) at: i64,
    /// Why it has to be read.
    pub(crate) kind: ReviewKind,
    /// How many sends wait for the decision.
    pub(crate) held: u32,
}
