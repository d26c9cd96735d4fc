//! The connection tester: ordered checks, each with what was found and what to do.
//!
//! It asks and never writes: not a record, not a property, not a row. What it finds about this
//! computer (the folder, the keychain) is handed in by whoever can see it. A check that has no
//! ground to stand on, because one before it failed, is left out by name rather than guessed.

mod hubspot_side;
mod tuco_side;

use crate::connect::{Access, Keys, interactive};
use crate::engine::Outside;
use crate::explain;
use crate::retry::{Patience, Retry};
use crate::store::ConnectionRow;
use crate::trouble::{Outlook, Trouble};
use serde::Serialize;
use std::future::Future;
use wire::Timestamp;

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// As it should be.
    Ok,
    /// Works, but somebody should know.
    Warning,
    /// Does not work.
    Failed,
    /// Not asked, since it needs something that failed.
    Skipped,
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// A stable word, such as `hubspot.search`.
    pub check: &'static str,
    /// What is checked, for people.
    pub title: String,
    /// How it came out.
    pub mark: Mark,
    /// What was found.
    pub found: String,
    /// What to do; empty where there is nothing to do.
    pub advice: String,
    /// How long the answer took, where one was asked for.
    pub latency_ms: Option<i64>,
    /// Only a person can mend it: another key, more scopes.
    pub needs_person: bool,
}

impl Check {
    /// A check without a call.
    pub fn new(check: &'static str, title: &str, mark: Mark, found: impl Into<String>) -> Self {
        Self {
            check,
            title: title.to_owned(),
            mark,
            found: found.into(),
            advice: String::new(),
            latency_ms: None,
            needs_person: false,
        }
    }

    /// With what to do.
    #[must_use]
    pub fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = advice.into();
        self
    }

    fn took(mut self, latency_ms: i64) -> Self {
        self.latency_ms = Some(latency_ms);
        self
    }

    fn failed(check: &'static str, title: &str, trouble: &Trouble) -> Self {
        let mut failed = Self::new(check, title, Mark::Failed, explain::tell(trouble).message);
        failed.needs_person = trouble.outlook() == Outlook::NeedsPerson;
        failed
    }
}

/// How a person would sum it up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Everything needed works.
    Works,
    /// A key has to be changed or given more scopes.
    NeedsPerson,
    /// Something else does not work.
    Broken,
}

/// The sum of the checks.
pub fn verdict(checks: &[Check]) -> Verdict {
    let failed = |check: &&Check| check.mark == Mark::Failed;
    match checks
        .iter()
        .filter(failed)
        .map(|check| check.needs_person)
        .max()
    {
        None => Verdict::Works,
        Some(true) => Verdict::NeedsPerson,
        Some(false) => Verdict::Broken,
    }
}

/// Asks, with the patience of a person who waits.
struct Asking {
    outside: Outside,
    retry: Retry,
}

impl Asking {
    fn new(access: &Access, outside: &Outside) -> Self {
        let retry = Retry::new(
            access.clock.clone(),
            access.entropy.clone(),
            Patience::PERSON,
            access.waits.clone(),
        );
        Self {
            outside: interactive(outside),
            retry,
        }
    }

    fn now(&self) -> Timestamp {
        self.outside.clock.now()
    }

    async fn timed<T, E, F>(&self, call: impl FnMut() -> F) -> (Result<T, Trouble>, i64)
    where
        F: Future<Output = Result<T, E>>,
        E: Into<Trouble>,
    {
        let started = self.now();
        let answer = self.retry.run(call).await;
        (answer, self.now().saturating_sub(started))
    }
}

/// Who is told of each check as soon as it is known.
pub type Tell<'t> = &'t (dyn Fn(&Check) + Send + Sync);

/// Checks so far; each is told when it is added.
struct Checks<'t> {
    all: Vec<Check>,
    tell: Tell<'t>,
}

impl Checks<'_> {
    fn push(&mut self, check: Check) {
        (self.tell)(&check);
        self.all.push(check);
    }

    fn extend(&mut self, checks: impl IntoIterator<Item = Check>) {
        checks.into_iter().for_each(|check| self.push(check));
    }
}

/// All checks of both services, in order. `expected` is the connection that the keys should be of.
pub async fn test(access: &Access, keys: &Keys, expected: Option<&ConnectionRow>) -> Vec<Check> {
    test_telling(access, keys, expected, &|_| {}).await
}

/// The same, for somebody who watches.
pub async fn test_telling(
    access: &Access,
    keys: &Keys,
    expected: Option<&ConnectionRow>,
    tell: Tell<'_>,
) -> Vec<Check> {
    let region = expected
        .map(|row| row.hubspot_region.as_str())
        .unwrap_or_default();
    let asking = Asking::new(access, &access.sign_in(keys, region));
    let mut checks = Checks {
        all: Vec::new(),
        tell,
    };
    hubspot_side::checks(&asking, access, keys, expected, &mut checks).await;
    tuco_side::checks(&asking, expected, &mut checks).await;
    checks.all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_outweighs_all_else_and_a_warning_is_no_failure() {
        let check = |mark, needs_person| Check {
            needs_person,
            ..Check::new("hubspot.search", "Search", mark, "")
        };
        assert_eq!(
            verdict(&[check(Mark::Ok, false), check(Mark::Warning, true)]),
            Verdict::Works
        );
        assert_eq!(verdict(&[check(Mark::Failed, false)]), Verdict::Broken);
        let both = [check(Mark::Failed, true), check(Mark::Failed, false)];
        assert_eq!(verdict(&both), Verdict::NeedsPerson);
    }
}
