//! The page on this computer that leads on to our links: on where somebody chose it.

use std::sync::{MutexGuard, PoisonError};

use bridge::links::{Registered, SCHEME};

use super::Desk;
use crate::link_page::LinkPage;
use crate::view::links::Links;
use crate::view::problem::{Answer, Code, Problem};
use crate::view::settings::Preferences;

/// The page while it is on, and why it is not although it was chosen.
#[derive(Default)]
pub(super) struct Leading {
    page: Option<LinkPage>,
    trouble: String,
}

impl Desk {
    /// At the start: as it was chosen.
    pub(super) fn lead_on(&self) {
        if self.preferences.get().link_page
            && let Err(problem) = self.open_link_page()
        {
            self.leading().trouble = problem.message;
        }
    }

    fn open_link_page(&self) -> Answer<()> {
        let port = self.places().link_port();
        let page = LinkPage::open(port).map_err(|error| {
            Problem::new(
                Code::Refused,
                format!(
                    "Port {port} of this computer can't be used ({error}), so the page was not begun. Close the \
                     program that uses it, then switch it on again. Links that begin with {SCHEME}:// work \
                     without it."
                ),
            )
        })?;
        *self.leading() = Leading {
            page: Some(page),
            trouble: String::new(),
        };
        Ok(())
    }

    pub(crate) fn links(&self, registered: Registered) -> Links {
        let leading = self.leading();
        Links {
            opened: registered.into(),
            begins: format!("{SCHEME}://"),
            page: leading
                .page
                .as_ref()
                .map(LinkPage::address)
                .unwrap_or_default(),
            page_trouble: leading.trouble.clone(),
        }
    }

    /// Chosen, or not any more. Where it can't begin, nothing is changed.
    pub(crate) fn change_link_page(&self, on: bool) -> Answer<()> {
        if on && self.leading().page.is_none() {
            self.open_link_page()?;
        }
        if !on {
            self.close_link_page();
        }
        self.preferences.set(Preferences {
            link_page: on,
            ..self.preferences.get()
        })
    }

    pub(super) fn close_link_page(&self) {
        *self.leading() = Leading::default();
    }

    fn leading(&self) -> MutexGuard<'_, Leading> {
        self.leading.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
