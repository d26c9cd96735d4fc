//! The reasons, in their order, each with a sentence.

use super::facts::{Consent, Draft, Facts, LineFact, Portal, Way};
use crate::Timestamp;
use serde::{Deserialize, Serialize};

/// The reasons in the order in which they count: the first that applies is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The person said no more.
    OptedOut,
    /// They may have said so; a person has to read it.
    InReview,
    /// The owner asks for consent, and there is none.
    NoConsent,
    /// No usable address on this channel, or nothing to say.
    NoAddress,
    /// It is quiet where they live.
    QuietHours,
    /// The line does not send.
    LineInactive,
    /// The line has no room left today.
    LineFull,
    /// The same text went to them within the last day.
    Duplicate,
    /// As many messages as are allowed a week.
    TooMany,
    /// The workspace is read-only.
    ReadOnly,
    /// The connection is not the one that is meant.
    WrongPortal,
}

impl Code {
    /// All, in order.
    pub const ALL: [Self; 11] = [
        Self::OptedOut,
        Self::InReview,
        Self::NoConsent,
        Self::NoAddress,
        Self::QuietHours,
        Self::LineInactive,
        Self::LineFull,
        Self::Duplicate,
        Self::TooMany,
        Self::ReadOnly,
        Self::WrongPortal,
    ];

    /// The stable word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OptedOut => "opted_out",
            Self::InReview => "in_review",
            Self::NoConsent => "no_consent",
            Self::NoAddress => "no_address",
            Self::QuietHours => "quiet_hours",
            Self::LineInactive => "line_inactive",
            Self::LineFull => "line_full",
            Self::Duplicate => "duplicate",
            Self::TooMany => "too_many",
            Self::ReadOnly => "read_only",
            Self::WrongPortal => "wrong_portal",
        }
    }

    /// The reason with this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.as_str() == word)
    }

    /// Whether somebody may set it aside. What a person said, and what can't be done, never is.
    pub fn can_be_overridden(self) -> bool {
        matches!(
            self,
            Self::QuietHours | Self::LineFull | Self::Duplicate | Self::TooMany
        )
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Why a send is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Refusal {
    /// See [`Code::OptedOut`].
    OptedOut {
        /// When.
        since: Timestamp,
        /// Where it was said: `reply`, `tuco`, `hubspot` or `by_hand`.
        source: String,
    },
    /// See [`Code::InReview`].
    InReview {
        /// When they wrote it.
        since: Timestamp,
    },
    /// See [`Code::NoConsent`].
    NoConsent {
        /// The property that would say so.
        property: Option<String>,
    },
    /// See [`Code::NoAddress`].
    NoAddress,
    /// See [`Code::QuietHours`].
    QuietHours {
        /// When they end there.
        opens_at: Timestamp,
        /// Where.
        zone: String,
        /// Whether the zone is a guess.
        guess: bool,
    },
    /// See [`Code::LineInactive`].
    LineInactive {
        /// Its name; none where any would do.
        line: Option<String>,
    },
    /// See [`Code::LineFull`].
    LineFull {
        /// Its name; none where any would do.
        line: Option<String>,
        /// Messages allowed a day.
        cap: u32,
        /// When there is room again.
        until: Timestamp,
    },
    /// See [`Code::Duplicate`].
    Duplicate {
        /// When.
        at: Timestamp,
        /// Where that send stands.
        state: String,
    },
    /// See [`Code::TooMany`].
    TooMany {
        /// So many in seven days.
        sent: u32,
        /// So many are allowed.
        most: u32,
    },
    /// See [`Code::ReadOnly`].
    ReadOnly,
    /// See [`Code::WrongPortal`].
    WrongPortal {
        /// The connection's portal.
        expected: String,
        /// The one that was meant, or that the key belongs to.
        found: String,
    },
}

impl Refusal {
    /// Which reason it is.
    pub fn code(&self) -> Code {
        match self {
            Self::OptedOut { .. } => Code::OptedOut,
            Self::InReview { .. } => Code::InReview,
            Self::NoConsent { .. } => Code::NoConsent,
            Self::NoAddress => Code::NoAddress,
            Self::QuietHours { .. } => Code::QuietHours,
            Self::LineInactive { .. } => Code::LineInactive,
            Self::LineFull { .. } => Code::LineFull,
            Self::Duplicate { .. } => Code::Duplicate,
            Self::TooMany { .. } => Code::TooMany,
            Self::ReadOnly => Code::ReadOnly,
            Self::WrongPortal { .. } => Code::WrongPortal,
        }
    }

    /// When it passes by itself, where it does.
    pub fn passes_at(&self) -> Option<Timestamp> {
        match self {
            Self::QuietHours { opens_at, .. } => Some(*opens_at),
            Self::LineFull { until, .. } => Some(*until),
            _ => None,
        }
    }

    /// What happened and what to do, for people. `moment` writes a time as they read it.
    pub fn sentence(&self, moment: impl Fn(Timestamp) -> String) -> String {
        match self {
            Self::OptedOut { since, source } => {
                let by = match source.as_str() {
                    "reply" => "said so in a reply",
                    "tuco" => "is on Tuco's do-not-contact list",
                    "hubspot" => "is opted out in HubSpot",
                    _ => "was opted out by hand",
                };
                format!(
                    "This person does not want messages and {by} ({}). That holds on every way of sending.",
                    moment(*since)
                )
            }
            Self::InReview { since } => format!(
                "This person wrote something that may mean \"no more messages\" ({}). Read it and decide before \
                 anything else is sent, under Opt-outs or with tuco-hubspot optout.",
                moment(*since)
            ),
            Self::NoConsent {
                property: Some(property),
            } => format!(
                "Consent is asked for, and the contact's property \"{property}\" does not give it. Record the \
                 consent in HubSpot first."
            ),
            Self::NoConsent { property: None } => {
                "Consent is asked for, and no contact in HubSpot has this address, so none is on record. Add the \
                 contact with its consent first."
                    .to_owned()
            }
            Self::NoAddress => {
                "There is no usable address for this person on this channel. Check the number or address in HubSpot, \
                 or choose another channel."
                    .to_owned()
            }
            Self::QuietHours {
                opens_at,
                zone,
                guess,
            } => {
                let where_ = if *guess {
                    format!("{zone}; that is a guess")
                } else {
                    zone.clone()
                };
                format!(
                    "It is quiet where this person lives ({where_}). Send it from {} on, schedule it, or set quiet \
                     hours aside with a reason.",
                    moment(*opens_at)
                )
            }
            Self::LineInactive { line: Some(line) } => format!(
                "The line {line} does not send: it is switched off, out of order or not there. Choose another line, \
                 or look at it in Tuco."
            ),
            Self::LineInactive { line: None } => {
                "The workspace has no active line to send from on this channel. Activate one in Tuco.".to_owned()
            }
            Self::LineFull { line, cap, until } => {
                let which = match line {
                    Some(line) => format!("The line {line} has"),
                    None => "All lines have".to_owned(),
                };
                format!(
                    "{which} no room left today (at most {cap} messages a day). There is room again from {} on.",
                    moment(*until)
                )
            }
            Self::Duplicate { at, state } => format!(
                "The same text went to this person {} (it is {state}). Change the text if it is meant to go again.",
                moment(*at)
            ),
            Self::TooMany { sent, most } => format!(
                "This person had {sent} messages in the last seven days, and {most} are allowed. Wait, or raise \
                 guard.most_a_week."
            ),
            Self::ReadOnly => {
                "The Tuco workspace is read-only for billing, which its owner can settle in Tuco. Nothing can be \
                 sent until then."
                    .to_owned()
            }
            Self::WrongPortal { expected, found } => format!(
                "This connection is for portal {expected}, and the message is meant for, or the key belongs to, \
                 portal {found}. Choose the other connection."
            ),
        }
    }
}

/// What is worth a second look before a send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
    /// A link in the first message to somebody: carriers block lines for that.
    LinkInFirstTouch,
    /// A file in the first message to somebody.
    AttachmentInFirstTouch,
    /// Two messages in a row had no answer, and this is the next.
    NoAnswerSoFar,
    /// The time zone is a guess.
    ZoneIsAGuess,
}

impl Warning {
    /// For people.
    pub fn sentence(&self) -> &'static str {
        match self {
            Self::LinkInFirstTouch => {
                "This is the first message to this person, and it has a link. Lines are blocked for that: write \
                 first, and send the link after an answer."
            }
            Self::AttachmentInFirstTouch => {
                "This is the first message to this person, and it has a file. Lines are blocked for that: write \
                 first, and send the file after an answer."
            }
            Self::NoAnswerSoFar => {
                "The last messages to this person had no answer. One more is what people report as junk."
            }
            Self::ZoneIsAGuess => "In which time zone this person lives is a guess.",
        }
    }
}

/// Every reason that applies, in order.
pub(super) fn all(draft: &Draft, facts: &Facts) -> Vec<Refusal> {
    let opted_out = facts.opted_out.as_ref().map(|out| Refusal::OptedOut {
        since: out.since,
        source: out.source.clone(),
    });
    let in_review = facts.in_review.map(|since| Refusal::InReview { since });
    let consent = match &facts.consent {
        Consent::NotAsked | Consent::Given => None,
        Consent::Missing { property } => Some(Refusal::NoConsent {
            property: Some(property.clone()),
        }),
        Consent::NoContact => Some(Refusal::NoConsent { property: None }),
    };
    let (inactive, full) = match &facts.line {
        LineFact::Ready => (None, None),
        LineFact::Inactive { line } => (Some(Refusal::LineInactive { line: line.clone() }), None),
        LineFact::Full { line, cap, until } => {
            let full = Refusal::LineFull {
                line: line.clone(),
                cap: *cap,
                until: *until,
            };
            (None, Some(full))
        }
    };
    let same = facts.same_text.as_ref().map(|same| Refusal::Duplicate {
        at: same.at,
        state: same.state.clone(),
    });
    let portal = match &facts.portal {
        Portal::Right => None,
        Portal::Wrong { expected, found } => Some(Refusal::WrongPortal {
            expected: expected.clone(),
            found: found.clone(),
        }),
    };
    [
        opted_out,
        in_review,
        consent,
        no_address(draft, facts),
        quiet(draft, facts),
        inactive,
        full,
        same,
        too_many(facts),
        facts.read_only.then_some(Refusal::ReadOnly),
        portal,
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn no_address(draft: &Draft, facts: &Facts) -> Option<Refusal> {
    let usable = match draft.channel {
        Way::Sms => facts.phone.is_some(),
        Way::Email => facts.email.is_some(),
        Way::IMessage => facts.phone.is_some() || facts.email.is_some(),
    };
    let says_something = !draft.text.trim().is_empty() || !draft.attachments.is_empty();
    (!usable || !says_something).then_some(Refusal::NoAddress)
}

fn quiet(draft: &Draft, facts: &Facts) -> Option<Refusal> {
    let quiet = facts.quiet?;
    let at = draft.leaves_at(facts.now);
    quiet
        .is_quiet(at, &facts.whereabouts)
        .then(|| Refusal::QuietHours {
            opens_at: quiet.opens_at(at, &facts.whereabouts),
            zone: facts.whereabouts.in_words(),
            guess: facts.whereabouts.is_guess(),
        })
}

fn too_many(facts: &Facts) -> Option<Refusal> {
    let most = facts.most_a_week?;
    (facts.this_week >= most).then_some(Refusal::TooMany {
        sent: facts.this_week,
        most,
    })
}

pub(super) fn warnings(draft: &Draft, facts: &Facts) -> Vec<Warning> {
    let link = facts.first_touch && has_link(&draft.text);
    let file = facts.first_touch && !draft.attachments.is_empty();
    let guess = facts.quiet.is_some() && facts.whereabouts.is_guess();
    [
        (link, Warning::LinkInFirstTouch),
        (file, Warning::AttachmentInFirstTouch),
        (facts.unanswered >= 2, Warning::NoAnswerSoFar),
        (guess, Warning::ZoneIsAGuess),
    ]
    .into_iter()
    .filter_map(|(holds, warning)| holds.then_some(warning))
    .collect()
}

/// An address with its scheme, one that begins with `www.`, or a bare one with a path (`bit.ly/x`).
pub(super) fn has_link(text: &str) -> bool {
    text.split_whitespace().any(|word| {
        let word = word.to_lowercase();
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '/');
        let pathed = bare.split_once('/').is_some_and(|(host, _)| {
            let labels: Vec<&str> = host.split('.').collect();
            labels.len() >= 2
                && labels.iter().all(|label| !label.is_empty())
                && labels.last().is_some_and(|top| {
                    top.len() >= 2 && top.chars().all(|c| c.is_ascii_alphabetic())
                })
        });
        word.contains("http://") || word.contains("https://") || bare.starts_with("www.") || pathed
    })
}
