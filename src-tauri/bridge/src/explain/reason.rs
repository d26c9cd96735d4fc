//! A reason in words: what happened, what it means, what to do.

use crate::reason::{Candidate, Reason};

/// A few words, for a row of a table.
pub fn in_short(reason: &Reason) -> String {
    match reason {
        Reason::KindOff { kind } => format!("{kind} is off"),
        Reason::NoContact { .. } => "no contact has this address".into(),
        Reason::Ambiguous { candidates } => format!("{} contacts fit", candidates.len()),
        Reason::NoAddress => "no address to look for".into(),
        Reason::BeforeLookBack => "older than the look-back".into(),
        Reason::Unreadable => "Tuco no longer lists it".into(),
        Reason::Dropped => "dropped by hand".into(),
        Reason::ContactGone { .. } => "its contact is gone".into(),
        Reason::Refused { refusal, .. } => format!("HubSpot refuses: {refusal}"),
        Reason::MissingScopes { .. } => "the HubSpot key lacks a scope".into(),
    }
}

/// What events with this reason have in common, after their number.
pub fn of_many(code: &str) -> &str {
    match code {
        "kind_off" => "of a kind that is not mirrored",
        "no_contact" => "whose address no contact has",
        "ambiguous" => "that fit several contacts",
        "no_address" => "without an address to look for",
        "before_look_back" => "older than the look-back",
        "unreadable" => "that Tuco no longer lists",
        "dropped" => "dropped by hand",
        "contact_gone" => "whose contact is gone",
        "refused" => "that HubSpot refuses",
        "missing_scopes" => "for which the HubSpot key lacks a scope",
        other => other,
    }
}

/// Whole sentences: what happened, what it means, what to do.
pub fn sentence(reason: &Reason) -> String {
    format!("{} {}", happened(reason), to_do(reason))
}

/// What happened, and what it means.
pub fn happened(reason: &Reason) -> String {
    match reason {
        Reason::KindOff { kind } => format!(
            "The settings keep events of the kind \"{kind}\" in the log only, so nothing was written \
             to HubSpot."
        ),
        Reason::NoContact { looked_for } => format!(
            "No contact in HubSpot has {}, so the event waits; it is looked at again by itself.",
            listed(looked_for, "this address")
        ),
        Reason::Ambiguous { candidates } => format!(
            "Several contacts fit and no rule decides between them, so the event waits: {}.",
            candidates
                .iter()
                .map(candidate)
                .collect::<Vec<_>>()
                .join("; ")
        ),
        Reason::NoAddress => {
            "Tuco names no lead, phone number or e-mail address for this message, so \
                              there is nobody in HubSpot to look for. It stays in the log."
                .into()
        }
        Reason::BeforeLookBack => {
            "It happened before the first look-back of this connection, so it \
                                   stays in the log."
                .into()
        }
        Reason::Unreadable => {
            "Tuco lists at most ten replies of a lead and no longer lists this one, \
                               so its text could not be read. That it came is known."
                .into()
        }
        Reason::Dropped => "A person decided that this is not to be mirrored.".into(),
        Reason::ContactGone { contact_id } => format!(
            "Contact {contact_id} was archived or merged away after it was found. It is looked for \
             again by itself."
        ),
        Reason::Refused {
            refusal,
            message,
            correlation_id,
        } => {
            let id = match correlation_id.as_str() {
                "" => String::new(),
                id => format!(" HubSpot's support can find the call by the correlation id {id}."),
            };
            format!(
                "HubSpot refuses the timeline entry ({refusal}): {message}. Nothing was written.{id}"
            )
        }
        Reason::MissingScopes { scopes } => format!(
            "The HubSpot key may not write this: it lacks {}.",
            listed(scopes, "a scope that HubSpot does not name")
        ),
    }
}

/// What to do, or that there is nothing to do.
pub fn to_do(reason: &Reason) -> String {
    match reason {
        Reason::KindOff { kind } => {
            format!("To mirror them from now on: tuco-hubspot settings set mirror.{kind} on")
        }
        Reason::NoContact { .. } => {
            "Create the contact, or put this number or address on the right one.".into()
        }
        Reason::Ambiguous { .. } => "Take the address off the wrong ones, merge them in HubSpot, or let \
                                     the newest decide: tuco-hubspot settings set match.several \
                                     newest_active"
            .into(),
        Reason::NoAddress => "Give the lead an address in Tuco.".into(),
        Reason::BeforeLookBack => "Nothing to do: a later change of mirror.look_back_days does not reach \
                                   further back."
            .into(),
        Reason::Unreadable => "Read it in Tuco.".into(),
        Reason::Dropped | Reason::ContactGone { .. } => "There is nothing to do.".into(),
        Reason::Refused { .. } => {
            "Mend the cause in HubSpot, then: tuco-hubspot parked retry ID (or let it go: parked drop ID)".into()
        }
        Reason::MissingScopes { .. } => {
            "Add the scope to the key in HubSpot, then: tuco-hubspot parked retry ID".into()
        }
    }
}

fn candidate(one: &Candidate) -> String {
    match one.name.trim() {
        "" => format!("contact {} (by {})", one.contact_id, one.matched),
        name => format!("{name}, contact {} (by {})", one.contact_id, one.matched),
    }
}

fn listed(items: &[String], otherwise: &str) -> String {
    if items.is_empty() {
        otherwise.to_owned()
    } else {
        items.join(" or ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Kind;

    #[test]
    fn no_code_is_shown_to_people() {
        for code in Reason::CODES {
            assert_ne!(of_many(code), code);
        }
    }

    #[test]
    fn every_sentence_ends_with_what_to_do_or_that_there_is_nothing_to_do() {
        let candidate = Candidate {
            contact_id: "7".into(),
            name: "Ana".into(),
            matched: "phone".into(),
        };
        let refused = Reason::Refused {
            refusal: "X".into(),
            message: "no".into(),
            correlation_id: "abc".into(),
        };
        for (reason, says) in [
            (
                Reason::KindOff { kind: Kind::Opened },
                "settings set mirror.opened on",
            ),
            (
                Reason::NoContact {
                    looked_for: vec!["phone +12025550143".into()],
                },
                "+12025550143",
            ),
            (
                Reason::Ambiguous {
                    candidates: vec![candidate],
                },
                "Ana, contact 7",
            ),
            (refused, "correlation id abc"),
            (Reason::MissingScopes { scopes: Vec::new() }, "parked retry"),
        ] {
            assert!(sentence(&reason).contains(says), "{}", sentence(&reason));
        }
    }
}
