//! Reading contacts: once all of them by the list, which is never behind, then what changed by search.
//!
//! The list is kept page by page with its cursor, so that a crash repeats one page at most. After it, a
//! search asks for what was modified since. Its index trails: a change can appear a minute later under its
//! older time, so recent times are asked for again where that costs one call, and two later passes, two
//! minutes and an hour behind, look once more at what was passed. Where more changed than a page holds, the
//! window is walked by record id, which has no ties and no end at ten thousand.

mod gone;
mod later;
mod reported;

use super::tied::TiedValues;
use super::{PeopleTally, Reading, Work, records};
use crate::engine::Engine;
use crate::find::{PROPERTIES, read_contact};
use crate::store::{PeopleSide, StoreError, Writer};
use crate::trouble::Trouble;
use hubspot::{Filter, ObjectKind, Operator, Record, Search};
use mapping::Source;
use std::collections::BTreeSet;
use wire::Timestamp;

pub(super) use gone::contact_gone;
use gone::follow_merge;
use later::Mark;

/// Cursor: when all contacts had been read for the first time.
pub(super) const FIRST_PASS: &str = "people.first_pass";
const LIST: &str = "people.list";
const LIST_BEGAN: &str = "people.list_began";
const CHANGED: &str = "people.changed";
const WALK: &str = "people.walk";
const ARCHIVED: &str = "people.archived";
/// Later passes: cursor and how far behind.
const LATER: [(&str, i64); 2] = [
    ("people.later_minutes", 2 * 60_000),
    ("people.later_hour", 60 * 60_000),
];

/// Later than any change: the year 2100.
const FAR: Timestamp = 4_102_444_800_000;
const MODIFIED: &str = "lastmodifieddate";
const KIND: ObjectKind = ObjectKind::Contacts;
/// A change can be found this much later under its older time.
const LAG_MS: i64 = 60_000;
/// How often archived contacts are looked for: archiving changes no date.
const ARCHIVED_EVERY_MS: i64 = 10 * 60_000;
/// An address of eight thousand characters is refused; the names of properties are most of it.
const LONGEST_NAMES: usize = 6_000;
/// The body of a search takes three thousand characters.
const SHORT_NAMES: usize = 2_200;

impl Work {
    /// Properties of a contact that are asked for, each once: those that matching needs and the mapped ones.
    pub(super) fn properties(&self) -> Vec<&str> {
        let mut names: Vec<&str> = PROPERTIES.to_vec();
        let mapped = self.sources.iter().filter_map(Source::contact_property);
        let own = self.phone_properties.iter().map(String::as_str);
        for name in mapped.chain(own) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }
}

impl Engine {
    pub(super) async fn read_contacts(
        &self,
        work: &Work,
        reading: &Reading,
        tally: &mut PeopleTally,
    ) -> Result<(), Trouble> {
        let id = self.id();
        if reading.full {
            self.write(|rows| {
                [FIRST_PASS, LIST, LIST_BEGAN, WALK, ARCHIVED]
                    .iter()
                    .try_for_each(|name| rows.remove_cursor(id, name))
            })?;
        }
        if self.read(|rows| rows.cursor(id, FIRST_PASS))?.is_none() {
            self.first_pass(work, tally).await?;
        }
        if let Some(since) = reading.since {
            self.walk(work, since, FAR, true, tally).await?;
        }
        self.resume_walk(work, tally).await?;
        self.read_changes(work, tally).await?;
        self.later_passes(work, tally).await?;
        self.archived_contacts().await
    }

    /// Companies and deals change without their contacts' date: what is taken from them is read again.
    pub(super) async fn read_tied_again(
        &self,
        work: &Work,
        tally: &mut PeopleTally,
    ) -> Result<(), Trouble> {
        let (id, hubspot, names) = (self.id(), &self.outside.hubspot, work.properties());
        let mut after = String::new();
        loop {
            let known = self.read(|rows| {
                rows.copies_after(id, PeopleSide::Contact, &after, hubspot::MAX_INPUTS)
            })?;
            let Some(last) = known.last() else {
                return Ok(());
            };
            after.clone_from(&last.id);
            let ids: Vec<String> = known.into_iter().map(|copy| copy.id).collect();
            let read = self
                .attempt(|| hubspot.batch_read(KIND, None, &ids, &names))
                .await?;
            let tied = self.tied_values(work, &read).await?;
            self.keep_contacts(work, &read, &tied, true, tally, |_| Ok(()))?;
        }
    }

    async fn first_pass(&self, work: &Work, tally: &mut PeopleTally) -> Result<(), Trouble> {
        let id = self.id();
        let mut after = self.read(|rows| rows.cursor(id, LIST))?;
        if after.is_none() {
            // By HubSpot's clock, and before the list: whatever changes from here on is found by search.
            let newest = self.newest_change().await?;
            let now = self.now();
            self.write(|rows| {
                let from = newest.unwrap_or_default().to_string();
                rows.set_cursor(id, LIST_BEGAN, &now.to_string(), now)?;
                rows.set_cursor(id, CHANGED, &from, now)?;
                for (name, _) in LATER {
                    rows.set_cursor(id, name, &from, now)?;
                }
                Ok(())
            })?;
        }
        let names = work.properties();
        let short = names.iter().map(|name| name.len() + 1).sum::<usize>() <= LONGEST_NAMES;
        let hubspot = &self.outside.hubspot;
        loop {
            let asked: &[&str] = if short { &names } else { &[] };
            let page = self
                .attempt(|| hubspot.list(KIND, asked, after.as_deref(), 100, false))
                .await?;
            let records = if short {
                page.records
            } else {
                let ids: Vec<String> = page.records.into_iter().map(|record| record.id).collect();
                self.attempt(|| hubspot.batch_read(KIND, None, &ids, &names))
                    .await?
            };
            after = page.after;
            let tied = self.tied_values(work, &records).await?;
            let now = self.now();
            self.keep_contacts(work, &records, &tied, true, tally, |rows| match &after {
                Some(after) => rows.set_cursor(id, LIST, after, now),
                None => {
                    rows.remove_cursor(id, LIST)?;
                    rows.set_cursor(id, FIRST_PASS, "done", now)
                }
            })?;
            self.settle_read(work, &records, tally)?;
            if after.is_none() {
                break;
            }
        }
        let began = self
            .read(|rows| rows.cursor_number(id, LIST_BEGAN))?
            .unwrap_or_default();
        self.forget_unlisted(began).await
    }

    /// Contacts that the list did not show any more are archived, deleted or merged away.
    async fn forget_unlisted(&self, began: Timestamp) -> Result<(), Trouble> {
        let id = self.id();
        loop {
            let missing = self.read(|rows| {
                rows.copies_not_read_since(id, PeopleSide::Contact, began, hubspot::MAX_INPUTS)
            })?;
            if missing.is_empty() {
                return Ok(());
            }
            let hubspot = &self.outside.hubspot;
            let there = self
                .attempt(|| hubspot.batch_read(KIND, None, &missing, &[]))
                .await?;
            let there: BTreeSet<String> = there.into_iter().map(|record| record.id).collect();
            let now = self.now();
            self.write(|rows| {
                for contact in &missing {
                    if there.contains(contact) {
                        rows.touch_copy(id, PeopleSide::Contact, contact, now)?;
                    } else {
                        contact_gone(rows, id, contact, now)?;
                    }
                }
                Ok::<_, StoreError>(())
            })?;
        }
    }

    async fn newest_change(&self) -> Result<Option<Timestamp>, Trouble> {
        let search = Search::new()
            .group([Filter::has(MODIFIED)])
            .descending(MODIFIED)
            .properties([MODIFIED])
            .limit(1);
        let hubspot = &self.outside.hubspot;
        let page = self.attempt(|| hubspot.search(KIND, &search)).await?;
        Ok(page.records.iter().filter_map(modified).max())
    }

    async fn read_changes(&self, work: &Work, tally: &mut PeopleTally) -> Result<(), Trouble> {
        let id = self.id();
        let (cursor, passed) = self.read(|rows| {
            let cursor = rows.cursor_number(id, CHANGED)?.unwrap_or_default();
            Ok((cursor, rows.cursor(id, LATER[0].0)?))
        })?;
        let passed = passed.map_or(0, |mark| Mark::read(&mark).passed);
        let from = cursor.saturating_sub(LAG_MS).max(passed).min(cursor);
        let mut page = self.changes_after(work, from).await?;
        if page.after.is_some() && from < cursor {
            // Too many to read again each time: only what is new, and the later passes find the rest.
            page = self.changes_after(work, cursor).await?;
        }
        if page.after.is_some() {
            let Some(newest) = self.newest_change().await? else {
                return Ok(());
            };
            tally.changes_by_id = true;
            return self.walk(work, cursor, newest, false, tally).await;
        }
        let newest = page.records.iter().filter_map(modified).max();
        let tied = self.tied_values(work, &page.records).await?;
        let now = self.now();
        self.keep_contacts(
            work,
            &page.records,
            &tied,
            false,
            tally,
            |rows| match newest.filter(|newest| *newest > cursor) {
                Some(newest) => rows.set_cursor(id, CHANGED, &newest.to_string(), now),
                None => Ok(()),
            },
        )?;
        Ok(())
    }

    /// A page of a search with all values. A search takes three thousand characters; where the names of
    /// the mapped properties do not fit, its records are read in batches.
    async fn whole_page(
        &self,
        work: &Work,
        search: Search,
    ) -> Result<hubspot::SearchPage, Trouble> {
        let hubspot = &self.outside.hubspot;
        let names = work.properties();
        let short = names.iter().map(|name| name.len() + 3).sum::<usize>() <= SHORT_NAMES;
        if short {
            let search = search.properties(names.iter().copied());
            return self.attempt(|| hubspot.search(KIND, &search)).await;
        }
        let search = search.properties([MODIFIED]);
        let mut page = self.attempt(|| hubspot.search(KIND, &search)).await?;
        let ids: Vec<String> = page.records.into_iter().map(|record| record.id).collect();
        page.records = Vec::with_capacity(ids.len());
        for ids in ids.chunks(hubspot::MAX_INPUTS) {
            let read = self
                .attempt(|| hubspot.batch_read(KIND, None, ids, &names))
                .await?;
            page.records.extend(read);
        }
        Ok(page)
    }

    async fn changes_after(
        &self,
        work: &Work,
        from: Timestamp,
    ) -> Result<hubspot::SearchPage, Trouble> {
        let search = Search::new()
            .group([Filter::gt(MODIFIED, from.to_string())])
            .ascending(MODIFIED);
        self.whole_page(work, search).await
    }

    /// Everything modified after one moment and until another, by id. Taken up again where it ended.
    async fn walk(
        &self,
        work: &Work,
        from: Timestamp,
        until: Timestamp,
        count_all: bool,
        tally: &mut PeopleTally,
    ) -> Result<(), Trouble> {
        let mut last = "0".to_owned();
        let id = self.id();
        loop {
            self.walk_page_mark(from, until, &last)?;
            let search = Search::new()
                .group([
                    Filter::gt(MODIFIED, from.to_string()),
                    Filter::new(MODIFIED, Operator::Lte(until.to_string())),
                    Filter::gt("hs_object_id", last.clone()),
                ])
                .ascending("hs_object_id");
            let page = self.whole_page(work, search).await?;
            let tied = self.tied_values(work, &page.records).await?;
            let highest = page
                .records
                .iter()
                .filter_map(|record| record.id.parse::<u64>().ok())
                .max();
            self.keep_contacts(work, &page.records, &tied, count_all, tally, |_| Ok(()))?;
            let highest =
                highest.filter(|highest| last.parse::<u64>().is_ok_and(|last| *highest > last));
            match highest.filter(|_| page.after.is_some()) {
                Some(highest) => last = highest.to_string(),
                None => break,
            }
        }
        let now = self.now();
        self.write(|rows| {
            rows.remove_cursor(id, WALK)?;
            let cursor = rows.cursor_number(id, CHANGED)?.unwrap_or_default();
            if until > cursor && until < FAR {
                rows.set_cursor(id, CHANGED, &until.to_string(), now)?;
            }
            Ok::<_, StoreError>(())
        })?;
        Ok(())
    }

    fn walk_page_mark(
        &self,
        from: Timestamp,
        until: Timestamp,
        last: &str,
    ) -> Result<(), StoreError> {
        let (id, now) = (self.id(), self.now());
        self.write(|rows| rows.set_cursor(id, WALK, &format!("{from}/{until}/{last}"), now))
    }

    /// A walk that a crash cut off is walked again; what it had read has no news.
    async fn resume_walk(&self, work: &Work, tally: &mut PeopleTally) -> Result<(), Trouble> {
        let Some(mark) = self.read(|rows| rows.cursor(self.id(), WALK))? else {
            return Ok(());
        };
        let mut parts = mark.split('/').map(|part| part.parse::<i64>().ok());
        match (parts.next().flatten(), parts.next().flatten()) {
            (Some(from), Some(until)) => self.walk(work, from, until, false, tally).await,
            _ => Ok(self.write(|rows| rows.remove_cursor(self.id(), WALK))?),
        }
    }

    /// Keeps a page of contacts, and whatever moves with it, in one transaction.
    pub(super) fn keep_contacts(
        &self,
        work: &Work,
        read: &[Record],
        tied: &TiedValues,
        count_all: bool,
        tally: &mut PeopleTally,
        also: impl FnOnce(&Writer<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let (id, now) = (self.id(), self.now());
        let counted = self.write(|rows| {
            let mut counted = 0;
            for record in read {
                let copy = records::of_contact(record, work, tied.get(&record.id), now);
                let put = rows.put_copy(id, &copy, work.run)?;
                counted += u64::from(put.first_in_run && (count_all || put.changed));
                for old in read_contact(record, &work.region, &[]).former_ids {
                    follow_merge(rows, id, &old, &record.id, now)?;
                }
            }
            also(rows)?;
            Ok::<_, StoreError>(counted)
        })?;
        tally.read += counted;
        Ok(())
    }
}

fn modified(record: &Record) -> Option<Timestamp> {
    hubspot::instant(record.text(MODIFIED)?).or(record.updated_at)
}
