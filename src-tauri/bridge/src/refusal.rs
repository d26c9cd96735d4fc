//! What the bridge needs to know of a client's error beyond its retry class.

use crate::mirror::KEY_PROPERTY;
use crate::reason::Reason;
use hubspot::{ErrorKind as HubSpotKind, Refusal};
use tuco::ErrorKind as TucoKind;

/// HubSpot says that a record with our key is there already.
pub(crate) fn is_our_duplicate(kind: &HubSpotKind) -> bool {
    match kind {
        HubSpotKind::Conflict { property, .. } => property
            .as_deref()
            .is_none_or(|property| property == KEY_PROPERTY),
        _ => false,
    }
}

/// HubSpot says that this contact does not exist (any more).
pub(crate) fn names_contact(kind: &HubSpotKind, contact_id: &str) -> bool {
    match kind {
        HubSpotKind::InvalidAssociations(problem) => problem
            .contacts
            .iter()
            .chain(&problem.others)
            .any(|id| id == contact_id),
        _ => false,
    }
}

/// HubSpot refuses the value, or the existence, of this property.
pub(crate) fn is_about_property(kind: &HubSpotKind, name: &str) -> bool {
    match kind {
        HubSpotKind::InvalidProperties(problems) => problems
            .iter()
            .any(|problem| problem.property.as_deref() == Some(name)),
        _ => false,
    }
}

/// The refusal as it is kept and shown.
pub(crate) fn reason(kind: &HubSpotKind, correlation_id: Option<&str>) -> Reason {
    if let HubSpotKind::MissingScopes { scopes, .. } = kind {
        return Reason::MissingScopes {
            scopes: scopes.iter().cloned().collect(),
        };
    }
    let refusal = match kind {
        HubSpotKind::InvalidProperties(problems) => problems.first().map_or_else(
            || "INVALID_PROPERTIES".to_owned(),
            |problem| problem.code.to_string(),
        ),
        HubSpotKind::InvalidAssociations(_) => "INVALID_ASSOCIATIONS".into(),
        HubSpotKind::Conflict { .. } => "CONFLICT".into(),
        HubSpotKind::Refused { category, .. } => category.clone(),
        HubSpotKind::PlanLimit { .. } => "PLAN_LIMIT".into(),
        HubSpotKind::Forbidden { .. } | HubSpotKind::MissingPermission { .. } => "FORBIDDEN".into(),
        HubSpotKind::RateLimited { .. } => "RATE_LIMIT".into(),
        HubSpotKind::Migrating { .. } => "MIGRATING".into(),
        HubSpotKind::Locked { .. } => "LOCKED".into(),
        HubSpotKind::Trouble { .. } | HubSpotKind::NotTheApi { .. } => "UNAVAILABLE".into(),
        HubSpotKind::NoAnswer(_) => "NO_ANSWER".into(),
        _ => "REFUSED".into(),
    };
    Reason::Refused {
        refusal,
        message: kind.to_string(),
        correlation_id: correlation_id.unwrap_or_default().to_owned(),
    }
}

/// A refusal of one input, from an error that was about a batch of one.
pub(crate) fn of_one(error: hubspot::Error, key: &str) -> Refusal {
    let existing_id = match &error.kind {
        HubSpotKind::Conflict { existing_id, .. } => existing_id.clone(),
        _ => None,
    };
    Refusal {
        trace_ids: vec![key.to_owned()],
        ids: Vec::new(),
        existing_id,
        problem: error.kind,
        correlation_id: error.correlation_id,
    }
}

/// The error that a refusal of one input would be if it were about the call.
pub(crate) fn as_error(refusal: &Refusal, call: &'static str) -> hubspot::Error {
    hubspot::Error {
        kind: refusal.problem.clone(),
        correlation_id: refusal.correlation_id.clone(),
        call,
    }
}

/// The key lacks scopes for a call.
pub(crate) fn lacks_scopes(error: &hubspot::Error) -> bool {
    matches!(
        error.kind,
        HubSpotKind::MissingScopes { .. } | HubSpotKind::MissingPermission { .. }
    )
}

/// The scopes that HubSpot names as missing, else those that such a call usually needs.
pub(crate) fn scopes_named(error: hubspot::Error, usual: &[&str]) -> Vec<String> {
    match error.kind {
        HubSpotKind::MissingScopes { scopes, .. } if !scopes.is_empty() => {
            scopes.into_iter().collect()
        }
        _ => usual.iter().map(|scope| (*scope).to_owned()).collect(),
    }
}

/// Tuco refuses for what was asked, not for who asked: there is no more to be had this way.
pub(crate) fn is_tuco_refusal(error: &tuco::Error) -> bool {
    matches!(
        error.kind,
        TucoKind::BadRequest { .. }
            | TucoKind::NotFound
            | TucoKind::Forbidden
            | TucoKind::Conflict
            | TucoKind::NotOffered
    )
}

/// The word for a send that Tuco refuses.
pub(crate) fn tuco_code(error: &tuco::Error) -> String {
    match &error.kind {
        TucoKind::ReadOnly { .. } => "workspace_read_only".into(),
        TucoKind::BadRequest {
            code: Some(code), ..
        } => code.to_lowercase(),
        TucoKind::BadRequest { text, .. } if text.starts_with("No active lines") => {
            "no_active_line".into()
        }
        TucoKind::BadRequest { text, .. } => text.clone(),
        TucoKind::Forbidden => "forbidden".into(),
        TucoKind::NotFound => "not_found".into(),
        _ => "refused".into(),
    }
}
