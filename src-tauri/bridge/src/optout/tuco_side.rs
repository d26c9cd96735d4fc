//! Tuco's do-not-contact list: read every ten minutes, asked for one number before each send.

use super::{Whose, begin};
use crate::engine::Engine;
use crate::event::{Kind, TextState};
use crate::person::{Phone, email};
use crate::store::{NewReview, NewStep, ReviewKind, Step, StoreError, Writer};
use crate::trouble::Trouble;
use message::words::may_be_misread;
use tuco::DncEntry;
use wire::{RetryClass, Timestamp};

const PAGE: u32 = 100;
const MOST_PAGES: u32 = 200;
const EVERY_MS: i64 = 10 * 60 * 1_000;
/// When the list was last read.
const CURSOR: &str = "dnc.read";
/// When it was last read to its end.
const WHOLE: &str = "dnc.whole";
const WHOLE_EVERY_MS: i64 = 12 * 60 * 60 * 1_000;

impl Engine {
    /// Reads the list where it is time to: its first page, and all of it twice a day or where the page
    /// holds nothing but news.
    pub(crate) async fn read_dnc_list(&self) -> Result<(), Trouble> {
        let (id, now) = (self.id(), self.now());
        let since = |name| self.read(|rows| rows.cursor_number(id, name));
        let due = |at: Option<Timestamp>, every: i64| {
            at.is_none_or(|at| !(at..at.saturating_add(every)).contains(&now))
        };
        if !due(since(CURSOR)?, EVERY_MS) {
            return Ok(());
        }
        let whole = due(since(WHOLE)?, WHOLE_EVERY_MS);
        let region = self.settings()?.phone_region;
        for page in 1..=MOST_PAGES {
            let tuco = &self.outside.tuco;
            let answer = match self.attempt(|| tuco.dnc_list(page, PAGE, None)).await {
                Ok(answer) => answer,
                // Its shape is not documented; where it can't be read, each send asks for itself.
                Err(Trouble::Tuco(error)) if error.retry_class() == RetryClass::Permanent => break,
                Err(trouble) => return Err(trouble),
            };
            let before = self.read(|rows| rows.opt_outs(id))?.len();
            self.take_from_tuco(&answer.items, None, &region)?;
            let news = self.read(|rows| rows.opt_outs(id))?.len() > before;
            let last = answer.items.is_empty() || answer.total_pages.is_none_or(|all| page >= all);
            if last || !(whole || news) {
                break;
            }
        }
        self.write(|rows| {
            if whole {
                rows.set_cursor(id, WHOLE, &now.to_string(), now)?;
            }
            rows.set_cursor(id, CURSOR, &now.to_string(), now)
        })?;
        Ok(())
    }

    /// Takes in what the list says; with `only`, of that one number.
    pub(crate) fn take_from_tuco(
        &self,
        entries: &[DncEntry],
        only: Option<&str>,
        region: &str,
    ) -> Result<(), Trouble> {
        let (id, now) = (self.id(), self.now());
        self.write(|rows| {
            for entry in entries {
                let phone = entry
                    .phone
                    .as_deref()
                    .and_then(|phone| Phone::parse(phone, region))
                    .map(|phone| phone.e164);
                if only.is_some() && phone.as_deref() != only {
                    continue;
                }
                let whose = Whose {
                    phone,
                    email: entry.email.as_deref().and_then(email),
                    ..Whose::default()
                };
                take_entry(rows, id, entry, &whose, now)?;
            }
            Ok::<_, StoreError>(())
        })?;
        Ok(())
    }

    /// Takes a number off the list, wherever it stands there.
    pub(super) async fn off_tucos_list(&self, of: &NewStep) -> Result<String, Trouble> {
        let Some(phone) = &of.phone else {
            return Ok("no number".to_owned());
        };
        let region = self.settings()?.phone_region;
        let tuco = &self.outside.tuco;
        let page = tuco.dnc_list(1, PAGE, Some(phone)).await?;
        let is_theirs = |entry: &&DncEntry| {
            let number = entry.phone.as_deref();
            number
                .and_then(|number| Phone::parse(number, &region))
                .is_some_and(|number| number.e164 == *phone)
        };
        let ids: Vec<String> = page
            .items
            .iter()
            .filter(is_theirs)
            .filter_map(|entry| entry.id.clone())
            .collect();
        for id in &ids {
            match tuco.dnc_remove(id).await {
                Ok(()) => {}
                Err(error) if error.kind == tuco::ErrorKind::NotFound => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(format!("{} off Tuco's list", ids.len()))
    }
}

fn take_entry(
    rows: &Writer<'_>,
    connection: i64,
    entry: &DncEntry,
    whose: &Whose,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(address) = whose.phone.as_ref().or(whose.email.as_ref()) else {
        return Ok(());
    };
    let standing = rows.opt_outs_of(connection, address)?;
    // The person's own word, or one that we have put there ourselves, needs no second reason.
    if !standing.is_empty() {
        return Ok(());
    }
    let lifted = rows.opt_out_lifted(connection, address)?;
    // It ended here, and Tuco is yet to be told.
    let old = entry
        .created_at
        .is_none_or(|made| lifted.is_some_and(|lifted| made <= lifted));
    if lifted.is_some() && (old || rows.is_step_open(connection, Step::DncRemove, address)?) {
        return Ok(());
    }
    let since = entry.created_at.unwrap_or(now).min(now);
    let mark = entry.id.clone().unwrap_or_default();
    if begin(rows, connection, whose, ("tuco", &mark), since, now)? {
        tell_of_harmless(rows, connection, whose, now)?;
    }
    Ok(())
}

/// Where the last thing that the person wrote holds one of the words and means nothing of the kind, Tuco
/// may have misread it: somebody is told, and can lift it.
fn tell_of_harmless(
    rows: &Writer<'_>,
    connection: i64,
    whose: &Whose,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(phone) = &whose.phone else {
        return Ok(());
    };
    let newest = rows
        .newest_replies_of(connection, phone, 5)?
        .into_iter()
        .find(|event| event.sighting.text_state != TextState::Unreadable);
    let Some(event) = newest
        .filter(|event| event.sighting.kind == Kind::Reply && may_be_misread(&event.sighting.text))
    else {
        return Ok(());
    };
    rows.add_review(
        connection,
        &NewReview {
            kind: ReviewKind::Harmless,
            message_id: event.sighting.message_id.clone(),
            phone: Some(phone.clone()),
            email: None,
            lead_id: event.sighting.lead_id.clone(),
            name: event.sighting.name.clone().unwrap_or_default(),
            text: event.sighting.text.clone(),
            at: event.sighting.occurred_at.min(now),
        },
    )
}
