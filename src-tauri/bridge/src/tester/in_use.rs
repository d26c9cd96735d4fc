//! What a connection uses of its portal beyond contacts: what the mapping takes, what rules look at and
//! change, whom people are kept in step for, and what templates say.

use crate::people::also::Extra;
use crate::people::{self, mappings};
use crate::store::rule::RuleState;
use crate::store::{Reader, StoreError};
use ::rules::field::Object;
use ::rules::rule::{Action, Rule, Trigger};
use hubspot::scopes::Feature;
use mapping::Source;
use mapping::filter::Which;
use std::collections::BTreeSet;

/// What a connection uses.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InUse {
    /// Something that is switched on does not work without these.
    pub needed: BTreeSet<Feature>,
    /// A template has a place for these, and may be sent by hand at any moment. All connections share the
    /// templates, so this one may never send it.
    pub wished: BTreeSet<Feature>,
}

impl InUse {
    /// All of it: what a sign-in asks for.
    pub fn all(&self) -> BTreeSet<Feature> {
        self.needed.union(&self.wished).copied().collect()
    }
}

/// What the connection uses now.
///
/// # Errors
/// See [`StoreError`].
pub fn in_use(rows: &Reader<'_>, connection: i64) -> Result<InUse, StoreError> {
    let mut in_use = InUse::default();
    let found = &mut in_use.needed;
    let setup = people::setup(rows, connection)?;
    if setup.is_on() {
        if matches!(setup.which, Which::List { .. }) {
            found.insert(Feature::Lists);
        }
        // What can't be read is told where it is shown, and keeps no test from running.
        if let Ok(mapping) = mappings::current(rows, connection) {
            found.extend(mapping.sources().iter().flat_map(of_source));
        }
    }
    for extra in Extra::ALL.into_iter().filter(|one| setup.also.has(*one)) {
        found.extend(extra.needs());
        in_use.wished.extend(extra.wishes());
    }
    for row in rows.rules(connection)? {
        // One that paused itself may have done so for want of a scope.
        if row.state != RuleState::Off {
            let rules = ::rules::file::read(&row.body).unwrap_or_default();
            rules.iter().for_each(|rule| of_rule(rule, found));
        }
    }
    for row in rows.templates()? {
        of_text(&row.body.text, &mut in_use.wished);
    }
    Ok(in_use)
}

fn of_source(source: &Source) -> &'static [Feature] {
    match (source, source.object()) {
        (Source::Owner(_), _) => &[Feature::Owners],
        (_, None | Some("contacts")) => &[],
        (_, Some("companies")) => &[Feature::Companies],
        (_, Some("deals")) => &[Feature::Deals],
        (_, Some("tickets")) => &[Feature::Tickets],
        // Whatever else there is the portal defined itself.
        (_, Some(_)) => &[Feature::CustomSchemas, Feature::CustomObjects],
    }
}

fn of_rule(rule: &Rule, found: &mut BTreeSet<Feature>) {
    match &rule.trigger {
        Some(Trigger::List { .. }) => {
            found.insert(Feature::Lists);
        }
        Some(Trigger::Created(object)) => found.extend(reading(*object)),
        _ => {}
    }
    found.extend(
        rule.fields()
            .iter()
            .filter_map(|field| reading(field.object)),
    );
    for action in &rule.actions {
        match action {
            Action::SetProperty { field, .. } => {
                // Whose record it is has to be found out first.
                found.extend(reading(field.object));
                found.extend(changing(field.object));
            }
            Action::MoveDeal { .. } => {
                found.extend([Feature::Deals, Feature::ChangeDeals]);
            }
            Action::AddToList { .. } | Action::RemoveFromList { .. } => {
                found.extend([Feature::Lists, Feature::ChangeLists]);
            }
            // An id is written as it is; an address is looked up.
            Action::AssignOwner { owner } if owner.contains('@') => {
                found.insert(Feature::Owners);
            }
            _ => {}
        }
    }
}

fn reading(object: Object) -> Option<Feature> {
    match object {
        Object::Company => Some(Feature::Companies),
        Object::Deal => Some(Feature::Deals),
        Object::Ticket => Some(Feature::Tickets),
        Object::Contact | Object::Lead => None,
    }
}

fn changing(object: Object) -> Option<Feature> {
    match object {
        Object::Company => Some(Feature::ChangeCompanies),
        Object::Deal => Some(Feature::ChangeDeals),
        Object::Ticket => Some(Feature::ChangeTickets),
        Object::Contact | Object::Lead => None,
    }
}

/// The objects that a text's places begin with.
fn of_text(text: &str, found: &mut BTreeSet<Feature>) {
    for place in text.split("{{").skip(1) {
        let place = place.trim_start();
        for (object, feature) in [
            ("company.", Feature::Companies),
            ("deal.", Feature::Deals),
            ("owner.", Feature::Owners),
        ] {
            if place.starts_with(object) {
                found.insert(feature);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: [(&str, &[Feature]); 6] = [
        (
            "when = { lifecycle_stage = \"customer\" }\ndo = [{ note = \"Hi\" }]",
            &[],
        ),
        (
            "when = { joins_list = \"7\" }\ndo = [{ note = \"Hi\" }]",
            &[Feature::Lists],
        ),
        (
            "when = { created = \"ticket\" }\ndo = [{ note = \"Hi\" }]",
            &[Feature::Tickets],
        ),
        (
            "when = { property = \"contact.city\", is_set = true }\n\
             if = { field = \"company.industry\", is = \"Retail\" }\ndo = [{ note = \"Hi\" }]",
            &[Feature::Companies],
        ),
        (
            "when = { property = \"deal.dealstage\", becomes = \"won\" }\n\
             do = [{ set = \"company.rank\", to = \"gold\" }]",
            &[Feature::Companies, Feature::Deals, Feature::ChangeCompanies],
        ),
        (
            "when = { lifecycle_stage = \"customer\" }\n\
             do = [{ move_deal_to = \"won\" }, { assign_owner = \"ana@example.com\" }]",
            &[Feature::Owners, Feature::Deals, Feature::ChangeDeals],
        ),
    ];

    fn of_rules(text: &str) -> BTreeSet<Feature> {
        let mut found = BTreeSet::new();
        let rules = ::rules::file::read(text).unwrap();
        assert!(!rules.is_empty());
        rules.iter().for_each(|rule| of_rule(rule, &mut found));
        found
    }

    #[test]
    fn a_rule_needs_what_it_looks_at_and_what_it_changes() {
        for (rule, needed) in RULES {
            let text = format!("[[rule]]\nname = \"One\"\n{rule}\n");
            assert_eq!(
                of_rules(&text),
                BTreeSet::from_iter(needed.iter().copied()),
                "{rule}"
            );
        }
    }

    #[test]
    fn a_mapping_needs_the_records_that_its_rows_read() {
        for (source, needed) in [
            ("firstname", &[][..]),
            ("company.domain", &[Feature::Companies]),
            ("deal(newest_open).amount", &[Feature::Deals]),
            ("count(deals, open)", &[Feature::Deals]),
            ("ticket.subject", &[Feature::Tickets]),
            ("owner.email", &[Feature::Owners]),
            (
                "object(treatments).treatment_name",
                &[Feature::CustomSchemas, Feature::CustomObjects],
            ),
            (
                "count(treatments)",
                &[Feature::CustomSchemas, Feature::CustomObjects],
            ),
        ] {
            assert_eq!(of_source(&source.parse().unwrap()), needed, "{source}");
        }
    }

    #[test]
    fn a_text_wishes_for_what_its_places_are_of() {
        let mut found = BTreeSet::new();
        of_text(
            "Hi {{contact.firstname|there}}, {{ deal.amount }} of {{owner.name}}",
            &mut found,
        );
        assert_eq!(found, BTreeSet::from([Feature::Deals, Feature::Owners]));
    }
}
