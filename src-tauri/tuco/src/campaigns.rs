//! Putting leads into campaigns. Which campaigns there are no call tells.

use crate::Error;
use crate::client::{Ask, Tuco};
use crate::lenient::Fields;
use serde_json::json;
use wire::Method;

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrolled {
    /// The lead was in it, and nothing was begun anew.
    pub already: bool,
    /// Messages that are planned, where told.
    pub messages: Option<u32>,
}

impl Tuco {
    /// Puts a lead into a campaign. It may be said again: nobody enters twice.
    ///
    /// # Errors
    /// See [`Error`]; [`crate::ErrorKind::NotFound`] where the workspace has no such campaign, or no such lead.
    pub async fn enrol(&self, campaign: &str, lead: &str) -> Result<Enrolled, Error> {
        let path = ["api", "campaigns", campaign, "leads"];
        let mut ask = Ask::new("campaigns.enrol", Method::POST, &path);
        ask.body = Some(json!({"leadId": lead}));
        let (_, answer) = self.ask(ask).await?;
        let told = Fields::of(&answer);
        Ok(Enrolled {
            already: told
                .and_then(|told| told.flag(&["alreadyInCampaign"]))
                .unwrap_or(false),
            messages: told.and_then(|told| told.count(&["messageCount"])),
        })
    }
}
