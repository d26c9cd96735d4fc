//! What a rule says to something that happened, and why.

use crate::condition::{Facts, Failed};
use crate::happening::Happening;
use crate::limits::{Held, Past};
use crate::rule::Rule;
use crate::words::Names;

/// See the module.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// It acts.
    Acts,
    /// It is about something else.
    NotMeant,
    /// So many rules led to this that it must be a circle.
    GoesRound,
    /// A condition is not so.
    Fails(Failed),
    /// A limit.
    Held(Held),
}

impl Verdict {
    /// The word that is stored.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Acts => "acts",
            Self::NotMeant => "not_meant",
            Self::GoesRound => "goes_round",
            Self::Fails(_) => "condition",
            Self::Held(Held::ActedAlready(_)) => "acted_already",
            Self::Held(Held::TooSoon { .. }) => "too_soon",
            Self::Held(Held::EnoughToday(_)) => "enough_today",
        }
    }

    /// For a person, in the portal's words for what the rule names.
    pub fn in_words(&self, names: &dyn Names) -> String {
        match self {
            Self::Acts => "Everything is so; it acts.".to_owned(),
            Self::NotMeant => "It is about something else.".to_owned(),
            Self::GoesRound => {
                "Rules set each other off in a circle here; it was stopped.".to_owned()
            }
            Self::Fails(failed) => format!("Not so: {}.", failed.in_words(names)),
            Self::Held(Held::ActedAlready(_)) => {
                "It has acted for this person, and acts once.".to_owned()
            }
            Self::Held(Held::TooSoon { .. }) => {
                "It has acted for this person not long ago.".to_owned()
            }
            Self::Held(Held::EnoughToday(most)) => {
                format!("It has acted {most} times today, which is its limit.")
            }
        }
    }
}

impl Rule {
    /// Whether it acts on this. The order is the cheapest question first, so that a limit is named only
    /// where the conditions hold.
    pub fn judge(&self, happening: &Happening, facts: &Facts, past: Past) -> Verdict {
        let meant = self
            .trigger
            .as_ref()
            .is_some_and(|trigger| trigger.fires(happening));
        if !meant {
            return Verdict::NotMeant;
        }
        if happening.goes_round() {
            return Verdict::GoesRound;
        }
        if let Some(condition) = &self.condition
            && let Err(failed) = condition.judge(facts)
        {
            return Verdict::Fails(failed);
        }
        match self.limits.judge(past, facts.now) {
            Ok(()) => Verdict::Acts,
            Err(held) => Verdict::Held(held),
        }
    }
}
