//! Finding words in the log, the newest arrivals first.
//!
//! What a person types is never syntax: it is taken apart into runs of letters and digits, and each is
//! handed over in quotes. So a quote, `NEAR`, `*`, `-` or `column:` can neither fail nor mean anything.
//!
//! Speed comes from reading matches newest first and stopping when the page is full. FTS5 does so for
//! words and for beginnings that have an index of their own, which are those of up to [`INDEXED`]
//! letters; a longer beginning it would collect whole, so that is put as the few words that begin so.

use super::event::{self, count, select_event};
use super::failure::StoreError;
use super::{PageQuery, Reader};
use crate::event::Event;
use rusqlite::params;

/// Letters of the longest beginning that the schema has an index for.
const INDEXED: usize = 4;
/// A beginning of more words than this is put as a beginning after all: most of them are rare.
const MOST_WORDS: usize = 24;

impl Reader<'_> {
    /// See [`PageQuery::search`].
    pub(super) fn search(&self, query: &PageQuery, words: &str) -> Result<Vec<Event>, StoreError> {
        let Some(wanted) = self.expression(words)? else {
            return Ok(Vec::new());
        };
        // Where no group passes the filter nothing can match, and the words need not be looked up.
        if !self
            .event_counts(query.connection)?
            .groups
            .iter()
            .any(|group| query.takes(group))
        {
            return Ok(Vec::new());
        }
        self.rows(
            select_event!(
                "JOIN (SELECT rowid AS found FROM event_text
                       WHERE event_text MATCH ?1 AND rowid < ?2 ORDER BY rowid DESC) ON id = found
                 WHERE connection_id = ?3 AND occurred_at >= ?4
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
}

impl Reader<'_> {
    /// What was typed, as an expression of FTS5; none where it holds no letter and no digit.
    pub(super) fn expression(&self, typed: &str) -> Result<Option<String>, StoreError> {
        let mut words = words_of(typed);
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
        // How FTS5 folds other letters is its own affair.
        if word.len() <= INDEXED || !word.is_ascii() {
            return Ok(beginning);
        }
        let word = word.to_ascii_lowercase();
        let mut found = Vec::new();
        let mut from = word.clone();
        while found.len() <= MOST_WORDS {
            let next: Option<String> = self.row(
                "SELECT term FROM event_word WHERE term >= ?1 LIMIT 1",
                [&from],
                |row| Ok(row.get(0)?),
            )?;
            let Some(next) = next.filter(|next| next.starts_with(&word)) else {
                // None at all: then the word itself finds nothing, at no cost.
                found.push(quoted(&word));
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

fn words_of(typed: &str) -> Vec<String> {
    typed
        .split(|letter: char| !letter.is_alphanumeric() && !is_mark(letter))
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .map(str::to_owned)
        .collect()
}

/// Marks belong to the letter before them; FTS5 folds them away, and a word must not end there.
fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}')
}

fn is_number(typed: &str) -> bool {
    let digits = typed.chars().filter(char::is_ascii_digit).count();
    digits >= 4
        && typed
            .chars()
            .all(|letter| letter.is_ascii_digit() || " +-()./\u{a0}".contains(letter))
}
