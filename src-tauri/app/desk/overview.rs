//! The snapshot for the frame, and the first screen.

use bridge::days::last_days;
use bridge::event::Stage as StoredStage;
use bridge::mirror::iso;
use bridge::round::DAILY_BUDGET;
use bridge::settings;
use bridge::store::{ConnectionRow, Reader, StoreError};
use wire::{Clock, SystemClock, Timestamp};

use super::Desk;
use crate::view::activity::Filter;
use crate::view::connection::{Connection, DailyBudget, Figures, Line, LoopState, Snapshot};
use crate::view::overview::{Day, Need, NeedKind, Overview, Tally};
use crate::view::problem::{Answer, Problem};
use crate::view::words::{ReasonCode, Stage};

const DAY_MS: Timestamp = 24 * 60 * 60 * 1_000;
/// Days of the chart.
const DAYS: u64 = 14;

impl Desk {
    /// Never fails as a whole: where nothing can be done, it says why.
    pub(crate) async fn snapshot(&self) -> Snapshot {
        // Taken first: what happens while the rows are read is told again, which does no harm.
        let sequence = self.hub.sequence();
        let connections = self.connections().await;
        let (connections, cannot_work) = match connections {
            Ok(connections) => (connections, None),
            Err(problem) => (Vec::new(), Some(problem)),
        };
        Snapshot {
            sequence,
            now: SystemClock.now(),
            mode: self.mode(),
            connections,
            cannot_work,
        }
    }

    async fn connections(&self) -> Answer<Vec<Connection>> {
        let engine = self.engine()?;
        let mut states = engine.states().await?;
        engine
            .read(move |rows| {
                let now = SystemClock.now();
                let mut all = Vec::new();
                for row in rows.connections()? {
                    let state = states
                        .remove(&row.id)
                        .map_or(LoopState::Idle { next_at: now }, Into::into);
                    all.push(figures(rows, row, state, now)?.into());
                }
                Ok::<_, Problem>(all)
            })
            .await
    }

    pub(crate) async fn overview(&self, connection: i64, time_zone: String) -> Answer<Overview> {
        self.engine()?
            .read(move |rows| {
                let days = days(rows, connection, &time_zone)?;
                let needs = needs(rows, connection)?;
                Ok::<_, Problem>(Overview { days, needs })
            })
            .await
    }

    pub(crate) async fn lines(&self, connection: i64) -> Answer<Vec<Line>> {
        let lines = self.engine()?.lines(connection).await?;
        let labels = lines.iter().map(|line| (line.id.clone(), line.label()));
        let labels = labels.collect();
        self.named(|named| named.lines.insert(connection, labels));
        let today: String = iso(SystemClock.now()).chars().take(10).collect();
        Ok(lines
            .into_iter()
            .map(|line| {
                // Counts of another day mean that today there is none yet.
                let of_today = |count: Option<u32>| {
                    let day = line.usage_day.as_deref()?;
                    if day.starts_with(&today) {
                        count
                    } else {
                        Some(0)
                    }
                };
                let (sent_today, new_today) =
                    (of_today(line.total_today), of_today(line.new_today));
                Line {
                    label: line.label(),
                    id: line.id,
                    address: line.phone.or(line.email),
                    active: line.active,
                    health: line.health,
                    daily_limit: line.daily_total_limit,
                    sent_today,
                    daily_new_limit: line.daily_new_limit,
                    new_today,
                }
            })
            .collect())
    }
}

fn figures(
    rows: &Reader<'_>,
    row: ConnectionRow,
    state: LoopState,
    now: Timestamp,
) -> Result<Figures, StoreError> {
    let today: String = iso(now).chars().take(10).collect();
    let events = rows.event_counts(row.id)?;
    let effects = rows.effect_counts(row.id)?;
    Ok(Figures {
        state,
        calls: (
            rows.calls(row.id, "hubspot", &today, &today)?,
            rows.calls(row.id, "tuco", &today, &today)?,
        ),
        daily_budget: daily_budget(rows, row.id, now)?,
        events: events.total(),
        written: events.of_stage(StoredStage::Written),
        waiting: events.of_stage(StoredStage::Waiting),
        queue: effects.open(),
        parked: effects.parked,
        colour: settings::colour(&rows.settings(row.id)?),
        row,
    })
}

fn daily_budget(
    rows: &Reader<'_>,
    id: i64,
    now: Timestamp,
) -> Result<Option<DailyBudget>, StoreError> {
    let Some((text, at)) = rows.cursor_and_time(id, DAILY_BUDGET)? else {
        return Ok(None);
    };
    let pair = text.split_once('/').and_then(|(left, limit)| {
        Some(DailyBudget {
            limit: limit.parse().ok()?,
            left: left.parse().ok()?,
        })
    });
    Ok(pair.filter(|_| now < at.saturating_add(DAY_MS)))
}

fn days(rows: &Reader<'_>, connection: i64, zone: &str) -> Result<Vec<Day>, StoreError> {
    let mut days = Vec::new();
    for day in last_days(zone, SystemClock.now(), DAYS) {
        let counts = rows.events_between(connection, day.from, day.to)?;
        let mut tallies: Vec<Tally> = Vec::new();
        for group in counts.groups {
            let (kind, stage) = (group.kind.into(), group.stage.into());
            let same = |tally: &&mut Tally| tally.kind == kind && tally.stage == stage;
            match tallies.iter_mut().find(same) {
                Some(tally) => tally.events += group.events,
                None => tallies.push(Tally {
                    kind,
                    stage,
                    events: group.events,
                }),
            }
        }
        tallies.retain(|tally| tally.events > 0);
        days.push(Day {
            date: day.date,
            from: day.from,
            to: day.to,
            tallies,
        });
    }
    Ok(days)
}

fn needs(rows: &Reader<'_>, connection: i64) -> Result<Vec<Need>, StoreError> {
    let counts = rows.event_counts(connection)?;
    let waiting = |code: &str| -> u64 {
        let those = counts
            .groups
            .iter()
            .filter(|group| group.stage == StoredStage::Waiting && group.reason_code == code);
        those.map(|group| group.events).sum()
    };
    let by_reason = |code| {
        Some(Filter {
            stages: vec![Stage::Waiting],
            reasons: vec![code],
            ..Filter::default()
        })
    };
    let unknown = u64::try_from(rows.unknown_sends(connection)?.len()).unwrap_or(0);
    let reviews = u64::try_from(rows.open_reviews(connection)?.len()).unwrap_or(0);
    let all = [
        (NeedKind::UnknownSend, unknown, None),
        (NeedKind::OptOutReview, reviews, None),
        (
            NeedKind::PausedRule,
            rows.rules_to_look_at(connection)?,
            None,
        ),
        (
            NeedKind::Parked,
            rows.effect_counts(connection)?.parked,
            Some(Filter {
                stages: vec![Stage::Failed],
                ..Filter::default()
            }),
        ),
        (
            NeedKind::Ambiguous,
            waiting("ambiguous"),
            by_reason(ReasonCode::Ambiguous),
        ),
        (
            NeedKind::NoContact,
            waiting("no_contact"),
            by_reason(ReasonCode::NoContact),
        ),
    ];
    Ok(all
        .into_iter()
        .filter(|(_, count, _)| *count > 0)
        .map(|(kind, count, filter)| Need {
            kind,
            count,
            filter,
        })
        .collect())
}
