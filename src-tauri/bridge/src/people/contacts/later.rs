//! Looking once more, a while later: at changes that were found late, and at contacts that were archived.

use super::super::{PeopleTally, Work};
use super::gone::contact_gone;
use super::{ARCHIVED, ARCHIVED_EVERY_MS, CHANGED, KIND, LATER};
use crate::engine::Engine;
use crate::trouble::Trouble;
use wire::Timestamp;

impl Engine {
    /// Looks once more at what the search had passed, a while later.
    pub(super) async fn later_passes(
        &self,
        work: &Work,
        tally: &mut PeopleTally,
    ) -> Result<(), Trouble> {
        let id = self.id();
        for (name, behind) in LATER {
            let (cursor, mark) = self.read(|rows| {
                Ok((
                    rows.cursor_number(id, CHANGED)?.unwrap_or_default(),
                    rows.cursor(id, name)?,
                ))
            })?;
            let mut mark = mark.map_or(Mark::at(cursor), |mark| Mark::read(&mark));
            let now = self.now();
            if let Some((until, since)) = mark.next
                && now.saturating_sub(since) >= behind
            {
                self.walk(work, mark.passed, until, false, tally).await?;
                mark = Mark::at(until);
            }
            if mark.next.is_none() && cursor > mark.passed {
                mark.next = Some((cursor, now));
            }
            let stored = mark.to_string();
            self.write(|rows| {
                if rows.cursor(id, name)?.as_deref() == Some(stored.as_str()) {
                    return Ok(());
                }
                rows.set_cursor(id, name, &stored, now)
            })?;
        }
        Ok(())
    }

    /// Archiving changes no date and search shows no archived record, so they are listed now and then.
    pub(super) async fn archived_contacts(&self) -> Result<(), Trouble> {
        let (id, now) = (self.id(), self.now());
        let last = self.read(|rows| rows.cursor_and_time(id, ARCHIVED))?;
        if last.is_some_and(|(_, at)| now.saturating_sub(at) < ARCHIVED_EVERY_MS) {
            return Ok(());
        }
        let hubspot = &self.outside.hubspot;
        let mut after: Option<String> = None;
        loop {
            let page = self
                .attempt(|| hubspot.list(KIND, &[], after.as_deref(), 100, true))
                .await?;
            self.write(|rows| {
                page.records
                    .iter()
                    .try_for_each(|record| contact_gone(rows, id, &record.id, now))
            })?;
            after = page.after;
            if after.is_none() {
                break;
            }
        }
        Ok(self.write(|rows| rows.set_cursor(id, ARCHIVED, "looked", now))?)
    }
}

/// How far a later pass has come, and what it will look at next.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mark {
    pub(super) passed: Timestamp,
    next: Option<(Timestamp, Timestamp)>,
}

impl Mark {
    pub(super) fn at(passed: Timestamp) -> Self {
        Self { passed, next: None }
    }

    pub(super) fn read(text: &str) -> Self {
        let mut parts = text.split('/').map(|part| part.parse::<i64>().ok());
        let passed = parts.next().flatten().unwrap_or_default();
        let next = parts.next().flatten().zip(parts.next().flatten());
        Self { passed, next }
    }
}

impl std::fmt::Display for Mark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.next {
            Some((until, since)) => write!(f, "{}/{until}/{since}", self.passed),
            None => write!(f, "{}", self.passed),
        }
    }
}
