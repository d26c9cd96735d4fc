//! Making and changing records: what is checked against other records before anything is written, and
//! the writing itself.

use super::associations::{Associations, End, TypeId};
use super::errors::{Refusal, bad_associations, contact_exists, missing_field, value_taken};
use super::kind::Kind;
use super::record::Record;
use super::{Portal, computed};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Values that earlier inputs of the same request will take, with who takes them.
pub(crate) type Claims = BTreeMap<(Arc<str>, String), u64>;

/// Links that a new record comes with.
pub(crate) type Links = Vec<(End, Vec<TypeId>)>;

/// A value that must be unique is taken.
#[derive(Debug, Clone)]
pub(crate) enum Clash {
    /// A contact has this email as its primary one.
    Contact(u64),
    /// Somebody has the value: the refusal that says so.
    Value(Refusal),
}

impl Clash {
    /// The refusal of a plain create, or of an input that is answered on its own.
    pub(crate) fn refusal(self) -> Refusal {
        match self {
            Self::Contact(id) => contact_exists(Some(id)),
            Self::Value(refusal) => refusal,
        }
    }
}

impl Portal {
    /// Checks that no other record holds a value that must be unique. `id` is the record that will
    /// hold them; `new` says that it is about to be made.
    pub(super) fn check_unique(
        &self,
        kind: Kind,
        id: u64,
        new: bool,
        values: &[(Arc<str>, String)],
        claims: &mut Claims,
    ) -> Result<(), Clash> {
        let shelf = self.shelf(kind);
        for (name, text) in values {
            if text.is_empty() || !shelf.taken.contains_key(name) {
                continue;
            }
            let claim = (Arc::clone(name), text.clone());
            let claimed = claims.get(&claim).copied();
            let owner = shelf
                .owner_of(name, text)
                .or(claimed)
                .filter(|owner| *owner != id);
            let Some(owner) = owner else {
                claims.insert(claim, id);
                continue;
            };
            let primary = claimed == Some(owner)
                || shelf
                    .live
                    .get(&owner)
                    .is_some_and(|other| other.text("email") == Some(text));
            if new && kind == Kind::Contact && &**name == "email" && primary {
                return Err(Clash::Contact(owner));
            }
            let portal = self.options.portal_id;
            return Err(Clash::Value(value_taken(
                portal, kind, name, text, id, owner,
            )));
        }
        Ok(())
    }

    /// Reads the `associations` of an input and checks that both the types and the records exist.
    pub(super) fn check_links(&self, kind: Kind, input: &Value) -> Result<Links, Refusal> {
        let mut links = Links::new();
        let Some(list) = input.get("associations").and_then(Value::as_array) else {
            return Ok(links);
        };
        for one in list {
            let to = one
                .get("to")
                .and_then(|to| to.get("id"))
                .ok_or_else(|| missing_field("to"))?;
            let types = read_types(one.get("types"))?;
            let mut target = None;
            for wanted in &types {
                let to_kind = self.target_of(kind, *wanted)?;
                target = Some(to_kind);
            }
            let to_kind = target.ok_or_else(|| missing_field("types"))?;
            links.push(((to_kind, self.linkable(to_kind, to)?), types));
        }
        Ok(links)
    }

    /// The object type that an association type leads to from `kind`.
    fn target_of(&self, kind: Kind, wanted: TypeId) -> Result<Kind, Refusal> {
        let unknown = || {
            let word = format!(
                "{}={} is not a valid association definition id",
                wanted.category(),
                wanted.id
            );
            bad_associations("INVALID_ASSOCIATION_TYPE_ID", &[word])
        };
        if wanted.own {
            let label = self
                .associations
                .labels
                .iter()
                .find(|label| label.id == wanted.id);
            return label
                .filter(|label| label.from == kind)
                .map(|label| label.to)
                .ok_or_else(unknown);
        }
        let (from, to) = Associations::direction(wanted).ok_or_else(unknown)?;
        if from == kind {
            return Ok(to);
        }
        Err(Refusal::validation(format!(
            "invalid from object type {} for associations to be created. expected: {}",
            kind.type_id(),
            from.type_id()
        )))
    }

    /// The id of a live record that an association may name.
    pub(super) fn linkable(&self, kind: Kind, id: &Value) -> Result<u64, Refusal> {
        let text = id_text(id);
        let shelf = self.shelf(kind);
        let found = text.parse::<u64>().ok().and_then(|id| {
            if self.options.associate_merged_ids {
                shelf.resolve(id).map(|record| record.id)
            } else {
                shelf.live.contains_key(&id).then_some(id)
            }
        });
        found.ok_or_else(|| {
            let legacy = kind.shouted();
            bad_associations(
                "INVALID_OBJECT_IDS",
                &[format!("{legacy}={text} is not valid")],
            )
            .context("objectId", &[text])
            .context("objectType", &[legacy])
        })
    }

    /// Makes a record of values that were checked, with its links.
    pub(super) fn make(
        &mut self,
        kind: Kind,
        id: u64,
        values: &[(Arc<str>, String)],
        links: &Links,
        now: i64,
    ) {
        let mut record = Record::new(kind, id, now);
        self.write_values(&mut record, values, now);
        if matches!(kind, Kind::Contact | Kind::Company)
            && !record.values.contains_key("lifecyclestage")
        {
            record.set(&Arc::from("lifecyclestage"), "lead", now);
        }
        self.shelf_mut(kind).put(record, now);
        for (to, types) in links {
            self.associations.link((kind, id), *to, types);
        }
    }

    /// Changes a live record.
    pub(super) fn apply(&mut self, kind: Kind, id: u64, values: &[(Arc<str>, String)], now: i64) {
        let Some(before) = self.shelf(kind).live.get(&id) else {
            return;
        };
        let mut record = Record::clone(before);
        self.write_values(&mut record, values, now);
        record.updated_at = now;
        self.shelf_mut(kind).put(record, now);
    }

    fn write_values(&self, record: &mut Record, values: &[(Arc<str>, String)], now: i64) {
        let catalogue = self.catalogue(record.kind);
        for (name, text) in values {
            record.set(name, text, now);
            computed::refresh_phone(catalogue, record, name, &self.options.country, now);
        }
    }
}

/// Reads `[{associationCategory, associationTypeId}]`.
pub(crate) fn read_types(types: Option<&Value>) -> Result<Vec<TypeId>, Refusal> {
    let list = types
        .and_then(Value::as_array)
        .ok_or_else(|| missing_field("types"))?;
    list.iter()
        .map(|one| {
            let id = one
                .get("associationTypeId")
                .ok_or_else(|| missing_field("associationTypeId"))?;
            let id = id_text(id)
                .parse::<u32>()
                .map_err(|_| missing_field("associationTypeId"))?;
            let own = match one.get("associationCategory").and_then(Value::as_str) {
                Some("USER_DEFINED" | "INTEGRATOR_DEFINED") => true,
                Some(_) => false,
                None => return Err(missing_field("associationCategory")),
            };
            Ok(TypeId { own, id })
        })
        .collect()
}

/// An id, which may be written as a number or as text.
pub(crate) fn id_text(id: &Value) -> String {
    id.as_str()
        .map_or_else(|| id.to_string(), ToOwned::to_owned)
}
