//! Keys that somebody pasted and that are kept nowhere yet.
//!
//! A key crosses from the page once. It waits here, in memory, while it is tried and until it is kept;
//! meanwhile the page's field is empty, and an empty field means the key that waits. Whoever leaves the
//! form has it forgotten.

use std::sync::{MutexGuard, PoisonError};

use bridge::connect::Keys;
use wire::Secret;

use super::Desk;
use super::connections::key;
use crate::view::connection::PastedKeys;
use crate::view::problem::Answer;

/// See the module.
#[derive(Default)]
pub(super) struct Pasted {
    pub(super) hubspot: Option<Secret>,
    pub(super) tuco: Option<Secret>,
    pub(super) client_secret: Option<Secret>,
}

impl Desk {
    /// Nothing waits any more.
    pub(crate) fn forget_pasted(&self) {
        *self.pasted() = Pasted::default();
    }

    /// Two keys, each as it was pasted now or before.
    pub(super) fn keys_of(&self, given: PastedKeys) -> Answer<Keys> {
        let mut pasted = self.pasted();
        let hubspot = or_waiting(
            given.hub_spot,
            &mut pasted.hubspot,
            "HubSpot's key",
            "It begins with pat-.",
        )?;
        let tuco = or_waiting(
            given.tuco,
            &mut pasted.tuco,
            "Tuco's key",
            "It begins with tuco_.",
        )?;
        Ok(Keys {
            hubspot: hubspot.into(),
            tuco,
        })
    }

    pub(super) fn pasted(&self) -> MutexGuard<'_, Pasted> {
        self.pasted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What was typed, which waits from now on; else what waits already.
pub(super) fn or_waiting(
    typed: String,
    waiting: &mut Option<Secret>,
    what: &str,
    hint: &str,
) -> Answer<Secret> {
    if typed.trim().is_empty()
        && let Some(waiting) = waiting
    {
        return Ok(waiting.clone());
    }
    let secret = key(typed, what, hint)?;
    *waiting = Some(secret.clone());
    Ok(secret)
}
