//! Who is being written to, remembered for some seconds, so that a preview at each pause in typing asks
//! nobody. It is never used for a send.

use super::{Order, Recipient};
use crate::engine::Engine;
use crate::guard::Who;
use message::template::Values;
use std::sync::PoisonError;
use std::time::Duration;

/// What HubSpot says of a person is believed for so long while somebody writes.
const BELIEVED: Duration = Duration::from_secs(20);

/// See the module.
#[derive(Debug, Clone)]
pub(crate) struct Remembered {
    to: Recipient,
    paths: Vec<String>,
    pub(super) who: Who,
    pub(super) facts: Values,
    /// By the steady clock.
    at: Duration,
}

impl Remembered {
    pub(super) fn new(
        order: &Order,
        paths: &[&str],
        who: Who,
        facts: Values,
        at: Duration,
    ) -> Self {
        Self {
            to: order.to.clone(),
            paths: paths.iter().map(|path| (*path).to_owned()).collect(),
            who,
            facts,
            at,
        }
    }
}

impl Engine {
    fn standing(&self, to: &Recipient) -> Option<Remembered> {
        let now = self.outside.clock.steady();
        let kept = self
            .remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        kept.filter(|kept| kept.to == *to && now.saturating_sub(kept.at) < BELIEVED)
    }

    /// The person with all facts that these places ask for.
    pub(super) fn remembered(&self, order: &Order, paths: &[&str]) -> Option<Remembered> {
        self.standing(&order.to).filter(|kept| {
            paths
                .iter()
                .all(|path| kept.paths.iter().any(|one| one == path))
        })
    }

    /// The person alone.
    pub(super) fn remembered_person(&self, to: &Recipient) -> Option<Who> {
        self.standing(to).map(|kept| kept.who)
    }

    pub(super) fn remember(&self, fresh: Remembered) {
        *self
            .remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(fresh);
    }

    /// A person who was just looked up, before anything is written.
    pub(super) fn remember_person(&self, to: &Recipient, who: &Who) {
        self.remember(Remembered {
            to: to.clone(),
            paths: Vec::new(),
            who: who.clone(),
            facts: Values::new(),
            at: self.outside.clock.steady(),
        });
    }
}
