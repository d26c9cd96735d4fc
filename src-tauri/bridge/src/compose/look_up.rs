//! A send without an answer: looked for by our own label until it is known how it ended.
//!
//! Where Tuco lists messages, the list is read back to before the send was asked for, by Tuco's own times.
//! A label that is not there after this process has looked for ten minutes by its steady clock never
//! arrived: the call itself lasts two minutes at most. Where Tuco does not list, only a reply can prove
//! that it went out, and a person decides else.

use super::dispatch::state_of;
use crate::engine::Engine;
use crate::event::Source;
use crate::poll::{Found, of_message};
use crate::refusal;
use crate::store::{Listing, SendRow, SendState};
use crate::trouble::Trouble;
use std::sync::PoisonError;
use std::time::Duration;
use tuco::{Message, MessagesQuery, RepliesQuery};
use wire::Timestamp;

/// Seconds after which an unknown send is looked up again, the last one repeated.
const LOOKS_S: [i64; 7] = [5, 30, 120, 300, 600, 3_600, 14_400];
/// A lost call may still arrive for so long, and be listed after that.
const GRACE: Duration = Duration::from_secs(10 * 60);
/// A message that never arrived is sent after all where it was asked for so lately.
const STILL_MEANT_MS: i64 = 60 * 60 * 1_000;
/// Two clocks of Tuco's may differ a little.
const OVERLAP_MS: i64 = 10 * 60 * 1_000;
const PAGE: u32 = 100;
const MOST_PAGES: u32 = 30;

/// What a look at the list of messages came to.
enum Listed {
    /// Our message.
    Found(Box<Message>),
    /// The list was read back to before it was asked for, and it is not there.
    Absent,
    /// The list does not tell.
    NotTold,
}

impl Engine {
    /// Looks for our label among the messages, then among those that a reply answers.
    pub(crate) async fn look_for(&self, mut row: SendRow) -> Result<SendRow, Trouble> {
        let region = self.settings()?.phone_region;
        let listed = self.listed(&row).await?;
        if let Listed::Found(message) = &listed {
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
        if matches!(listed, Listed::Absent) && self.looked_long_enough(row.id) {
            return self.never_arrived(row);
        }
        let looks = row.looks.saturating_add(1);
        let at = usize::try_from(looks.saturating_sub(1))
            .unwrap_or(usize::MAX)
            .min(LOOKS_S.len() - 1);
        let wait = LOOKS_S.get(at).copied().unwrap_or(14_400) * 1_000;
        row.looks = looks;
        let reason = row.reason.clone();
        self.settle_send(row, SendState::Unknown, &reason, Some(wait))
    }

    /// By the steady clock: the wall clock may have jumped.
    fn looked_long_enough(&self, id: i64) -> bool {
        let now = self.outside.clock.steady();
        let mut since = self
            .looked_since
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let began = *since.entry(id).or_insert(now);
        now.saturating_sub(began) >= GRACE
    }

    /// It is certain that nothing went out. Asked for lately it goes now, judged again; else whoever asked
    /// is told, because it may no longer be meant.
    fn never_arrived(&self, row: SendRow) -> Result<SendRow, Trouble> {
        self.looked_since
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&row.id);
        let age = self.now().saturating_sub(row.created_at);
        let still_meant = (0..STILL_MEANT_MS).contains(&age) && row.attempts < 3;
        let state = if still_meant {
            SendState::Queued
        } else {
            SendState::Failed
        };
        self.settle_send(row, state, "never_arrived", Some(0))
    }

    /// What the list of messages says of this send.
    async fn listed(&self, row: &SendRow) -> Result<Listed, Trouble> {
        if self.connection().listing == Listing::NotOffered {
            return Ok(Listed::NotTold);
        }
        let ours = |messages: Vec<Message>| {
            messages
                .into_iter()
                .find(|one| one.batch_id.as_deref() == Some(&row.key))
        };
        let horizon = row
            .asked
            .listed_until
            .map(|until| until.saturating_sub(OVERLAP_MS));
        let mut newest_first: Option<Timestamp> = None;
        for page in 1..=MOST_PAGES {
            let query = MessagesQuery {
                page,
                limit: PAGE,
                ..MessagesQuery::default()
            };
            let answer = match self.attempt(|| self.outside.tuco.messages(&query)).await {
                Ok(answer) => answer,
                Err(Trouble::Tuco(error)) if refusal::is_tuco_refusal(&error) => {
                    return Ok(Listed::NotTold);
                }
                Err(trouble) => return Err(trouble),
            };
            let created: Vec<Timestamp> = answer
                .items
                .iter()
                .filter_map(|message| message.created_at)
                .collect();
            let sorted = created.len() == answer.items.len()
                && created.is_sorted_by(|a, b| a >= b)
                && newest_first.is_none_or(|last| created.first().is_none_or(|at| *at <= last));
            let last = answer.items.is_empty() || answer.total_pages.is_some_and(|all| page >= all);
            newest_first = created.last().copied().or(newest_first);
            if let Some(message) = ours(answer.items) {
                return Ok(Listed::Found(Box::new(message)));
            }
            if last {
                return Ok(Listed::Absent);
            }
            if !sorted {
                return Ok(Listed::NotTold);
            }
            if horizon.is_some_and(|horizon| newest_first.is_some_and(|oldest| oldest < horizon)) {
                return Ok(Listed::Absent);
            }
        }
        Ok(Listed::NotTold)
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
