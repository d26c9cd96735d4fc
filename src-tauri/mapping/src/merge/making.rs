//! The record that somebody on one side becomes on the other.

use super::{World, context, in_lead};
use crate::row::{Mapping, Row};
use crate::transform::{self, Ended};
use crate::{Values, value};

/// A record to be made from the other side's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Made {
    /// With these values.
    Values(Values),
    /// A required value is missing: the row's key.
    Lacks(String),
}

/// The lead that a contact would become.
pub fn new_lead(mapping: &Mapping, contact: &Values, world: &World<'_>) -> Made {
    made(
        mapping.active().filter(|row| row.direction.writes_lead()),
        |row| {
            let held = value(contact, &row.hubspot.to_string()).trim();
            let text = transform::forward(&row.transforms, held, &context(row, world, contact));
            (
                row.lead.to_string(),
                text.map(|text| in_lead(&row.lead, &text, world.region)),
            )
        },
    )
}

/// The contact that a lead would become.
pub fn new_contact(mapping: &Mapping, lead: &Values, world: &World<'_>) -> Made {
    let writes =
        |row: &&Row| row.direction.writes_contact() && row.hubspot.contact_property().is_some();
    made(mapping.active().filter(writes), |row| {
        let held = in_lead(&row.lead, value(lead, row.lead.as_str()), world.region);
        let text = transform::back(&row.transforms, &held, &context(row, world, lead));
        (row.hubspot.to_string(), text)
    })
}

fn made<'m>(
    rows: impl Iterator<Item = &'m Row>,
    of: impl Fn(&Row) -> (String, Result<String, Ended>),
) -> Made {
    let mut values = Values::new();
    for row in rows {
        let (name, text) = of(row);
        let text = text.unwrap_or_default().trim().to_owned();
        if !text.is_empty() {
            values.insert(name, text);
        } else if row.required {
            return Made::Lacks(row.key());
        }
    }
    Made::Values(values)
}
