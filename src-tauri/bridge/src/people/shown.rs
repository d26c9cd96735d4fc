//! A person as a screen shows them: both records field by field, with who wins and why.

use super::editing::label;
use super::{Work, mappings, reasons, setup};
use crate::store::people::pages::PersonEntry;
use crate::store::{ConnectionRow, CopyRow, PeopleSide, Reader, StoreError};
use mapping::merge::{Field, Plan, Side, Why};
use mapping::trace::{self, Trace};
use mapping::transform::{Context, Ended};
use mapping::{ConflictRule, Mapping, Values, value};

/// One fact of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownField {
    /// The row's place in the mapping, counted from 1.
    pub row: usize,
    /// What it is called in HubSpot.
    pub label: String,
    /// What HubSpot holds.
    pub contact: String,
    /// What Tuco holds.
    pub lead: String,
    /// What a round would do; none where there is only one of the two records.
    pub field: Option<Field>,
}

/// Both records of a person, field by field.
///
/// # Errors
/// See [`StoreError`].
pub fn fields(
    rows: &Reader<'_>,
    connection: &ConnectionRow,
    person: &PersonEntry,
) -> Result<Vec<ShownField>, StoreError> {
    let mapping = mappings::current(rows, connection.id)?;
    let setup = setup(rows, connection.id)?;
    let work = Work::still(rows, connection, setup, mapping)?;
    let plan = match (&person.contact, &person.lead, &person.pair) {
        (Some(contact), Some(lead), Some(pair)) => {
            super::step::compare(&work, contact, lead, &pair.mirror)
        }
        _ => Plan::default(),
    };
    let of = |copy: &Option<CopyRow>, name: &str| {
        let values = copy.as_ref().map(|copy| value(&copy.values, name));
        values.unwrap_or_default().to_owned()
    };
    let mut shown = Vec::new();
    for (place, row) in (1..).zip(&work.mapping.rows) {
        if row.direction == mapping::Direction::Off {
            continue;
        }
        let key = row.key();
        shown.push(ShownField {
            row: place,
            label: label(&row.hubspot, &work.portal),
            contact: of(&person.contact, &row.hubspot.to_string()),
            lead: of(&person.lead, row.lead.as_str()),
            field: plan.fields.iter().find(|field| field.key == key).cloned(),
        });
    }
    Ok(shown)
}

/// Why a person is in step with nobody, or not in all, with what HubSpot said of it; empty where all is well.
///
/// # Errors
/// See [`StoreError`].
pub fn held(
    rows: &Reader<'_>,
    connection: i64,
    person: &PersonEntry,
) -> Result<String, StoreError> {
    let records = person.contact.iter().chain(&person.lead);
    let reason = records
        .map(|copy| copy.held.as_str())
        .find(|held| !held.is_empty());
    let id = |copy: &Option<CopyRow>| copy.as_ref().map(|copy| copy.id.clone());
    let (contact, lead) = (id(&person.contact), id(&person.lead));
    held_words(
        rows,
        connection,
        reason.unwrap_or_default(),
        contact.as_deref(),
        lead.as_deref(),
    )
}

/// A reason in words; of a value that HubSpot does not take, which one, and by which rule.
///
/// # Errors
/// See [`StoreError`].
pub fn held_words(
    rows: &Reader<'_>,
    connection: i64,
    reason: &str,
    contact: Option<&str>,
    lead: Option<&str>,
) -> Result<String, StoreError> {
    let said = if reason == "invalid_value" {
        rows.last_refusal(connection, contact, lead)?
    } else {
        None
    };
    Ok(said.unwrap_or_else(|| reasons::words(reason).to_owned()))
}

/// Why a value stopped on its way.
pub fn stopped(ended: &Ended) -> String {
    format!("Step {} can't go on: {}.", ended.step + 1, ended.stop)
}

/// Why a row ends as it does.
pub fn why(why: &Why) -> String {
    let name = |side: &Side| match side {
        Side::Contact => "HubSpot",
        Side::Lead => "Tuco",
    };
    match why {
        Why::Same => "Both sides say the same.".to_owned(),
        Why::Changed(side) => format!("Changed in {} since both last agreed.", name(side)),
        Why::OtherEmpty(Side::Contact) => "Tuco has no value, and HubSpot has one.".to_owned(),
        Why::OtherEmpty(Side::Lead) => "HubSpot has no value, and Tuco has one.".to_owned(),
        Why::Rule(side, ConflictRule::Newest) => {
            format!(
                "Both differ. {} changed last, and the newest wins.",
                name(side)
            )
        }
        Why::Rule(side, _) => {
            format!("Both differ, and the row says that {} wins.", name(side))
        }
        Why::Filled => "Both have a value, and the row only fills what is empty.".to_owned(),
        Why::Required => "An empty value is not written over a full one.".to_owned(),
        Why::NotThisWay => "It differs, and nothing is written this way.".to_owned(),
        Why::Unreadable(ended) => stopped(ended),
    }
}

/// What the rows make of one person's values, one way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// The row's place among those that were given.
    pub place: usize,
    /// The value on its way.
    pub trace: Trace,
}

/// Somebody whose values show what a mapping does, and those values on both ways.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Samples {
    /// The record that was asked for, else a good one.
    pub whose: Option<CopyRow>,
    /// Towards Tuco.
    pub to_tuco: Vec<Sample>,
    /// Towards HubSpot.
    pub to_hubspot: Vec<Sample>,
}

/// The values of rows for one person that is known here.
///
/// # Errors
/// See [`StoreError`].
pub fn samples(
    rows: &Reader<'_>,
    connection: &ConnectionRow,
    mapping: Mapping,
    whose: Option<(PeopleSide, &str)>,
) -> Result<Samples, StoreError> {
    let asked = match whose {
        Some((side, id)) => rows.person_entry(connection.id, side, id)?,
        None => None,
    };
    let person = match asked {
        Some(person) => Some(person),
        None => rows.somebody(connection.id)?,
    };
    let Some(person) = person else {
        return Ok(Samples::default());
    };
    let setup = setup(rows, connection.id)?;
    let work = Work::still(rows, connection, setup, mapping)?;
    let empty = Values::new();
    let contact = person.contact.as_ref().map_or(&empty, |copy| &copy.values);
    let lead = person.lead.as_ref().map_or(&empty, |copy| &copy.values);
    let mut told = Samples::default();
    for (place, row) in work.mapping.rows.iter().enumerate() {
        let none = Vec::new();
        let options = row
            .hubspot
            .contact_property()
            .and_then(|name| work.options.get(name))
            .unwrap_or(&none);
        let context = |record| Context {
            region: &work.region,
            zone: work.zone,
            options,
            record,
        };
        let held = value(contact, &row.hubspot.to_string());
        let trace = trace::forward(&row.transforms, held, &context(contact));
        told.to_tuco.push(Sample { place, trace });
        let held = value(lead, row.lead.as_str());
        let trace = trace::back(&row.transforms, held, &context(lead));
        told.to_hubspot.push(Sample { place, trace });
    }
    told.whose = person.contact.or(person.lead);
    Ok(told)
}
