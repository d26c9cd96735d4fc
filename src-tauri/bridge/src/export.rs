//! The log as a table for a spreadsheet: RFC 4180 in UTF-8, newest first.
//!
//! Texts in it were written by strangers, so no cell can become a formula: what a spreadsheet would
//! read as one gets an apostrophe in front. A phone number in its international form (`+` and 7 to 15
//! digits) is left as it is: it can't be a formula, and it must come back unchanged.
//!
//! Rows are read and written a page at a time, so a million of them need no more memory than a page.
//! Whoever asked is told how far it is and may stop it; then an error says so, and the caller removes
//! what was written.

use crate::event::{Event, Kind};
use crate::explain::in_short;
use crate::mirror::iso;
use crate::reason::Reason;
use crate::store::{ActivityFilter, Reader, Start, StoreError};
use std::io::{BufWriter, Write};
use std::path::Path;

/// Rows that are read at once.
const PAGE: usize = 500;

/// The first line.
const HEADINGS: [&str; 20] = [
    "occurred_at",
    "direction",
    "kind",
    "channel",
    "name",
    "phone",
    "email",
    "text",
    "text_state",
    "files",
    "stage",
    "reason",
    "why",
    "contact_id",
    "contact_found_by",
    "line_id",
    "lead_id",
    "message_id",
    "seen_at",
    "detail",
];

/// Why there is no whole table.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// Whoever asked said stop.
    #[error("The export was stopped. No file was left behind.")]
    Stopped,
    /// The file could not be written.
    #[error("The file could not be written: {0}. No file was left behind.")]
    File(#[from] std::io::Error),
    /// The data file.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Whether to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GoOn {
    /// Yes.
    Yes,
    /// No.
    Stop,
}

/// What every export begins with: by it an earlier one is known from another file.
pub fn beginning() -> Vec<u8> {
    // Excel takes a file without this for one of its own country's letters.
    let mut begin = "\u{feff}".as_bytes().to_vec();
    // Writing to memory does not fail.
    let _ = write_row(
        &mut begin,
        HEADINGS.iter().map(|heading| (*heading).to_owned()),
    );
    begin
}

/// Writes all that the filter lets through. How many rows there are. `told` is told of the rows so far
/// after each page.
///
/// # Errors
/// See [`ExportError`].
pub fn write_csv(
    rows: &Reader<'_>,
    filter: &ActivityFilter,
    out: &mut dyn Write,
    told: &mut dyn FnMut(u64) -> GoOn,
) -> Result<u64, ExportError> {
    out.write_all(&beginning())?;
    let mut start = Start::Newest;
    let mut written = 0;
    loop {
        let page = rows.activity(filter, start, PAGE)?;
        for event in &page.events {
            write_row(out, cells(event))?;
            written += 1;
        }
        if told(written) == GoOn::Stop {
            return Err(ExportError::Stopped);
        }
        match page.events.last().filter(|_| page.more_below) {
            Some(last) => start = Start::Below((last.sighting.occurred_at, last.id)),
            None => return Ok(written),
        }
    }
}

/// The same into a file, which appears when it is whole or not at all.
///
/// # Errors
/// See [`ExportError`].
pub fn write_csv_file(
    rows: &Reader<'_>,
    filter: &ActivityFilter,
    path: &Path,
    told: &mut dyn FnMut(u64) -> GoOn,
) -> Result<u64, ExportError> {
    // Of a symbolic link, what it leads to; where there is nothing yet, the path itself.
    let followed = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let path = followed.as_path();
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".part");
    let unfinished = Path::new(&unfinished);
    let mut write = || -> Result<u64, ExportError> {
        let mut out = BufWriter::new(std::fs::File::create(unfinished)?);
        let written = write_csv(rows, filter, &mut out, told)?;
        out.into_inner()
            .map_err(std::io::IntoInnerError::into_error)?
            .sync_all()?;
        std::fs::rename(unfinished, path)?;
        Ok(written)
    };
    let done = write();
    if done.is_err() {
        // It may not even have been made; the error says what is wrong.
        let _ = std::fs::remove_file(unfinished);
    }
    done
}

fn cells(event: &Event) -> impl Iterator<Item = String> + use<> {
    let sighting = &event.sighting;
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let files: Vec<&str> = sighting
        .attachments
        .iter()
        .map(|file| file.url.as_str())
        .collect();
    let direction = if sighting.kind == Kind::Reply {
        "in"
    } else {
        "out"
    };
    [
        iso(sighting.occurred_at),
        direction.to_owned(),
        sighting.kind.to_string(),
        sighting.channel.to_string(),
        text(&sighting.name),
        text(&sighting.phone),
        text(&sighting.email),
        sighting.text.clone(),
        sighting.text_state.to_string(),
        files.join(" "),
        event.stage.to_string(),
        event.reason.as_ref().map_or("", Reason::code).to_owned(),
        event.reason.as_ref().map(in_short).unwrap_or_default(),
        text(&event.contact_id),
        text(&event.how),
        text(&sighting.line_id),
        text(&sighting.lead_id),
        sighting.message_id.clone(),
        iso(event.seen_at),
        sighting.detail.clone(),
    ]
    .into_iter()
}

pub(crate) fn write_row(
    out: &mut dyn Write,
    cells: impl Iterator<Item = String>,
) -> std::io::Result<()> {
    let line: Vec<String> = cells.map(|text| cell(&text)).collect();
    out.write_all(line.join(",").as_bytes())?;
    out.write_all(b"\r\n")
}

/// One cell: harmless, then quoted where it has to be.
fn cell(text: &str) -> String {
    let text = harmless(text);
    if text.contains(['"', ',', '\r', '\n']) || text.starts_with(' ') || text.ends_with(' ') {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

fn harmless(text: &str) -> String {
    // Spreadsheets look past white space, and take the wide forms of the signs for the signs.
    let begins = |text: &str| {
        text.starts_with([
            '=', '+', '-', '@', '\t', '\r', '\n', '\0', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}',
            '\u{ff20}',
        ])
    };
    let bare = text.trim_start_matches([' ', '\u{a0}', '\u{3000}', '\u{feff}']);
    if (begins(text) || begins(bare)) && !is_number(text) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// A number in its international form.
fn is_number(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_can_become_a_formula_and_a_number_stays_a_number() {
        for hostile in [
            "=1+1",
            "+1-1",
            "-2+3",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "  =1",
            "\u{ff1d}1",
            "\n=cmd|' /C calc'!A0",
            "+120255501433333333",
            "+12 025550143",
            "\u{3000}=1",
        ] {
            let safe = cell(hostile);
            assert!(safe.trim_start_matches('"').starts_with('\''), "{safe:?}");
        }
        for plain in ["+12025550143", "Ana", "1-1", "a=b", "", "’=1"] {
            assert_eq!(cell(plain), plain);
        }
    }

    #[test]
    fn quotes_and_line_ends_come_back() {
        assert_eq!(cell("a \"b\", c"), "\"a \"\"b\"\", c\"");
        assert_eq!(cell("one\r\ntwo"), "\"one\r\ntwo\"");
    }
}
