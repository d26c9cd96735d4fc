//! What stands before every send: everything that is known is gathered here, afresh, and the guard of
//! the crate `message` decides.
//!
//! Every path goes through `Engine::judge`: the composer, the command line, a run to many, and a send
//! that waited here. Before the guard looks, the person's last words are read, Tuco's list is asked for
//! this one number, and the contact is read from HubSpot, so that an opt-out holds that nobody has polled
//! yet. Where any of that can't be read there is no verdict, and nothing leaves.

mod facts;
mod line;
mod who;

pub(crate) use facts::READ_ONLY;
pub use message::guard::{Code, Overrides, Refusal, Warning};
pub(crate) use who::Who;

use crate::compose::Order;
use crate::engine::Engine;
use crate::event::Channel;
use crate::store::{SendRow, SendState};
use crate::trouble::Trouble;
use message::guard::{Draft, Judgement, Way, judge};
use sha2::{Digest, Sha256};

/// The guard's word on a message, and what it went by.
#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) judgement: Judgement,
    /// The same text to the same person, of which nobody knows the end yet.
    pub(crate) pending: Option<SendRow>,
    /// Where the person is taken to be.
    pub(crate) whereabouts: message::zone::Whereabouts,
    /// The address that it would go to.
    pub(crate) phone: Option<String>,
    pub(crate) email: Option<String>,
}

/// By which way, as the guard has it. Not known is iMessage: Tuco takes another way where it can't.
pub(crate) fn way(channel: Option<Channel>) -> Way {
    match channel {
        Some(Channel::Sms) => Way::Sms,
        Some(Channel::Email) => Way::Email,
        Some(Channel::IMessage | Channel::Unknown) | None => Way::IMessage,
    }
}

pub(crate) fn channel(way: Way) -> Channel {
    match way {
        Way::IMessage => Channel::IMessage,
        Way::Sms => Channel::Sms,
        Way::Email => Channel::Email,
    }
}

/// By which the same text is recognised.
pub(crate) fn text_hash(text: &str, attachments: &[String]) -> String {
    let mut sum = Sha256::new();
    sum.update(text.trim());
    for url in attachments {
        sum.update("\n");
        sum.update(url);
    }
    hex::encode(sum.finalize())
}

impl Engine {
    /// Judges a message to somebody. `row` is the send that is asked about, where it is stored already.
    pub(crate) async fn judge(
        &self,
        who: &Who,
        draft: Draft,
        order: &Order,
        row: i64,
    ) -> Result<Judged, Trouble> {
        let (facts, earlier) = self.facts(who, &draft, order, row).await?;
        let whereabouts = facts.whereabouts.clone();
        let (phone, email) = (facts.phone.clone(), facts.email.clone());
        let judgement = judge(draft, &facts, &order.overrides);
        let pending = earlier.filter(|row| {
            matches!(
                row.state,
                SendState::Unknown | SendState::Sending | SendState::Queued
            ) && judgement
                .verdict
                .as_ref()
                .err()
                .is_none_or(|refusal| refusal.code() >= Code::Duplicate)
        });
        Ok(Judged {
            judgement,
            pending,
            whereabouts,
            phone,
            email,
        })
    }
}
