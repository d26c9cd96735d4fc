//! What somebody typed, as the words that the full-text index has of it.
//!
//! Where a word ends and which marks are folded away is FTS5's own affair: it asks the Unicode tables of its
//! version. So it is asked, with the tokenizer of the index, in a table in memory that holds nothing
//! else. A word taken apart otherwise would be two words to the index, which keeps no places and can't look
//! for them side by side.

use super::failure::StoreError;
use rusqlite::Connection;
use std::cell::RefCell;

/// The tokenizer is that of `event_text`.
const SCHEMA: &str = "CREATE VIRTUAL TABLE typed USING fts5 (
    words, tokenize = \"unicode61 remove_diacritics 2\"
);
CREATE VIRTUAL TABLE word USING fts5vocab (typed, instance);";
/// Stands for an event's kind in the index, and is nothing that a person looks for.
const MARK: char = '\u{e000}';
/// What is longer than this is no search.
const MOST_LETTERS: usize = 1_000;

thread_local! {
    static TABLE: RefCell<Option<Connection>> = const { RefCell::new(None) };
}

/// The words in their order; none of what holds no letter and no digit.
pub(super) fn words_of(typed: &str) -> Result<Vec<String>, StoreError> {
    let typed: String = typed
        .chars()
        .take(MOST_LETTERS)
        .map(|letter| if letter == MARK { ' ' } else { letter })
        .collect();
    TABLE.with_borrow_mut(|table| {
        let table = match table {
            Some(table) => table,
            none => none.insert(table_in_memory()?),
        };
        table.execute("DELETE FROM typed", ())?;
        table.execute("INSERT INTO typed (words) VALUES (?1)", [&typed])?;
        let mut words = table.prepare_cached("SELECT term FROM word ORDER BY offset")?;
        let words = words.query_map((), |row| row.get(0))?;
        Ok(words.collect::<Result<_, rusqlite::Error>>()?)
    })
}

fn table_in_memory() -> Result<Connection, StoreError> {
    let table = Connection::open_in_memory()?;
    table.execute_batch(SCHEMA)?;
    Ok(table)
}
