//! Replies that come in: whose they are, what an opt-out word does, and whom they are told.

use super::Workspace;
use super::address;
use super::id::ObjectId;
use super::lead::{Lead, LeadNo};
use super::message::{Channel, Message, Status};
use crate::dice::Dice;

/// The words that put a sender on the do-not-contact list. <https://docs.tuco.ai/features/dnc>
const OPT_OUT_WORDS: [&str; 5] = [
    "STOP",
    "UNSUBSCRIBE",
    "OPT OUT",
    "REMOVE ME",
    "DO NOT CONTACT",
];

/// What people write who answer by themselves, with `arrivals_every_ms` set.
const ARRIVALS: [&str; 8] = [
    "Yes, that works for me",
    "Can you call me tomorrow morning?",
    "Who is this?",
    "Thanks! I'll have a look tonight.",
    "How much would that be for two?",
    "Not now, maybe in spring",
    "👍",
    "Perfect, see you then",
];

/// Who writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sender {
    /// A phone number or an email address, in any written form.
    Address(String),
    /// A lead, from the address that it has.
    Lead(ObjectId),
}

/// One message from outside.
#[derive(Debug, Clone)]
pub struct Inbound {
    /// Who writes.
    pub from: Sender,
    /// What.
    pub text: String,
    /// When, in milliseconds since 1970. In the future: it arrives then.
    pub at: i64,
    /// To which line, by its place in the list; the one that wrote last, if left out.
    pub line: Option<usize>,
}

/// Where an inbound message went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Received {
    /// The message.
    pub message: ObjectId,
    /// The lead it was matched to.
    pub lead: Option<ObjectId>,
}

impl Workspace {
    /// Takes in a message. `None` if the sender is no address and no lead.
    pub fn receive(&mut self, inbound: &Inbound, now: i64) -> Option<Received> {
        let (lead, address) = match &inbound.from {
            Sender::Lead(id) => {
                let no = self.leads.find(*id)?;
                let lead = self.leads.get(no)?;
                (no, lead.addresses().next().unwrap_or_default().to_owned())
            }
            Sender::Address(raw) => {
                let address = address::any(raw)?;
                (self.lead_of_sender(&address, inbound.at), address)
            }
        };
        let channel = if address.contains('@') {
            Channel::Email
        } else {
            Channel::IMessage
        };
        let last_line = self
            .leads
            .get(lead)
            .and_then(|lead| lead.sends.last())
            .and_then(|no| self.message(*no))
            .map(|message| message.line);
        let line = inbound.line.or(last_line).unwrap_or_default();
        let id = self.mint.next(inbound.at);
        let mut message = Message::new(id, channel, inbound.text.clone(), line, inbound.at);
        message.status = Status::Received;
        message.lead = Some(lead);
        message.name = self
            .leads
            .get(lead)
            .map(Lead::name)
            .filter(|name| !name.is_empty());
        if channel == Channel::Email {
            message.email = Some(address);
        } else if !address.is_empty() {
            message.phone = Some(address);
        }
        let no = self.keep(message);
        if inbound.at <= now {
            self.arrive(no);
        } else {
            self.arrivals.insert((inbound.at, no));
        }
        Some(Received {
            message: id,
            lead: self.lead_id(Some(lead)),
        })
    }

    /// The moment an inbound message is there: from here on it is listed.
    pub(super) fn arrive(&mut self, no: u32) {
        let Some(message) = self.message(no) else {
            return;
        };
        let (at, lead, text) = (message.at, message.lead, message.text.clone());
        let address = message.address().map(str::to_owned);
        let Some(lead_no) = lead else { return };
        let Some(replies) = self.leads.get(lead_no).map(|lead| &lead.replies) else {
            return;
        };
        let before = replies
            .last()
            .and_then(|no| self.message(*no))
            .map(|message| message.at);
        let place = replies
            .partition_point(|other| self.message(*other).is_some_and(|message| message.at <= at));
        if let Some(lead) = self.leads.get_mut(lead_no) {
            lead.replies.insert(place, no);
        }
        if before.is_none_or(|before| at >= before) {
            if let Some(before) = before {
                self.latest.remove(&(before, lead_no));
            }
            self.latest.insert((at, lead_no));
        }
        self.inbound.insert((at, no));
        if let Some(address) = address.filter(|_| is_opt_out(&text)) {
            let id = self.mint.next(at);
            self.dnc.add(id, &address, "Opt-out reply", at);
        }
        self.tell(no, "message.reply", at);
    }

    /// With the switch on, somebody who was written to answers now and then.
    pub(super) fn arrive_by_itself(&mut self, now: i64) {
        let every = self.options.arrivals_every_ms;
        if every <= 0 {
            self.next_arrival = now;
            return;
        }
        // After a long pause only the last few come in, not thousands.
        self.next_arrival = self.next_arrival.max(now - 50 * every);
        while self.next_arrival + every <= now {
            self.next_arrival += every;
            let at = self.next_arrival;
            let mut dice = Dice::new(self.dice.number(), "arrival");
            let count = self.messages.len();
            let chosen = (0..20).filter_map(|_| {
                let no = u32::try_from(dice.below(count)).ok()?;
                let message = self.message(no)?;
                let lead = self.lead_id(message.lead)?;
                message.sent.map(|_| lead)
            });
            let Some(lead) = chosen.take(1).next() else {
                continue;
            };
            let text = dice.word(&ARRIVALS).to_owned();
            self.receive(
                &Inbound {
                    from: Sender::Lead(lead),
                    text,
                    at,
                    line: None,
                },
                now,
            );
        }
    }

    /// The lead with this address, or a ghost that stands for a sender nobody knows.
    fn lead_of_sender(&mut self, address: &str, at: i64) -> LeadNo {
        let known = self.leads.by_address(address);
        if let Some(known) = known.or_else(|| self.leads.with_address(address).first().copied()) {
            return known;
        }
        let id = self.mint.next(at);
        let list = self.quick_sends().unwrap_or(id);
        let mut ghost = Lead::new(id, list, at);
        ghost.ghost = true;
        ghost.set(
            if address.contains('@') {
                "email"
            } else {
                "phone"
            },
            address,
        );
        self.leads.add(ghost)
    }
}

/// Whether a whole message is one of the opt-out words, whatever its case and punctuation.
fn is_opt_out(text: &str) -> bool {
    let words = text
        .split(|sign: char| !sign.is_alphanumeric())
        .filter(|word| !word.is_empty());
    let plain = words.collect::<Vec<_>>().join(" ").to_uppercase();
    OPT_OUT_WORDS.contains(&plain.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_word_opts_out() {
        assert!(is_opt_out("Stop."));
        assert!(is_opt_out("  opt-out "));
        assert!(!is_opt_out("I'll stop by at 3"));
    }
}
