//! Where a message of ours stands, and the guard's reasons.

use bridge::conversation::{Standing, Then, Wait};
use bridge::fallback::Fallback;
use bridge::guard::Code;
use serde::{Deserialize, Serialize};
use specta::Type;

/// Why Tuco waits with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum WaitsFor {
    /// It was scheduled.
    Scheduled,
    /// The line's cap.
    Cap,
    /// Outside the hours in which it may go.
    Window,
    /// The time between two messages.
    Gap,
}

/// Where a message of ours stands. Times in milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase", tag = "state")]
pub(crate) enum SendState {
    /// Nothing has left yet and Undo still works.
    Undoable {
        /// Until then.
        until: i64,
    },
    /// Kept here, goes out by itself.
    Queued {
        /// In a sentence; may be empty.
        why: String,
        /// Not before this moment.
        until: Option<i64>,
    },
    /// Handed to Tuco, which did not say more yet.
    AtTuco,
    /// Tuco has it and waits.
    Waiting {
        /// Why.
        why: WaitsFor,
        /// Until when.
        until: Option<i64>,
    },
    /// The provider took it.
    Sent {
        /// When.
        at: i64,
    },
    /// The device confirmed it.
    Delivered {
        /// When.
        at: i64,
    },
    /// No iMessage: it went, or should have gone, another way.
    Fallback {
        /// When.
        at: i64,
        /// In a sentence.
        text: String,
    },
    /// It did not arrive.
    Failed {
        /// When.
        at: i64,
        /// In a sentence.
        why: String,
        /// What to do next, in a sentence.
        next: String,
    },
    /// The guard stopped it when its time came.
    Refused {
        /// When.
        at: i64,
        /// Which reason.
        reason: GuardReason,
        /// In a sentence.
        why: String,
    },
    /// Nobody knows whether it went out.
    #[serde(rename_all = "camelCase")]
    Unknown {
        /// Since when.
        since: i64,
        /// How often it was looked up.
        looks: u32,
        /// When it is looked up again; none where a person decides.
        next_look_at: Option<i64>,
    },
    /// Taken back.
    Cancelled {
        /// When.
        at: i64,
        /// By whom; may be empty.
        by: String,
    },
}

/// The guard's reasons, in the order in which they count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum GuardReason {
    /// The person said no more.
    OptedOut,
    /// They may have said so; a person has to read it.
    OptOutReview,
    /// The contact is not there any more.
    ContactGone,
    /// The owner asks for consent, and there is none.
    NoConsent,
    /// No usable address on this channel.
    NoAddress,
    /// It is quiet where they live.
    QuietHours,
    /// The line does not send.
    LineInactive,
    /// The line has no room left today.
    LineAtCap,
    /// The same text went to them within the last day.
    Duplicate,
    /// As many messages as are allowed a week.
    TooMany,
    /// The workspace is read-only.
    ReadOnly,
    /// The connection is not the one that is meant.
    WrongPortal,
    /// Not everything in it is known.
    Unresolved,
    /// There is nothing to send.
    EmptyText,
    /// A file can't go.
    BadAttachment,
}

impl From<Code> for GuardReason {
    fn from(code: Code) -> Self {
        match code {
            Code::OptedOut => Self::OptedOut,
            Code::InReview => Self::OptOutReview,
            Code::NoConsent => Self::NoConsent,
            Code::NoAddress => Self::NoAddress,
            Code::QuietHours => Self::QuietHours,
            Code::LineInactive => Self::LineInactive,
            Code::LineFull => Self::LineAtCap,
            Code::Duplicate => Self::Duplicate,
            Code::TooMany => Self::TooMany,
            Code::ReadOnly => Self::ReadOnly,
            Code::WrongPortal => Self::WrongPortal,
        }
    }
}

impl GuardReason {
    /// The guard's own word; none for what is found before it is asked.
    pub(crate) fn code(self) -> Option<Code> {
        Code::ALL.into_iter().find(|code| Self::from(*code) == self)
    }

    /// A stored word.
    pub(crate) fn of_word(word: &str) -> Self {
        match (Code::parse(word), word) {
            (Some(code), _) => code.into(),
            (None, "contact_gone") => Self::ContactGone,
            (None, "bad_attachment") => Self::BadAttachment,
            (None, _) => Self::Unresolved,
        }
    }
}

impl From<Standing> for SendState {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::Undoable { until } => Self::Undoable { until },
            Standing::Queued { why, until } => Self::Queued {
                why: queued(&why).to_owned(),
                until,
            },
            Standing::AtTuco => Self::AtTuco,
            Standing::Waiting { why, until } => Self::Waiting {
                why: match why {
                    Wait::Scheduled => WaitsFor::Scheduled,
                    Wait::Cap => WaitsFor::Cap,
                    Wait::Window => WaitsFor::Window,
                    Wait::Gap => WaitsFor::Gap,
                },
                until,
            },
            Standing::Sent { at } => Self::Sent { at },
            Standing::Delivered { at } => Self::Delivered { at },
            Standing::Fallback { at, then } => {
                let text = "iMessage does not reach this person: Tuco takes the other way, where one is set up.";
                let text = match in_its_place(&then) {
                    Some(more) => format!("{text} {more}"),
                    None => text.to_owned(),
                };
                Self::Fallback { at, text }
            }
            Standing::Failed { at, why, then } => {
                let (why, next) = failed(&why);
                let next = in_its_place(&then).map_or(next, str::to_owned);
                Self::Failed { at, why, next }
            }
            Standing::Refused { at, why } => {
                let reason = GuardReason::of_word(&why);
                Self::Refused {
                    at,
                    reason,
                    why: refused(reason).to_owned(),
                }
            }
            Standing::Unknown { since, looks, next } => Self::Unknown {
                since,
                looks,
                next_look_at: next,
            },
            Standing::Cancelled { at, by } => Self::Cancelled { at, by },
        }
    }
}

/// What follows a message that did not arrive, and why nothing does.
fn in_its_place(then: &Then) -> Option<&'static str> {
    match then {
        Then::Soon(Fallback::Task) => Some("A task for the contact's owner follows."),
        Then::Soon(_) => Some("A text message follows in its place."),
        Then::Taken(Fallback::Task) => Some("A task for the contact's owner is made of it."),
        Then::Taken(_) => Some("A text message took its place; see below."),
        Then::Nothing => None,
        Then::Not(why) => match why.as_str() {
            "tuco_may_have" => Some("None goes from here, so that nobody gets two."),
            "too_late" => {
                Some("It was found out more than a day later, so no text message followed.")
            }
            "files" => Some("It has files, which no text message can carry, so none followed."),
            "opted_out" => Some("They opted out meanwhile, so nothing follows."),
            "contact_gone" => Some("The contact is not in HubSpot any more, so no task was made."),
            "no_contact" => Some("It has no contact in HubSpot, so no task was made."),
            "restored" => Some("The data came from a copy, so no text message follows by itself."),
            _ => None,
        },
    }
}

fn queued(code: &str) -> &'static str {
    match code {
        "waiting_for_tuco" => "Tuco can't take it right now. It is tried again by itself, once.",
        "sign_in" => "The Tuco key does not work. It goes once there is one that does.",
        "quiet_hours" => "It is quiet where they live.",
        "line_full" => "The line has sent all it may today.",
        "line_inactive" => "The line does not send.",
        "in_review" => "Something that they wrote waits for a decision.",
        "read_only" => "The Tuco workspace is read-only for billing.",
        "fallback" => "The iMessage failed, so it goes as a text message.",
        "never_arrived" => "The first try never reached Tuco, so it goes again, once.",
        _ => "",
    }
}

fn failed(code: &str) -> (String, String) {
    let (why, next) = match code {
        "workspace_read_only" => (
            "The Tuco workspace is read-only for billing.",
            "Its owner can settle that in Tuco; then send it again.",
        ),
        "no_active_line" => (
            "The workspace has no active line to send from.",
            "Activate one in Tuco.",
        ),
        "fallback_not_configured" => (
            "iMessage does not reach this person, and no other way is set up.",
            "Write by e-mail, or set up a fallback in Tuco.",
        ),
        "forbidden" => (
            "The Tuco key may not send to this person, or from this line.",
            "Choose another line, or give a key that may.",
        ),
        "not_found" => (
            "Tuco knows neither this person nor this line.",
            "Choose another line.",
        ),
        "never_arrived" => (
            "It never reached Tuco, which its list of messages proves.",
            "Send it again if it is still meant.",
        ),
        "not_sent_says_a_person" => (
            "Somebody looked in Tuco and said that it did not go out.",
            "The same text may be sent again.",
        ),
        "" | "refused" => (
            "Tuco gave it up and does not say why.",
            "Check the number or address in HubSpot, or write another way.",
        ),
        other => {
            return (
                format!("Tuco did not deliver it: {other}."),
                "Check the number or address in HubSpot, or write another way.".to_owned(),
            );
        }
    };
    (why.to_owned(), next.to_owned())
}

fn refused(reason: GuardReason) -> &'static str {
    match reason {
        GuardReason::OptedOut => "The person opted out before it left. Nothing was sent.",
        GuardReason::OptOutReview => "Something that they wrote waits for a decision.",
        GuardReason::ContactGone => "The contact is not in HubSpot any more. Nothing was sent.",
        GuardReason::NoConsent => "HubSpot holds no consent. Nothing was sent.",
        GuardReason::NoAddress => "There was no usable address any more. Nothing was sent.",
        GuardReason::Duplicate => "The same text went to them before. It was not sent twice.",
        GuardReason::TooMany => "They have had as many messages this week as are allowed.",
        GuardReason::WrongPortal => "The keys belong to another portal. Nothing was sent.",
        GuardReason::QuietHours
        | GuardReason::LineInactive
        | GuardReason::LineAtCap
        | GuardReason::ReadOnly
        | GuardReason::Unresolved
        | GuardReason::EmptyText
        | GuardReason::BadAttachment => "It was stopped before it left. Nothing was sent.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s7_whatever_stands_in_the_way_is_told_with_its_reason_and_what_to_do() {
        let words = [
            "workspace_read_only",
            "no_active_line",
            "fallback_not_configured",
            "forbidden",
            "not_found",
            "never_arrived",
            "not_sent_says_a_person",
            "refused",
            "",
            "Message could not be sent after 5 attempts",
        ];
        let mut told = std::collections::BTreeSet::new();
        for word in words {
            let (why, next) = failed(word);
            assert!(why.ends_with('.') && next.ends_with('.'), "{word}");
            assert!(!why.contains('_'), "no code of ours is shown: {why}");
            told.insert(why);
        }
        // Those that Tuco does not explain are one.
        assert_eq!(told.len(), words.len() - 1);
        for code in Code::ALL {
            let reason = GuardReason::of_word(code.as_str());
            assert_eq!(reason.code(), Some(code));
            assert!(refused(reason).ends_with('.'), "{code}");
            let state = SendState::from(Standing::Refused {
                at: 1,
                why: code.as_str().to_owned(),
            });
            assert!(matches!(state, SendState::Refused { reason: told, .. } if told == reason));
        }
        // What takes the place of a message, and why nothing does.
        for why in [
            "tuco_may_have",
            "too_late",
            "files",
            "opted_out",
            "contact_gone",
            "no_contact",
            "restored",
        ] {
            let told = in_its_place(&Then::Not(why.to_owned()));
            assert!(told.is_some_and(|text| text.ends_with('.')), "{why}");
        }
        for way in [Fallback::Sms, Fallback::Task] {
            let (soon, taken) = (Then::Soon(way), Then::Taken(way));
            assert_ne!(in_its_place(&soon), in_its_place(&taken));
        }
        // What waits here by itself says for what.
        for code in [
            "waiting_for_tuco",
            "sign_in",
            "quiet_hours",
            "line_full",
            "line_inactive",
            "in_review",
            "read_only",
            "never_arrived",
            "fallback",
        ] {
            assert!(queued(code).ends_with('.'), "{code}");
        }
    }
}
