//! Sending a message, once.
//!
//! Tuco documents no idempotency: a row says `sending` before the first byte leaves, and an answer that
//! never came leaves it `unknown`. An unknown send is looked up by our own label, and if it can't be
//! found a person decides. It is never sent again blindly.

use crate::engine::Engine;
use crate::event::{Channel, Source};
use crate::guard::{Cleared, Refusal, Verdict, Wish};
use crate::optout;
use crate::person::{Phone, email};
use crate::planted::Defect;
use crate::poll::{Found, of_message};
use crate::refusal;
use crate::store::{Listing, SendRow, SendState};
use crate::trouble::Trouble;
use std::time::Duration;
use tuco::{MessageType, MessagesQuery, NewMessage, RepliesQuery, SendOutcome, Status};
use wire::RetryClass;

/// A call to send takes 120 s at most; whatever says `sending` for longer was left behind.
const LONGEST_SEND_MS: i64 = 150_000;
/// Seconds after which an unknown send is looked up again, the last one repeated.
const LOOKS_S: [i64; 6] = [5, 30, 120, 600, 3_600, 14_400];

/// To whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipient {
    /// A contact's id in HubSpot.
    Contact(String),
    /// A phone number.
    Phone(String),
    /// An e-mail address.
    Email(String),
}

impl Recipient {
    /// Digits are a contact's id, a phone starts with `+`, an address has an `@`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if !text.is_empty() && text.chars().all(|c| c.is_ascii_digit()) {
            Some(Self::Contact(text.to_owned()))
        } else if text.starts_with('+') {
            Some(Self::Phone(text.to_owned()))
        } else {
            email(text).map(Self::Email)
        }
    }
}

/// What became of it.
#[derive(Debug)]
pub enum Sending {
    /// It is with Tuco, or queued here; see the row.
    Row(Box<SendRow>),
    /// The guard said no.
    Refused {
        /// Why.
        refusal: Refusal,
        /// The contact, where it was found.
        contact_id: Option<String>,
    },
}

impl Engine {
    /// Finds the person, asks the guard, sends.
    pub async fn send(
        &self,
        to: &Recipient,
        text: &str,
        channel: Option<Channel>,
        line_id: Option<String>,
    ) -> Result<Sending, Trouble> {
        let mut wish = self.wish_for(to).await?;
        wish.text = text.to_owned();
        wish.channel = channel;
        wish.line_id = line_id;
        self.hear_opt_outs(&wish).await?;
        match self.clear(&wish)? {
            Verdict::Refused(refusal) => Ok(Sending::Refused {
                refusal,
                contact_id: wish.contact_id,
            }),
            Verdict::Pending(row) => {
                // The same intent again: try to learn how the first one ended, never send a second.
                let row = if row.state == SendState::Unknown {
                    self.look_for(*row).await?
                } else {
                    *row
                };
                Ok(Sending::Row(Box::new(row)))
            }
            Verdict::Cleared(cleared) => {
                let row = self.write(|rows| rows.insert_send(cleared.row()))?;
                match self.clear_again(row)? {
                    Ok(cleared) => Ok(Sending::Row(Box::new(self.dispatch(cleared).await?))),
                    Err(refusal) => Ok(Sending::Refused {
                        refusal,
                        contact_id: wish.contact_id,
                    }),
                }
            }
        }
    }

    async fn wish_for(&self, to: &Recipient) -> Result<Wish, Trouble> {
        let region = self.settings()?.phone_region;
        let empty = Wish {
            contact_id: None,
            phone: None,
            email: None,
            addresses: Vec::new(),
            channel: None,
            line_id: None,
            text: String::new(),
        };
        Ok(match to {
            Recipient::Contact(id) => match self.read_one(id, &region).await? {
                Some(contact) => Wish {
                    contact_id: Some(contact.id),
                    phone: contact.phones.iter().next().cloned(),
                    email: contact.emails.iter().next().cloned(),
                    addresses: contact.phones.into_iter().chain(contact.emails).collect(),
                    ..empty
                },
                None => empty,
            },
            Recipient::Phone(number) => Wish {
                phone: Some(number.clone()),
                ..empty
            },
            Recipient::Email(address) => Wish {
                email: Some(address.clone()),
                ..empty
            },
        })
    }

    /// Whatever this person said since the last poll, and Tuco's own list, before the guard looks.
    async fn hear_opt_outs(&self, wish: &Wish) -> Result<(), Trouble> {
        let Some(number) = &wish.phone else {
            return Ok(());
        };
        let region = self.settings()?.phone_region;
        let Some(phone) = Phone::parse(number, &region) else {
            return Ok(());
        };
        let (id, tuco) = (self.id(), &self.outside.tuco);
        let query = RepliesQuery {
            phone: Some(phone.e164.clone()),
            page: 1,
            limit: 100,
            ..RepliesQuery::default()
        };
        let said_stop = match self.attempt(|| tuco.replies(&query)).await {
            Ok(page) => page.items.iter().find_map(|item| {
                let last = item.text.as_deref().is_some_and(optout::is_opt_out);
                last.then(|| (item.message_id.clone(), item.at))
            }),
            Err(Trouble::Tuco(error)) if refusal::is_tuco_refusal(&error) => None,
            Err(trouble) => return Err(trouble),
        };
        if let Some((message_id, at)) = said_stop {
            self.write(|rows| rows.add_opt_out(id, &phone.e164, "reply", &message_id, at))?;
        }
        // The list's shape is not documented; where it can't be read, Tuco's own check still stands.
        let listed = match self
            .attempt(|| tuco.dnc_list(1, 50, Some(phone.e164.as_str())))
            .await
        {
            Ok(page) => page.items.iter().any(|entry| {
                let number = entry.phone.as_deref();
                number
                    .and_then(|number| Phone::parse(number, &region))
                    .as_ref()
                    == Some(&phone)
            }),
            Err(Trouble::Tuco(error)) if error.retry_class() == RetryClass::Permanent => false,
            Err(trouble) => return Err(trouble),
        };
        if listed {
            let now = self.now();
            self.write(|rows| rows.add_opt_out(id, &phone.e164, "tuco", "", now))?;
        }
        Ok(())
    }

    /// The one place from which a message leaves.
    async fn dispatch(&self, cleared: Cleared) -> Result<SendRow, Trouble> {
        let row = cleared.row().clone();
        let portal = self.connection().portal_id;
        let Some(message) = new_message(&row, &portal) else {
            return self.settle_send(row, SendState::Failed, "no_text", None);
        };
        let row = {
            let (now, mut row) = (self.now(), row);
            row.state = SendState::Sending;
            row.sent_at = Some(now);
            row.attempts = row.attempts.saturating_add(1);
            row.changed_at = now;
            self.write(|rows| rows.update_send(&row))?;
            row
        };
        match self.outside.tuco.send(&message).await {
            Ok(outcome) => self.sent(row, &outcome),
            Err(error) => match error.retry_class() {
                RetryClass::UnknownOutcome if self.planted(Defect::ResendUnknown) => {
                    self.settle_send(row, SendState::Queued, "no_answer", Some(5_000))
                }
                RetryClass::UnknownOutcome => {
                    let row =
                        self.settle_send(row, SendState::Unknown, "no_answer", Some(5_000))?;
                    self.look_for(row).await
                }
                RetryClass::Network | RetryClass::Transient { .. } => {
                    let delay = self.retry.delay(row.attempts, error.retry_class());
                    let delay = delay.unwrap_or(Duration::from_secs(60)).as_millis();
                    let delay = i64::try_from(delay).unwrap_or(i64::MAX);
                    self.settle_send(row, SendState::Queued, "waiting_for_tuco", Some(delay))
                }
                RetryClass::NeedsSignIn => {
                    self.settle_send(row, SendState::Queued, "sign_in", Some(60_000))?;
                    Err(Trouble::Tuco(error))
                }
                RetryClass::Permanent => {
                    let reason = refusal::tuco_code(&error);
                    self.settle_send(row, SendState::Failed, &reason, None)
                }
            },
        }
    }

    fn settle_send(
        &self,
        mut row: SendRow,
        state: SendState,
        reason: &str,
        due_in_ms: Option<i64>,
    ) -> Result<SendRow, Trouble> {
        let now = self.now();
        row.state = state;
        reason.clone_into(&mut row.reason);
        row.due_at = now.saturating_add(due_in_ms.unwrap_or(0));
        row.changed_at = now;
        self.write(|rows| rows.update_send(&row))?;
        Ok(row)
    }

    /// Tuco has it: keep what it says, and whatever has happened already as an event like any other.
    fn sent(&self, mut row: SendRow, outcome: &SendOutcome) -> Result<SendRow, Trouble> {
        let region = self.settings()?.phone_region;
        row.message_id = outcome
            .message_id
            .clone()
            .or_else(|| outcome.skipped_original.clone());
        row.lead_id.clone_from(&outcome.lead_id);
        row.scheduled_at = outcome.scheduled_at;
        row.reason = outcome.reason.clone().unwrap_or_default();
        row.state = state_of(&outcome.status);
        row.changed_at = self.now();
        let mut sightings = match &outcome.message {
            Some(message) => of_message(message, Source::OwnSend),
            None => Vec::new(),
        };
        for sighting in &mut sightings {
            sighting.hs_contact_id = sighting
                .hs_contact_id
                .take()
                .or_else(|| row.contact_id.clone());
            sighting.lead_id = sighting.lead_id.take().or_else(|| row.lead_id.clone());
        }
        self.write(|rows| {
            rows.update_send(&row)?;
            self.see(rows, &mut sightings, &region, &Found::default())?;
            if let Some(message) = &outcome.message {
                self.keep_pending(rows, message)?;
            }
            Ok(())
        })?;
        Ok(row)
    }

    /// What is left of earlier sends: those that never left go now, unknown ones are looked up.
    pub(crate) async fn follow_sends(&self) -> Result<(), Trouble> {
        let (id, now) = (self.id(), self.now());
        for row in self.read(|rows| rows.open_sends(id, now))? {
            match row.state {
                // Nobody is at it any more: it was interrupted, and the bytes may have left.
                SendState::Sending if self.is_abandoned(&row) => {
                    let row = self.settle_send(row, SendState::Unknown, "interrupted", Some(0))?;
                    self.look_for(row).await?;
                }
                SendState::Unknown => {
                    self.look_for(row).await?;
                }
                SendState::Queued => match self.clear_again(row.clone())? {
                    Ok(cleared) => {
                        self.dispatch(cleared).await?;
                    }
                    Err(refusal) => {
                        self.settle_send(row, SendState::Refused, refusal.code(), None)?;
                    }
                },
                _ => {}
            }
        }
        Ok(())
    }

    /// Left by a process that ended, or under way for longer than any call may take.
    fn is_abandoned(&self, row: &SendRow) -> bool {
        self.is_first_round() || row.changed_at.saturating_add(LONGEST_SEND_MS) <= self.now()
    }

    /// Looks for our label among the lead's messages, then among the messages that a reply answers.
    pub(crate) async fn look_for(&self, mut row: SendRow) -> Result<SendRow, Trouble> {
        let region = self.settings()?.phone_region;
        let outbound = self.messages_to(&row).await?;
        if let Some(message) = outbound
            .iter()
            .find(|one| one.batch_id.as_deref() == Some(&row.key))
        {
            row.message_id = Some(message.id.clone());
            row.lead_id = message.lead_id.clone().or(row.lead_id);
            row.scheduled_at = message.scheduled_at;
            row.state = state_of(&message.status);
            row.reason = String::new();
            row.changed_at = self.now();
            let mut sightings = of_message(message, Source::OwnSend);
            self.write(|rows| {
                rows.update_send(&row)?;
                self.see(rows, &mut sightings, &region, &Found::default())?;
                self.keep_pending(rows, message)?;
                Ok(())
            })?;
            return Ok(row);
        }
        if let Some(parent) = self.answered(&row).await? {
            row.message_id = Some(parent.message_id);
            return self.settle_send(row, SendState::Sent, "", None);
        }
        let looks = row.looks.saturating_add(1);
        let at = usize::try_from(looks.saturating_sub(1))
            .unwrap_or(usize::MAX)
            .min(LOOKS_S.len() - 1);
        let wait = LOOKS_S.get(at).copied().unwrap_or(14_400) * 1_000;
        row.looks = looks;
        self.settle_send(row, SendState::Unknown, "no_answer", Some(wait))
    }
}

impl Engine {
    /// What went to the send's recipient lately.
    async fn messages_to(&self, row: &SendRow) -> Result<Vec<tuco::Message>, Trouble> {
        if self.connection().listing == Listing::NotOffered {
            return Ok(Vec::new());
        }
        if let Some(lead_id) = &row.lead_id {
            return self.messages_of_lead(lead_id).await;
        }
        let query = MessagesQuery {
            page: 1,
            limit: 100,
            ..MessagesQuery::default()
        };
        match self.attempt(|| self.outside.tuco.messages(&query)).await {
            Ok(page) => Ok(page.items),
            Err(Trouble::Tuco(error)) if refusal::is_tuco_refusal(&error) => Ok(Vec::new()),
            Err(trouble) => Err(trouble),
        }
    }

    /// The message that carries our label among those that the recipient's replies answer: a partial
    /// proof, for keys that may not list messages.
    async fn answered(&self, row: &SendRow) -> Result<Option<tuco::ParentMessage>, Trouble> {
        let query = RepliesQuery {
            phone: row.phone.clone(),
            email: if row.phone.is_none() {
                row.email.clone()
            } else {
                None
            },
            page: 1,
            limit: 100,
            ..RepliesQuery::default()
        };
        match self.attempt(|| self.outside.tuco.replies(&query)).await {
            Ok(page) => Ok(page
                .items
                .into_iter()
                .flat_map(|item| item.parents)
                .find(|parent| parent.batch_id.as_deref() == Some(&row.key))),
            Err(Trouble::Tuco(error)) if refusal::is_tuco_refusal(&error) => Ok(None),
            Err(trouble) => Err(trouble),
        }
    }
}

fn state_of(status: &Status) -> SendState {
    match status {
        Status::Sent => SendState::Sent,
        Status::Delivered => SendState::Delivered,
        Status::Failed => SendState::Failed,
        Status::Fallback => SendState::Fallback,
        Status::Scheduled => SendState::Scheduled,
        Status::Cancelled => SendState::Cancelled,
        Status::Queued | Status::Pending | Status::Sending | Status::Other(_) => SendState::Pending,
    }
}

fn new_message(row: &SendRow, portal_id: &str) -> Option<NewMessage> {
    let mut message = NewMessage::new(&row.text, Vec::new()).ok()?;
    message.message_type = Some(match row.channel {
        Channel::Sms => MessageType::Sms,
        Channel::Email => MessageType::Email,
        Channel::IMessage | Channel::Unknown => MessageType::IMessage,
    });
    message.recipient_phone.clone_from(&row.phone);
    message.recipient_email.clone_from(&row.email);
    message.from_line_id.clone_from(&row.line_id);
    message.batch_id = Some(row.key.clone());
    message.correlation_id = Some(row.key.clone());
    message.hs_contact_id.clone_from(&row.contact_id);
    message.hs_portal_id = row.contact_id.as_ref().map(|_| portal_id.to_owned());
    Some(message)
}
