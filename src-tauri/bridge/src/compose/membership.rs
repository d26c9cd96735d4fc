//! The lists that a contact is on, for whoever writes to it. Read when it is looked at, and kept nowhere.

use crate::engine::Engine;
use crate::refusal;
use crate::trouble::Trouble;
use hubspot::{ContactList, ObjectKind};

/// More lists than this are not shown.
const MOST_LISTS: usize = 100;

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OnLists {
    /// These, by name.
    Known {
        /// The lists.
        lists: Vec<ContactList>,
        /// It is on more than these.
        more: bool,
    },
    /// The key lacks the right to read lists.
    NotAllowed,
}

impl Engine {
    /// The lists that a contact is on; none of them where the portal has no such contact.
    ///
    /// # Errors
    /// Why HubSpot could not be asked.
    pub async fn lists_of_contact(&self, contact: &str) -> Result<OnLists, Trouble> {
        match self.lists_of(contact).await {
            Ok(known) => Ok(known),
            Err(Trouble::HubSpot(error)) if refusal::lacks_scopes(&error) => {
                Ok(OnLists::NotAllowed)
            }
            Err(Trouble::HubSpot(error)) if error.kind == hubspot::ErrorKind::NotFound => {
                Ok(OnLists::Known {
                    lists: Vec::new(),
                    more: false,
                })
            }
            Err(trouble) => Err(trouble),
        }
    }

    async fn lists_of(&self, contact: &str) -> Result<OnLists, Trouble> {
        let hubspot = &self.outside.hubspot;
        let page = self
            .attempt(|| hubspot.lists_of(ObjectKind::Contacts, contact, None))
            .await?;
        let more = page.after.is_some() || page.ids.len() > MOST_LISTS;
        let ids: Vec<String> = page.ids.into_iter().take(MOST_LISTS).collect();
        if ids.is_empty() {
            return Ok(OnLists::Known {
                lists: Vec::new(),
                more,
            });
        }
        let mut lists = self.attempt(|| hubspot.lists_by_id(&ids)).await?;
        lists.sort_by_key(|list| list.name.to_lowercase());
        Ok(OnLists::Known { lists, more })
    }
}
