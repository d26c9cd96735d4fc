//! One row of the mapping as the page edits it.

use serde::{Deserialize, Serialize};
use specta::Type;

/// Which way a fact goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub(crate) enum MappingDirection {
    /// Both ways.
    #[serde(rename = "both")]
    Both,
    /// From HubSpot to Tuco.
    #[serde(rename = "toTuco")]
    ToTuco,
    /// From Tuco to HubSpot.
    #[serde(rename = "toHubSpot")]
    ToHubSpot,
    /// Kept, and not followed.
    #[serde(rename = "off")]
    Off,
}

/// Who wins where both sides changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
pub(crate) enum MappingConflictRule {
    /// The record that changed last.
    #[serde(rename = "newest")]
    Newest,
    /// HubSpot.
    #[serde(rename = "hubSpot")]
    HubSpot,
    /// Tuco.
    #[serde(rename = "tuco")]
    Tuco,
    /// Only what is empty is filled.
    #[serde(rename = "fillEmpty")]
    FillEmpty,
}

/// Which of several deals or tickets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub(crate) struct MappingWhich {
    /// The newest, the newest open or the largest open one.
    pub(crate) take: MappingTake,
    /// Only of this pipeline; none for any.
    pub(crate) pipeline: Option<String>,
}

/// Which one is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum MappingTake {
    /// The newest.
    Newest,
    /// The newest that is open.
    NewestOpen,
    /// The largest that is open.
    LargestOpen,
}

/// Which records are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum MappingOnly {
    /// All.
    All,
    /// Those that are open.
    Open,
    /// Those that were won.
    Won,
}

/// Where the value is in HubSpot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", tag = "of")]
pub(crate) enum MappingSource {
    /// Not chosen yet.
    Nothing,
    /// A property of the contact.
    Contact {
        /// Which.
        property: String,
    },
    /// Of its primary company.
    Company {
        /// Which.
        property: String,
    },
    /// Of a deal.
    Deal {
        /// Which.
        property: String,
        /// Of which deal.
        which: MappingWhich,
    },
    /// Of a ticket.
    Ticket {
        /// Which.
        property: String,
        /// Of which ticket.
        which: MappingWhich,
    },
    /// Of the contact's owner.
    Owner {
        /// Which word of the owner.
        property: String,
    },
    /// Of the newest associated record of a custom object.
    Object {
        /// Which object.
        object: String,
        /// Which property.
        property: String,
    },
    /// How many records are associated.
    Count {
        /// Of which kind.
        object: String,
        /// Which of them.
        only: MappingOnly,
    },
    /// The sum of a number over the associated records.
    Sum {
        /// Of which kind.
        object: String,
        /// Which number.
        property: String,
        /// Which of them.
        only: MappingOnly,
    },
}

/// What becomes of a value that no pair names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", tag = "do")]
pub(crate) enum MappingUnmatched {
    /// It stays.
    Keep,
    /// Nothing is written.
    LeaveOut,
    /// It is told, and nothing is written.
    Refuse,
    /// Another stands for it.
    Use {
        /// Which.
        value: String,
    },
}

/// A value and what stands for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub(crate) struct MappingPair {
    /// In HubSpot.
    pub(crate) from: String,
    /// In Tuco.
    pub(crate) to: String,
}

/// Upper and lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum MappingCase {
    /// all small
    Lower,
    /// ALL LARGE
    Upper,
    /// Every Word Begins Large
    Title,
}

/// A part of a full name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum NamePart {
    /// The first word.
    First,
    /// The rest.
    Last,
}

/// What a date becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum MappingDateForm {
    /// A day.
    Date,
    /// A moment.
    DateTime,
    /// Text by a pattern.
    Text,
}

/// In whose time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum MappingZone {
    /// The portal's.
    Portal,
    /// UTC.
    Utc,
}

/// One step of a value on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub(crate) enum MappingTransform {
    /// Without white space at its ends.
    Trim,
    /// In another case.
    Case {
        /// Which.
        to: MappingCase,
    },
    /// As plain text, cut where it is too long.
    Text {
        /// In characters.
        longest: Option<u32>,
    },
    /// A part of a full name.
    NamePart {
        /// Which.
        part: NamePart,
    },
    /// With other fields of the same record.
    Join {
        /// Their names.
        fields: Vec<String>,
        /// What stands between.
        by: String,
    },
    /// A number in E.164.
    Phone {
        /// Of which country; `auto` is that of the settings.
        region: String,
    },
    /// An address in lower case.
    Email,
    /// A date in another form.
    Date {
        /// Which.
        to: MappingDateForm,
        /// In whose time.
        zone: MappingZone,
        /// For text.
        pattern: String,
    },
    /// One value for another.
    Pairs {
        /// Which for which.
        pairs: Vec<MappingPair>,
        /// All others.
        otherwise: MappingUnmatched,
    },
    /// Words for true and false.
    YesNo {
        /// For true.
        yes: String,
        /// For false.
        no: String,
    },
    /// Several values as text.
    List {
        /// What stands between.
        by: String,
        /// Labels in place of values.
        labels: bool,
    },
    /// A number in another form.
    Number {
        /// Digits after the point.
        decimals: Option<u32>,
        /// Between thousands.
        thousands: String,
        /// Before decimals.
        point: String,
    },
    /// A value where there is none.
    Default {
        /// Which.
        value: String,
    },
    /// A text with fields of the same record.
    Template {
        /// The text.
        text: String,
    },
}

/// A row as it is edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub(crate) struct MappingRow {
    /// Stays with the row; below zero while it is new.
    pub(crate) id: i64,
    /// Where the value is in HubSpot.
    pub(crate) source: MappingSource,
    /// The lead's field; none while it is not chosen.
    pub(crate) lead: Option<String>,
    /// Which way it goes.
    pub(crate) direction: MappingDirection,
    /// What becomes of it on its way.
    pub(crate) transforms: Vec<MappingTransform>,
    /// Who wins.
    pub(crate) conflict: MappingConflictRule,
    /// Without a value nothing is created.
    pub(crate) required: bool,
}
