//! Whether the change journal opens, where rules are to hear from it.

use super::{Asking, Check, Mark, Subject};
use crate::rules::{JOURNAL_NEEDS_OWN_APP, journal_refusal};
use crate::trouble::Trouble;

const NAME: &str = "hubspot.journal";
const TITLE: &str = "HubSpot's change journal";

/// None where it is not switched on.
pub(super) async fn check(asking: &Asking, subject: &Subject) -> Option<Check> {
    subject
        .settings
        .as_ref()
        .filter(|settings| settings.journal)?;
    let warn = |found: &str, why: String| {
        Check::new(NAME, TITLE, Mark::Warning, found).because(
            why,
            "Rules see changes when a search shows them, some seconds later.",
        )
        .advise("Sign in with an app of your own that is installed in the portal, or turn rules.journal off.")
    };
    let Some(journal) = asking.outside.hubspot.journal(&[]) else {
        return Some(warn(
            "not with a pasted key",
            JOURNAL_NEEDS_OWN_APP.to_owned(),
        ));
    };
    let (answer, latency) = asking.timed(|| journal.subscriptions()).await;
    let check = match answer {
        Ok(_) => Check::new(NAME, TITLE, Mark::Ok, "open"),
        Err(Trouble::HubSpot(error)) => warn("it does not open", journal_refusal(&error)),
        Err(trouble) => warn("it does not open", trouble.to_string()),
    };
    Some(check.took(latency))
}
