//! The one decision before every send of every kind.
//!
//! [`judge`] looks at a message and at everything that is known, and answers with the first reason in
//! the order of [`Code`] why it must not leave, or with a [`Cleared`]. A `Cleared` is all that the Tuco
//! client takes, cannot be copied, and has no other maker, so that no path leads around this and one
//! clearance sends one message:
//!
//! ```compile_fail
//! // Nobody else can put one together,
//! fn forged(draft: message::guard::Draft) -> message::guard::Cleared {
//!     message::guard::Cleared { draft, phone: None, email: None, window: None }
//! }
//! ```
//!
//! ```compile_fail
//! // and none can be used twice.
//! fn twice(cleared: message::guard::Cleared) -> (message::guard::Cleared, message::guard::Cleared) {
//!     (cleared.clone(), cleared)
//! }
//! ```
//!
//! It refuses rather than guesses: what is not known for certain (a zone, a consent) counts against the
//! send.

mod facts;
mod refusal;
#[cfg(test)]
mod tests;

pub use facts::{Consent, Draft, Earlier, Facts, LineFact, OptedOut, Portal, Way};
pub use refusal::{Code, Refusal, Warning};

use crate::quiet::Window;
use std::collections::BTreeSet;

/// Reasons that somebody set aside on purpose. Only those of [`Code::can_be_overridden`] ever are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overrides {
    codes: BTreeSet<Code>,
}

impl Overrides {
    /// These, and none that may not be.
    ///
    /// # Errors
    /// The first that may not be set aside.
    pub fn new(codes: impl IntoIterator<Item = Code>) -> Result<Self, Code> {
        let codes: BTreeSet<Code> = codes.into_iter().collect();
        match codes.iter().find(|code| !code.can_be_overridden()) {
            Some(code) => Err(*code),
            None => Ok(Self { codes }),
        }
    }

    /// All of them, in order.
    pub fn codes(&self) -> impl Iterator<Item = Code> + '_ {
        self.codes.iter().copied()
    }

    /// True where nothing is set aside.
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    fn holds(&self, code: Code) -> bool {
        self.codes.contains(&code)
    }
}

/// A message that may be sent, once. See the module.
#[derive(Debug)]
pub struct Cleared {
    draft: Draft,
    phone: Option<String>,
    email: Option<String>,
    window: Option<Window>,
}

impl Cleared {
    /// What it says, and how it is to go.
    pub fn draft(&self) -> &Draft {
        &self.draft
    }

    /// To this number, E.164.
    pub fn phone(&self) -> Option<&str> {
        self.phone.as_deref()
    }

    /// To this address.
    pub fn email(&self) -> Option<&str> {
        self.email.as_deref()
    }

    /// The hours in which it may go out, for Tuco to keep while this program is closed.
    pub fn window(&self) -> Option<&Window> {
        self.window.as_ref()
    }
}

/// What the guard says.
#[derive(Debug)]
pub struct Judgement {
    /// May go, or the first reason why not.
    pub verdict: Result<Cleared, Refusal>,
    /// Every reason that applies, in order, those that were set aside included.
    pub found: Vec<Refusal>,
    /// Those of them that were set aside.
    pub overridden: Vec<Code>,
    /// What is worth a second look and stops nothing.
    pub warnings: Vec<Warning>,
}

/// See the module.
pub fn judge(draft: Draft, facts: &Facts, overrides: &Overrides) -> Judgement {
    let found = refusal::all(&draft, facts);
    let overridden: Vec<Code> = found
        .iter()
        .map(Refusal::code)
        .filter(|code| overrides.holds(*code))
        .collect();
    let first = found
        .iter()
        .find(|refusal| !overrides.holds(refusal.code()))
        .cloned();
    let warnings = refusal::warnings(&draft, facts);
    let verdict = match first {
        Some(refusal) => Err(refusal),
        None => Ok(clear(draft, facts, overrides)),
    };
    Judgement {
        verdict,
        found,
        overridden,
        warnings,
    }
}

fn clear(draft: Draft, facts: &Facts, overrides: &Overrides) -> Cleared {
    let (phone, email) = match draft.channel {
        Way::Sms => (facts.phone.clone(), None),
        Way::Email => (None, facts.email.clone()),
        // One address, not two: which of two Tuco would take is not certain.
        Way::IMessage => match &facts.phone {
            Some(phone) => (Some(phone.clone()), None),
            None => (None, facts.email.clone()),
        },
    };
    let window = facts
        .quiet
        .filter(|_| !overrides.holds(Code::QuietHours))
        .and_then(|quiet| quiet.window(draft.leaves_at(facts.now), &facts.whereabouts));
    Cleared {
        draft,
        phone,
        email,
        window,
    }
}
