//! What a portal calls the properties, options, stages, owners and lists that a rule names, as they were
//! last read. What it does not know is told as it is written.

use super::kind_of;
use crate::people::discovery;
use crate::store::{Reader, StoreError};
use ::rules::field::{Field, Object};
use ::rules::words::{AsWritten, Names};
use mapping::portal::{Portal, Property};

/// See the module.
#[derive(Debug, Clone, Default)]
pub struct Called(Portal);

impl Called {
    /// The names that a connection's portal was last read with.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn read(rows: &Reader<'_>, connection: i64) -> Result<Self, StoreError> {
        Ok(Self(discovery::kept(rows, connection)?.0))
    }

    fn property(&self, field: &Field) -> Option<&Property> {
        self.0
            .property(kind_of(field.object)?.path(), &field.name)
            .filter(|property| !property.label.trim().is_empty())
    }

    fn label(&self, field: &Field, value: &str) -> Option<String> {
        let property = self.property(field)?;
        if property.owner {
            let owner = self.0.owners.iter().find(|owner| owner.id == value)?;
            return Some(owner.name.clone());
        }
        let chosen = property.choices.iter().find(|one| one.value == value);
        let stage = || self.0.stage(kind_of(field.object)?.path(), value);
        chosen
            .map(|choice| choice.label.clone())
            .or_else(|| stage().map(|stage| stage.label.clone()))
    }
}

impl Names for Called {
    fn field(&self, field: &Field) -> String {
        match self.property(field) {
            None if field.object == Object::Lead => {
                format!("{} of the lead", mapping::lead::label(&field.name))
            }
            None => AsWritten.field(field),
            Some(property) if field.object == Object::Contact => property.label.clone(),
            Some(property) => format!("{} of the {}", property.label, field.object.as_str()),
        }
    }

    fn value(&self, field: &Field, value: &str) -> String {
        self.label(field, value)
            .filter(|label| !label.trim().is_empty())
            .unwrap_or_else(|| value.to_owned())
    }

    fn list(&self, list: &str) -> String {
        let known = self.0.lists.iter().find(|one| one.id == list);
        known.map_or_else(|| list.to_owned(), |one| one.name.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::rules::file;
    use ::rules::rule::Action;
    use ::rules::words::sentence;
    use mapping::portal::{Choice, Object as Kind, Owner};

    fn portal() -> Called {
        let property = |name: &str, label: &str, choices: &[(&str, &str)]| Property {
            name: name.to_owned(),
            label: label.to_owned(),
            choices: choices
                .iter()
                .map(|(value, label)| Choice {
                    value: (*value).to_owned(),
                    label: (*label).to_owned(),
                    ..Choice::default()
                })
                .collect(),
            ..Property::default()
        };
        let kind = |property: Property| Kind {
            properties: [(property.name.clone(), property)].into(),
            ..Kind::default()
        };
        let stages = [("marketingqualifiedlead", "Marketing Qualified Lead")];
        let mut contacts = kind(property("lifecyclestage", "Lifecycle Stage", &stages));
        let owner = Property {
            owner: true,
            ..property("hubspot_owner_id", "Contact owner", &[])
        };
        contacts.properties.insert(owner.name.clone(), owner);
        let won = [("closedwon", "Closed Won")];
        let objects = [
            ("contacts".to_owned(), contacts),
            (
                "deals".to_owned(),
                kind(property("dealstage", "Deal Stage", &won)),
            ),
            (
                "companies".to_owned(),
                kind(property("annualrevenue", "Annual Revenue", &[])),
            ),
        ];
        Called(Portal {
            objects: objects.into(),
            owners: vec![Owner {
                id: "7".to_owned(),
                name: "Sam Lee".to_owned(),
                ..Owner::default()
            }],
            ..Portal::default()
        })
    }

    #[test]
    fn a_sentence_speaks_as_the_portal_does_and_tells_what_it_does_not_know_as_written() {
        let text = "[[rule]]\nname = \"A\"\nwhen = { property = \"contact.lifecyclestage\", becomes = \
                    [\"marketingqualifiedlead\", \"new_one\"] }\nif = { all = [\
                    { field = \"company.annualrevenue\", over = 100000 }, \
                    { field = \"lead.jobTitle\", is_known = true }, \
                    { field = \"contact.unheard_of\", is_known = true }] }\n\
                    do = [{ send = \"Hello\", line = \"any\" }]\n";
        let rule = file::read(text).unwrap().remove(0);
        let words = sentence(&rule, &portal());
        assert!(
            words.starts_with(
                "When Lifecycle Stage becomes Marketing Qualified Lead or new_one, \
                 if Annual Revenue of the company is over 100000 and Job title of the lead is known \
                 and contact.unheard_of is known, send"
            ),
            "{words}"
        );
    }
    #[test]
    fn what_is_done_speaks_as_the_portal_does_and_says_what_is_not_chosen() {
        let text = "[[rule]]\nname = \"A\"\nwhen = { created = \"contact\" }\n\
                    do = [{ assign_owner = \"7\" }, { move_deal_to = \"closedwon\" }]\n";
        let mut rule = file::read(text).unwrap().remove(0);
        let words = sentence(&rule, &portal());
        assert!(
            words.contains("make Sam Lee the owner and move the deal to Closed Won"),
            "{words}"
        );
        rule.actions = vec![Action::AddToList {
            list: String::new(),
        }];
        let words = sentence(&rule, &portal());
        assert!(
            words.contains("add the contact to the list (nothing is chosen yet)"),
            "{words}"
        );
    }
}
