//! Settings of a connection, preferences of the program, and what the settings screen can do.

use bridge::settings::Allowed;
use hubspot::NewProperty;
use serde::{Deserialize, Serialize};
use specta::Type;

/// The values that a setting takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase", tag = "takes")]
pub(crate) enum SettingTakes {
    /// `on` or `off`.
    Switch,
    /// One of these.
    Word {
        /// Which.
        words: Vec<String>,
    },
    /// A whole number, both ends included.
    Number {
        /// The least.
        low: u32,
        /// The most.
        high: u32,
    },
    /// `auto` or a country code such as `US`.
    Region,
    /// Ids of Tuco's lines, by commas, or nothing.
    Lines,
    /// `none` or the internal name of a contact's property.
    Property,
    /// What somebody is called, or nothing.
    Name,
    /// A lead's field of one's own, such as `customFields.sentByRule`, or nothing.
    LeadField,
}

impl From<Allowed> for SettingTakes {
    fn from(allowed: Allowed) -> Self {
        match allowed {
            Allowed::Switch => Self::Switch,
            Allowed::Word(words) => Self::Word {
                words: words.iter().map(|word| (*word).to_owned()).collect(),
            },
            Allowed::Number(low, high) => Self::Number { low, high },
            Allowed::Region => Self::Region,
            Allowed::Lines => Self::Lines,
            Allowed::Property => Self::Property,
            Allowed::Name => Self::Name,
            Allowed::LeadField => Self::LeadField,
        }
    }
}

/// A setting of a connection.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Setting {
    /// Its name, such as `mirror.reply`.
    pub(crate) key: String,
    /// What holds.
    pub(crate) value: String,
    /// What held from the start.
    pub(crate) default_value: String,
    /// What it takes.
    pub(crate) takes: SettingTakes,
    /// One sentence.
    pub(crate) meaning: String,
    /// Why it does nothing as things are, and what to do; empty where nothing stands against it.
    pub(crate) without_effect: String,
}

/// One change of a setting.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SettingChange {
    /// Its name.
    pub(crate) key: String,
    /// The new value.
    pub(crate) value: String,
}

/// A property that the settings ask for and the portal lacks.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MissingProperty {
    /// HubSpot's name of it.
    pub(crate) name: String,
    /// Its label.
    pub(crate) label: String,
    /// What it is for.
    pub(crate) description: String,
    /// HubSpot's type, such as `datetime`.
    pub(crate) value_type: String,
}

impl From<NewProperty> for MissingProperty {
    fn from(property: NewProperty) -> Self {
        Self {
            name: property.name,
            label: property.label,
            description: property.description,
            value_type: property.value_type,
        }
    }
}

/// When the desktop shows a notification.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Notifications {
    /// Never.
    Off,
    /// For replies and for what needs a person.
    All,
    /// Only for what needs a person.
    #[default]
    Important,
}

/// Light or dark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Theme {
    /// As the desktop says.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// How close rows stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Density {
    /// With some air.
    #[default]
    Comfortable,
    /// As many as fit.
    Compact,
}

/// What the program remembers of its user, beside the settings of connections.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Preferences {
    /// When the desktop shows a notification.
    pub(crate) notifications: Notifications,
    /// Light or dark.
    pub(crate) theme: Theme,
    /// How close rows stand.
    pub(crate) density: Density,
    /// Whether it was said that closing the window leaves the program in the tray.
    pub(crate) tray_told: bool,
    /// Whether the page on this computer leads on to our links.
    #[serde(default)]
    pub(crate) link_page: bool,
}
