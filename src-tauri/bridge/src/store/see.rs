//! Storing a sighting: a new event, or a better view of a known one.
//!
//! An event is seen by several roads, in any order, and each knows a different part. What is stored is
//! the best of all: nothing known is ever forgotten, and its stage is none of a sighting's business.

use super::failure::StoreError;
use super::row::{text, to_json};
use super::{Seen, Writer, event};
use crate::event::{Channel, Sighting, Source, TextState};
use crate::rules::is_campaign_id;
use rusqlite::params;
use wire::Timestamp;

impl Writer<'_> {
    /// Stores what a road tells.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn see(
        &self,
        connection: i64,
        sighting: &Sighting,
        now: Timestamp,
    ) -> Result<Seen, StoreError> {
        let known = self.row(
            event::select_event!("WHERE connection_id = ?1 AND message_id = ?2 AND kind = ?3"),
            params![connection, sighting.message_id, sighting.kind.as_str()],
            event::read,
        )?;
        let Some(known) = known else {
            let id = self.insert_event(connection, sighting, now)?;
            return Ok(Seen {
                id,
                news: true,
                improved: false,
            });
        };
        let better = improve(&known.sighting, sighting);
        let improved = better != known.sighting;
        if improved {
            self.update_sighting(known.id, &better)?;
        }
        Ok(Seen {
            id: known.id,
            news: false,
            improved,
        })
    }

    fn insert_event(
        &self,
        connection: i64,
        seen: &Sighting,
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        self.change(
            "INSERT INTO event (connection_id, message_id, kind, channel, person, lead_id, phone,
                 email, name, line_id, text, text_state, attachments, occurred_at, seen_at, source,
                 batch_id, hs_contact_id, detail, campaign)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,
                 ?19, ?20)",
            params![
                connection,
                seen.message_id,
                seen.kind.as_str(),
                seen.channel.as_str(),
                seen.person().unwrap_or_default(),
                text(seen.lead_id.as_deref()),
                text(seen.phone.as_deref()),
                text(seen.email.as_deref()),
                text(seen.name.as_deref()),
                text(seen.line_id.as_deref()),
                seen.text,
                seen.text_state.as_str(),
                to_json("event.attachments", &seen.attachments)?,
                seen.occurred_at,
                now,
                seen.source.as_str(),
                text(seen.batch_id.as_deref()),
                text(seen.hs_contact_id.as_deref()),
                seen.detail,
                text(seen.campaign.as_deref())
            ],
        )?;
        Ok(self.last_id())
    }

    fn update_sighting(&self, id: i64, seen: &Sighting) -> Result<(), StoreError> {
        self.change(
            "UPDATE event SET channel = ?2, person = ?3, lead_id = ?4, phone = ?5, email = ?6,
                 name = ?7, line_id = ?8, text = ?9, text_state = ?10, attachments = ?11,
                 occurred_at = ?12, source = ?13, batch_id = ?14, hs_contact_id = ?15, detail = ?16,
                 campaign = ?17
             WHERE id = ?1",
            params![
                id,
                seen.channel.as_str(),
                seen.person().unwrap_or_default(),
                text(seen.lead_id.as_deref()),
                text(seen.phone.as_deref()),
                text(seen.email.as_deref()),
                text(seen.name.as_deref()),
                text(seen.line_id.as_deref()),
                seen.text,
                seen.text_state.as_str(),
                to_json("event.attachments", &seen.attachments)?,
                seen.occurred_at,
                seen.source.as_str(),
                text(seen.batch_id.as_deref()),
                text(seen.hs_contact_id.as_deref()),
                seen.detail,
                text(seen.campaign.as_deref())
            ],
        )?;
        Ok(())
    }
}

/// The best of what is stored and what is seen now.
fn improve(stored: &Sighting, seen: &Sighting) -> Sighting {
    let mut best = stored.clone();
    if knows_more_text(stored, seen) {
        best.text.clone_from(&seen.text);
        best.text_state = seen.text_state;
    }
    if stored.channel == Channel::Unknown {
        best.channel = seen.channel;
    }
    // A mention in a reply carries the reply's own moment or none; the others know the message's.
    if stored.source == Source::Parent
        && matches!(
            seen.source,
            Source::Messages | Source::OwnSend | Source::Webhook
        )
    {
        best.occurred_at = seen.occurred_at;
    }
    if trust(seen.source) > trust(stored.source) {
        best.source = seen.source;
    }
    for (mine, theirs) in [
        (&mut best.lead_id, &seen.lead_id),
        (&mut best.phone, &seen.phone),
        (&mut best.email, &seen.email),
        (&mut best.name, &seen.name),
        (&mut best.line_id, &seen.line_id),
        (&mut best.batch_id, &seen.batch_id),
        (&mut best.hs_contact_id, &seen.hs_contact_id),
    ] {
        if text(mine.as_deref()).is_empty() && !text(theirs.as_deref()).is_empty() {
            mine.clone_from(theirs);
        }
    }
    // Lists tell a campaign's id, webhooks its name as well.
    if seen.campaign.is_some() && best.campaign.as_deref().is_none_or(is_campaign_id) {
        best.campaign.clone_from(&seen.campaign);
    }
    if seen.attachments.len() > best.attachments.len() {
        best.attachments.clone_from(&seen.attachments);
    }
    if best.detail.is_empty() {
        best.detail.clone_from(&seen.detail);
    }
    best
}

fn knows_more_text(stored: &Sighting, seen: &Sighting) -> bool {
    fn rank(state: TextState) -> u8 {
        match state {
            TextState::Unreadable => 0,
            TextState::Cut => 1,
            TextState::Whole => 2,
        }
    }
    let (had, has) = (rank(stored.text_state), rank(seen.text_state));
    // Of two cut ones, or where a whole one came empty, the longer is the better.
    has > had || (has == had && seen.text.len() > stored.text.len() && stored_may_be_short(stored))
}

fn stored_may_be_short(stored: &Sighting) -> bool {
    stored.text_state == TextState::Cut || stored.text.is_empty()
}

fn trust(source: Source) -> u8 {
    match source {
        Source::Parent => 0,
        Source::Replies => 1,
        Source::Webhook => 2,
        Source::Messages => 3,
        Source::OwnSend => 4,
    }
}

#[cfg(test)]
mod tests;
