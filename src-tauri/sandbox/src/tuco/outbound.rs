//! What becomes of a message once it is accepted: when it goes out, on which line, and through which
//! statuses it moves. The whole course is planned when it is accepted; time only carries it out.

use super::Workspace;
use super::message::{Channel, Message, Origin, Status, Step};
use super::options::BlockedSend;
use crate::moment::{MINUTE, SECOND, SendWindow};
use serde::Serialize;

/// One outbound message, for a test that has to prove what went out to whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SendMade {
    /// The message's id.
    pub message_id: String,
    /// The address it went to.
    pub to: Option<String>,
    /// Its text, placeholders filled.
    pub text: String,
    /// `imessage`, `sms` or `email`.
    pub channel: &'static str,
    /// Where it stands.
    pub status: Status,
    /// Who made it.
    pub origin: Origin,
    /// The `batchId` that came with it.
    pub batch_id: Option<String>,
    /// Milliseconds since 1970.
    pub created_at: i64,
}

/// How a message will end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Sent { delivered: bool },
    Fallback,
    Failed,
    FailedNow,
}

impl Workspace {
    /// All outbound messages made since the world began, oldest first.
    #[must_use]
    pub fn sends_made(&self) -> Vec<SendMade> {
        let made = |message: &&Message| !message.inbound() && message.origin != Origin::Start;
        self.messages
            .iter()
            .flatten()
            .filter(made)
            .map(SendMade::from)
            .collect()
    }

    /// The line for a message: the one asked for, or the next in turn that has room today.
    pub(super) fn choose_line(&mut self, channel: Channel, new: bool, now: i64) -> Option<usize> {
        let fits = |workspace: &Self, no: usize| {
            let line = workspace.lines.get(no);
            line.is_some_and(|line| {
                line.active && (channel != Channel::Sms || line.phone.is_some())
            })
        };
        let count = self.lines.len();
        let turn: Vec<usize> = (0..count)
            .map(|step| (self.next_line + step) % count.max(1))
            .filter(|no| fits(self, *no))
            .collect();
        let room = |no: &&usize| {
            let line = self.lines.get(**no);
            !self.options.limits || line.is_some_and(|line| line.has_room(now, new))
        };
        let chosen = turn.iter().find(room).or_else(|| turn.first()).copied()?;
        self.next_line = (chosen + 1) % count.max(1);
        Some(chosen)
    }

    /// Puts an accepted message on its way. `wait` is how long its transmission takes if it can go at
    /// once; a message that has to queue takes some seconds of its own.
    pub(super) fn dispatch(&mut self, mut message: Message, now: i64, wait: i64) -> u32 {
        let new = message
            .lead
            .and_then(|no| self.leads.get(no))
            .is_none_or(|lead| lead.sends.is_empty());
        let begin = self.reserve(&mut message, new, now);
        let outcome = self.outcome(&message);
        let transmit = if begin <= now {
            wait
        } else {
            self.dice.between(SECOND, 8 * SECOND)
        };
        message.at = begin;
        if begin > now {
            if message.status == Status::Queued {
                message
                    .plan
                    .push(((begin - 5 * SECOND).max(now), Step::To(Status::Pending)));
            }
        } else {
            message.status = Status::Pending;
        }
        message.plan.push((begin, Step::To(Status::Sending)));
        self.plan_end(&mut message, outcome, begin + transmit);
        let no = self.keep(message);
        if let Some(at) = self
            .message(no)
            .and_then(|message| message.plan.first())
            .map(|(at, _)| *at)
        {
            self.due.insert((at, no));
        }
        self.link_send(no);
        no
    }

    /// Finds the time at which the message may go out, and takes that place on its line.
    fn reserve(&mut self, message: &mut Message, new: bool, now: i64) -> i64 {
        let (device_gap, contact_gap) = (self.options.device_gap_ms, self.options.contact_gap_ms);
        let limits = self.options.limits;
        let fixed = message.scheduled.filter(|at| *at > now);
        let mut begin = fixed.unwrap_or(now);
        if let Some(window) = &message.window {
            let open = window.next(begin);
            if open > begin {
                message.reason = Some("Outside the send window; scheduled for next send window.");
            }
            begin = open;
        }
        let deferred = begin;
        let morning = message.window.clone().unwrap_or_else(nine_in_the_east);
        let Some(line) = self.lines.get_mut(message.line) else {
            return begin;
        };
        begin = begin.max(line.device_free);
        if new {
            begin = begin.max(line.contact_free);
        }
        let mut capped = false;
        // Bounded: a line whose cap is 0 would never have room.
        for _ in 0..60 {
            if !limits || line.has_room(begin, new) {
                break;
            }
            capped = true;
            begin = morning.next_day(begin);
        }
        // A place far ahead does not keep the device from sending until then.
        if deferred > now || capped {
            let (device, contact) = (line.device_free, line.contact_free);
            line.reserve(begin, new, device_gap, contact_gap);
            (line.device_free, line.contact_free) = (device, contact);
        } else {
            line.reserve(begin, new, device_gap, contact_gap);
        }
        if capped {
            message.reason = Some("Daily limit reached; scheduled for next send window.");
        }
        if deferred > now || capped {
            message.status = Status::Scheduled;
            message.scheduled = Some(begin);
        } else if begin > now + MINUTE {
            message.status = Status::Queued;
        }
        begin
    }

    fn outcome(&mut self, message: &Message) -> Outcome {
        let fails = self.dice.per_mille(self.options.failed_per_mille);
        let falls_back = self.dice.per_mille(self.options.fallback_per_mille);
        let delivered = self.dice.per_mille(self.options.delivered_per_mille);
        let asked = message
            .address()
            .and_then(|address| self.options.outcomes.get(address));
        let unreachable = message
            .lead
            .and_then(|no| self.leads.get(no))
            .is_some_and(|lead| lead.availability == Some("unavailable"));
        match asked.map(String::as_str) {
            Some("failed") => Outcome::Failed,
            Some("failed_now") => Outcome::FailedNow,
            Some("imessage_failed") if message.channel == Channel::IMessage => Outcome::FailedNow,
            Some("fallback") => Outcome::Fallback,
            Some("delivered") => Outcome::Sent { delivered: true },
            Some(_) => Outcome::Sent { delivered: false },
            None if message.channel == Channel::IMessage && (unreachable || falls_back) => {
                Outcome::Fallback
            }
            None if fails => Outcome::Failed,
            None => Outcome::Sent {
                delivered: delivered && message.channel != Channel::Email,
            },
        }
    }

    fn plan_end(&mut self, message: &mut Message, outcome: Outcome, end: i64) {
        match outcome {
            Outcome::FailedNow => message.plan.push((end, Step::To(Status::Failed))),
            Outcome::Fallback => message.plan.push((end, Step::To(Status::Fallback))),
            // Five attempts, a minute apart. https://docs.tuco.ai/features/failures-and-fallbacks
            Outcome::Failed => message
                .plan
                .push((end + 4 * MINUTE, Step::To(Status::Failed))),
            Outcome::Sent { delivered } => {
                message.plan.push((end, Step::To(Status::Sent)));
                let seen = end + self.dice.between(2 * SECOND, 40 * SECOND);
                if delivered {
                    message.plan.push((seen, Step::To(Status::Delivered)));
                }
                let opens = self.dice.per_mille(self.options.opened_per_mille);
                if opens && (delivered || message.channel == Channel::Email) {
                    let opened = seen + self.dice.between(SECOND, 60 * MINUTE);
                    message.plan.push((opened, Step::Opened));
                }
            }
        }
    }

    /// Carries out the next step of a message, and tells the webhooks.
    pub(super) fn step(&mut self, at: i64, no: u32) {
        let blocked = self.message(no).is_some_and(|message| {
            self.options.blocked_send != BlockedSend::Sent
                && message
                    .address()
                    .is_some_and(|address| self.dnc.holds(address))
        });
        let Some(message) = self.message_mut(no) else {
            return;
        };
        if message.plan.is_empty() {
            return;
        }
        let (_, step) = message.plan.remove(0);
        if step == Step::To(Status::Sending) && blocked {
            message.plan.clear();
            message.error = Some("Recipient is on the Do Not Contact list");
            message.step(at, Step::To(Status::Failed));
            self.tell(no, "message.failed", at);
            return;
        }
        message.step(at, step);
        if let Some((next, _)) = message.plan.first().copied() {
            self.due.insert((next, no));
        }
        let event = match step {
            Step::Opened => "message.opened",
            Step::To(Status::Sent) => "message.sent",
            Step::To(Status::Failed) => "message.failed",
            Step::To(Status::Fallback) => "message.fallback",
            Step::To(_) => return,
        };
        self.tell(no, event, at);
    }

    /// Cancels a message that is not on its way yet. False if it is.
    pub(super) fn cancel(&mut self, no: u32, now: i64) -> bool {
        let Some(message) = self.message_mut(no) else {
            return false;
        };
        let open = matches!(
            message.status,
            Status::Queued | Status::Pending | Status::Scheduled
        );
        if !open {
            return false;
        }
        let (line, at, lead) = (message.line, message.at, message.lead);
        if let Some((next, _)) = message.plan.first().copied() {
            message.plan.clear();
            message.step(now, Step::To(Status::Cancelled));
            self.due.remove(&(next, no));
        }
        let first = lead
            .and_then(|no| self.leads.get(no))
            .is_none_or(|lead| lead.sends.len() == 1);
        if let Some(line) = self.lines.get_mut(line) {
            line.release(at, first);
        }
        true
    }

    /// Enters an outbound message at its lead.
    pub(super) fn link_send(&mut self, no: u32) {
        let Some((lead, at)) = self
            .message(no)
            .map(|message| (message.lead, message.created))
        else {
            return;
        };
        let Some(sends) = lead
            .and_then(|lead| self.leads.get(lead))
            .map(|lead| &lead.sends)
        else {
            return;
        };
        let place = sends.partition_point(|other| {
            self.message(*other)
                .is_some_and(|message| message.created <= at)
        });
        if let Some(lead) = lead.and_then(|lead| self.leads.get_mut(lead)) {
            lead.sends.insert(place, no);
        }
    }
}

impl From<&Message> for SendMade {
    fn from(message: &Message) -> Self {
        Self {
            message_id: message.id.to_string(),
            to: message.address().map(str::to_owned),
            text: message.text.clone(),
            channel: match message.channel {
                Channel::IMessage => "imessage",
                Channel::Sms => "sms",
                Channel::Email => "email",
            },
            status: message.status,
            origin: message.origin,
            batch_id: message.marks.get("batchId").cloned(),
            created_at: message.created,
        }
    }
}

/// 09:00 US Eastern, where deferred messages go by default. <https://docs.tuco.ai/faq>
pub(super) fn nine_in_the_east() -> SendWindow {
    SendWindow {
        zone: chrono_tz::America::New_York,
        start: 540,
        end: 540,
        days: Vec::new(),
    }
}
