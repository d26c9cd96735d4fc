//! One person with everything that is known.

use super::{MatchReason, PersonRow};
use crate::view::mapping::{RecordSide, some};
use bridge::people::shown::{ShownField, why};
use bridge::store::people::likeness::{Likeness, PairStep, Suggested};
use bridge::store::{ConflictRow, CopyRow};
use mapping::merge::{Side, Why};
use serde::Serialize;
use specta::Type;

/// One record of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PersonSide {
    /// Its id.
    pub(crate) id: String,
    /// Name; may be empty.
    pub(crate) name: String,
    /// The first address.
    pub(crate) email: Option<String>,
    /// The first number.
    pub(crate) phone: Option<String>,
    /// The company.
    pub(crate) company: Option<String>,
    /// When it last changed.
    pub(crate) changed_at: Option<i64>,
    /// Where it is shown; none where it has no page.
    pub(crate) page: Option<String>,
}

impl PersonSide {
    pub(crate) fn of(copy: &CopyRow, page: Option<String>) -> Self {
        Self {
            id: copy.id.clone(),
            name: copy.name.clone(),
            email: copy.email().map(str::to_owned),
            phone: copy.phone().map(str::to_owned),
            company: copy.company().map(str::to_owned),
            changed_at: copy.changed_at,
            page,
        }
    }
}

/// Who wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum FieldWins {
    /// HubSpot's value.
    Contact,
    /// Tuco's value.
    Lead,
    /// Both say the same.
    Same,
    /// They differ and stay so.
    Nobody,
}

/// What a field holds on both sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub(crate) struct PersonField {
    /// The row of the mapping.
    pub(crate) row: usize,
    /// What it is called.
    pub(crate) label: String,
    /// In HubSpot.
    pub(crate) contact: Option<String>,
    /// In Tuco.
    pub(crate) lead: Option<String>,
    /// What both last agreed on, where it is kept.
    pub(crate) agreed: Option<String>,
    /// Who wins.
    pub(crate) wins: FieldWins,
    /// Why.
    pub(crate) why: String,
    /// What is written next.
    pub(crate) writes: Option<RecordSide>,
}

impl From<&ShownField> for PersonField {
    fn from(shown: &ShownField) -> Self {
        let field = shown.field.as_ref();
        let wins = match field.map(|field| (&field.why, field.wins)) {
            Some((Why::Same, _)) => FieldWins::Same,
            Some((_, Some(Side::Contact))) => FieldWins::Contact,
            Some((_, Some(Side::Lead))) => FieldWins::Lead,
            Some((_, None)) | None => FieldWins::Nobody,
        };
        let write = field.and_then(|field| field.write.as_ref());
        Self {
            row: shown.row,
            label: shown.label.clone(),
            contact: some(&shown.contact),
            lead: some(&shown.lead),
            agreed: None,
            wins,
            why: field.map(|field| why(&field.why)).unwrap_or_default(),
            writes: write.map(|(side, _)| RecordSide::from(*side)),
        }
    }
}

/// Somebody who may be the same person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Suggestion {
    /// Whose record.
    pub(crate) of: RecordSide,
    /// It.
    pub(crate) record: PersonSide,
    /// Why.
    pub(crate) reason: MatchReason,
    /// Why, in words.
    pub(crate) says: String,
    /// Whom it is linked to already.
    pub(crate) linked_to: Option<String>,
}

impl Suggestion {
    pub(crate) fn of(one: &Suggested, page: Option<String>, linked_to: Option<String>) -> Self {
        let what = &one.what;
        let (reason, says) = match one.likeness {
            Likeness::Email => (MatchReason::Email, format!("Same e-mail, {what}")),
            Likeness::Phone => (MatchReason::Phone, format!("Same number, {what}")),
            Likeness::LastDigits => (
                MatchReason::LastDigits,
                format!("Same last seven digits, {what}"),
            ),
            Likeness::Name => (MatchReason::NameAndCompany, format!("Same name, {what}")),
        };
        Self {
            of: one.copy.side.into(),
            record: PersonSide::of(&one.copy, page),
            reason,
            says,
            linked_to,
        }
    }
}

/// What happened to a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum LinkHappened {
    /// Linked.
    Linked,
    /// Not any more.
    Unlinked,
    /// The contact was merged into another.
    Merged,
    /// Put aside.
    Ignored,
    /// Taken up again.
    Heeded,
}

/// A step in the history of a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LinkStep {
    /// Its number.
    pub(crate) id: i64,
    /// When.
    pub(crate) at: i64,
    /// What.
    pub(crate) what: LinkHappened,
    /// A person did it.
    pub(crate) by_hand: bool,
    /// In words.
    pub(crate) says: String,
}

impl From<&PairStep> for LinkStep {
    fn from(step: &PairStep) -> Self {
        let what = match step.what.as_str() {
            "unlinked" => LinkHappened::Unlinked,
            "merged" => LinkHappened::Merged,
            "ignored" => LinkHappened::Ignored,
            "heeded" => LinkHappened::Heeded,
            _ => LinkHappened::Linked,
        };
        let says = match (what, step.how.as_str()) {
            (LinkHappened::Linked, "hs_contact_id") => "Linked: Tuco has the contact's id",
            (LinkHappened::Linked, "email") => "Linked by the same e-mail address",
            (LinkHappened::Linked, "phone") => "Linked by the same number",
            (LinkHappened::Linked, "created") => "Linked: one was made from the other",
            (LinkHappened::Linked, _) => "Linked",
            (LinkHappened::Unlinked, "contact_gone") => "Ended: the contact is gone in HubSpot",
            (LinkHappened::Unlinked, "lead_gone") => "Ended: the lead is gone in Tuco",
            (LinkHappened::Unlinked, _) => "Unlinked",
            (LinkHappened::Merged, _) => "The contact was merged, and lives on under this id",
            (LinkHappened::Ignored, _) => "Put aside",
            (LinkHappened::Heeded, _) => "Taken up again",
        };
        Self {
            id: step.id,
            at: step.at,
            what,
            by_hand: step.how == "by_hand",
            says: says.to_owned(),
        }
    }
}

/// What became of a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum ConflictNow {
    /// Both differ, and it waits.
    Waits,
    /// HubSpot's value won.
    Contact,
    /// Tuco's value won.
    Lead,
}

/// Both sides changed one fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub(crate) struct PersonConflict {
    /// Its number.
    pub(crate) id: i64,
    /// The row of the mapping; 0 where it has none any more.
    pub(crate) row: usize,
    /// What the field is called.
    pub(crate) label: String,
    /// When.
    pub(crate) at: i64,
    /// What HubSpot held.
    pub(crate) contact: Option<String>,
    /// What Tuco held.
    pub(crate) lead: Option<String>,
    /// What both last agreed on, where it is kept.
    pub(crate) agreed: Option<String>,
    /// What became of it.
    pub(crate) now: ConflictNow,
    /// By which rule.
    pub(crate) says: String,
}

impl PersonConflict {
    pub(crate) fn of(conflict: &ConflictRow, row: usize, label: String) -> Self {
        let now = match (&conflict.undone_at, conflict.winner.as_deref()) {
            (None, Some("contact")) => ConflictNow::Contact,
            (None, Some("lead")) => ConflictNow::Lead,
            _ => ConflictNow::Waits,
        };
        let says = match (now, conflict.rule.as_str()) {
            (ConflictNow::Waits, _) => "Both sides keep their value until you choose.",
            (_, "by_hand") => "Chosen by hand.",
            (ConflictNow::Contact, "newest") => "HubSpot changed last, and the newest wins.",
            (ConflictNow::Lead, "newest") => "Tuco changed last, and the newest wins.",
            (ConflictNow::Contact, _) => "The row says that HubSpot wins.",
            (ConflictNow::Lead, _) => "The row says that Tuco wins.",
        };
        Self {
            id: conflict.id,
            row,
            label,
            at: conflict.at,
            contact: some(&conflict.contact),
            lead: some(&conflict.lead),
            agreed: None,
            now,
            says: says.to_owned(),
        }
    }
}

/// One of the last messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub(crate) struct PersonMessage {
    /// Its event.
    pub(crate) event: i64,
    /// When.
    pub(crate) at: i64,
    /// They wrote it.
    pub(crate) inbound: bool,
    /// What it says.
    pub(crate) text: String,
    /// Where it stands.
    pub(crate) state: String,
}

/// Since when somebody must not be written to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub(crate) struct PersonOptOut {
    /// Since when.
    pub(crate) at: i64,
    /// Who said so.
    pub(crate) says: String,
}

/// A person with everything that is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Person {
    /// As in a list.
    pub(crate) row: PersonRow,
    /// The contact.
    pub(crate) contact: Option<PersonSide>,
    /// The lead.
    pub(crate) lead: Option<PersonSide>,
    /// Field by field.
    pub(crate) fields: Vec<PersonField>,
    /// Who may be the same person.
    pub(crate) suggestions: Vec<Suggestion>,
    /// The newest first.
    pub(crate) history: Vec<LinkStep>,
    /// The newest first.
    pub(crate) conflicts: Vec<PersonConflict>,
    /// The newest first.
    pub(crate) thread: Vec<PersonMessage>,
    /// Timeline entries that were written to the contact.
    pub(crate) entries: u64,
    /// Why nothing is kept in step; empty where it is.
    pub(crate) held: String,
    /// Since when they must not be written to.
    pub(crate) opted_out: Option<PersonOptOut>,
}
