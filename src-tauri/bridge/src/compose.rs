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
mod line;
mod look_up;
mod membership;
mod merge_field;
mod preview;
mod queue;
mod recipient;
mod remembered;

pub use attachment::{AttachmentError, check_attachment};
pub use line::LineWhy;
pub use membership::OnLists;
pub(crate) use merge_field::Definitions;
pub use merge_field::{MergeField, Spelling};
pub use preview::{Preview, Written};
pub use queue::TooLate;
pub use recipient::Card;
pub(crate) use remembered::Remembered;

use crate::engine::Engine;
use crate::event::Channel;
use crate::fallback::Fallback;
use crate::guard::{Code, Judged, Overrides, Refusal, Who, channel, text_hash, way};
use crate::person::email;
use crate::store::{Asked, GuardLogRow, SendRow, SendState, StoreError};
use crate::trouble::Trouble;
use message::guard::{Cleared, Draft, Way};
use message::template::{Mistake, Open, Rendered, Template, Values, Why, tuco_places};
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
    /// From the line that bears the name or the address of the contact's owner, where there is one.
    pub owner_line: bool,
    /// Public addresses of files.
    pub attachments: Vec<String>,
    /// Not before this moment.
    pub at: Option<Timestamp>,
    /// The other way where it does not arrive; none is as the settings say.
    pub fallback: Option<Fallback>,
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
    /// [`Preview::seen`] of what whoever asks has seen: nothing else is sent.
    pub seen: Option<String>,
    /// The draft as whoever wrote it keeps it, to be given back when the send is taken back.
    pub written: String,
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
            owner_line: false,
            attachments: Vec::new(),
            at: None,
            fallback: None,
            overrides: Overrides::default(),
            why: String::new(),
            who: String::new(),
            intent: None,
            portal: None,
            template: None,
            run: None,
            seen: None,
            written: String::new(),
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
    /// Something else would arrive than was seen, so nothing was sent.
    Changed(Box<Preview>),
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
    line: LineWhy,
    fallback: Fallback,
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
        // The same may have been asked twice at once, and the other one is kept by now.
        if let Some(row) = self.same_intent(order)? {
            return Ok(Sending::Row(Box::new(row)));
        }
        if let Some(changed) = changed(order, &looked) {
            return Ok(changed);
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
        let template = well_formed(order)?;
        let who = self.who(&order.to).await?;
        let facts = self.facts_for(&template.paths(), &who).await?;
        Ok(self.look_at(order, &template, who, facts).await?)
    }

    /// With what is known of the person already.
    async fn look_at(
        &self,
        order: &Order,
        template: &Template,
        who: Who,
        facts: Values,
    ) -> Result<Looked, Trouble> {
        let rendered = self.rendered(template, &who, order, facts)?;
        let settings = self.settings()?;
        let channel = way_to(&who, order.channel);
        let (line_id, line) = self.line_for(order, &who, channel).await?;
        let fallback = order.fallback.unwrap_or(settings.sending.fallback);
        let draft = Draft {
            text: rendered.text.clone(),
            attachments: order.attachments.clone(),
            channel,
            line_id,
            at: order.at,
            sms_fallback: fallback == Fallback::Tuco,
        };
        let judged = self.judge(&who, draft.clone(), order, 0).await?;
        Ok(Looked {
            who,
            rendered,
            judged,
            draft,
            line,
            fallback,
        })
    }

    fn rendered(
        &self,
        template: &Template,
        who: &Who,
        order: &Order,
        facts: Values,
    ) -> Result<Rendered, Trouble> {
        let mut values = facts;
        let sender = self.settings()?.sending.sender;
        values.extend(fields::given(&template.paths(), order, sender.as_deref()));
        let formatting = self.formatting(who)?;
        let mut rendered = template.render(&values, &formatting);
        // What Tuco itself would fill in is not what was seen.
        if rendered.open.is_empty() {
            let places = tuco_places(&rendered.text);
            rendered.open.extend(places.into_iter().map(|at| {
                let path = rendered.text.get(at.clone()).unwrap_or_default().to_owned();
                let start = order.text.find(&path).unwrap_or_default();
                Open {
                    source: start..(start + path.len()).min(order.text.len()),
                    path,
                    at,
                    why: Why::DoesNotFit,
                }
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
        let preview = preview::of(&looked);
        let open = !looked.rendered.open.is_empty();
        let contact_id = looked.who.contact_id.clone();
        let overridden = looked.judged.judgement.overridden.clone();
        match looked.judged.judgement.verdict {
            Ok(cleared) if !open => Ok(Ok((
                cleared,
                Kept {
                    contact_id,
                    name: looked.who.name,
                    overridden,
                    fallback: looked.fallback,
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
                name: kept.name.clone(),
                written: order.written.clone(),
            },
            intent: order.intent.clone(),
            fallback: kept.fallback.of(draft.channel, cleared.phone()),
            fallback_at: None,
            fallback_why: String::new(),
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
    pub(crate) fn new_key(&self) -> String {
        let dice = &self.outside.entropy;
        format!("tfh-{:016x}{:016x}", dice.next_u64(), dice.next_u64())
    }
}

/// The places of a text, where they and the files are such that they can go.
fn well_formed(order: &Order) -> Result<Template, OrderError> {
    let template = Template::parse(&order.text)?;
    for url in &order.attachments {
        check_attachment(url)?;
    }
    if order.attachments.len() > 2 {
        return Err(AttachmentError::TooMany.into());
    }
    Ok(template)
}

/// By which way somebody is written to, where nobody chose: by e-mail whoever has no number. An address for
/// e-mail may be no address for iMessage, and a number that nobody has is found by neither.
fn way_to(who: &Who, chosen: Option<Channel>) -> Way {
    match chosen {
        None if who.phone.is_none() && who.email.is_some() => Way::Email,
        chosen => way(chosen),
    }
}

/// Something else would arrive than was seen.
fn changed(order: &Order, looked: &Looked) -> Option<Sending> {
    let seen = order.seen.as_ref()?;
    let preview = preview::of(looked);
    (*seen != preview.seen).then(|| Sending::Changed(Box::new(preview)))
}

/// What is kept of a look beside the clearance.
struct Kept {
    contact_id: Option<String>,
    name: String,
    overridden: Vec<Code>,
    fallback: Fallback,
}
