//! What stands before every send.
//!
//! Only `Engine::clear` makes a [`Cleared`], and only a [`Cleared`] can be handed to Tuco. The first
//! refusal in this order is the reason: opted out, no address, duplicate.

use crate::engine::Engine;
use crate::event::Channel;
use crate::person::{Phone, email};
use crate::store::{SendRow, SendState};
use crate::trouble::Trouble;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use wire::Timestamp;

/// The same text to the same person counts as one intent for this long.
const SAME_INTENT_MS: i64 = 24 * 60 * 60 * 1_000;

/// A message as somebody wants it sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// The contact, where it is known.
    pub contact_id: Option<String>,
    /// The person's phone, as known.
    pub phone: Option<String>,
    /// The person's e-mail address.
    pub email: Option<String>,
    /// All addresses of the person that are known: an opt-out by any of them holds.
    pub addresses: Vec<String>,
    /// By which way; none lets Tuco try iMessage.
    pub channel: Option<Channel>,
    /// From which line; none lets Tuco choose.
    pub line_id: Option<String>,
    /// What to say.
    pub text: String,
}

/// Why a send is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Refusal {
    /// The person said no more.
    OptedOut {
        /// When.
        since: Timestamp,
        /// Where it was said: `reply`, `tuco`, `by_hand`.
        source: String,
    },
    /// There is no usable address on this channel, or no text.
    NoAddress,
    /// The same text went to this person within the last day.
    Duplicate {
        /// When.
        at: Timestamp,
        /// Where that send stands.
        state: String,
    },
}

impl Refusal {
    /// The stable word.
    pub fn code(&self) -> &'static str {
        match self {
            Self::OptedOut { .. } => "opted_out",
            Self::NoAddress => "no_address",
            Self::Duplicate { .. } => "duplicate",
        }
    }
}

/// A message that may be sent. Nothing outside this file can make one.
#[derive(Debug)]
pub struct Cleared {
    row: SendRow,
}

impl Cleared {
    /// The row to be kept, and the message to be sent.
    pub(crate) fn row(&self) -> &SendRow {
        &self.row
    }
}

/// The guard's word.
#[derive(Debug)]
pub enum Verdict {
    /// May go.
    Cleared(Box<Cleared>),
    /// May not.
    Refused(Refusal),
    /// The same intent is still unknown; a person decides.
    Pending(Box<SendRow>),
}

impl Engine {
    /// The one way to a sendable message.
    pub(crate) fn clear(&self, wish: &Wish) -> Result<Verdict, Trouble> {
        let (id, now) = (self.id(), self.now());
        let region = self.settings()?.phone_region;
        let phone = wish
            .phone
            .as_deref()
            .and_then(|phone| Phone::parse(phone, &region));
        let phone = phone.map(|phone| phone.e164);
        let mail = wish.email.as_deref().and_then(email);
        if let Some(refusal) = self.opted_out(wish, phone.as_deref(), mail.as_deref(), &region)? {
            return Ok(Verdict::Refused(refusal));
        }
        let channel = wish.channel.unwrap_or(Channel::IMessage);
        let usable = match channel {
            Channel::Sms => phone.is_some(),
            Channel::Email => mail.is_some(),
            Channel::IMessage | Channel::Unknown => phone.is_some() || mail.is_some(),
        };
        if !usable || wish.text.trim().is_empty() {
            return Ok(Verdict::Refused(Refusal::NoAddress));
        }
        let text_hash = hex::encode(Sha256::digest(wish.text.trim()));
        let since = now.saturating_sub(SAME_INTENT_MS);
        let earlier = self.read(|rows| {
            rows.recent_same(id, phone.as_deref(), mail.as_deref(), &text_hash, since)
        })?;
        if let Some(earlier) = earlier {
            return Ok(match earlier.state {
                SendState::Unknown | SendState::Sending | SendState::Queued => {
                    Verdict::Pending(Box::new(earlier))
                }
                state => Verdict::Refused(Refusal::Duplicate {
                    at: earlier.created_at,
                    state: state.as_str().to_owned(),
                }),
            });
        }
        Ok(Verdict::Cleared(Box::new(Cleared {
            row: SendRow {
                id: 0,
                connection_id: id,
                key: self.new_key(),
                contact_id: wish.contact_id.clone(),
                lead_id: None,
                phone: if channel == Channel::Email {
                    None
                } else {
                    phone
                },
                email: mail,
                channel,
                line_id: wish.line_id.clone(),
                text: wish.text.clone(),
                text_hash,
                state: SendState::Queued,
                reason: String::new(),
                message_id: None,
                scheduled_at: None,
                attempts: 0,
                due_at: now,
                sent_at: None,
                looks: 0,
                created_at: now,
                changed_at: now,
            },
        })))
    }

    /// A row that was cleared earlier and never left is checked again: an opt-out since then holds.
    pub(crate) fn clear_again(&self, row: SendRow) -> Result<Result<Cleared, Refusal>, Trouble> {
        let region = self.settings()?.phone_region;
        let wish = Wish {
            contact_id: row.contact_id.clone(),
            phone: row.phone.clone(),
            email: row.email.clone(),
            addresses: Vec::new(),
            channel: Some(row.channel),
            line_id: row.line_id.clone(),
            text: row.text.clone(),
        };
        let refusal = self.opted_out(&wish, row.phone.as_deref(), row.email.as_deref(), &region)?;
        Ok(refusal.map_or_else(|| Ok(Cleared { row }), Err))
    }

    fn opted_out(
        &self,
        wish: &Wish,
        phone: Option<&str>,
        mail: Option<&str>,
        region: &str,
    ) -> Result<Option<Refusal>, Trouble> {
        let id = self.id();
        let more = wish.addresses.iter().flat_map(|address| {
            [
                Phone::parse(address, region).map(|phone| phone.e164),
                email(address),
                Some(address.clone()),
            ]
        });
        let addresses: Vec<String> = [phone, mail]
            .into_iter()
            .flatten()
            .map(str::to_owned)
            .chain(more.flatten())
            .collect();
        let standing = self.read(|rows| rows.opt_out_in_force(id, &addresses))?;
        Ok(standing.map(|row| Refusal::OptedOut {
            since: row.since,
            source: row.source,
        }))
    }

    /// Our own label of a send, by which it is found again at Tuco.
    fn new_key(&self) -> String {
        let dice = &self.outside.entropy;
        format!("tfh-{:016x}{:016x}", dice.next_u64(), dice.next_u64())
    }
}
