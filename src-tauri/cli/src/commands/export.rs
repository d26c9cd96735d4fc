//! `export`: the log as a table for a spreadsheet.

use crate::arguments::{Export, Global};
use crate::console::Console;
use crate::failure::{Exit, Failure};
use crate::shown::counted;
use crate::zone::{since, zone};
use crate::{put, session, surroundings};
use bridge::export::{ExportError, GoOn, beginning, write_csv, write_csv_file};
use bridge::store::{ActivityFilter, StoreError};
use serde_json::json;
use std::io::Write;
use std::path::Path;

pub(super) fn run(wanted: &Export, global: &Global, console: &Console) -> Result<Exit, Failure> {
    let (store, connection) = session::read(global)?;
    let from = match &wanted.since {
        None => None,
        Some(text) => {
            let zone = zone(&connection.time_zone);
            Some(since(text, surroundings::now(), zone).ok_or_else(|| {
                Failure::usage(
                    "bad_since",
                    "--since takes a span such as 2h or 7d, a day such as 2026-01-31, or a moment such as \
                     \"2026-01-31 14:00\".",
                )
            })?)
        }
    };
    let filter = ActivityFilter {
        connection: connection.id,
        search: wanted.search.clone().unwrap_or_default(),
        from,
        ..ActivityFilter::default()
    };
    let begin = beginning();
    if !wanted.replace && put::holds(&wanted.csv, begin.len(), |there| there != begin) {
        return Err(put::taken(&wanted.csv));
    }
    let written = store.snapshot(|rows| {
        let told = &mut |_| GoOn::Yes;
        Ok::<_, StoreError>(if wanted.csv == Path::new("-") {
            let mut out = std::io::BufWriter::new(std::io::stdout().lock());
            write_csv(rows, &filter, &mut out, told)
                .and_then(|rows| Ok(out.flush().map(|()| rows)?))
        } else {
            write_csv_file(rows, &filter, &wanted.csv, told)
        })
    })?;
    let rows = written.map_err(|error| match error {
        ExportError::Store(error) => Failure::from(error),
        error => Failure::failed("file", error.to_string()),
    })?;
    if wanted.csv != Path::new("-") {
        console.json(&json!({"rows": rows, "file": wanted.csv.display().to_string()}));
        console.say(&format!(
            "{} in {} now.",
            counted(rows, "event is", "events are"),
            wanted.csv.display()
        ));
    }
    Ok(Exit::Done)
}
