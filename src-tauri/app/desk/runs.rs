//! Where a run to many stands, as the page sees it.

use bridge::guard::Refusal;
use bridge::store::{Reader, RowProgress, RunRow, RunState as Stored, SendState, StoreError};
use wire::{Clock, SystemClock};

use crate::view::many::{Run, RunState};

pub(super) fn as_run(rows: &Reader<'_>, row: RunRow) -> Result<Run, StoreError> {
    let now = SystemClock.now();
    let due = rows.next_run_row_due(row.id)?.filter(|due| *due > now);
    let at = row.changed_at;
    let state = match row.state {
        Stored::Ready | Stored::Running => match due {
            Some(until) => RunState::Waiting {
                until,
                why:
                    "Those that are left wait for an hour that is not quiet, or for room on a line."
                        .to_owned(),
            },
            None => RunState::Running,
        },
        Stored::Paused => RunState::Paused { at, by: row.why },
        Stored::Stopped => RunState::Stopped {
            at,
            why: why_stopped(&row.why),
        },
        Stored::Finished => RunState::Finished { at },
        Stored::Cancelled => RunState::Cancelled { at, by: row.why },
    };
    let mut run = Run {
        run: row.id,
        name: row.name,
        started_at: row.started_at,
        started_by: row.who,
        state,
        people: 0,
        sent: 0,
        delivered: 0,
        failed: 0,
        unknown: 0,
        left_out: 0,
        waiting: 0,
        last_at: due,
    };
    for (progress, state, count) in rows.run_course(row.id)? {
        run.people += count;
        match (progress, state) {
            (RowProgress::Open, _) => run.waiting += count,
            (RowProgress::LeftOut, _) => run.left_out += count,
            (RowProgress::Failed, _)
            | (_, Some(SendState::Failed | SendState::Refused | SendState::Cancelled)) => {
                run.failed += count;
            }
            (RowProgress::Done, Some(SendState::Unknown)) => run.unknown += count,
            (RowProgress::Done, Some(SendState::Queued)) => run.waiting += count,
            (RowProgress::Done, state) => {
                run.sent += count;
                if state == Some(SendState::Delivered) {
                    run.delivered += count;
                }
            }
        }
    }
    Ok(run)
}

/// What holds for all of a run.
fn why_stopped(why: &str) -> String {
    let utc = |at: i64| bridge::mirror::iso(at);
    match why {
        "read_only" => Refusal::ReadOnly.sentence(utc),
        "line_inactive" => Refusal::LineInactive { line: None }.sentence(utc),
        "wrong_portal" => {
            "The keys belong to another portal than this connection. Nothing more is sent."
                .to_owned()
        }
        why => why.to_owned(),
    }
}
