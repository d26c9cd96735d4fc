//! Which record belongs to which, and as what. Every link is held from both ends, since HubSpot has
//! one type id for each direction.

mod types;

use super::kind::Kind;
use std::collections::BTreeMap;

/// A record, named.
pub(crate) type End = (Kind, u64);

/// One type of association in one direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TypeId {
    /// Whether the portal made it; else HubSpot did.
    pub(crate) own: bool,
    pub(crate) id: u32,
}

impl TypeId {
    /// A type that every portal has.
    pub(crate) const fn built_in(id: u32) -> Self {
        Self { own: false, id }
    }

    /// `HUBSPOT_DEFINED` or `USER_DEFINED`.
    pub(crate) const fn category(self) -> &'static str {
        if self.own {
            "USER_DEFINED"
        } else {
            "HUBSPOT_DEFINED"
        }
    }
}

/// A label that the portal made for a pair of object types.
#[derive(Debug, Clone)]
pub(crate) struct Label {
    pub(crate) from: Kind,
    pub(crate) to: Kind,
    pub(crate) id: u32,
    pub(crate) inverse: u32,
    pub(crate) name: String,
    pub(crate) label: String,
}

/// All associations of the portal.
#[derive(Debug, Default)]
pub(crate) struct Associations {
    edges: BTreeMap<End, BTreeMap<End, Vec<TypeId>>>,
    pub(crate) labels: Vec<Label>,
}

impl Associations {
    /// The unlabelled type of this direction.
    pub(crate) fn default_type(from: Kind, to: Kind) -> Option<TypeId> {
        types::default_of(from, to).map(TypeId::built_in)
    }

    /// The type for the other direction; nothing if `one` does not go from `from` to `to`.
    pub(crate) fn inverse(&self, from: Kind, to: Kind, one: TypeId) -> Option<TypeId> {
        if one.own {
            return self
                .labels
                .iter()
                .find(|label| label.id == one.id && label.from == from && label.to == to)
                .map(|label| TypeId {
                    own: true,
                    id: label.inverse,
                });
        }
        types::inverse_of(from, to, one.id).map(TypeId::built_in)
    }

    /// Between which types a built-in type id goes.
    pub(crate) fn direction(one: TypeId) -> Option<(Kind, Kind)> {
        if one.own {
            None
        } else {
            types::direction(one.id)
        }
    }

    /// The label of a type, if it has one.
    pub(crate) fn label_of(&self, one: TypeId) -> Option<&str> {
        if one.own {
            return self
                .labels
                .iter()
                .find(|label| label.id == one.id)
                .map(|found| &*found.label);
        }
        types::label(one.id)
    }

    /// Adds types to the link of two records, and the unlabelled one, which every link has. Whoever
    /// calls has checked that they fit.
    pub(crate) fn link(&mut self, from: End, to: End, wanted: &[TypeId]) {
        let mut all: Vec<TypeId> = Self::default_type(from.0, to.0).into_iter().collect();
        all.extend(
            wanted
                .iter()
                .filter(|one| !one.own || self.label_of(**one).is_some()),
        );
        for one in all {
            let Some(inverse) = self.inverse(from.0, to.0, one) else {
                continue;
            };
            if types::is_primary(one.id) && !one.own {
                self.give_up_primary(if from.0 == Kind::Company && to.0 != Kind::Company {
                    (to, Kind::Company)
                } else {
                    (from, to.0)
                });
            }
            self.add(from, to, one);
            self.add(to, from, inverse);
        }
    }

    /// The default link. A contact's first company becomes its primary one.
    pub(crate) fn link_default(&mut self, from: End, to: End) {
        let (person, company) = if from.0 == Kind::Company {
            (to, from)
        } else {
            (from, to)
        };
        let primary = types::primary_of(person.0, company.0)
            .filter(|id| !self.has_type(person, company.0, TypeId::built_in(*id)));
        match primary {
            Some(id) => self.link(person, company, &[TypeId::built_in(id)]),
            None => self.link(from, to, &[]),
        }
    }

    /// Takes the link away with all its types.
    pub(crate) fn unlink(&mut self, from: End, to: End) {
        for (one, other) in [(from, to), (to, from)] {
            if let Some(links) = self.edges.get_mut(&one) {
                links.remove(&other);
                if links.is_empty() {
                    self.edges.remove(&one);
                }
            }
        }
    }

    /// Takes some types away; the unlabelled one takes all with it.
    pub(crate) fn unlabel(&mut self, from: End, to: End, types: &[TypeId]) {
        if types
            .iter()
            .any(|one| Self::default_type(from.0, to.0) == Some(*one))
        {
            self.unlink(from, to);
            return;
        }
        for one in types {
            let inverse = self.inverse(from.0, to.0, *one);
            self.drop_type(from, to, *one);
            if let Some(inverse) = inverse {
                self.drop_type(to, from, inverse);
            }
        }
    }

    /// What a record is linked to, of one object type, by id.
    pub(crate) fn of(&self, from: End, to: Kind) -> impl Iterator<Item = (u64, &[TypeId])> {
        self.edges
            .get(&from)
            .into_iter()
            .flat_map(move |links| links.range((to, 0)..=(to, u64::MAX)))
            .map(|((_, id), types)| (*id, types.as_slice()))
    }

    /// How many of one object type a record is linked to.
    pub(crate) fn count(&self, from: End, to: Kind) -> usize {
        self.of(from, to).count()
    }

    /// The company that stands for this contact.
    pub(crate) fn primary_company(&self, contact: u64) -> Option<u64> {
        let primary = TypeId::built_in(types::primary_of(Kind::Contact, Kind::Company)?);
        self.of((Kind::Contact, contact), Kind::Company)
            .find(|(_, types)| types.contains(&primary))
            .map(|(id, _)| id)
    }

    /// Hands all links of one record to another.
    pub(crate) fn hand_over(&mut self, from: End, to: End) {
        let Some(links) = self.edges.remove(&from) else {
            return;
        };
        for (other, types) in links {
            if let Some(back) = self.edges.get_mut(&other) {
                back.remove(&from);
            }
            if other == to {
                continue;
            }
            let primary_taken = types
                .iter()
                .any(|one| types::is_primary(one.id) && self.has_type(to, other.0, *one));
            let kept: Vec<TypeId> = types
                .into_iter()
                .filter(|one| !(primary_taken && types::is_primary(one.id) && !one.own))
                .collect();
            self.link(to, other, &kept);
        }
    }

    /// Forgets a record.
    pub(crate) fn forget(&mut self, end: End) {
        let Some(links) = self.edges.remove(&end) else {
            return;
        };
        for other in links.keys() {
            if let Some(back) = self.edges.get_mut(other) {
                back.remove(&end);
            }
        }
    }

    /// Makes a label, with a type id for each direction.
    pub(crate) fn add_label(&mut self, from: Kind, to: Kind, name: &str, label: &str, back: &str) {
        let first = 36 + u32::try_from(self.labels.len()).unwrap_or_default();
        let mut add = |from, to, id, inverse, label: &str| {
            let (name, label) = (name.to_owned(), label.to_owned());
            self.labels.push(Label {
                from,
                to,
                id,
                inverse,
                name,
                label,
            });
        };
        if from == to && label == back {
            add(from, to, first, first, label);
        } else {
            add(from, to, first, first + 1, label);
            add(to, from, first + 1, first, back);
        }
    }

    /// The types that go from one object type to another: the built-in ones first.
    pub(crate) fn types_between(&self, from: Kind, to: Kind) -> Vec<TypeId> {
        let own = self
            .labels
            .iter()
            .filter(|label| label.from == from && label.to == to);
        types::between(from, to)
            .map(TypeId::built_in)
            .chain(own.map(|label| TypeId {
                own: true,
                id: label.id,
            }))
            .collect()
    }

    /// `contact_to_company`, as a record's own `associations` names a type.
    pub(crate) fn spoken_type(&self, from: Kind, to: Kind, one: TypeId) -> String {
        if one.own {
            return self
                .label_of(one)
                .unwrap_or_default()
                .to_lowercase()
                .replace(' ', "_");
        }
        let plain = format!("{}_to_{}", from.singular(), to.singular());
        let has_primary = types::between(from, to).any(types::is_primary);
        if has_primary && !types::is_primary(one.id) {
            format!("{plain}_unlabeled")
        } else {
            plain
        }
    }

    fn add(&mut self, from: End, to: End, one: TypeId) {
        let types = self.edges.entry(from).or_default().entry(to).or_default();
        if let Err(place) = types.binary_search(&one) {
            types.insert(place, one);
        }
    }

    fn drop_type(&mut self, from: End, to: End, one: TypeId) {
        if let Some(types) = self
            .edges
            .get_mut(&from)
            .and_then(|links| links.get_mut(&to))
        {
            types.retain(|other| *other != one);
        }
    }

    fn has_type(&self, from: End, to: Kind, one: TypeId) -> bool {
        self.of(from, to).any(|(_, types)| types.contains(&one))
    }

    /// A record has one primary company: the one before loses the mark.
    fn give_up_primary(&mut self, (from, to): (End, Kind)) {
        let Some(primary) = types::primary_of(from.0, to) else {
            return;
        };
        let primary = TypeId::built_in(primary);
        let before: Vec<u64> = self
            .of(from, to)
            .filter(|(_, types)| types.contains(&primary))
            .map(|(id, _)| id)
            .collect();
        for id in before {
            let inverse = self.inverse(from.0, to, primary);
            self.drop_type(from, (to, id), primary);
            if let Some(inverse) = inverse {
                self.drop_type((to, id), from, inverse);
            }
        }
    }
}
