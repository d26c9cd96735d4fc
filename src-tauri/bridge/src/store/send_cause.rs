//! What a message came from: a rule, a send to many, or a campaign of Tuco.

use super::Reader;
use super::failure::StoreError;
use super::send::{SendRow, read, select_send};
use crate::entry::Cause;
use crate::event::Sighting;
use rusqlite::params;

/// Begins the intent of a rule's message.
pub(crate) const OF_RULE: &str = "rule:";
/// Begins the intent of a text message that takes the place of one that did not arrive; that one's key follows.
pub(crate) const IN_PLACE_OF: &str = "fallback:";
/// Begins what stands for whoever asked, where a rule did; its name follows.
pub(crate) const ASKED_BY_RULE: &str = "rule: ";

impl Reader<'_> {
    /// What this message came from, by its name then. None where somebody sent it by hand, or nobody here knows.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub(crate) fn cause_behind(
        &self,
        connection: i64,
        sighting: &Sighting,
    ) -> Result<Option<Cause>, StoreError> {
        // By our own label alone: Tuco answers a repeat with the id of the message that was there before.
        let Some(send) = self.send_of_key(connection, sighting.batch_id.as_deref())? else {
            return Ok(sighting.campaign.clone().map(Cause::Campaign));
        };
        let in_place_of = send
            .intent
            .as_deref()
            .and_then(|intent| intent.strip_prefix(IN_PLACE_OF));
        let first = match in_place_of {
            Some(key) => self.send_of_key(connection, Some(key))?,
            None => Some(send),
        };
        let Some(first) = first else {
            return Ok(None);
        };
        if let Some(rule) = by_rule(&first) {
            return Ok(Some(Cause::Rule(rule.to_owned())));
        }
        let run = match first.asked.run {
            Some(run) => self.run_of(connection, run)?,
            None => None,
        };
        Ok(run
            .filter(|run| !run.name.trim().is_empty())
            .map(|run| Cause::Many(run.name)))
    }

    fn send_of_key(
        &self,
        connection: i64,
        key: Option<&str>,
    ) -> Result<Option<SendRow>, StoreError> {
        self.row(
            select_send!("WHERE connection_id = ?1 AND key = ?2"),
            params![connection, key],
            read,
        )
    }
}

fn by_rule(send: &SendRow) -> Option<&str> {
    let of_rule = send.intent.as_deref()?.starts_with(OF_RULE);
    send.asked
        .who
        .strip_prefix(ASKED_BY_RULE)
        .filter(|_| of_rule)
}
