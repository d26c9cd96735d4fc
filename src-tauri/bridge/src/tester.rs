//! The connection tester: ordered checks, each with what was found and what to do.
//!
//! It asks and does not write: not a record, not a property, not a row. Only where a person names a
//! contact for it, it writes one timeline entry there and takes it away again. What it finds about
//! this computer (the folder, the keychain, links) is handed in by whoever can see it. A check that has
//! no ground to stand on, because one before it failed, is left out by name rather than guessed, and
//! one that nothing needs is told as such. Everything goes through the clients of the live loop.

mod compare;
pub mod computer;
mod hubspot_side;
mod in_use;
mod journal;
mod next;
mod tuco_side;
mod write;

pub use compare::{Change, compare};
pub use in_use::{InUse, in_use};

use crate::connect::{Access, Keys, interactive};
use crate::engine::Outside;
use crate::retry::{Patience, Retry};
use crate::settings::Settings;
use crate::store::ConnectionRow;
use crate::trouble::{Outlook, Trouble};
use hubspot::scopes::Feature;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::future::Future;
use wire::Timestamp;

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// As it should be.
    Ok,
    /// Works, but somebody should know.
    Warning,
    /// Does not work.
    Failed,
    /// Nothing that is switched on needs it.
    NotNeeded,
    /// Not asked, since it needs something that failed.
    Skipped,
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// A stable word, such as `hubspot.search`.
    pub check: Cow<'static, str>,
    /// What is checked, for people.
    pub title: String,
    /// How it came out.
    pub mark: Mark,
    /// What was found.
    pub found: String,
    /// Why it is not as it should be; empty where it is.
    #[serde(default)]
    pub cause: String,
    /// What does not work because of that; empty where everything does.
    #[serde(default)]
    pub consequence: String,
    /// What to do; empty where there is nothing to do.
    pub advice: String,
    /// HubSpot's name for the call, for its support.
    #[serde(default)]
    pub correlation_id: Option<String>,
    /// How long the answer took, where one was asked for.
    pub latency_ms: Option<i64>,
    /// Only a person can mend it: another key, more scopes.
    pub needs_person: bool,
}

impl Check {
    /// A check without a call.
    pub fn new(
        check: &'static str,
        title: impl Into<String>,
        mark: Mark,
        found: impl Into<String>,
    ) -> Self {
        Self {
            check: Cow::Borrowed(check),
            title: title.into(),
            mark,
            found: found.into(),
            cause: String::new(),
            consequence: String::new(),
            advice: String::new(),
            correlation_id: None,
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

    /// With why, and what does not work because of it.
    #[must_use]
    pub fn because(mut self, cause: impl Into<String>, consequence: impl Into<String>) -> Self {
        self.cause = cause.into();
        self.consequence = consequence.into();
        self
    }

    /// Only a person can mend it.
    #[must_use]
    pub fn for_a_person(mut self) -> Self {
        self.needs_person = true;
        self
    }

    fn took(mut self, latency_ms: i64) -> Self {
        self.latency_ms = Some(latency_ms);
        self
    }

    fn failed(check: &'static str, title: &str, trouble: &Trouble, consequence: &str) -> Self {
        let mut failed = Self::new(check, title, Mark::Failed, next::found(trouble))
            .because(next::cause(trouble), consequence)
            .advise(next::step(trouble));
        failed.correlation_id = next::correlation_id(trouble);
        failed.needs_person = trouble.outlook() == Outlook::NeedsPerson;
        if is_haste(trouble) {
            failed.mark = Mark::Warning;
        }
        failed
    }
}

/// Too many calls in a short time, as a round beside the test may make: the service answers and the key is
/// good.
fn is_haste(trouble: &Trouble) -> bool {
    use hubspot::{Error, ErrorKind, Policy};
    matches!(
        trouble,
        Trouble::HubSpot(Error {
            kind: ErrorKind::RateLimited {
                policy: Policy::Secondly | Policy::TenSecondly,
                ..
            },
            ..
        })
    )
}

/// What a test is about.
#[derive(Debug, Clone, Default)]
pub struct Subject {
    /// The connection that the keys should be of.
    pub expected: Option<ConnectionRow>,
    /// Its settings: what is switched on decides what is needed.
    pub settings: Option<Settings>,
    /// What the mapping, the rules and the templates use of the portal.
    pub in_use: InUse,
    /// A contact that somebody chose for a trial entry.
    pub write_to: Option<String>,
}

impl Subject {
    /// A connection with its settings.
    pub fn of(expected: Option<&ConnectionRow>) -> Self {
        Self {
            expected: expected.cloned(),
            ..Self::default()
        }
    }

    /// Whether anything that is switched on, or works better with it, needs an ability.
    fn needs(&self, feature: Feature) -> bool {
        match feature {
            Feature::ReadContacts
            | Feature::WriteTimeline
            | Feature::KeyProperty
            | Feature::ReadProperties => true,
            Feature::Lists
            | Feature::Owners
            | Feature::Companies
            | Feature::Deals
            | Feature::Tickets
            | Feature::ChangeCompanies
            | Feature::ChangeDeals
            | Feature::ChangeTickets
            | Feature::ChangeLists
            | Feature::CustomSchemas
            | Feature::CustomObjects
            | Feature::EmailText => {
                self.in_use.needed.contains(&feature) || self.in_use.wished.contains(&feature)
            }
        }
    }

    /// Whether what is switched on does not work without an ability.
    fn fails_without(&self, feature: Feature) -> bool {
        feature.required()
            || self.in_use.needed.contains(&feature)
            || (feature == Feature::KeyProperty && self.keeps_properties())
    }

    /// Whether properties of contacts are kept up to date, which takes the right to create them.
    fn keeps_properties(&self) -> bool {
        self.settings
            .as_ref()
            .is_some_and(Settings::keeps_properties)
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

/// Asks, with a little more patience than a person who waits for one answer.
struct Asking {
    outside: Outside,
    retry: Retry,
}

impl Asking {
    fn new(access: &Access, outside: &Outside) -> Self {
        let retry = Retry::new(
            access.clock.clone(),
            access.entropy.clone(),
            Patience::TEST,
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
    test_telling(access, keys, &Subject::of(expected), &|_| {}).await
}

/// The same, for somebody who watches.
pub async fn test_telling(
    access: &Access,
    keys: &Keys,
    subject: &Subject,
    tell: Tell<'_>,
) -> Vec<Check> {
    let region = subject
        .expected
        .as_ref()
        .map(|row| row.hubspot_region.as_str())
        .unwrap_or_default();
    let asking = Asking::new(access, &access.sign_in(keys, region));
    let mut checks = Checks {
        all: Vec::new(),
        tell,
    };
    let (hubspot, tuco) = (asking.outside.hubspot.clone(), asking.outside.tuco.clone());
    // Both at once: whether there is a network at all is the first thing to be told.
    let (account, lines) = futures_util::future::join(
        asking.timed(|| hubspot.account()),
        asking.timed(|| tuco.lines()),
    )
    .await;
    checks.push(network(&account.0, &lines.0));
    hubspot_side::checks(&asking, access, keys, subject, account, &mut checks).await;
    tuco_side::checks(&asking, subject, lines, &mut checks).await;
    checks.all
}

/// An answer of either service, whatever it says, came over the network.
fn network<A, B>(hubspot: &Result<A, Trouble>, tuco: &Result<B, Trouble>) -> Check {
    const TITLE: &str = "Network";
    match (hubspot, tuco) {
        (Err(one), Err(other)) if one.is_unreached() && other.is_unreached() => Check::failed(
            "network",
            TITLE,
            one,
            "Nothing is read or written until there is one. Nothing is lost meanwhile.",
        ),
        _ => Check::new("network", TITLE, Mark::Ok, "works"),
    }
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
        assert_eq!(
            verdict(&[check(Mark::NotNeeded, true), check(Mark::Skipped, true)]),
            Verdict::Works
        );
        let both = [check(Mark::Failed, true), check(Mark::Failed, false)];
        assert_eq!(verdict(&both), Verdict::NeedsPerson);
    }
}
