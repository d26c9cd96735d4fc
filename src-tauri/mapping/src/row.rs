//! A mapping and its rows.

use crate::lead::LeadField;
use crate::portal::STANDARD;
use crate::source::Source;
use crate::transform::Transform;
use serde::{Deserialize, Serialize};

/// Which way a fact goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Both ways.
    #[default]
    Both,
    /// From HubSpot to Tuco.
    ToTuco,
    /// From Tuco to HubSpot.
    ToHubspot,
    /// Kept in the mapping, and not followed.
    Off,
}

impl Direction {
    /// Whether the lead is written.
    pub fn writes_lead(self) -> bool {
        matches!(self, Self::Both | Self::ToTuco)
    }

    /// Whether the contact is written.
    pub fn writes_contact(self) -> bool {
        matches!(self, Self::Both | Self::ToHubspot)
    }

    /// The word in a file.
    pub fn word(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::ToTuco => "to_tuco",
            Self::ToHubspot => "to_hubspot",
            Self::Off => "off",
        }
    }
}

/// Who wins where both sides changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConflictRule {
    /// The side whose record changed last.
    #[default]
    Newest,
    /// HubSpot.
    Hubspot,
    /// Tuco.
    Tuco,
    /// Nobody: a value is written only where there is none.
    FillEmpty,
}

impl ConflictRule {
    /// The word in a file.
    pub fn word(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Hubspot => "hubspot",
            Self::Tuco => "tuco",
            Self::FillEmpty => "fill_empty",
        }
    }
}

/// One fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Where it is in HubSpot.
    pub hubspot: Source,
    /// Where it is in Tuco.
    pub lead: LeadField,
    /// Which way it goes.
    #[serde(default)]
    pub direction: Direction,
    /// What becomes of it on the way to Tuco, in this order; on the way back the other way about.
    #[serde(default)]
    pub transforms: Vec<Transform>,
    /// Who wins.
    #[serde(default)]
    pub conflict: ConflictRule,
    /// Without a value a record is not created, and an empty one is never written over a full one.
    #[serde(default)]
    pub required: bool,
}

impl Row {
    /// A plain row of both directions.
    pub fn plain(hubspot: Source, lead: LeadField) -> Self {
        Self {
            hubspot,
            lead,
            direction: Direction::Both,
            transforms: Vec::new(),
            conflict: ConflictRule::Newest,
            required: false,
        }
    }

    /// Names the row for as long as it joins the same two fields.
    pub fn key(&self) -> String {
        format!("{}>{}", self.hubspot, self.lead)
    }
}

/// All rows, in the order in which a person put them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    /// See [`Row`].
    pub rows: Vec<Row>,
}

impl Mapping {
    /// Rows that are followed.
    pub fn active(&self) -> impl Iterator<Item = &Row> {
        self.rows
            .iter()
            .filter(|row| row.direction != Direction::Off)
    }

    /// Whether it needs values of custom objects.
    pub fn reads_own(&self) -> bool {
        self.sources().iter().any(|source| {
            let object = source.object();
            object.is_some_and(|object| !STANDARD.contains(&object))
        })
    }

    /// Values in HubSpot that the mapping needs, each once: the rows' own, and those that templates and
    /// joins name.
    pub fn sources(&self) -> Vec<Source> {
        let mut all: Vec<Source> = Vec::new();
        for row in self.active() {
            let named = row
                .transforms
                .iter()
                .flat_map(Transform::fields)
                .filter_map(|name| name.parse().ok())
                .filter(|_| row.direction.writes_lead());
            for source in std::iter::once(row.hubspot.clone()).chain(named) {
                if !all.contains(&source) {
                    all.push(source);
                }
            }
        }
        all
    }
}
