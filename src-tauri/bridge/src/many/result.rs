//! What became of everybody in a run, as a table for a spreadsheet.

use super::RowSeen;
use crate::export::{ExportError, write_row};
use crate::mirror::iso;
use crate::store::{Reader, RowProgress, SendState};
use std::io::Write;

/// Rows that are read at once.
const PAGE: u32 = 500;
const HEADINGS: [&str; 11] = [
    "row",
    "contact_id",
    "name",
    "to",
    "state",
    "reason",
    "why",
    "text",
    "line_id",
    "message_id",
    "sent_at",
];

/// Writes a run, a row for each person. How many there are.
///
/// # Errors
/// See [`ExportError`].
pub fn write_result(rows: &Reader<'_>, run: i64, out: &mut dyn Write) -> Result<u64, ExportError> {
    out.write_all("\u{feff}".as_bytes())?;
    write_row(out, HEADINGS.iter().map(|heading| (*heading).to_owned()))?;
    let (mut from, mut written) = (0, 0);
    loop {
        let page = rows.run_rows(run, from, PAGE)?;
        let Some(last) = page.last() else {
            return Ok(written);
        };
        from = last.row.saturating_add(1);
        for row in page {
            let seen: RowSeen = serde_json::from_str(&row.seen).unwrap_or_default();
            let send = match row.send_id {
                Some(id) => rows.send(id)?,
                None => None,
            };
            let state = match (row.progress, &send) {
                (RowProgress::Open, _) => "waiting",
                (RowProgress::LeftOut, _) => "left_out",
                (RowProgress::Failed, _) => "failed",
                (RowProgress::Done, None) => "sent",
                (RowProgress::Done, Some(send)) => send.state.as_str(),
            };
            let send = send.as_ref();
            let left = |state: SendState| state != SendState::Queued;
            let cells = [
                row.row.to_string(),
                row.contact_id,
                seen.name,
                seen.to,
                state.to_owned(),
                row.reason,
                seen.sentence,
                send.map_or(seen.text, |send| send.text.clone()),
                send.and_then(|send| send.line_id.clone())
                    .unwrap_or(seen.line),
                send.and_then(|send| send.message_id.clone())
                    .unwrap_or_default(),
                send.filter(|send| left(send.state))
                    .and_then(|send| send.sent_at)
                    .map(iso)
                    .unwrap_or_default(),
            ];
            write_row(out, cells.into_iter())?;
            written += 1;
        }
    }
}
