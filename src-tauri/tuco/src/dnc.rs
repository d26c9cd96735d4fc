//! Do-not-contact entries.
//!
//! Only the addresses and parameters are documented (<https://docs.tuco.ai/features/dnc>), not what
//! comes back, so little is asked of the answers.

use crate::client::{Ask, Tuco, unexpected};
use crate::lenient::{Fields, list_in, read_items, total_pages};
use crate::{Error, ErrorKind, debug_by};
use serde_json::json;
use wire::{Method, Repeat, Timestamp};

/// A person who must not be contacted.
#[derive(Clone, PartialEq, Eq)]
pub struct DncEntry {
    /// Id by which it can be removed, where told.
    pub id: Option<String>,
    /// Number.
    pub phone: Option<String>,
    /// Email address.
    pub email: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Since when.
    pub created_at: Option<Timestamp>,
}
debug_by!(DncEntry, id, created_at);

/// A page of entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DncPage {
    /// The entries.
    pub items: Vec<DncEntry>,
    /// How many pages there are, where told.
    pub total_pages: Option<u32>,
    /// Items that could not be read.
    pub skipped: u32,
}

impl Tuco {
    /// A page of entries, from page 1.
    pub async fn dnc_list(
        &self,
        page: u32,
        limit: u32,
        search: Option<&str>,
    ) -> Result<DncPage, Error> {
        const NAME: &str = "dnc.list";
        let ask = Ask::new(NAME, Method::GET, &["api", "dnc"])
            .with("page", Some(page.max(1)))
            .with("limit", Some(limit.max(1)))
            .with("search", search);
        let (_, answer) = self.ask(ask).await?;
        let items = list_in(
            &answer,
            &["dnc", "dncList", "entries", "list", "contacts", "numbers"],
        );
        let items = items.ok_or_else(|| unexpected(NAME, Repeat::Safe))?;
        let (items, skipped) = read_items(items, read);
        Ok(DncPage {
            items,
            total_pages: total_pages(&answer),
            skipped,
        })
    }

    /// Adds a number. One that is there already is no error; the entry comes back where told.
    pub async fn dnc_add(
        &self,
        phone: &str,
        reason: Option<&str>,
    ) -> Result<Option<DncEntry>, Error> {
        let mut ask = Ask::new("dnc.add", Method::POST, &["api", "dnc"]);
        ask.body = Some(match reason {
            Some(reason) => json!({"phone": phone, "reason": reason}),
            None => json!({"phone": phone}),
        });
        match self.ask(ask).await {
            Ok((_, answer)) => {
                let top = Fields::of(&answer);
                let inner = ["entry", "dnc", "data"]
                    .iter()
                    .find_map(|name| top?.inner(name));
                Ok(inner.or(top).and_then(read))
            }
            Err(error) if error.kind == ErrorKind::Conflict => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Removes an entry.
    pub async fn dnc_remove(&self, id: &str) -> Result<(), Error> {
        let ask = Ask::new("dnc.remove", Method::DELETE, &["api", "dnc"]).with("id", Some(id));
        self.ask(ask).await.map(drop)
    }
}

/// An entry that names nobody is none.
fn read(entry: Fields<'_>) -> Option<DncEntry> {
    let (phone, email) = (
        entry.word(&["phone", "phoneNumber", "number", "recipientPhone"]),
        entry.word(&["email", "recipientEmail"]),
    );
    if phone.is_none() && email.is_none() {
        return None;
    }
    Some(DncEntry {
        id: entry.word(&["_id", "id"]),
        phone,
        email,
        reason: entry.word(&["reason"]),
        created_at: entry.time(&["createdAt", "addedAt"]),
    })
}
