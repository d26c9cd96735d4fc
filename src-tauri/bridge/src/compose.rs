//! Sending a message, once.
//!
//! What somebody wishes is an [`Order`]. It is rendered with the contact's own facts, judged by the guard,
//! and kept as a row that says `sending` before the first byte leaves. Tuco documents no idempotency, so an
//! answer that never came leaves the row `unknown`: it is looked up by our own label, and where that
//! proves nothing a person decides. It is never sent again blindly. The same text to the same person within
//! a day is the same intent, and so is the same [`Order::intent`] for ever.

mod attachment;
mod dispatch;
mod fields;
mod look_up;
mod queue;

pub use attachment::{AttachmentError, check_attachment};
pub use queue::TooLate;

use crate::engine::Engine;
use crate::event::Channel;
use crate::guard::{Code, Judged, Overrides, Refusal, Warning, Who, channel, text_hash, way};
use crate::person::email;
use crate::store::{Asked, GuardLogRow, SendRow, SendState, StoreError};
use crate::trouble::Trouble;
use message::guard::{Cleared, Draft};
use message::segments::{Segments, count};
use message::template::{Mistake, Open, Rendered, Template, Why, tuco_places};
use std::collections::BTreeMap;
use wire::Timestamp;

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

/// A message as somebody wishes it.
#[derive(Debug, Clone)]
pub struct Order {
    /// To whom.
    pub to: Recipient,
    /// What to say, with its places.
    pub text: String,
    /// What the writer filled in for `{{ask.…}}`.
    pub filled: BTreeMap<String, String>,
    /// By which way; none is automatic.
    pub channel: Option<Channel>,
    /// From which line; none lets Tuco choose.
    pub line_id: Option<String>,
    /// Public addresses of files.
    pub attachments: Vec<String>,
    /// Not before this moment.
    pub at: Option<Timestamp>,
    /// Tuco's own fallback; none is as the settings say.
    pub sms_fallback: Option<bool>,
    /// Reasons that are set aside.
    pub overrides: Overrides,
    /// Why.
    pub why: String,
    /// Who wishes it.
    pub who: String,
    /// Made once by whoever asks: the same intent again answers with the same send.
    pub intent: Option<String>,
    /// The portal that it is meant for, where a link named one.
    pub portal: Option<String>,
    /// The name of the template that it was made of.
    pub template: Option<String>,
    /// The run to many that it belongs to.
    pub run: Option<i64>,
}

impl Order {
    /// A text, now, by whatever way.
    pub fn new(to: Recipient, text: impl Into<String>) -> Self {
        Self {
            to,
            text: text.into(),
            filled: BTreeMap::new(),
            channel: None,
            line_id: None,
            attachments: Vec::new(),
            at: None,
            sms_fallback: None,
            overrides: Overrides::default(),
            why: String::new(),
            who: String::new(),
            intent: None,
            portal: None,
            template: None,
            run: None,
        }
    }
}

/// Why an order is none.
#[derive(Debug, thiserror::Error)]
pub enum OrderError {
    /// A place is not well formed.
    #[error(transparent)]
    Template(#[from] Mistake),
    /// A file.
    #[error(transparent)]
    Attachment(#[from] AttachmentError),
    /// The services or the data file.
    #[error(transparent)]
    Trouble(#[from] Trouble),
}

impl From<StoreError> for OrderError {
    fn from(error: StoreError) -> Self {
        Self::Trouble(Trouble::Store(error))
    }
}

/// What would arrive if it were sent now, and what stands against it.
#[derive(Debug, Clone)]
pub struct Preview {
    /// The contact.
    pub contact_id: Option<String>,
    /// Its name; may be empty.
    pub name: String,
    /// Exactly what arrives.
    pub text: String,
    /// Places that could not be filled. Not empty: it can't be sent.
    pub open: Vec<Open>,
    /// Paths that a fallback stood in for.
    pub fell_back: Vec<String>,
    /// As carriers count it; none where nothing goes as a text message.
    pub segments: Option<Segments>,
    /// By which way.
    pub channel: Channel,
    /// From which line; none lets Tuco choose.
    pub line_id: Option<String>,
    /// To this number.
    pub phone: Option<String>,
    /// To this address.
    pub email: Option<String>,
    /// Not before this moment.
    pub at: Option<Timestamp>,
    /// All that apply and were not set aside, the one that counts first.
    pub refusals: Vec<Refusal>,
    /// Those that were set aside.
    pub overridden: Vec<Code>,
    /// What is worth a second look.
    pub warnings: Vec<Warning>,
    /// Where the person is taken to be, in words.
    pub whereabouts: String,
    /// Whether that is a guess.
    pub zone_is_a_guess: bool,
    /// An earlier send of the same text of which nobody knows the end.
    pub pending: Option<i64>,
}

/// What became of it.
#[derive(Debug)]
pub enum Sending {
    /// It is with Tuco, or queued here; see the row.
    Row(Box<SendRow>),
    /// It may not go, or not everything in it is known.
    Refused {
        /// The guard's reason; none where a place is open.
        refusal: Option<Refusal>,
        /// What would have arrived.
        preview: Box<Preview>,
    },
}

/// Whether the places of a text are well formed.
///
/// # Errors
/// What is wrong with it.
pub fn check_text(text: &str) -> Result<(), Mistake> {
    Template::parse(text).map(drop)
}

/// An order that was looked at: everything but the decision to send.
struct Looked {
    who: Who,
    rendered: Rendered,
    judged: Judged,
    draft: Draft,
}

impl Engine {
    /// Finds the person, renders, asks the guard, sends.
    ///
    /// # Errors
    /// See [`OrderError`]. Nothing was sent then.
    pub async fn send(&self, order: &Order) -> Result<Sending, OrderError> {
        if let Some(row) = self.same_intent(order)? {
            return Ok(Sending::Row(Box::new(self.followed(row).await?)));
        }
        let looked = self.look(order).await?;
        if let Some(row) = looked
            .judged
            .pending
            .clone()
            .filter(|_| looked.rendered.open.is_empty())
        {
            return Ok(Sending::Row(Box::new(self.followed(row).await?)));
        }
        let (cleared, looked) = match self.clear(order, looked)? {
            Ok(cleared) => cleared,
            Err(refused) => return Ok(refused),
        };
        let mut row = self.send_row_of(order, &cleared, &looked)?;
        row.state = SendState::Sending;
        row.sent_at = Some(row.created_at);
        row.attempts = 1;
        let row = self.keep_row(order, &row, &looked.overridden)?;
        let row = self.dispatch(cleared, row).await?;
        Ok(Sending::Row(Box::new(row)))
    }

    /// What [`Self::send`] would do. Nothing is sent, and nothing is kept but what the person said.
    ///
    /// # Errors
    /// See [`OrderError`].
    pub async fn preview(&self, order: &Order) -> Result<Preview, OrderError> {
        let looked = self.look(order).await?;
        Ok(preview(&looked))
    }

    fn same_intent(&self, order: &Order) -> Result<Option<SendRow>, StoreError> {
        let id = self.id();
        match &order.intent {
            Some(intent) => self.read(|rows| rows.send_of_intent(id, intent)),
            None => Ok(None),
        }
    }

    /// The same again: learn how the first one ended, never send a second.
    async fn followed(&self, row: SendRow) -> Result<SendRow, Trouble> {
        if row.state == SendState::Unknown {
            self.look_for(row).await
        } else {
            Ok(row)
        }
    }

    async fn look(&self, order: &Order) -> Result<Looked, OrderError> {
        let template = Template::parse(&order.text)?;
        for url in &order.attachments {
            check_attachment(url)?;
        }
        if order.attachments.len() > 2 {
            return Err(AttachmentError::TooMany.into());
        }
        let who = self.who(&order.to).await?;
        let rendered = self.rendered(&template, &who, order).await?;
        let settings = self.settings()?;
        let channel = way(order.channel);
        let line_id = match &order.line_id {
            Some(line) => Some(line.clone()),
            None => self.preferred_line(channel).await?,
        };
        let draft = Draft {
            text: rendered.text.clone(),
            attachments: order.attachments.clone(),
            channel,
            line_id,
            at: order.at,
            sms_fallback: order.sms_fallback.unwrap_or(settings.sending.sms_fallback),
        };
        let judged = self.judge(&who, draft.clone(), order, 0).await?;
        Ok(Looked {
            who,
            rendered,
            judged,
            draft,
        })
    }

    async fn rendered(
        &self,
        template: &Template,
        who: &Who,
        order: &Order,
    ) -> Result<Rendered, Trouble> {
        let values = self.values_for(&template.paths(), who, order).await?;
        let formatting = self.formatting(who)?;
        let mut rendered = template.render(&values, &formatting);
        // What Tuco itself would fill in is not what was seen.
        if rendered.open.is_empty() {
            let places = tuco_places(&rendered.text);
            rendered.open.extend(places.into_iter().map(|at| Open {
                path: rendered.text.get(at.clone()).unwrap_or_default().to_owned(),
                at,
                why: Why::DoesNotFit,
            }));
        }
        Ok(rendered)
    }

    /// The guard's word, and what is said about it in the log.
    fn clear(
        &self,
        order: &Order,
        looked: Looked,
    ) -> Result<Result<(Cleared, Kept), Sending>, StoreError> {
        let preview = preview(&looked);
        let open = !looked.rendered.open.is_empty();
        let contact_id = looked.who.contact_id.clone();
        let overridden = looked.judged.judgement.overridden.clone();
        match looked.judged.judgement.verdict {
            Ok(cleared) if !open => Ok(Ok((
                cleared,
                Kept {
                    contact_id,
                    overridden,
                },
            ))),
            verdict => {
                let refusal = verdict.err();
                if let Some(refusal) = &refusal {
                    self.log_refusal(order, refusal.code(), contact_id.as_deref())?;
                }
                Ok(Err(Sending::Refused {
                    refusal,
                    preview: Box::new(preview),
                }))
            }
        }
    }

    fn log_refusal(
        &self,
        order: &Order,
        code: Code,
        contact_id: Option<&str>,
    ) -> Result<(), StoreError> {
        let (id, now) = (self.id(), self.now());
        self.write(|rows| {
            rows.log_guard(
                id,
                &GuardLogRow {
                    at: now,
                    what: "refused".to_owned(),
                    code: code.as_str().to_owned(),
                    contact_id: contact_id.unwrap_or_default().to_owned(),
                    send_id: None,
                    who: order.who.clone(),
                    why: order.why.clone(),
                },
            )
        })
    }

    /// The row that stands for a cleared message.
    fn send_row_of(
        &self,
        order: &Order,
        cleared: &Cleared,
        kept: &Kept,
    ) -> Result<SendRow, StoreError> {
        let (id, now) = (self.id(), self.now());
        let draft = cleared.draft();
        let listed_until = self.read(|rows| rows.cursor_number(id, "messages.until"))?;
        Ok(SendRow {
            id: 0,
            connection_id: id,
            key: self.new_key(),
            contact_id: kept.contact_id.clone(),
            lead_id: None,
            phone: cleared.phone().map(str::to_owned),
            email: cleared.email().map(str::to_owned),
            channel: channel(draft.channel),
            line_id: draft.line_id.clone(),
            text: draft.text.clone(),
            text_hash: text_hash(&draft.text, &draft.attachments),
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
            asked: Asked {
                attachments: draft.attachments.clone(),
                at: draft.at,
                sms_fallback: draft.sms_fallback,
                overrides: order
                    .overrides
                    .codes()
                    .map(|code| code.as_str().to_owned())
                    .collect(),
                why: order.why.clone(),
                who: order.who.clone(),
                run: order.run,
                listed_until,
                clock_ahead: self.clock_ahead(),
            },
            intent: order.intent.clone(),
        })
    }

    /// Keeps the row, with what was set aside for it.
    fn keep_row(
        &self,
        order: &Order,
        row: &SendRow,
        overridden: &[Code],
    ) -> Result<SendRow, StoreError> {
        let (id, now) = (self.id(), self.now());
        self.write(|rows| {
            let row = rows.insert_send(row)?;
            for code in overridden {
                rows.log_guard(
                    id,
                    &GuardLogRow {
                        at: now,
                        what: "overridden".to_owned(),
                        code: code.as_str().to_owned(),
                        contact_id: row.contact_id.clone().unwrap_or_default(),
                        send_id: Some(row.id),
                        who: order.who.clone(),
                        why: order.why.clone(),
                    },
                )?;
            }
            if let Some(name) = &order.template {
                rows.template_used(name)?;
            }
            Ok(row)
        })
    }

    /// Our own label of a send, by which it is found again at Tuco.
    fn new_key(&self) -> String {
        let dice = &self.outside.entropy;
        format!("tfh-{:016x}{:016x}", dice.next_u64(), dice.next_u64())
    }
}

/// What is kept of a look beside the clearance.
struct Kept {
    contact_id: Option<String>,
    overridden: Vec<Code>,
}

fn preview(looked: &Looked) -> Preview {
    let judgement = &looked.judged.judgement;
    let draft = &looked.draft;
    let by_text_message = draft.channel == message::guard::Way::Sms || draft.sms_fallback;
    Preview {
        contact_id: looked.who.contact_id.clone(),
        name: looked.who.name.clone(),
        text: looked.rendered.text.clone(),
        open: looked.rendered.open.clone(),
        fell_back: looked.rendered.fell_back.clone(),
        segments: by_text_message.then(|| count(&looked.rendered.text)),
        channel: channel(draft.channel),
        line_id: draft.line_id.clone(),
        phone: looked.judged.phone.clone(),
        email: looked.judged.email.clone(),
        at: draft.at,
        refusals: judgement
            .found
            .iter()
            .filter(|refusal| !judgement.overridden.contains(&refusal.code()))
            .cloned()
            .collect(),
        overridden: judgement.overridden.clone(),
        warnings: judgement.warnings.clone(),
        whereabouts: looked.judged.whereabouts.in_words(),
        zone_is_a_guess: looked.judged.whereabouts.is_guess(),
        pending: looked.judged.pending.as_ref().map(|row| row.id),
    }
}
