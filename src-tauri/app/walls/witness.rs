//! Sees whether anything was written: the data file and the preferences, by their contents.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::types::ValueRef;

/// Contents as they were.
pub(super) struct Witness {
    rows: Connection,
    preferences: PathBuf,
    version: i64,
    seen: Contents,
}

type Contents = (BTreeSet<String>, Option<Vec<u8>>);

impl Witness {
    pub(super) fn new(home: &Path) -> Self {
        let mut witness = Self {
            rows: Connection::open(home.join("bridge.db")).unwrap(),
            preferences: home.join("window.json"),
            version: 0,
            seen: Contents::default(),
        };
        witness.accept();
        witness
    }

    /// Takes everything as it is now.
    pub(super) fn accept(&mut self) {
        let version = self.version();
        let preferences = std::fs::read(&self.preferences).ok();
        if self.version != version || self.seen.1 != preferences {
            (self.version, self.seen) = (version, (self.contents(), preferences));
        }
    }

    /// What is different from the last time, in words; empty where nothing is.
    pub(super) fn changed(&mut self) -> String {
        if self.version == self.version() && self.seen.1 == std::fs::read(&self.preferences).ok() {
            return String::new();
        }
        let before = std::mem::take(&mut self.seen);
        self.version = 0;
        self.accept();
        let (rows, preferences) = &self.seen;
        let mut told: Vec<&str> = rows
            .symmetric_difference(&before.0)
            .take(3)
            .map(String::as_str)
            .collect();
        if *preferences != before.1 {
            told.push("window.json");
        }
        told.join("; ")
    }

    /// SQLite counts the writes of others, which is cheaper than looking.
    fn version(&self) -> i64 {
        self.rows
            .query_row("PRAGMA data_version", [], |row| row.get(0))
            .unwrap()
    }

    /// Every row of every table, but for the calls that are counted.
    fn contents(&self) -> BTreeSet<String> {
        let names = self.list("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
        names
            .iter()
            .filter(|name| !matches!(name.as_str(), "call_count" | "mark"))
            .flat_map(|name| self.list(&format!("SELECT '{name}', * FROM \"{name}\"")))
            .filter(|row| !row.contains(" hubspot.daily "))
            .collect()
    }

    fn list(&self, query: &str) -> Vec<String> {
        let mut statement = self.rows.prepare(query).unwrap();
        let columns = statement.column_count();
        let rows = statement.query_map([], |row| {
            let words: Vec<String> = (0..columns)
                .map(|at| {
                    Ok(match row.get_ref(at)? {
                        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
                        other => format!("{other:?}"),
                    })
                })
                .collect::<rusqlite::Result<_>>()?;
            Ok(words.join(" "))
        });
        rows.unwrap().map(Result::unwrap).collect()
    }
}
