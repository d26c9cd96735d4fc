//! Whether the portal has what a row reads, and takes what it writes.

use super::{At, Tell, Wrong};
use crate::portal::{Portal, STANDARD};
use crate::{Row, Source};

/// Whether a row's value can be read, and written where the row says so.
pub(super) fn check(row: &Row, portal: &Portal, tell: &mut Tell<'_>) {
    if row.direction.writes_contact() && row.hubspot.contact_property().is_none() {
        let wrong = Wrong::ReadOnly {
            property: row.hubspot.to_string(),
            why: "it is read from another record",
        };
        tell(wrong, At::Direction);
    }
    let Source::Owner(word) = &row.hubspot else {
        return property(row, portal, tell);
    };
    if !["name", "email", "id"].contains(&word.as_str()) {
        tell(gone("owners", word, false), At::Source);
    }
    lacks(portal, &["crm.objects.owners.read"], tell);
}

fn lacks(portal: &Portal, any: &[&str], tell: &mut Tell<'_>) {
    let Some(scopes) = &portal.scopes else { return };
    if !any.iter().any(|scope| scopes.contains(*scope)) {
        let scopes = any.iter().map(|scope| (*scope).to_owned()).collect();
        tell(Wrong::MissingScope { scopes }, At::Source);
    }
}

fn gone(object: &str, property: &str, before: bool) -> Wrong {
    Wrong::Gone {
        object: object.to_owned(),
        property: property.to_owned(),
        before,
    }
}

fn property(row: &Row, portal: &Portal, tell: &mut Tell<'_>) {
    let Some(name) = row.hubspot.object() else {
        return;
    };
    let Some(object) = portal.object(name) else {
        return match (name, portal.objects.is_empty()) {
            // Nothing was read yet: nothing is known to be wrong.
            (_, true) | ("contacts", _) => (),
            (name, _) if !STANDARD.contains(&name) => own(row, name, portal, tell),
            _ => lacks(portal, &[&format!("crm.objects.{name}.read")], tell),
        };
    };
    if !object.missing_scopes.is_empty() {
        let scopes = object.missing_scopes.clone();
        return tell(Wrong::MissingScope { scopes }, At::Source);
    }
    let Some(wanted) = row.hubspot.property() else {
        return;
    };
    let Some(found) = object.properties.get(wanted) else {
        return tell(gone(name, wanted, object.gone.contains(wanted)), At::Source);
    };
    if let Some(before) = found.type_before.clone() {
        let wrong = Wrong::TypeChanged {
            property: wanted.to_owned(),
            before,
            now: found.value_type.clone(),
        };
        tell(wrong, At::Source);
    }
    if row.direction.writes_contact()
        && row.hubspot.contact_property().is_some()
        && !found.writable()
    {
        let why = if found.calculated {
            "HubSpot computes it"
        } else {
            "it is read-only in HubSpot"
        };
        let property = wanted.to_owned();
        tell(Wrong::ReadOnly { property, why }, At::Direction);
    }
}

/// A custom object that is not known.
fn own(row: &Row, name: &str, portal: &Portal, tell: &mut Tell<'_>) {
    let wrong = if !portal.own_asked {
        let object = name.to_owned();
        Wrong::NotAsked { object }
    } else if portal.own_missing.is_empty() {
        gone(name, row.hubspot.property().unwrap_or("id"), false)
    } else {
        let scopes = portal.own_missing.clone();
        Wrong::MissingScope { scopes }
    };
    tell(wrong, At::Source);
}
