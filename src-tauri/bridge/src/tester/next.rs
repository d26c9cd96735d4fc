//! A trouble, taken apart: what was found, why, and what to do about it.

use crate::explain;
use crate::trouble::Trouble;

/// Whole sentences, without the id that has a place of its own.
pub(super) fn found(trouble: &Trouble) -> String {
    explain::tell_without_id(trouble).message
}

/// The bare reason.
pub(super) fn cause(trouble: &Trouble) -> String {
    match trouble {
        Trouble::HubSpot(error) => error.kind.to_string(),
        Trouble::Tuco(error) => error.kind.to_string(),
        other => other.to_string(),
    }
}

pub(super) fn correlation_id(trouble: &Trouble) -> Option<String> {
    match trouble {
        Trouble::HubSpot(error) => error.correlation_id.clone(),
        _ => None,
    }
}

/// What to press or to do next.
pub(super) fn step(trouble: &Trouble) -> String {
    let code = explain::tell_without_id(trouble).code;
    match code {
        "hubspot_key_expired" | "hubspot_key_refused" | "hubspot_key_unreadable" => {
            "Copy the key again in HubSpot (Settings, Integrations, Service Keys) and give it again."
        }
        "missing_scopes" => {
            "Add the scope to the key in HubSpot (Settings, Integrations, Service Keys), or to your own app and sign in \
             anew, then test again."
        }
        "missing_permission" | "forbidden" => {
            "Ask a super admin of the portal, then test again."
        }
        "wrong_region" => "Connect again; the right data centre is found then.",
        "tuco_key_refused" => {
            "Copy the key again in Tuco (workspace settings, API keys) and give it again."
        }
        "tuco_no_workspace" => {
            "See in Tuco that the workspace is active, or take a key of the one that is."
        }
        "tuco_read_only" => "Ask the owner of the workspace to settle the bill in Tuco.",
        "tuco_forbidden" => "Take a key of an owner or admin of the workspace.",
        "wrong_portal" | "wrong_workspace" => {
            "Give the key of this connection's own account, or connect the other one under another name."
        }
        "joined_twice" => "Disconnect one of the two connections.",
        "no_network" | "no_answer" | "captive_portal" => {
            "Check the network of this computer (a hotel may want you to sign in), then test again."
        }
        "busy" | "daily_limit" | "migrating" | "hubspot_down" | "tuco_down" => {
            "Wait a while and test again. It goes on by itself."
        }
        _ => "Test again. If it stays so, report it with the correlation id.",
    }
    .to_owned()
}
