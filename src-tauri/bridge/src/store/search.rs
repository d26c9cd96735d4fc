//! Finding words in the log, the newest arrivals first.
//!
//! What a person types is never syntax: it is taken apart into runs of letters and digits, and each is
//! handed over in quotes. So a quote, `NEAR`, `*`, `-` or `column:` can neither fail nor mean anything.

use super::event::{self, count, select_event};
use super::failure::StoreError;
use super::{PageQuery, Reader};
use crate::event::Event;
use rusqlite::params;

impl Reader<'_> {
    /// See [`PageQuery::search`].
    pub(super) fn search(&self, query: &PageQuery, words: &str) -> Result<Vec<Event>, StoreError> {
        let Some(wanted) = wanted(words) else {
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

/// What was typed, as an expression of FTS5; none where it holds no letter and no digit.
fn wanted(typed: &str) -> Option<String> {
    let words = if is_number(typed) {
        // A phone number is one word, however its digits are grouped.
        vec![
            typed
                .chars()
                .filter(char::is_ascii_digit)
                .collect::<String>(),
        ]
    } else {
        typed
            .split(|letter: char| !letter.is_alphanumeric() && !is_mark(letter))
            .filter(|word| word.chars().any(char::is_alphanumeric))
            .map(str::to_owned)
            .collect()
    };
    if words.is_empty() {
        return None;
    }
    let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    Some(format!("{}*", quoted.join(" AND ")))
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
