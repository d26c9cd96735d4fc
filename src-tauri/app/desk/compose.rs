//! Writing to one person: from who they are to what became of it.

use std::collections::BTreeMap;
use std::time::Duration;

use bridge::compose::{Order, Recipient as To, Sending};
use bridge::conversation::{self, known_person, standing};
use bridge::guard::Overrides;
use bridge::store::{DraftRow, SendRow, StoreError};
use serde::{Deserialize, Serialize};
use wire::{Clock, SystemClock, Timestamp};

use super::opt_outs::how_in_words;
use super::{Desk, Named};
use crate::view::compose::{Draft, KeptDraft, LineChoice, MergeField, OwnSend, Sent};
use crate::view::conversation::Thread;
use crate::view::preview::Preview;
use crate::view::problem::{Answer, Code, Problem};
use crate::view::recipient::{OnLists, OptOutBy, OptOutMark, Recipient};
use crate::view::send_state::SendState;

/// For so long a message can be taken back.
const UNDO: Duration = Duration::from_secs(10);
const DAY_MS: Timestamp = 24 * 60 * 60 * 1_000;
/// Later than this is no plan.
const FURTHEST_MS: Timestamp = 366 * DAY_MS;
/// Own sends that are shown.
const OWN_SENDS: u32 = 100;
/// A longer draft is none.
const LONGEST_DRAFT: usize = 256 * 1_024;

/// A draft as it is stored.
#[derive(Serialize, Deserialize)]
struct Stored {
    draft: Draft,
    #[serde(default)]
    name: String,
}

impl Desk {
    pub(crate) async fn recipient(&self, connection: i64, contact: String) -> Answer<Recipient> {
        let engine = self.engine()?;
        let card = engine.card(connection, contact_id(&contact)?).await?;
        let mark = match card.opt_out.clone() {
            None => None,
            Some(row) => {
                let how = engine
                    .read(move |rows| how_in_words(rows, connection, &row).map(|how| (how, row)))
                    .await
                    .map_err(|error: StoreError| Problem::from(error))?;
                let (how, row) = how;
                Some(OptOutMark {
                    since: row.since,
                    by: OptOutBy::of(&row.source),
                    how,
                })
            }
        };
        let recipient = Recipient::of(card, mark);
        let of = (connection, recipient.contact_id.clone());
        let name = recipient.name.clone();
        self.named(|named| named.contacts.insert(of, name));
        Ok(recipient)
    }

    pub(crate) async fn thread(
        &self,
        connection: i64,
        contact: String,
        before: Option<i64>,
    ) -> Answer<Thread> {
        let contact = contact_id(&contact)?;
        let thread = self
            .engine()?
            .read(move |rows| {
                let now = SystemClock.now();
                conversation::thread(rows, connection, &contact, before, now).map_err(Problem::from)
            })
            .await?;
        let lines = self.line_labels(connection).await;
        Ok(Thread::of(thread, |id| {
            lines.get(id).cloned().unwrap_or_default()
        }))
    }

    /// Names of lines, asked of Tuco once.
    pub(super) async fn line_labels(&self, connection: i64) -> BTreeMap<String, String> {
        let known = |named: &mut Named| named.lines.get(&connection).cloned();
        if let Some(known) = self.named(known) {
            return known;
        }
        // Where Tuco does not answer, a line has no name for now.
        let _heard = self.lines(connection).await;
        self.named(known).unwrap_or_default()
    }

    pub(crate) async fn merge_fields(
        &self,
        connection: i64,
        contact: Option<String>,
    ) -> Answer<Vec<MergeField>> {
        let contact = contact.as_deref().map(contact_id).transpose()?;
        let fields = self
            .engine()?
            .merge_fields(connection, contact, me())
            .await?;
        Ok(fields.into_iter().map(Into::into).collect())
    }

    pub(crate) async fn lists_of_contact(
        &self,
        connection: i64,
        contact: String,
    ) -> Answer<OnLists> {
        let contact = contact_id(contact)?;
        let lists = self.engine()?.lists_of_contact(connection, contact).await?;
        Ok(lists.into())
    }

    pub(crate) async fn preview_message(&self, connection: i64, draft: Draft) -> Answer<Preview> {
        let text = draft.text.clone();
        let order = self.order(draft).await?;
        let told = self.engine()?.preview_written(connection, order).await?;
        Ok(Preview::of(told, &text))
    }

    pub(crate) async fn send_message(
        &self,
        connection: i64,
        draft: Draft,
        seen: String,
    ) -> Answer<Sent> {
        let text = draft.text.clone();
        let mut order = self.order(draft).await?;
        order.seen = Some(seen);
        let engine = self.engine()?;
        match engine.send_message(connection, order.clone(), UNDO).await? {
            Sending::Row(row) => Ok(Sent::Accepted {
                send: row.id,
                undo_until: row.due_at,
            }),
            Sending::Refused { .. } | Sending::Changed(_) => {
                // What stands against it is told as whoever writes is used to read it.
                let told = engine.preview_written(connection, order).await?;
                Ok(Sent::Changed {
                    preview: Preview::of(told, &text),
                })
            }
        }
    }

    pub(crate) async fn undo_send(&self, connection: i64, send: i64) -> Answer<Draft> {
        let row = self
            .engine()?
            .undo_send(connection, send, me())
            .await?
            .map_err(|late| Problem::new(Code::TooLate, late.to_string()))?;
        let mut draft = read_draft(&row.asked.written)
            .ok_or_else(|| Problem::new(Code::NotFound, "The draft is not there any more."))?;
        // What was taken back is done with: the same text sent again is another message.
        let begin: String = draft.intent.chars().take(60).collect();
        draft.intent = format!("{begin}-{send}");
        Ok(draft)
    }

    pub(crate) async fn cancel_send(&self, connection: i64, send: i64) -> Answer<String> {
        let stopped = self.engine()?.cancel_send(connection, send, me()).await?;
        Ok(match stopped {
            0 => "Nothing was left to stop: it has gone out, or ended before.".to_owned(),
            1 => "Cancelled. It does not go out.".to_owned(),
            more => format!(
                "Cancelled. Tuco stops everything that waits for a person: {more} messages do not go out."
            ),
        })
    }

    pub(crate) async fn look_up_send(&self, connection: i64, send: i64) -> Answer<SendState> {
        let row = self.engine()?.look_up_send(connection, send).await?;
        let row = row
            .filter(|row| row.connection_id == connection)
            .ok_or(StoreError::Missing)?;
        self.engine()?
            .read(move |rows| {
                let events = match &row.message_id {
                    Some(message) => rows.events_of_message(connection, message)?,
                    None => Vec::new(),
                };
                Ok::<_, Problem>(standing(&row, &events, SystemClock.now()).into())
            })
            .await
    }

    pub(crate) async fn own_sends(&self, connection: i64) -> Answer<Vec<OwnSend>> {
        self.engine()?
            .read(move |rows| {
                let now = SystemClock.now();
                let lately = now.saturating_sub(DAY_MS);
                let mut own = Vec::new();
                for row in rows.newest_sends(connection, OWN_SENDS)? {
                    if has_ended(&row) && row.changed_at < lately {
                        continue;
                    }
                    let Some(contact_id) = row.contact_id.clone() else {
                        continue;
                    };
                    let events = match &row.message_id {
                        Some(message) => rows.events_of_message(connection, message)?,
                        None => Vec::new(),
                    };
                    let state = standing(&row, &events, now).into();
                    own.push(OwnSend {
                        send: row.id,
                        contact_id,
                        name: row.asked.name,
                        text: row.text,
                        way: row.channel.into(),
                        created_at: row.created_at,
                        state,
                    });
                }
                Ok::<_, Problem>(own)
            })
            .await
    }

    pub(crate) async fn kept_messages(&self, connection: i64) -> Answer<Vec<KeptDraft>> {
        self.engine()?
            .read(move |rows| {
                let mut kept = Vec::new();
                for row in rows.drafts(connection)? {
                    // A draft that another version wrote and this one does not read is left out.
                    let Ok(stored) = serde_json::from_str::<Stored>(&row.draft) else {
                        continue;
                    };
                    let name = if stored.name.is_empty() {
                        let known = known_person(rows, connection, &row.contact_id)?;
                        known.map(|person| person.name).unwrap_or_default()
                    } else {
                        stored.name
                    };
                    kept.push(KeptDraft {
                        draft: stored.draft,
                        name,
                        kept_at: row.kept_at,
                    });
                }
                Ok::<_, Problem>(kept)
            })
            .await
    }

    pub(crate) async fn keep_message(&self, connection: i64, draft: Draft) -> Answer<()> {
        let contact_id = contact_id(&draft.contact_id)?;
        let of = (connection, contact_id.clone());
        let name = self.named(|named| named.contacts.get(&of).cloned());
        let name = name.unwrap_or_default();
        self.row(connection).await?;
        let stored = serde_json::to_string(&Stored { draft, name })
            .map_err(|error| Problem::defect(error.to_string()))?;
        if stored.len() > LONGEST_DRAFT {
            return Err(Problem::input(
                "This draft is too long to be kept. Shorten it.",
            ));
        }
        let row = DraftRow {
            contact_id,
            draft: stored,
            kept_at: SystemClock.now(),
        };
        Ok(self.engine()?.keep_draft(connection, row).await?)
    }

    pub(crate) async fn forget_message(&self, connection: i64, contact: String) -> Answer<()> {
        let contact = contact_id(&contact)?;
        Ok(self.engine()?.forget_draft(connection, contact).await?)
    }

    /// What is wished, as the engine takes it.
    pub(super) async fn order(&self, draft: Draft) -> Answer<Order> {
        let contact = contact_id(&draft.contact_id)?;
        let good_intent = (1..=100).contains(&draft.intent.len())
            && draft
                .intent
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if !good_intent {
            return Err(Problem::input("A message needs a mark of its own."));
        }
        let written = serde_json::to_string(&draft)
            .ok()
            .filter(|written| written.len() <= LONGEST_DRAFT)
            .ok_or_else(|| Problem::input("This message is too long. Shorten it."))?;
        let mut why = Vec::new();
        let mut codes = Vec::new();
        for one in &draft.overrides {
            if one.why.trim().is_empty() {
                return Err(Problem::input(
                    "Sending all the same needs a reason, which is kept with your name.",
                ));
            }
            codes.extend(one.reason.code());
            why.push(one.why.trim().to_owned());
        }
        let overrides = Overrides::new(codes).map_err(|_| {
            Problem::input("This reason holds for everybody and can't be set aside.")
        })?;
        let template = match draft.template {
            Some(id) => {
                let row = self
                    .engine()?
                    .read(move |rows| rows.template(id).map_err(Problem::from))
                    .await?;
                row.map(|row| row.body.name)
            }
            None => None,
        };
        let (line_id, owner_line) = match draft.line {
            LineChoice::Auto => (None, false),
            LineChoice::Owner => (None, true),
            LineChoice::Chosen { id } => (Some(id), false),
        };
        Ok(Order {
            filled: draft
                .filled
                .into_iter()
                .map(|filled| (filled.name.to_lowercase(), filled.value))
                .collect(),
            channel: draft.way.way().map(Into::into),
            line_id,
            owner_line,
            attachments: draft.attachments,
            at: time_ahead(draft.at)?,
            fallback: Some(draft.fallback.into()),
            overrides,
            why: why.join("; "),
            who: me(),
            intent: Some(draft.intent),
            template,
            written,
            ..Order::new(To::Contact(contact), draft.text)
        })
    }
}

/// A moment that has passed is now.
pub(super) fn time_ahead(at: Option<i64>) -> Answer<Option<Timestamp>> {
    let now = SystemClock.now();
    match at.filter(|at| *at > now) {
        Some(at) if at.saturating_sub(now) > FURTHEST_MS => Err(Problem::input(
            "That is more than a year ahead. Choose an earlier time.",
        )),
        at => Ok(at),
    }
}

fn read_draft(written: &str) -> Option<Draft> {
    serde_json::from_str(written).ok()
}

fn has_ended(row: &SendRow) -> bool {
    use bridge::store::SendState as Of;
    matches!(
        row.state,
        Of::Sent | Of::Delivered | Of::Fallback | Of::Failed | Of::Refused | Of::Cancelled
    )
}

/// HubSpot's ids are numbers.
pub(super) fn contact_id(contact: impl AsRef<str>) -> Answer<String> {
    let contact = contact.as_ref();
    let is_id = (1..=20).contains(&contact.len()) && contact.bytes().all(|b| b.is_ascii_digit());
    is_id
        .then(|| contact.to_owned())
        .ok_or_else(|| Problem::input("This is not the number of a contact in HubSpot."))
}

/// Who sits at this computer, as the system calls them.
pub(super) fn me() -> String {
    ["USER", "USERNAME", "LOGNAME"]
        .into_iter()
        .filter_map(|name| std::env::var(name).ok())
        .map(|name| name.trim().to_owned())
        .find(|name| !name.is_empty())
        .unwrap_or_else(|| "this computer".to_owned())
}
