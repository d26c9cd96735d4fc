//! What would arrive, before anything is sent: for whoever is still writing, and for a dry run.

use super::{
    AttachmentError, LineWhy, Looked, Order, OrderError, Remembered, check_attachment, well_formed,
};
use crate::engine::Engine;
use crate::event::Channel;
use crate::fallback::Fallback;
use crate::guard::{Code, Refusal, Warning, channel};
use crate::mirror::iso;
use crate::trouble::Trouble;
use hubspot::Record;
use message::guard::Way;
use message::segments::{Segments, count};
use message::template::{Fault, Filled, Open, Template};
use message::zone::Whereabouts;
use sha2::{Digest, Sha256};
use wire::Timestamp;

/// What would arrive if it were sent now, and what stands against it.
#[derive(Debug, Clone)]
pub struct Preview {
    /// Of exactly this: see [`Order::seen`].
    pub seen: String,
    /// The contact.
    pub contact_id: Option<String>,
    /// Its name; may be empty.
    pub name: String,
    /// The contact was asked for by its id, and there is none any more.
    pub gone: bool,
    /// Exactly what arrives.
    pub text: String,
    /// Places that could not be filled. Not empty: it can't be sent.
    pub open: Vec<Open>,
    /// Places that were filled.
    pub filled: Vec<Filled>,
    /// As carriers count it; none where nothing goes as a text message.
    pub segments: Option<Segments>,
    /// By which way.
    pub channel: Channel,
    /// From which line; none lets Tuco choose.
    pub line_id: Option<String>,
    /// How the line was found.
    pub line: LineWhy,
    /// To this number.
    pub phone: Option<String>,
    /// To this address.
    pub email: Option<String>,
    /// Not before this moment.
    pub at: Option<Timestamp>,
    /// All that apply and were not set aside, the one that counts first.
    pub refusals: Vec<Refusal>,
    /// Those that were set aside.
    pub overridden: Vec<Refusal>,
    /// What is worth a second look.
    pub warnings: Vec<Warning>,
    /// Where the person is taken to be.
    pub whereabouts: Whereabouts,
    /// An earlier send of the same text of which nobody knows the end.
    pub pending: Option<i64>,
}

impl Preview {
    /// The codes of what was set aside.
    pub fn overridden_codes(&self) -> Vec<Code> {
        self.overridden.iter().map(Refusal::code).collect()
    }
}

/// A preview of what is still being written: nothing in it is an error.
#[derive(Debug, Clone)]
pub struct Written {
    /// See there.
    pub preview: Preview,
    /// Places that are not well formed. Not empty: it can't be sent.
    pub faults: Vec<Fault>,
    /// Each file, and why it can't go.
    pub files: Vec<(String, Option<AttachmentError>)>,
    /// Of the open places those whose property the portal does not have.
    pub no_such_field: Vec<String>,
}

impl Engine {
    /// What [`Self::send`] would do. Nothing is sent, and nothing is kept but what the person said.
    ///
    /// # Errors
    /// See [`OrderError`].
    pub async fn preview(&self, order: &Order) -> Result<Preview, OrderError> {
        Ok(of(&self.look(order).await?))
    }

    /// The properties of contacts that a look ahead at this text needs.
    ///
    /// # Errors
    /// See [`OrderError`].
    pub(crate) fn properties_for(&self, text: &str) -> Result<Vec<String>, OrderError> {
        let template = Template::parse(text)?;
        let paths = template.paths();
        let of_contacts: Vec<&str> = paths
            .iter()
            .filter_map(|path| path.strip_prefix("contact."))
            .collect();
        Ok(self.to_read(&of_contacts)?)
    }

    /// The same as [`Self::preview`] of a contact that was read with others: the services are not asked for
    /// each. What would be sent later is asked for, and judged, anew.
    ///
    /// # Errors
    /// See [`OrderError`].
    pub(crate) async fn preview_read(
        &self,
        order: &Order,
        record: &Record,
    ) -> Result<Preview, OrderError> {
        let template = well_formed(order)?;
        let who = self.who_read(record.clone())?;
        let facts = self
            .facts_with(&template.paths(), &who, Some(record))
            .await?;
        Ok(of(&self.look_at(order, &template, who, facts).await?))
    }

    /// The same for a text that is still being written, quickly: who the person is, and what is known of
    /// them, is believed for some seconds. [`Self::queue`] looks anew, and sends only what was seen.
    ///
    /// # Errors
    /// See [`Trouble`].
    pub async fn preview_written(&self, order: &Order) -> Result<Written, Trouble> {
        let (template, faults) = Template::read(&order.text);
        let paths = template.paths();
        let remembered = match self.remembered(order, &paths) {
            Some(remembered) => remembered,
            None => {
                let who = match self.remembered_person(&order.to) {
                    Some(who) => who,
                    None => self.who(&order.to).await?,
                };
                let facts = self.facts_for(&paths, &who).await?;
                let fresh = Remembered::new(order, &paths, who, facts, self.outside.clock.steady());
                self.remember(fresh.clone());
                fresh
            }
        };
        let files = order.attachments.iter().enumerate().map(|(at, url)| {
            let why = check_attachment(url).err();
            let too_many = (at >= 2).then_some(AttachmentError::TooMany);
            (url.clone(), why.or(too_many))
        });
        let files = files.collect();
        let looked = self
            .look_at(order, &template, remembered.who, remembered.facts)
            .await?;
        let preview = of(&looked);
        let no_such_field = self.unknown_fields(&preview.open).await?;
        Ok(Written {
            preview,
            faults,
            files,
            no_such_field,
        })
    }
}

pub(super) fn of(looked: &Looked) -> Preview {
    let judgement = &looked.judged.judgement;
    let draft = &looked.draft;
    let by_text_message = draft.channel == Way::Sms
        || draft.sms_fallback
        || looked
            .fallback
            .of(draft.channel, looked.judged.phone.as_deref())
            == Fallback::Sms;
    let (overridden, refusals) = judgement
        .found
        .iter()
        .cloned()
        .partition(|refusal| judgement.overridden.contains(&refusal.code()));
    Preview {
        seen: seen(looked),
        contact_id: looked.who.contact_id.clone(),
        name: looked.who.name.clone(),
        gone: looked.who.gone,
        text: looked.rendered.text.clone(),
        open: looked.rendered.open.clone(),
        filled: looked.rendered.filled.clone(),
        segments: by_text_message.then(|| count(&looked.rendered.text)),
        channel: channel(draft.channel),
        line_id: draft.line_id.clone(),
        line: looked.line.clone(),
        phone: looked.judged.phone.clone(),
        email: looked.judged.email.clone(),
        at: draft.at,
        refusals,
        overridden,
        warnings: judgement.warnings.clone(),
        whereabouts: looked.judged.whereabouts.clone(),
        pending: looked.judged.pending.as_ref().map(|row| row.id),
    }
}

/// Of everything that makes a difference to whoever gets it. Which of several lines has room by then
/// makes none.
fn seen(looked: &Looked) -> String {
    let draft = &looked.draft;
    let parts = [
        Some(draft.text.clone()),
        Some(draft.attachments.join("\n")),
        Some(channel(draft.channel).as_str().to_owned()),
        looked.judged.phone.clone(),
        looked.judged.email.clone(),
        draft.at.map(iso),
        Some(draft.sms_fallback.to_string()),
    ];
    let mut sum = Sha256::new();
    for part in parts {
        let part = part.unwrap_or_default();
        sum.update(part.len().to_le_bytes());
        sum.update(part);
    }
    let mut seen = hex::encode(sum.finalize());
    seen.truncate(32);
    seen
}
