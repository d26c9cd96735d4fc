//! The mapping that is in place from the start, and others to begin with.

use crate::row::{ConflictRule, Direction, Mapping, Row};
use crate::transform::Transform;

/// A mapping to begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preset {
    /// The word for it.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it is for.
    pub about: &'static str,
}

/// All that come with the program.
pub const PRESETS: [Preset; 4] = [
    Preset {
        id: "standard",
        name: "Standard",
        about: "Names, addresses, numbers, company and job both ways; lifecycle, lead status, owner and deals to Tuco.",
    },
    Preset {
        id: "addresses",
        name: "Names and addresses",
        about: "Only who somebody is and how to reach them, both ways.",
    },
    Preset {
        id: "from_hubspot",
        name: "HubSpot leads",
        about: "The standard rows, from HubSpot to Tuco only: nothing in HubSpot is changed.",
    },
    Preset {
        id: "full_name",
        name: "One name field",
        about: "For portals and forms that keep a full name in one field: it is taken apart on the way to Tuco.",
    },
];

fn row(hubspot: &str, lead: &str, direction: Direction, transforms: Vec<Transform>) -> Option<Row> {
    Some(Row {
        hubspot: hubspot.parse().ok()?,
        lead: lead.parse().ok()?,
        direction,
        transforms,
        conflict: ConflictRule::Newest,
        required: false,
    })
}

fn phone() -> Vec<Transform> {
    vec![Transform::Phone {
        region: "auto".to_owned(),
    }]
}

fn who(direction: Direction) -> Vec<Option<Row>> {
    let trim = || vec![Transform::Trim];
    vec![
        row("email", "email", direction, vec![Transform::Email]),
        row("firstname", "firstName", direction, trim()),
        row("lastname", "lastName", direction, trim()),
        row("phone", "phone", direction, phone()),
        row("mobilephone", "altPhone1", direction, phone()),
    ]
}

fn standard(direction: Direction) -> Vec<Option<Row>> {
    let mut rows = who(direction);
    rows.extend([
        row("company", "companyName", direction, vec![Transform::Trim]),
        row("jobtitle", "jobTitle", direction, vec![Transform::Trim]),
        row(
            "lifecyclestage",
            "customFields.lifecycleStage",
            Direction::ToTuco,
            vec![],
        ),
        row(
            "hs_lead_status",
            "customFields.leadStatus",
            Direction::ToTuco,
            vec![],
        ),
        row(
            "hubspot_owner_id",
            "customFields.hubspotOwnerId",
            Direction::ToTuco,
            vec![],
        ),
        row(
            "num_associated_deals",
            "customFields.dealCount",
            Direction::ToTuco,
            vec![],
        ),
        // It costs calls of its own, so it waits until somebody wants it.
        row(
            "sum(deals.amount)",
            "customFields.totalDealValue",
            Direction::Off,
            vec![],
        ),
    ]);
    rows
}

/// The mapping of a preset.
pub fn preset(id: &str) -> Option<Mapping> {
    let rows = match id {
        "standard" => standard(Direction::Both),
        "addresses" => who(Direction::Both),
        "from_hubspot" => standard(Direction::ToTuco),
        "full_name" => {
            let part = |part| vec![Transform::Trim, Transform::NamePart { part }];
            let mut rows = vec![
                row("email", "email", Direction::Both, vec![Transform::Email]),
                row(
                    "name",
                    "firstName",
                    Direction::ToTuco,
                    part(crate::transform::Part::First),
                ),
                row(
                    "name",
                    "lastName",
                    Direction::ToTuco,
                    part(crate::transform::Part::Last),
                ),
                row("phone", "phone", Direction::Both, phone()),
            ];
            rows.push(row("company", "companyName", Direction::Both, vec![]));
            rows
        }
        _ => return None,
    };
    Some(Mapping {
        rows: rows.into_iter().flatten().collect(),
    })
}

/// What holds until somebody applies something else.
pub fn from_the_start() -> Mapping {
    preset("standard").unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_has_rows_and_none_is_lost() {
        for one in PRESETS {
            assert!(preset(one.id).unwrap().rows.len() >= 5, "{}", one.id);
        }
        assert_eq!(from_the_start().rows.len(), 12);
        assert!(preset("nonsense").is_none());
    }
}
