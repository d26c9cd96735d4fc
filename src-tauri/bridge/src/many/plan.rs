//! A dry run: what everybody would get, by which line and when, and who is left out and why. It is kept,
//! and what is started later is exactly what it lists.

use super::{Audience, ManyOrder};
use crate::compose::{OrderError, Preview, check_attachment, check_text};
use crate::engine::Engine;
use crate::event::Channel;
use crate::guard::{Code, Refusal};
use crate::store::{NewRunRow, RowProgress, RunRow, RunState, StoreError};
use hubspot::{ObjectKind, Record};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use wire::Timestamp;

/// Over so many people somebody has to type that it is meant.
const WITHOUT_TYPING: u64 = 25;
/// The same text to so many is what carriers filter.
const SAME_TEXT_TO_MANY: u64 = 100;

/// What many are to get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManyPlan {
    /// Name to show.
    pub name: String,
    /// Who asks for it.
    pub who: String,
    /// To whom.
    pub audience: Audience,
    /// What each gets; its `to` is not read.
    pub common: ManyOrder,
}

/// What a dry run found out about a person.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RowSeen {
    /// May be empty.
    pub name: String,
    /// Number or address.
    pub to: String,
    /// As it would arrive.
    pub text: String,
    /// By which way.
    pub channel: Option<Channel>,
    /// Tuco's id of the line; empty where Tuco chooses.
    pub line: String,
    /// Not before this moment.
    pub at: Option<Timestamp>,
    /// Why this person is left out, in a sentence; empty for who gets it.
    pub sentence: String,
}

/// How a line is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineShare {
    /// Tuco's id of it; empty for whichever has room.
    pub line: String,
    /// Messages.
    pub messages: u64,
    /// How many go on each day from today on, as the caps stand.
    pub days: Vec<u64>,
}

/// What would happen, counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// The run that can be started.
    pub run: i64,
    /// Everybody.
    pub people: u64,
    /// Who gets it.
    pub going: u64,
    /// Why the others do not, the most frequent first.
    pub reasons: Vec<(String, u64)>,
    /// Lines.
    pub lines: Vec<LineShare>,
    /// When the first one goes.
    pub first_at: Timestamp,
    /// When the last one goes, as the caps stand.
    pub last_at: Timestamp,
    /// Segments of text messages in all; none where nothing goes as one.
    pub segments: Option<u64>,
    /// In sentences.
    pub warnings: Vec<String>,
}

/// What has to be typed to start; empty where nothing has to.
pub fn type_to_start(going: u64) -> String {
    if going > WITHOUT_TYPING {
        format!("send to {going}")
    } else {
        String::new()
    }
}

/// One row that was looked at.
struct Looked {
    row: i64,
    order: ManyOrder,
    seen: RowSeen,
    contact_id: String,
    /// Why it is left out.
    reason: Option<String>,
    segments: Option<u64>,
    due_at: Timestamp,
}

impl Engine {
    /// Looks at everybody and keeps what it found. Nothing is sent. `told` hears how many were looked at.
    ///
    /// # Errors
    /// See [`OrderError`]. Nothing is kept then.
    pub async fn plan_many(
        &self,
        plan: &ManyPlan,
        told: &(impl Fn(u64, u64) + Sync),
    ) -> Result<Planned, OrderError> {
        check_text(&plan.common.text)?;
        for url in &plan.common.attachments {
            check_attachment(url)?;
        }
        let people = self.people(&plan.audience, &plan.common).await?;
        let of = u64::try_from(people.len()).unwrap_or(u64::MAX);
        let asked = RunRow {
            id: 0,
            key: String::new(),
            name: plan.name.clone(),
            state: RunState::Ready,
            why: String::new(),
            who: plan.who.clone(),
            started_at: 0,
            changed_at: 0,
            about: String::new(),
        };
        let (mut looked, mut reached) = (Vec::new(), BTreeSet::new());
        let mut done = 0;
        for some in people.chunks(hubspot::MAX_INPUTS) {
            let records = self.read_ahead(some).await?;
            for (row, order) in some {
                let record = records.get(&order.to);
                let one = self.look_at_row(&asked, *row, order.clone(), (record, &mut reached));
                looked.push(one.await?);
                done += 1;
                told(done, of);
                // Whoever takes a message back meanwhile must not wait for a hundred people.
                tokio::task::yield_now().await;
            }
        }
        let run = self.keep_plan(plan, &looked)?;
        self.counted(run, &looked).await.map_err(OrderError::from)
    }

    /// The contacts of these rows in one call, so that a thousand people are looked at in seconds. Whoever is
    /// not among them, or is named by a number or an address, is asked for alone.
    async fn read_ahead(
        &self,
        rows: &[(i64, ManyOrder)],
    ) -> Result<BTreeMap<String, Record>, OrderError> {
        let is_id = |to: &str| !to.is_empty() && to.bytes().all(|byte| byte.is_ascii_digit());
        let (mut ids, mut names) = (BTreeSet::new(), BTreeSet::new());
        for (_, order) in rows.iter().filter(|(_, order)| is_id(&order.to)) {
            // A row of a file may have a text of its own, and a bad one is told with its row.
            if let Ok(of_the_text) = self.properties_for(&order.text) {
                ids.insert(order.to.clone());
                names.extend(of_the_text);
            }
        }
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let ids: Vec<String> = ids.into_iter().collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let hubspot = &self.outside.hubspot;
        let records = self
            .attempt(|| hubspot.batch_read(ObjectKind::Contacts, None, &ids, &names))
            .await
            .map_err(OrderError::from)?;
        Ok(records
            .into_iter()
            .filter(|record| !record.archived)
            .map(|record| (record.id.clone(), record))
            .collect())
    }

    async fn look_at_row(
        &self,
        asked: &RunRow,
        row: i64,
        order: ManyOrder,
        (record, reached): (Option<&Record>, &mut BTreeSet<String>),
    ) -> Result<Looked, OrderError> {
        let now = self.now();
        let out = |order: ManyOrder, reason: &str, seen: RowSeen| Looked {
            row,
            order,
            seen,
            contact_id: String::new(),
            reason: Some(reason.to_owned()),
            segments: None,
            due_at: now,
        };
        let Some(mut asked) = order.order(asked, row) else {
            let seen = RowSeen {
                to: order.to.clone(),
                sentence: "This is neither a contact, a number nor an address.".to_owned(),
                ..RowSeen::default()
            };
            return Ok(out(order, "no_address", seen));
        };
        (asked.intent, asked.run, asked.seen) = (None, None, None);
        let preview = match record {
            Some(record) => self.preview_read(&asked, record).await,
            None => self.preview(&asked).await,
        };
        let preview = match preview {
            Ok(preview) => preview,
            Err(error @ OrderError::Trouble(_)) => return Err(error),
            // A row of a file has a text of its own.
            Err(error) => {
                let seen = RowSeen {
                    to: order.to.clone(),
                    sentence: error.to_string(),
                    ..RowSeen::default()
                };
                return Ok(out(order, "unresolved", seen));
            }
        };
        let (reason, sentence, due_at) = verdict(&preview, now);
        let address = preview.phone.clone().or_else(|| preview.email.clone());
        let again = reason.is_none()
            && address
                .as_ref()
                .is_some_and(|address| !reached.insert(address.clone()));
        let (reason, sentence) = if again {
            let sentence = "This person is in it more than once, and gets it once.";
            (Some("again".to_owned()), sentence.to_owned())
        } else {
            (reason, sentence)
        };
        let going = reason.is_none();
        Ok(Looked {
            row,
            seen: RowSeen {
                name: preview.name.clone(),
                to: address.unwrap_or_else(|| order.to.clone()),
                text: if going {
                    preview.text.clone()
                } else {
                    String::new()
                },
                channel: going.then_some(preview.channel),
                line: preview.line_id.clone().unwrap_or_default(),
                at: going.then_some(due_at),
                sentence,
            },
            order: ManyOrder {
                seen: Some(preview.seen.clone()),
                ..order
            },
            contact_id: preview.contact_id.clone().unwrap_or_default(),
            reason,
            segments: preview
                .segments
                .map(|counted| u64::try_from(counted.segments).unwrap_or(u64::MAX)),
            due_at,
        })
    }

    /// In place of an earlier one that was never started.
    fn keep_plan(&self, plan: &ManyPlan, looked: &[Looked]) -> Result<i64, StoreError> {
        let (id, now) = (self.id(), self.now());
        let dice = &self.outside.entropy;
        let key = format!("plan:{:016x}{:016x}", dice.next_u64(), dice.next_u64());
        let rows: Vec<NewRunRow> = looked
            .iter()
            .map(|one| NewRunRow {
                row: one.row,
                order: serde_json::to_string(&one.order).unwrap_or_default(),
                seen: serde_json::to_string(&one.seen).unwrap_or_default(),
                progress: if one.reason.is_some() {
                    RowProgress::LeftOut
                } else {
                    RowProgress::Open
                },
                reason: one.reason.clone().unwrap_or_default(),
                contact_id: one.contact_id.clone(),
            })
            .collect();
        self.write(|writer| {
            writer.remove_unstarted_plans(id)?;
            writer.add_plan(id, &key, (&plan.name, &plan.who), &rows, now)
        })
    }

    async fn counted(
        &self,
        run: i64,
        looked: &[Looked],
    ) -> Result<Planned, crate::trouble::Trouble> {
        let now = self.now();
        let going: Vec<&Looked> = looked.iter().filter(|one| one.reason.is_none()).collect();
        let mut reasons: BTreeMap<String, u64> = BTreeMap::new();
        for reason in looked.iter().filter_map(|one| one.reason.clone()) {
            *reasons.entry(reason).or_default() += 1;
        }
        let mut reasons: Vec<(String, u64)> = reasons.into_iter().collect();
        reasons.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let mut by_line: BTreeMap<String, u64> = BTreeMap::new();
        for one in &going {
            *by_line.entry(one.seen.line.clone()).or_default() += 1;
        }
        let mut lines = Vec::new();
        let mut latest_day = 0;
        for (line, messages) in by_line {
            let days = self.spread(&line, messages).await?;
            latest_day = latest_day.max(days.len().saturating_sub(1));
            lines.push(LineShare {
                line,
                messages,
                days,
            });
        }
        let due = || going.iter().map(|one| one.due_at);
        let by_caps = now.saturating_add(day_ms(latest_day));
        let total = u64::try_from(going.len()).unwrap_or(u64::MAX);
        Ok(Planned {
            run,
            people: u64::try_from(looked.len()).unwrap_or(u64::MAX),
            going: total,
            reasons,
            lines,
            first_at: due().min().unwrap_or(now),
            last_at: due().max().unwrap_or(now).max(by_caps),
            segments: going
                .iter()
                .filter_map(|one| one.segments)
                .reduce(u64::saturating_add),
            warnings: warnings(&going, total),
        })
    }
}

fn day_ms(days: usize) -> i64 {
    i64::try_from(days)
        .unwrap_or(i64::MAX)
        .saturating_mul(24 * 60 * 60 * 1_000)
}

fn warnings(going: &[&Looked], total: u64) -> Vec<String> {
    let mut warnings = Vec::new();
    let first = going.first().map(|one| one.seen.text.as_str());
    let all_the_same = going
        .iter()
        .all(|one| Some(one.seen.text.as_str()) == first);
    if all_the_same && total >= SAME_TEXT_TO_MANY {
        warnings.push(
            "Everybody gets exactly the same text. Carriers filter that: put a field into it, such as the first \
             name."
                .to_owned(),
        );
    }
    warnings
}

/// Why somebody is left out, in a sentence; else when it goes.
fn verdict(preview: &Preview, now: Timestamp) -> (Option<String>, String, Timestamp) {
    let whose = |at| preview.whereabouts.clock(at);
    let mut due = preview.at.unwrap_or(now).max(now);
    if preview.gone {
        let sentence = "HubSpot has no such contact any more.".to_owned();
        return (Some("contact_gone".to_owned()), sentence, now);
    }
    for refusal in &preview.refusals {
        match refusal {
            // What passes by itself is waited for.
            Refusal::QuietHours { opens_at, .. } => due = due.max(*opens_at),
            Refusal::LineFull { until, .. } => due = due.max(*until),
            refusal => {
                let code: Code = refusal.code();
                return (Some(code.as_str().to_owned()), refusal.sentence(whose), now);
            }
        }
    }
    if let Some(open) = preview.open.first() {
        let sentence = format!("Nothing is known for {}.", open.path);
        return (Some("unresolved".to_owned()), sentence, now);
    }
    (None, String::new(), due)
}
