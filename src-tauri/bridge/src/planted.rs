//! Defects that can be planted, to prove that the simulation finds them.
//!
//! In a build without the feature `planted` none of them can be switched on, and the compiler leaves
//! them out. Each stands for a mistake that is easily made here.

use crate::engine::Engine;

/// A mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Defect {
    /// An effect is not marked as sending before it leaves.
    UnmarkedSending,
    /// An unknown outcome is written again without a look.
    ForgetLedger,
    /// An unknown outcome is looked up while the lost write may still be under way.
    NoGrace,
    /// An unknown outcome counts as done.
    BelieveUnknown,
    /// The cursor moves before the events that it covers are stored.
    CursorFirst,
    /// The next window starts where the last one ended.
    NoOverlap,
    /// Ten new replies of a lead are taken for all of them.
    NoOlder,
    /// Cut texts are left cut.
    LeaveCut,
    /// An entry carries the time at which the event was seen.
    TimeOfSeeing,
    /// A send without an answer is sent again.
    ResendUnknown,
    /// A lead is written as it was when it was last read.
    StaleLead,
    /// Both sides changed a value, and one of them is not kept.
    SilentConflict,
    /// What happened before a rule was turned on sets it off.
    NoActivation,
    /// A run is known by the rule, the property and the person, and not by the moment.
    NoMoment,
    /// What stands in a record now is looked at, and not what came and went.
    OnlyNow,
    /// A record counts as looked at before anything was said to it.
    SeenFirst,
    /// An action that began before the program ended is done again.
    StepAgain,
    /// Rules act before what people said is heard.
    RulesFirst,
}

impl Defect {
    /// Those of events and sends.
    pub const ALL: &'static [Self] = &[
        Self::UnmarkedSending,
        Self::ForgetLedger,
        Self::NoGrace,
        Self::BelieveUnknown,
        Self::CursorFirst,
        Self::NoOverlap,
        Self::NoOlder,
        Self::LeaveCut,
        Self::TimeOfSeeing,
        Self::ResendUnknown,
    ];

    /// Those of keeping people in step.
    pub const OF_PEOPLE: &'static [Self] = &[Self::StaleLead, Self::SilentConflict];

    /// Those of rules.
    pub const OF_RULES: &'static [Self] = &[
        Self::NoActivation,
        Self::NoMoment,
        Self::OnlyNow,
        Self::SeenFirst,
        Self::StepAgain,
        Self::RulesFirst,
    ];
}

impl Engine {
    /// True where this mistake is switched on.
    #[cfg(feature = "planted")]
    pub(crate) fn planted(&self, defect: Defect) -> bool {
        self.planted == Some(defect)
    }

    /// Never true in a build for people.
    #[cfg(not(feature = "planted"))]
    #[expect(
        clippy::unused_self,
        reason = "the same call as in a build with the feature"
    )]
    pub(crate) const fn planted(&self, _defect: Defect) -> bool {
        false
    }

    /// The engine with a mistake.
    #[cfg(feature = "planted")]
    #[must_use]
    pub fn with_planted(mut self, defect: Option<Defect>) -> Self {
        self.planted = defect;
        self
    }
}
