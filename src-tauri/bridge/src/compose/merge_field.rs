//! The fields that can stand in a text: what the portal has, with the values of the contact at hand.
//!
//! Whatever the key may not read is left out; a text can be written without it.

use super::fields::{given, value};
use super::{Order, Recipient};
use crate::engine::Engine;
use crate::guard::Who;
use crate::trouble::Trouble;
use hubspot::{ObjectKind, Property};
use message::template::{Formatting, Open, Template, Values};
use std::sync::PoisonError;
use wire::RetryClass;

/// Definitions change rarely.
const DEFINITIONS_MS: i64 = 10 * 60 * 1_000;
/// More fields of one object than these are no choice.
const MOST: usize = 300;
const OBJECTS: [(&str, ObjectKind); 3] = [
    ("contact", ObjectKind::Contacts),
    ("company", ObjectKind::Companies),
    ("deal", ObjectKind::Deals),
];

/// The properties of each object that may be read.
pub(crate) type Definitions = Vec<(&'static str, Vec<Property>)>;

/// One way to write a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spelling {
    /// As in `{{contact.firstname}}`.
    pub token: String,
    /// What comes of it for the contact at hand; may be empty.
    pub example: String,
}

/// A field that can stand in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergeField {
    /// As in `contact.firstname`.
    pub path: String,
    /// Name to show.
    pub label: String,
    /// HubSpot's word for what it holds, such as `date`; `text` for what is not HubSpot's.
    pub kind: String,
    /// As it would be written; none where nothing is known.
    pub value: Option<String>,
    /// The plain one first.
    pub spellings: Vec<Spelling>,
}

impl Engine {
    /// Every field that can be written, with the values of this contact.
    ///
    /// # Errors
    /// See [`Trouble`].
    pub async fn merge_fields(
        &self,
        contact: Option<&str>,
        sender: &str,
    ) -> Result<Vec<MergeField>, Trouble> {
        let who = match contact {
            Some(contact) => {
                let to = Recipient::Contact(contact.to_owned());
                match self.remembered_person(&to) {
                    Some(who) => who,
                    None => self.who(&to).await?,
                }
            }
            None => Who::default(),
        };
        let definitions = self.definitions().await?;
        let mut values = self.values_of_all(&who, &definitions).await?;
        let order = Order {
            who: sender.to_owned(),
            ..Order::new(Recipient::Contact(String::new()), "")
        };
        let name = self.settings()?.sending.sender;
        let own = ["sender.firstname", "sender.name"];
        values.extend(given(&own, &order, name.as_deref()));
        let formatting = self.formatting(&who)?;
        let written = |path: String, label: String, kind: String| {
            let spellings: Vec<Spelling> = formats(&path, &kind)
                .into_iter()
                .map(|token| Spelling {
                    example: example(&token, &values, &formatting),
                    token,
                })
                .collect();
            let value = spellings.first().map(|plain| plain.example.clone());
            MergeField {
                path,
                label,
                kind,
                value: value.filter(|value| !value.is_empty()),
                spellings,
            }
        };
        let mut fields = Vec::new();
        for (object, properties) in &definitions {
            for property in properties {
                let path = format!("{object}.{}", property.name);
                fields.push(written(
                    path,
                    property.label.clone(),
                    property.value_type.clone(),
                ));
            }
        }
        for (path, label) in [
            ("owner.firstname", "Owner: first name"),
            ("owner.lastname", "Owner: last name"),
            ("owner.name", "Owner: name"),
            ("owner.email", "Owner: e-mail"),
            ("sender.firstname", "My first name"),
            ("sender.name", "My name"),
        ] {
            fields.push(written(path.into(), label.into(), "text".into()));
        }
        Ok(fields)
    }

    /// Those of the open places that ask for a property that the portal does not have.
    pub(super) async fn unknown_fields(&self, open: &[Open]) -> Result<Vec<String>, Trouble> {
        if open.is_empty() {
            return Ok(Vec::new());
        }
        let definitions = self.definitions_with_hidden().await?;
        let is_unknown = |path: &str| {
            let Some((object, name)) = path.split_once('.') else {
                return false;
            };
            let of = definitions.iter().find(|(known, _)| *known == object);
            of.is_some_and(|(_, properties)| !properties.iter().any(|one| one.name == name))
        };
        let unknown = open.iter().filter(|open| is_unknown(&open.path));
        Ok(unknown.map(|open| open.path.clone()).collect())
    }

    /// What is worth choosing from: neither hidden nor HubSpot's own reckoning.
    async fn definitions(&self) -> Result<Definitions, Trouble> {
        let mut all = self.definitions_with_hidden().await?;
        for (_, properties) in &mut all {
            properties.retain(|one| !one.hidden && !one.archived && !one.name.starts_with("hs_"));
            properties.sort_by_key(|one| (rank(&one.name), one.label.to_lowercase()));
            properties.truncate(MOST);
        }
        Ok(all)
    }

    /// They changed: they are read again when they are asked for.
    pub(crate) fn forget_definitions(&self) {
        *self
            .definitions
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = None;
    }

    pub(crate) async fn definitions_with_hidden(&self) -> Result<Definitions, Trouble> {
        let now = self.now();
        let known = self
            .definitions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some((_, all)) =
            known.filter(|(at, _)| (*at..at.saturating_add(DEFINITIONS_MS)).contains(&now))
        {
            return Ok(all);
        }
        let mut all = Definitions::new();
        for (object, kind) in OBJECTS {
            let hubspot = &self.outside.hubspot;
            match self.attempt(|| hubspot.properties(kind)).await {
                Ok(properties) => all.push((object, properties)),
                Err(trouble) if may_not_be_read(&trouble) => {}
                Err(trouble) => return Err(trouble),
            }
        }
        *self
            .definitions
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some((now, all.clone()));
        Ok(all)
    }

    async fn values_of_all(&self, who: &Who, all: &Definitions) -> Result<Values, Trouble> {
        let mut values = Values::new();
        let Some(contact) = &who.contact_id else {
            return Ok(values);
        };
        let hubspot = &self.outside.hubspot;
        for (object, properties) in all {
            let names: Vec<&str> = properties.iter().map(|one| one.name.as_str()).collect();
            let record = match *object {
                "contact" => {
                    let ids = [contact.clone()];
                    let read = self
                        .attempt(|| hubspot.batch_read(ObjectKind::Contacts, None, &ids, &names))
                        .await;
                    read.map(|records| records.into_iter().next())
                }
                "company" => {
                    self.newest_tied(contact, ObjectKind::Companies, &names)
                        .await
                }
                _ => self.newest_tied(contact, ObjectKind::Deals, &names).await,
            };
            let record = match record {
                Ok(record) => record,
                Err(trouble) if may_not_be_read(&trouble) => None,
                Err(trouble) => return Err(trouble),
            };
            let known = names.iter().filter_map(|name| {
                let text = record.as_ref()?.text(name)?;
                Some((format!("{object}.{name}"), value(text)))
            });
            values.extend(known);
        }
        let owner = ["firstname", "lastname", "name", "email"].map(|name| format!("owner.{name}"));
        let owner: Vec<&str> = owner.iter().map(String::as_str).collect();
        match self.facts_for(&owner, who).await {
            Ok(facts) => values.extend(facts),
            Err(trouble) if may_not_be_read(&trouble) => {}
            Err(trouble) => return Err(trouble),
        }
        Ok(values)
    }
}

/// The key lacks a scope, or the portal the object: no reason to write nothing at all.
pub(super) fn may_not_be_read(trouble: &Trouble) -> bool {
    matches!(trouble, Trouble::HubSpot(_)) && trouble.retry_class() == RetryClass::Permanent
}

/// What people write most comes first.
fn rank(name: &str) -> u8 {
    match name {
        "firstname" | "name" | "dealname" => 0,
        "lastname" | "amount" => 1,
        "email" | "phone" | "closedate" | "company" => 2,
        _ => 3,
    }
}

fn formats(path: &str, kind: &str) -> Vec<String> {
    let words: &[&str] = match kind {
        "date" => &["", ":date(short)", ":date(weekday)"],
        "datetime" => &["", ":date(short)", ":date(weekday)", ":time"],
        "number" => &["", ":number", ":money"],
        _ => &[""],
    };
    words
        .iter()
        .map(|word| format!("{{{{{path}{word}}}}}"))
        .collect()
}

/// Empty where nothing is known, or the value does not fit.
fn example(token: &str, values: &Values, formatting: &Formatting) -> String {
    let (template, _) = Template::read(token);
    let rendered = template.render(values, formatting);
    if rendered.open.is_empty() {
        rendered.text
    } else {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use message::template::{Value, ValueKind};

    #[test]
    fn a_field_shows_what_comes_of_each_way_to_write_it() {
        let values = Values::from([(
            "deal.closedate".to_owned(),
            Value {
                text: "2026-03-09".to_owned(),
                kind: ValueKind::Date,
            },
        )]);
        let formatting = Formatting::default();
        let of: Vec<String> = formats("deal.closedate", "date")
            .iter()
            .map(|token| example(token, &values, &formatting))
            .collect();
        assert_eq!(of, ["March 9, 2026", "Mar 9", "Monday, March 9"]);
        assert_eq!(example("{{deal.amount}}", &values, &formatting), "");
    }
}
