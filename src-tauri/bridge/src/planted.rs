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
