//! Who left a list that a rule watches.
//!
//! HubSpot tells nobody who left. So the list is read whole, once an hour at most, and whoever was on it and
//! is not any more has left it, no earlier than when it was read before: that moment is the happening's own.
//! A rule that was turned on since then is not set off by it, and a list is read anew before one looks.
//!
//! Who leaves and comes back between two readings is not seen.

use super::Armed;
use super::budget::Reading;
use super::members::noted;
use crate::engine::Engine;
use crate::trouble::Trouble;
use ::rules::field::Object;
use ::rules::happening::{Happening, What};
use ::rules::rule::{ListStep, Rule, Trigger};
use std::collections::BTreeSet;
use wire::{RetryClass, Timestamp};

const EVERY_MS: u64 = 60 * 60 * 1_000;
/// A bound against a list that never ends.
const MOST_PAGES: u32 = 10_000;

/// The list whose leaving sets a rule off.
pub(super) fn list_of(rule: &Rule) -> Option<&str> {
    match &rule.trigger {
        Some(Trigger::List {
            list,
            step: ListStep::Leaves,
        }) => Some(list),
        _ => None,
    }
}

impl Engine {
    pub(super) async fn look_at_those_who_left(&self, armed: &[Armed]) -> Result<(), Trouble> {
        let lists: BTreeSet<&str> = armed.iter().filter_map(|one| list_of(&one.rule)).collect();
        for list in lists {
            let watchers: Vec<&Armed> = armed
                .iter()
                .filter(|one| list_of(&one.rule) == Some(list))
                .collect();
            let looked = self.look_who_left(armed, &watchers, list);
            let why = match self.counted_for(Reading::Leaves(list), looked).await {
                Ok(true) => continue,
                Ok(false) => format!("HubSpot has no list \"{list}\"."),
                Err(trouble @ Trouble::HubSpot(_))
                    if trouble.retry_class() == RetryClass::Permanent =>
                {
                    trouble.to_string()
                }
                Err(trouble) => return Err(trouble),
            };
            watchers
                .iter()
                .try_for_each(|one| self.pause_rule(one.row.id, &why))?;
        }
        Ok(())
    }

    /// False where there is no such list.
    async fn look_who_left(
        &self,
        armed: &[Armed],
        watchers: &[&Armed],
        named: &str,
    ) -> Result<bool, Trouble> {
        let id = self.id();
        let newest = watchers.iter().map(|one| one.row.armed_at).max();
        // Whoever is on the list now leaves it after every one of these rules was turned on.
        let now = self.now();
        let read_at = newest.map_or(now, |newest| now.max(newest.saturating_add(1)));
        let cursor = format!("rules.left.{named}");
        let kept = self.read(|rows| rows.cursor(id, &cursor))?;
        let kept = kept.as_deref().and_then(|kept| kept.split_once('/'));
        let last: Option<(String, Timestamp)> =
            kept.and_then(|(list, at)| Some((list.to_owned(), at.parse().ok()?)));
        if let Some((_, at)) = &last
            && now.abs_diff(*at) < EVERY_MS
            && newest.is_none_or(|newest: Timestamp| newest < *at)
        {
            return Ok(true);
        }
        let Some(list) = self.list_named(named).await? else {
            return Ok(false);
        };
        let members = self.everybody_on(&list).await?;
        let before = self.read(|rows| rows.list_members(id, &list))?;
        let left: Vec<&String> = before.difference(&members).collect();
        // Another list of that name is read for the first time.
        if let Some((_, since)) = last.filter(|(of, _)| *of == list) {
            for contact in &left {
                // Whoever was merged is on it under another id.
                let ids = self.ids_of(contact).await?;
                if ids.iter().any(|id| members.contains(id)) {
                    continue;
                }
                self.look_at_one_who_left(armed, (named, list.as_str()), contact, since)
                    .await?;
            }
        }
        self.write(|rows| {
            rows.change_list_members(id, &list, members.difference(&before), left)?;
            rows.set_cursor(id, &cursor, &format!("{list}/{read_at}"), now)
        })?;
        Ok(true)
    }

    async fn look_at_one_who_left(
        &self,
        armed: &[Armed],
        (named, list): (&str, &str),
        contact: &str,
        since: Timestamp,
    ) -> Result<(), Trouble> {
        let id = self.id();
        let (name, value) = noted(list, ListStep::Leaves);
        let of = (Object::Contact.as_str(), contact);
        let happening = Happening {
            what: What::List {
                list: named.to_owned(),
                step: ListStep::Leaves,
            },
            object: Object::Contact,
            record: contact.to_owned(),
            at: since,
            chain: self.read(|rows| rows.rule_chain(id, of, (name.as_str(), value)))?,
        };
        let meant: Vec<&Armed> = armed
            .iter()
            .filter(|one| one.looks_at(&happening))
            .collect();
        self.look_for_person(&meant, &happening, contact, None)
            .await
    }

    pub(super) async fn everybody_on(&self, list: &str) -> Result<BTreeSet<String>, Trouble> {
        let hubspot = &self.outside.hubspot;
        let (mut all, mut after) = (BTreeSet::new(), None::<String>);
        for _ in 0..MOST_PAGES {
            let page = self
                .attempt(|| hubspot.list_members(list, after.as_deref()))
                .await?;
            all.extend(page.ids);
            after = page.after;
            if after.is_none() {
                break;
            }
        }
        Ok(all)
    }
}
