//! Finding words in the log, the newest arrivals first.
//!
//! What a person types is never syntax: it is taken apart into the words of the index, and each is
//! handed over in quotes. So a quote, `NEAR`, `*`, `-` or `column:` can neither fail nor mean anything.
//!
//! Speed comes from reading matches newest first and stopping when the page is full. FTS5 does so for
//! words and for beginnings that have an index of their own, which are those of up to [`INDEXED`]
//! letters; a longer beginning it would collect whole, so that is put as the few words that begin so.
//! A filter must not make it read on and on for a match that is rare: the kind is a word of the index,
//! and where a stage or a reason leaves few events, those are looked for among the matches.

use super::event::{self, count, select_event};
use super::failure::StoreError;
use super::words::words_of;
use super::{EventCount, PageQuery, Reader};
use crate::event::{Event, Kind};
use rusqlite::params;
use wire::Timestamp;

/// Letters of the longest beginning that the schema has an index for.
const INDEXED: usize = 4;
/// A beginning of more words than this is put as a beginning after all: most of them are rare.
const MOST_WORDS: usize = 24;

/// Where a filter lets so few events pass, it is those that are looked for among the matches.
const FEW: u64 = 3_000;
/// So many matches are read in vain before the next is sought: to seek costs about as much.
const STRIDE: u32 = 2_000;
/// Stands before the word of the index that is the event's kind; the schema writes it.
const KIND: char = '\u{e000}';

/// Where matches are looked for: of a connection, not before a moment, arrived before an event.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub(super) connection: i64,
    pub(super) since: Timestamp,
    pub(super) below: i64,
}

/// An expression narrowed to kinds; all where none is named.
pub(super) fn of_kinds(wanted: String, kinds: &[Kind]) -> String {
    if kinds.is_empty() {
        return wanted;
    }
    let words: Vec<String> = kinds
        .iter()
        .map(|kind| format!("\"{KIND}{kind}\""))
        .collect();
    format!("({wanted}) AND ({})", words.join(" OR "))
}

impl Reader<'_> {
    /// See [`PageQuery::search`].
    pub(super) fn search(&self, query: &PageQuery, words: &str) -> Result<Vec<Event>, StoreError> {
        let Some(mut wanted) = self.expression(words)? else {
            return Ok(Vec::new());
        };
        let mut groups = self.event_counts(query.connection)?.groups;
        groups.retain(|group| query.takes(group));
        wanted = of_kinds(wanted, query.kind.as_slice());
        if groups.iter().all(|group| group.events == 0) {
            // Nothing can match, and the words need not be looked up.
            return Ok(Vec::new());
        }
        if query.stage.is_some() || query.reason.is_some() {
            let span = Span {
                connection: query.connection,
                since: query.since.unwrap_or(i64::MIN),
                below: query.before.map_or(i64::MAX, |(_, id)| id),
            };
            let few = self.found_among_few(&wanted, &span, &groups, query.limit)?;
            if let Some(events) = few {
                return Ok(events);
            }
        }
        self.rows(
            select_event!(
                "JOIN (SELECT rowid AS found FROM event_text
                       WHERE event_text MATCH ?1 AND rowid < ?2 ORDER BY rowid DESC) ON id = found
                 WHERE +connection_id = ?3 AND +occurred_at >= ?4
                   AND (?5 IS NULL OR kind = ?5) AND (?6 IS NULL OR stage = ?6)
                   AND (?7 IS NULL OR reason_code = ?7)
                 ORDER BY found DESC LIMIT ?8"
            ),
            params![
                wanted,
                query.before.map_or(i64::MAX, |(_, id)| id),
                query.connection,
                query.since.unwrap_or(i64::MIN),
                query.kind.map(crate::event::Kind::as_str),
                query.stage.map(crate::event::Stage::as_str),
                query.reason,
                count(query.limit)
            ],
            event::read,
        )
    }

    /// The newest matches among the events of `groups`, where those are few; none where they are not.
    pub(super) fn found_among_few(
        &self,
        wanted: &str,
        span: &Span,
        groups: &[EventCount],
        limit: usize,
    ) -> Result<Option<Vec<Event>>, StoreError> {
        let passing: u64 = groups.iter().map(|group| group.events).sum();
        if passing > FEW {
            return Ok(None);
        }
        let ids = self.ids_of_groups(span, groups)?;
        let found = self.among(wanted, &ids, limit)?;
        self.events_of(found).map(Some)
    }

    /// The events of some groups, the newest arrival first.
    fn ids_of_groups(&self, span: &Span, groups: &[EventCount]) -> Result<Vec<i64>, StoreError> {
        let mut ids: Vec<i64> = Vec::new();
        for group in groups {
            let of_group: Vec<i64> = self.rows(
                "SELECT id FROM event
                 WHERE connection_id = ?1 AND kind = ?2 AND stage = ?3 AND reason_code = ?4
                   AND occurred_at >= ?5 AND id < ?6",
                params![
                    span.connection,
                    group.kind.as_str(),
                    group.stage.as_str(),
                    group.reason_code,
                    span.since,
                    span.below
                ],
                |row| Ok(row.get(0)?),
            )?;
            ids.extend(of_group);
        }
        ids.sort_unstable_by(|a, b| b.cmp(a));
        Ok(ids)
    }

    /// Those of `ids`, which fall, that match. Both are read side by side; where the next of `ids` is far
    /// below, the matches in between are leapt over.
    fn among(&self, wanted: &str, ids: &[i64], limit: usize) -> Result<Vec<i64>, StoreError> {
        let failed = |error| self.failed(error);
        let select = "SELECT rowid FROM event_text WHERE event_text MATCH ?1 AND rowid <= ?2
             ORDER BY rowid DESC";
        let mut statement = self.connection.prepare_cached(select).map_err(failed)?;
        let mut found = Vec::new();
        let mut left = ids.iter().copied().peekable();
        while let Some(from) = left.peek().copied() {
            let mut matches = statement.query(params![wanted, from]).map_err(failed)?;
            let mut in_vain = 0;
            while in_vain < STRIDE {
                let Some(row) = matches.next().map_err(failed)? else {
                    return Ok(found);
                };
                let id: i64 = row.get(0).map_err(failed)?;
                while left.next_if(|next| *next > id).is_some() {}
                if left.next_if_eq(&id).is_some() {
                    found.push(id);
                    in_vain = 0;
                } else {
                    in_vain += 1;
                }
                if found.len() == limit || left.peek().is_none() {
                    return Ok(found);
                }
            }
        }
        Ok(found)
    }
}

impl Reader<'_> {
    /// What was typed, as an expression of FTS5; none where it holds no letter and no digit.
    pub(super) fn expression(&self, typed: &str) -> Result<Option<String>, StoreError> {
        let mut words = words_of(typed)?;
        let Some(last) = words.pop() else {
            return Ok(None);
        };
        let mut all: Vec<String> = words.iter().map(|word| quoted(word)).collect();
        all.push(self.beginning(&last)?);
        let mut expression = format!("({})", all.join(" AND "));
        if is_number(typed) {
            // A phone number is one word, however its digits are grouped.
            let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
            expression = format!("{expression} OR {}", self.beginning(&digits)?);
        }
        Ok(Some(expression))
    }

    /// Everything that begins so.
    fn beginning(&self, word: &str) -> Result<String, StoreError> {
        let beginning = format!("{} *", quoted(word));
        if word.len() <= INDEXED || !word.is_ascii() {
            return Ok(beginning);
        }
        let mut found = Vec::new();
        let mut from = word.to_owned();
        while found.len() <= MOST_WORDS {
            let next: Option<String> = self.row(
                "SELECT term FROM event_word WHERE term >= ?1 LIMIT 1",
                [&from],
                |row| Ok(row.get(0)?),
            )?;
            let Some(next) = next.filter(|next| next.starts_with(word)) else {
                // None at all: then the word itself finds nothing, at no cost.
                found.push(quoted(word));
                return Ok(format!("({})", found.join(" OR ")));
            };
            found.push(quoted(&next));
            // No word holds this character, so what follows is the next word and not this one again.
            from = format!("{next}\u{1}");
        }
        Ok(beginning)
    }
}

fn quoted(word: &str) -> String {
    format!("\"{word}\"")
}

fn is_number(typed: &str) -> bool {
    let digits = typed.chars().filter(char::is_ascii_digit).count();
    digits >= 4
        && typed
            .chars()
            .all(|letter| letter.is_ascii_digit() || " +-()./\u{a0}".contains(letter))
}
