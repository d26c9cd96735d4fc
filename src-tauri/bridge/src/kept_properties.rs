//! The properties of contacts that are kept up to date for those who chose it, and their creation.
//!
//! Nothing is created unasked: what [`Engine::missing_kept_properties`] lists is exactly what
//! [`Engine::create_kept_properties`] is then given to make.

use crate::engine::Engine;
use crate::mirror::kept;
use crate::settings::Keep;
use crate::trouble::Trouble;
use hubspot::{ErrorKind, NewProperty, ObjectKind, PropertyGroup, PropertyOption};

/// The group that they stand in.
pub const GROUP: &str = "tuco";

/// The definitions that the settings ask for, each with the setting that asks.
pub fn wanted(keep: Keep) -> Vec<(&'static str, NewProperty)> {
    let all = [
        (keep.last_contacted, "keep.last_contacted", last_contacted()),
        (keep.last_reply, "keep.last_reply", last_reply()),
        (
            keep.last_reply_text,
            "keep.last_reply_text",
            last_reply_text(),
        ),
        (keep.imessage, "keep.imessage", imessage()),
    ];
    all.into_iter()
        .filter(|(wanted, ..)| *wanted)
        .map(|(_, setting, property)| (setting, property))
        .collect()
}

fn property(
    name: &str,
    label: &str,
    description: &str,
    value_type: &str,
    field_type: &str,
) -> NewProperty {
    NewProperty {
        name: name.to_owned(),
        label: label.to_owned(),
        description: format!("{description} Kept up to date by Tuco for HubSpot."),
        value_type: value_type.to_owned(),
        field_type: field_type.to_owned(),
        group: GROUP.to_owned(),
        ..NewProperty::default()
    }
}

fn last_contacted() -> NewProperty {
    let description = "When a message last went to this contact through Tuco.";
    property(
        kept::LAST_CONTACTED,
        "Tuco last contacted",
        description,
        "datetime",
        "date",
    )
}

fn last_reply() -> NewProperty {
    let description = "When this contact last replied through Tuco.";
    property(
        kept::LAST_REPLY,
        "Tuco last reply",
        description,
        "datetime",
        "date",
    )
}

fn last_reply_text() -> NewProperty {
    let description = "What this contact last replied through Tuco, its first 1,000 characters.";
    property(
        kept::LAST_REPLY_TEXT,
        "Tuco last reply text",
        description,
        "string",
        "textarea",
    )
}

fn imessage() -> NewProperty {
    let description = "Whether iMessage has reached this contact.";
    let option = |value: &str, label: &str| PropertyOption {
        value: value.to_owned(),
        label: label.to_owned(),
        hidden: false,
    };
    NewProperty {
        options: vec![option("true", "Yes"), option("false", "No")],
        ..property(
            kept::IMESSAGE,
            "Reachable by iMessage",
            description,
            "bool",
            "booleancheckbox",
        )
    }
}

impl Engine {
    /// The wanted ones that the portal lacks.
    ///
    /// # Errors
    /// Why the settings or the portal's properties could not be read.
    pub async fn missing_kept_properties(&self) -> Result<Vec<NewProperty>, Trouble> {
        let keep = self.settings()?.keep;
        self.lacking(wanted(keep).into_iter().map(|(_, new)| new).collect())
            .await
    }

    /// Makes these, and their group where it is lacking. One that somebody else made meanwhile counts.
    ///
    /// # Errors
    /// Why one could not be made; those before it stand.
    pub async fn create_kept_properties(&self, new: &[NewProperty]) -> Result<(), Trouble> {
        self.create_in_group(GROUP, "Tuco", new).await
    }

    /// Those of these properties of contacts that the portal lacks.
    pub(crate) async fn lacking(
        &self,
        mut wanted: Vec<NewProperty>,
    ) -> Result<Vec<NewProperty>, Trouble> {
        let hubspot = &self.outside.hubspot;
        let standing = self
            .attempt(|| hubspot.properties(ObjectKind::Contacts))
            .await?;
        let is_there = |name: &str| standing.iter().any(|one| one.name == name && !one.archived);
        wanted.retain(|new| !is_there(&new.name));
        Ok(wanted)
    }

    /// See [`Engine::create_kept_properties`].
    pub(crate) async fn create_in_group(
        &self,
        name: &str,
        label: &str,
        new: &[NewProperty],
    ) -> Result<(), Trouble> {
        if new.is_empty() {
            return Ok(());
        }
        let group = PropertyGroup {
            name: name.to_owned(),
            label: label.to_owned(),
        };
        let (hubspot, kind) = (&self.outside.hubspot, ObjectKind::Contacts);
        already_there_is_fine(
            self.attempt(|| hubspot.create_property_group(kind, &group))
                .await,
        )?;
        for property in new {
            already_there_is_fine(
                self.attempt(|| hubspot.create_property(kind, property))
                    .await,
            )?;
        }
        self.forget_definitions();
        Ok(())
    }
}

pub(crate) fn already_there_is_fine<T>(answer: Result<T, Trouble>) -> Result<(), Trouble> {
    match answer {
        Err(Trouble::HubSpot(error)) if matches!(error.kind, ErrorKind::Conflict { .. }) => Ok(()),
        answer => answer.map(drop),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_wanted_unasked() {
        assert!(wanted(Keep::default()).is_empty());
        let keep = Keep {
            last_reply: true,
            imessage: true,
            ..Keep::default()
        };
        let names: Vec<_> = wanted(keep)
            .into_iter()
            .map(|(setting, _)| setting)
            .collect();
        assert_eq!(names, ["keep.last_reply", "keep.imessage"]);
    }
}
