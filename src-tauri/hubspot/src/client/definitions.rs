//! Definitions of properties and their groups.

use super::{HubSpot, Plan, absent_is_none};
use crate::error::Error;
use crate::object_kind::ObjectKind;
use crate::property::{NewProperty, Property, PropertyGroup};
use crate::schema::Schema;
use crate::{lenient, versions};
use serde_json::Value;
use url::Url;

impl HubSpot {
    fn definitions_url(&self, kind: ObjectKind, rest: Option<&str>) -> Url {
        let mut segments = vec!["crm", "properties", versions::PROPERTIES, kind.path()];
        segments.extend(rest);
        self.origin.url_of(&segments, &[])
    }

    /// Every property that a kind of record has in this portal. There are no pages.
    pub async fn properties(&self, kind: ObjectKind) -> Result<Vec<Property>, Error> {
        let plan = Plan::get("properties.list", self.definitions_url(kind, None));
        self.ask(plan, |body, _| read_all(body, Property::read))
            .await
    }

    /// The custom objects of this portal, with their properties. There are no pages.
    pub async fn schemas(&self) -> Result<Vec<Schema>, Error> {
        let segments = ["crm-object-schemas", versions::SCHEMAS, "schemas"];
        let url = self.origin.url_of(&segments, &[]);
        self.ask(Plan::get("schemas.list", url), |body, _| {
            read_all(body, Schema::read)
        })
        .await
    }

    /// One property; nothing where the kind has none of this name.
    pub async fn property(&self, kind: ObjectKind, name: &str) -> Result<Option<Property>, Error> {
        let plan = Plan::get("properties.get", self.definitions_url(kind, Some(name)));
        absent_is_none(self.ask(plan, |body, _| Property::read(body)).await)
    }

    /// Creates a property, or revives the deleted one of this name. Where one lives already, the
    /// error is a [`crate::ErrorKind::Conflict`].
    pub async fn create_property(
        &self,
        kind: ObjectKind,
        new: &NewProperty,
    ) -> Result<Property, Error> {
        let url = self.definitions_url(kind, None);
        let plan = Plan::post("properties.create", url, new.to_json());
        self.ask(plan, |body, _| Property::read(body)).await
    }

    /// Every group of properties.
    pub async fn property_groups(&self, kind: ObjectKind) -> Result<Vec<PropertyGroup>, Error> {
        let plan = Plan::get("groups.list", self.definitions_url(kind, Some("groups")));
        self.ask(plan, |body, _| read_all(body, PropertyGroup::read))
            .await
    }

    /// Creates a group. Where one of this name lives already, the error is a
    /// [`crate::ErrorKind::Conflict`].
    pub async fn create_property_group(
        &self,
        kind: ObjectKind,
        new: &PropertyGroup,
    ) -> Result<PropertyGroup, Error> {
        let url = self.definitions_url(kind, Some("groups"));
        let plan = Plan::post("groups.create", url, new.to_json());
        self.ask(plan, |body, _| PropertyGroup::read(body)).await
    }
}

fn read_all<T>(body: &Value, read: impl Fn(&Value) -> Option<T>) -> Option<Vec<T>> {
    body.get("results")?.as_array()?;
    Some(
        lenient::items(body.get("results"))
            .iter()
            .filter_map(read)
            .collect(),
    )
}
