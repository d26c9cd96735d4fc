//! One message to many people.

use std::path::{Path, PathBuf};

use bridge::conversation::standing;
use bridge::many::{
    Audience as To, ManyOrder, ManyPlan, Planned, RowSeen, table, type_to_start, write_result,
};
use bridge::running::Looking;
use bridge::store::{
    Reader, RowProgress, RunPart, RunRow, RunRowRow, RunState as Stored, StoreError,
};
use wire::{Clock, SystemClock};

use super::compose::{contact_id, me, time_ahead};
use super::log::good_name;
use super::runs::as_run;
use super::safety::disk;
use super::templates::read_text;
use super::{Desk, Named};
use crate::view::compose::LineChoice;
use crate::view::conversation::CountedContacts;
use crate::view::many::{
    Audience, BadRow, CheckedFile, ContactList, LeftOutReason, LineShare, Looked, ManyDraft,
    ManyDryRun, ManyFilter, ManyPage, ManyRow, RowReason, Run,
};
use crate::view::problem::{Answer, Code, Problem};
use crate::view::safety::WrittenFile;

const MOST_ROWS: u32 = 500;
/// More people than this are not picked by hand.
const MOST_PICKED: usize = 1_000;
/// Problems of a file that are shown.
const SHOWN_PROBLEMS: usize = 100;

impl Desk {
    pub(crate) async fn contact_lists(
        &self,
        connection: i64,
        words: String,
    ) -> Answer<Vec<ContactList>> {
        let lists = self.engine()?.contact_lists(connection, words).await?;
        Ok(lists
            .into_iter()
            .map(|list| ContactList {
                id: list.id,
                name: list.name,
                size: list.size,
                active: list.dynamic,
            })
            .collect())
    }

    pub(crate) async fn count_contacts(
        &self,
        connection: i64,
        words: String,
    ) -> Answer<CountedContacts> {
        let (found, total) = self.engine()?.count_contacts(connection, words).await?;
        Ok(CountedContacts {
            contacts: found.into_iter().map(Into::into).collect(),
            total,
        })
    }

    /// Reads a file that somebody chose; it is kept until the program ends.
    pub(crate) async fn check_contact_file(&self, path: PathBuf) -> Answer<CheckedFile> {
        let text = read_text(&path)?;
        let any = ManyOrder {
            text: "-".to_owned(),
            ..ManyOrder::default()
        };
        let templates = self.template_texts().await?;
        let read =
            table::read(&text, &any, &templates).map_err(|bad| Problem::input(bad.to_string()))?;
        let number = |of: usize| u32::try_from(of).unwrap_or(u32::MAX);
        let file = self.named(|named| {
            named.files.push(text);
            i64::try_from(named.files.len()).unwrap_or(i64::MAX)
        });
        Ok(CheckedFile {
            file,
            name: name_of(&path),
            rows: number(read.orders.len() + read.bad.len()),
            found: number(read.orders.len()),
            wrong: number(read.bad.len()),
            problems: read
                .bad
                .into_iter()
                .take(SHOWN_PROBLEMS)
                .map(|bad| BadRow {
                    row: bad.row,
                    why: bad.why,
                })
                .collect(),
        })
    }

    async fn template_texts(&self) -> Answer<std::collections::BTreeMap<String, String>> {
        let all = self.templates().await?;
        Ok(all.into_iter().map(|one| (one.name, one.text)).collect())
    }

    pub(crate) async fn dry_run(
        &self,
        connection: i64,
        draft: ManyDraft,
        told: impl Fn(Looked) + Send + Sync + 'static,
    ) -> Answer<ManyDryRun> {
        let plan = self.plan(draft).await?;
        let told: Looking = Box::new(move |people, of| {
            told(Looked {
                people,
                of: Some(of),
            });
        });
        let planned = self.engine()?.plan_many(connection, plan, told).await?;
        let labels = self.line_labels(connection).await;
        Ok(shown(planned, |id| {
            labels.get(id).cloned().unwrap_or_default()
        }))
    }

    async fn plan(&self, draft: ManyDraft) -> Answer<ManyPlan> {
        let name = match draft.name.trim() {
            "" => String::new(),
            name => good_name(name)?,
        };
        if draft.text.trim().is_empty() && draft.attachments.is_empty() {
            return Err(Problem::input("Write a text first, or attach a file."));
        }
        let template = match draft.template {
            Some(id) => {
                let all = self.templates().await?;
                all.into_iter().find(|one| one.id == id).map(|one| one.name)
            }
            None => None,
        };
        let (line, owner_line) = match draft.line {
            LineChoice::Auto => (None, false),
            LineChoice::Owner => (None, true),
            LineChoice::Chosen { id } => (Some(id), false),
        };
        let common = ManyOrder {
            text: draft.text,
            channel: draft.way.way().map(Into::into),
            line,
            owner_line,
            attachments: draft.attachments,
            at: time_ahead(draft.at)?,
            fallback: Some(draft.fallback.into()),
            filled: draft
                .filled
                .into_iter()
                .map(|filled| (filled.name.to_lowercase(), filled.value))
                .collect(),
            template,
            ..ManyOrder::default()
        };
        let audience = match draft.audience {
            Audience::List { list } => To::List(
                contact_id(&list).map_err(|_| Problem::input("Choose a list of HubSpot first."))?,
            ),
            Audience::Search { words } => {
                if words.trim().chars().count() < 2 || words.len() > 200 {
                    return Err(Problem::input("Type at least two letters to search for."));
                }
                To::Search(words)
            }
            Audience::File { file } => {
                let at = usize::try_from(file).ok().and_then(|at| at.checked_sub(1));
                let text =
                    self.named(|named: &mut Named| at.and_then(|at| named.files.get(at).cloned()));
                let text = text.ok_or_else(|| {
                    Problem::new(
                        Code::NotFound,
                        "The file is not there any more. Choose it again.",
                    )
                })?;
                let templates = self.template_texts().await?;
                let read = table::read(&text, &common, &templates)
                    .map_err(|bad| Problem::input(bad.to_string()))?;
                To::Rows(read.orders)
            }
            Audience::Picked { contacts } => {
                if contacts.is_empty() || contacts.len() > MOST_PICKED {
                    return Err(Problem::input("Pick 1 to 1,000 people."));
                }
                let ids = contacts.iter().map(contact_id);
                To::Picked(ids.collect::<Answer<Vec<_>>>()?)
            }
        };
        Ok(ManyPlan {
            name,
            who: me(),
            audience,
            common,
        })
    }

    pub(crate) async fn many_rows(
        &self,
        connection: i64,
        run: i64,
        filter: ManyFilter,
        from: u32,
        limit: u32,
    ) -> Answer<ManyPage> {
        let part = match filter {
            ManyFilter::All => RunPart::All,
            ManyFilter::Going => RunPart::Going,
            ManyFilter::LeftOut => RunPart::LeftOut,
            ManyFilter::Done => RunPart::Done,
            ManyFilter::Open => RunPart::Open,
            ManyFilter::Failed => RunPart::Failed,
        };
        let labels = self.line_labels(connection).await;
        self.engine()?
            .read(move |rows| {
                of_connection(rows, connection, run)?;
                let limit = limit.clamp(1, MOST_ROWS);
                let mut page = Vec::new();
                for row in rows.run_part(run, part, from, limit)? {
                    let mut row = many_row(rows, connection, row)?;
                    row.line = labels.get(&row.line).cloned().unwrap_or_default();
                    page.push(row);
                }
                Ok::<_, Problem>(ManyPage {
                    rows: page,
                    total: rows.run_part_count(run, part)?,
                })
            })
            .await
    }

    pub(crate) async fn start_run(&self, connection: i64, run: i64, typed: String) -> Answer<Run> {
        let engine = self.engine()?;
        let going = engine
            .read(move |rows| {
                of_connection(rows, connection, run)?;
                Ok::<_, Problem>(rows.run_part_count(run, RunPart::Going)?)
            })
            .await?;
        let wanted = type_to_start(going);
        if typed.trim() != wanted {
            return Err(Problem::input(format!(
                "Type \u{201c}{wanted}\u{201d} to start. Nothing was sent."
            )));
        }
        engine.start_plan(connection, run).await?.ok_or_else(|| {
            Problem::new(
                Code::TooLate,
                "This was started before, or another dry run took its place. Nobody gets it twice.",
            )
        })?;
        self.run(connection, run).await
    }

    async fn run(&self, connection: i64, run: i64) -> Answer<Run> {
        self.engine()?
            .read(move |rows| {
                let row = of_connection(rows, connection, run)?;
                Ok::<_, Problem>(as_run(rows, row)?)
            })
            .await
    }

    pub(crate) async fn runs(&self, connection: i64) -> Answer<Vec<Run>> {
        self.engine()?
            .read(move |rows| {
                rows.runs(connection)?
                    .into_iter()
                    .filter(|run| run.state != Stored::Ready)
                    .map(|run| Ok(as_run(rows, run)?))
                    .collect::<Result<Vec<_>, Problem>>()
            })
            .await
    }

    /// Pauses, resumes or cancels.
    pub(crate) async fn set_run(&self, connection: i64, run: i64, state: Stored) -> Answer<Run> {
        let engine = self.engine()?;
        let standing = engine
            .read(move |rows| of_connection(rows, connection, run))
            .await?;
        let may = match state {
            Stored::Paused => standing.state == Stored::Running,
            Stored::Running => matches!(standing.state, Stored::Paused | Stored::Stopped),
            Stored::Cancelled => matches!(
                standing.state,
                Stored::Running | Stored::Paused | Stored::Stopped
            ),
            Stored::Ready | Stored::Stopped | Stored::Finished => false,
        };
        if !may {
            return Err(Problem::new(
                Code::TooLate,
                "The run has gone on meanwhile. Look at where it stands now.",
            ));
        }
        engine.set_run(connection, run, state, me()).await?;
        self.run(connection, run).await
    }

    pub(crate) async fn export_run(
        &self,
        connection: i64,
        run: i64,
        path: PathBuf,
    ) -> Answer<WrittenFile> {
        let bytes = self
            .engine()?
            .read(move |rows| {
                of_connection(rows, connection, run)?;
                let mut bytes = Vec::new();
                write_result(rows, run, &mut bytes)?;
                Ok::<_, Problem>(bytes)
            })
            .await?;
        std::fs::write(&path, &bytes).map_err(|error| disk(&error))?;
        Ok(WrittenFile {
            path: path.display().to_string(),
            bytes: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
        })
    }
}

fn name_of(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// A run of another connection is none.
fn of_connection(rows: &Reader<'_>, connection: i64, run: i64) -> Answer<RunRow> {
    Ok(rows.run_of(connection, run)?.ok_or(StoreError::Missing)?)
}

fn shown(planned: Planned, label: impl Fn(&str) -> String) -> ManyDryRun {
    ManyDryRun {
        run: planned.run,
        people: planned.people,
        going: planned.going,
        left_out: planned.people.saturating_sub(planned.going),
        reasons: planned
            .reasons
            .iter()
            .filter_map(|(word, count)| {
                let reason = RowReason::of(word)?;
                Some(LeftOutReason {
                    reason,
                    label: reason.label().to_owned(),
                    count: *count,
                })
            })
            .collect(),
        lines: planned
            .lines
            .into_iter()
            .map(|share| LineShare {
                label: if share.line.is_empty() {
                    "Any line".to_owned()
                } else {
                    label(&share.line)
                },
                spread: spread(&share.days),
                line: share.line,
                messages: share.messages,
            })
            .collect(),
        first_at: planned.first_at,
        last_at: planned.last_at,
        segments: planned.segments,
        warnings: planned.warnings,
        type_to_start: type_to_start(planned.going),
    }
}

/// "38 today, 12 tomorrow", and after that how many days more.
fn spread(days: &[u64]) -> String {
    let mut parts: Vec<String> = days
        .iter()
        .zip(["today", "tomorrow"])
        .filter(|(count, _)| **count > 0)
        .map(|(count, day)| format!("{count} {day}"))
        .collect();
    if days.iter().skip(2).any(|count| *count > 0) {
        parts.push(format!("the rest over {} more days", days.len() - 2));
    }
    parts.join(", ")
}

fn many_row(rows: &Reader<'_>, connection: i64, row: RunRowRow) -> Result<ManyRow, StoreError> {
    let seen = if row.seen.is_empty() {
        let order: ManyOrder = serde_json::from_str(&row.order).unwrap_or_default();
        RowSeen {
            to: order.to,
            ..RowSeen::default()
        }
    } else {
        serde_json::from_str(&row.seen).unwrap_or_default()
    };
    let mut shown = ManyRow::of(row.row, row.contact_id, seen);
    if matches!(row.progress, RowProgress::LeftOut | RowProgress::Failed) {
        shown.reason = RowReason::of(&row.reason);
        if let Some(reason) = shown.reason.filter(|_| shown.left_out.is_empty()) {
            shown.left_out = format!("{}.", reason.label());
        }
    }
    if let Some(send) = row.send_id
        && let Some(send) = rows.send(send)?
    {
        let events = match &send.message_id {
            Some(message) => rows.events_of_message(connection, message)?,
            None => Vec::new(),
        };
        shown.state = Some(standing(&send, &events, SystemClock.now()).into());
        shown.line = send.line_id.unwrap_or(shown.line);
        if shown.to.is_empty() {
            shown.to = send.phone.or(send.email).unwrap_or_default();
        }
        if shown.name.is_empty() {
            shown.name = send.asked.name;
        }
        shown.text = send.text;
    }
    Ok(shown)
}
