//! Who joined a list that a rule watches.
//!
//! HubSpot tells who joined in the order in which they did. The last page is read again each round: one
//! call a list. Where that page is gone, because those on it left, the list is read from its beginning.

use super::Armed;
use super::budget::Reading;
use super::look::fires;
use super::members::noted;
use crate::engine::Engine;
use crate::trouble::Trouble;
use ::rules::field::Object;
use ::rules::happening::{Happening, What};
use ::rules::rule::{ListStep, Rule, Trigger};
use std::collections::BTreeSet;
use wire::{RetryClass, Timestamp};

/// A bound against a list that never ends: two and a half million people.
const MOST_PAGES: u32 = 10_000;

/// The list whose joining sets a rule off.
pub(super) fn list_of(rule: &Rule) -> Option<&str> {
    match &rule.trigger {
        Some(Trigger::List {
            list,
            step: ListStep::Joins,
        }) => Some(list),
        _ => None,
    }
}

impl Engine {
    pub(super) async fn look_at_lists(&self, armed: &[Armed]) -> Result<(), Trouble> {
        let lists: BTreeSet<&str> = armed.iter().filter_map(|one| list_of(&one.rule)).collect();
        for list in lists {
            let looked = self.look_at_list(armed, list);
            match self.counted_for(Reading::Joins(list), looked).await {
                Ok(()) => {}
                Err(trouble @ Trouble::HubSpot(_))
                    if trouble.retry_class() == RetryClass::Permanent =>
                {
                    let watchers = armed.iter().filter(|one| list_of(&one.rule) == Some(list));
                    let why = trouble.to_string();
                    watchers
                        .into_iter()
                        .try_for_each(|one| self.pause_rule(one.row.id, &why))?;
                }
                Err(trouble) => return Err(trouble),
            }
        }
        Ok(())
    }

    async fn look_at_list(&self, armed: &[Armed], list: &str) -> Result<(), Trouble> {
        let (connection, now) = (self.id(), self.now());
        let name = format!("rules.list.{list}");
        let kept = self.read(|rows| rows.cursor(connection, &name))?;
        let (id, page) = match kept.as_deref().and_then(|kept| kept.split_once('/')) {
            Some((id, page)) => (id.to_owned(), page.to_owned()),
            None => match self.list_named(list).await? {
                Some(id) => (id, String::new()),
                None => {
                    let why = format!("HubSpot has no list \"{list}\".");
                    let watchers = armed.iter().filter(|one| list_of(&one.rule) == Some(list));
                    return Ok(watchers
                        .into_iter()
                        .try_for_each(|one| self.pause_rule(one.row.id, &why))?);
                }
            },
        };
        let (joined, last) = self.joined(&id, &page).await?;
        for (contact, at) in joined {
            let mut happening = joins(list, contact, at);
            let meant: Vec<&Armed> = armed
                .iter()
                .filter(|one| one.looks_at(&happening))
                .collect();
            if meant.is_empty() {
                continue;
            }
            let contact = happening.record.clone();
            let (name, value) = noted(&id, ListStep::Joins);
            let of = (Object::Contact.as_str(), contact.as_str());
            happening.chain =
                self.read(|rows| rows.rule_chain(connection, of, (name.as_str(), value)))?;
            self.look_for_person(&meant, &happening, &contact, None)
                .await?;
        }
        Ok(self.write(|rows| rows.set_cursor(connection, &name, &format!("{id}/{last}"), now))?)
    }

    /// Everybody from this page on, and where the last page begins.
    async fn joined(
        &self,
        list: &str,
        from: &str,
    ) -> Result<(Vec<(String, Timestamp)>, String), Trouble> {
        let hubspot = &self.outside.hubspot;
        let (mut all, mut page) = (Vec::new(), from.to_owned());
        for _ in 0..MOST_PAGES {
            let after = Some(page.as_str()).filter(|page| !page.is_empty());
            let read = self.attempt(|| hubspot.list_joins(list, after)).await?;
            if read.joined.is_empty() && after.is_some() && all.is_empty() {
                page = String::new();
                continue;
            }
            all.extend(read.joined);
            match read.after {
                Some(next) => page = next,
                None => break,
            }
        }
        Ok((all, page))
    }

    /// The id of the list with this id or name; none where there is none, or several.
    pub(super) async fn list_named(&self, named: &str) -> Result<Option<String>, Trouble> {
        let named = named.trim();
        let lists = self.contact_lists(named).await?;
        let mut found = lists
            .iter()
            .filter(|list| list.name.eq_ignore_ascii_case(named));
        match (found.next(), found.next()) {
            (Some(only), None) => Ok(Some(only.id.clone())),
            _ if named.chars().all(|c| c.is_ascii_digit()) => Ok(Some(named.to_owned())),
            _ => Ok(None),
        }
    }

    /// Everybody who joined the rule's list since then.
    pub(super) async fn joins_of(
        &self,
        rule: &Rule,
        since: Timestamp,
    ) -> Result<Vec<Happening>, Trouble> {
        let Some(list) = list_of(rule) else {
            return Ok(Vec::new());
        };
        let Some(id) = self.list_named(list).await? else {
            return Ok(Vec::new());
        };
        let (joined, _) = self.joined(&id, "").await?;
        Ok(joined
            .into_iter()
            .filter(|(_, at)| *at > since)
            .map(|(contact, at)| joins(list, contact, at))
            .filter(|happening| fires(rule, happening))
            .collect())
    }
}

fn joins(list: &str, contact: String, at: Timestamp) -> Happening {
    Happening {
        what: What::List {
            list: list.to_owned(),
            step: ListStep::Joins,
        },
        object: Object::Contact,
        record: contact,
        at,
        chain: 0,
    }
}
