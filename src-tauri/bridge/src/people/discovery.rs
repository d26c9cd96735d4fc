//! What the portal has: properties, pipelines, owners, lists. Read when somebody asks, after a connection
//! was made, and once a day while people are kept in step; kept in the store, so that the mapping can be
//! shown and checked without a network.

use crate::engine::Engine;
use crate::refusal;
use crate::store::{Reader, StoreError};
use crate::trouble::Trouble;
use hubspot::ObjectKind;
use mapping::portal::{Choice, List, Object, OwnObject, Owner, Pipeline, Portal, Property, Stage};
use std::collections::{BTreeMap, BTreeSet};
use wire::Timestamp;

const DOCUMENT: &str = "portal";
const EVERY_MS: i64 = 24 * 60 * 60_000;
const KINDS: [ObjectKind; 4] = [
    ObjectKind::Contacts,
    ObjectKind::Companies,
    ObjectKind::Deals,
    ObjectKind::Tickets,
];

/// What was read last, and when; nothing and never where it was not.
///
/// # Errors
/// See [`StoreError`].
pub fn kept(rows: &Reader<'_>, connection: i64) -> Result<(Portal, Option<Timestamp>), StoreError> {
    let stored = rows.people_document(connection, DOCUMENT)?;
    Ok(stored
        .and_then(|(body, at)| Some((serde_json::from_str(&body).ok()?, Some(at))))
        .unwrap_or_default())
}

impl Engine {
    /// What the portal has: as it was read last where that is not long ago, else read now.
    ///
    /// # Errors
    /// Why the portal could not be asked.
    pub async fn portal_fields(&self, now: bool) -> Result<Portal, Trouble> {
        let (known, at) = self.read(|rows| kept(&rows, self.id()))?;
        // Whoever signed in anew, or gave another key, may see more than before, or less.
        let signed_in = self.connection().signed_in_at;
        let fresh = at.is_some_and(|at| {
            at >= signed_in && (at..at.saturating_add(EVERY_MS)).contains(&self.now())
        });
        let own = self
            .read(|rows| super::setup(&rows, self.id()))?
            .also
            .objects;
        if fresh && !now && own == known.own_asked {
            return Ok(known);
        }
        let mut found = self.discover(&known).await?;
        if own {
            self.discover_own(&known, &mut found).await?;
        }
        let body = serde_json::to_string(&found).unwrap_or_default();
        let (id, at) = (self.id(), self.now());
        self.write(|rows| rows.keep_people_document(id, DOCUMENT, &body, at))?;
        Ok(found)
    }

    async fn discover(&self, known: &Portal) -> Result<Portal, Trouble> {
        let mut portal = Portal::default();
        for kind in KINDS {
            let before = known.objects.get(kind.path());
            let object = self.discover_object(kind, before).await?;
            portal.objects.insert(kind.path().to_owned(), object);
        }
        let hubspot = &self.outside.hubspot;
        for kind in [ObjectKind::Deals, ObjectKind::Tickets] {
            let found = allowed(self.attempt(|| hubspot.pipelines(kind)).await)?;
            let found = found
                .unwrap_or_default()
                .into_iter()
                .map(pipeline)
                .collect();
            portal.pipelines.insert(kind.path().to_owned(), found);
        }
        let mut after: Option<String> = None;
        while let Some(page) = allowed(self.attempt(|| hubspot.owners(after.as_deref())).await)? {
            portal.owners.extend(page.owners.into_iter().map(|owner| {
                Owner {
                    name: [&owner.first_name, &owner.last_name]
                        .into_iter()
                        .flatten()
                        .cloned()
                        .collect::<Vec<_>>()
                        .join(" "),
                    email: owner.email.clone().unwrap_or_default(),
                    id: owner.id,
                }
            }));
            after = page.after;
            if after.is_none() {
                break;
            }
        }
        let mut offset = 0;
        while let Some(page) = allowed(self.attempt(|| hubspot.lists(offset)).await)? {
            portal.lists.extend(page.lists.into_iter().map(|list| List {
                id: list.id,
                name: list.name,
                size: list.size,
            }));
            match page.next.filter(|next| *next > offset) {
                Some(next) => offset = next,
                None => break,
            }
        }
        // A key of an older kind does not tell.
        portal.scopes = allowed(self.attempt(|| hubspot.token_info()).await)
            .ok()
            .flatten()
            .map(|info| info.scopes);
        Ok(portal)
    }

    /// The kinds of records that the portal defined itself.
    async fn discover_own(&self, known: &Portal, portal: &mut Portal) -> Result<(), Trouble> {
        let hubspot = &self.outside.hubspot;
        portal.own_asked = true;
        let schemas = match self.attempt(|| hubspot.schemas()).await {
            Ok(schemas) => schemas,
            Err(Trouble::HubSpot(error)) if refusal::lacks_scopes(&error) => {
                portal.own_missing = refusal::scopes_named(error, &["crm.schemas.custom.read"]);
                return Ok(());
            }
            Err(trouble) => return allowed(Err(trouble)).map(|_: Option<()>| ()),
        };
        for schema in schemas {
            // A name that every portal has is that of another kind.
            if portal.objects.contains_key(&schema.name) {
                continue;
            }
            let before = known.objects.get(&schema.name);
            let mut object = object(schema.properties, &BTreeMap::new(), before);
            object.own = Some(OwnObject {
                type_id: schema.type_id,
                label: schema.label,
                plural: schema.plural,
                primary: schema.primary,
            });
            portal.objects.insert(schema.name, object);
        }
        Ok(())
    }

    async fn discover_object(
        &self,
        kind: ObjectKind,
        before: Option<&Object>,
    ) -> Result<Object, Trouble> {
        let hubspot = &self.outside.hubspot;
        let found = match self.attempt(|| hubspot.properties(kind)).await {
            Ok(found) => found,
            Err(Trouble::HubSpot(error)) if refusal::lacks_scopes(&error) => {
                let usual = format!("crm.schemas.{kind}.read");
                let missing_scopes = refusal::scopes_named(error, &[&usual]);
                return Ok(Object {
                    missing_scopes,
                    ..Object::default()
                });
            }
            Err(trouble) => return Err(trouble),
        };
        let groups = allowed(self.attempt(|| hubspot.property_groups(kind)).await)?;
        let groups: BTreeMap<String, String> = groups
            .unwrap_or_default()
            .into_iter()
            .map(|group| (group.name, group.label))
            .collect();
        Ok(object(found, &groups, before))
    }
}

/// A kind of record from its properties, with what was known of it the time before.
fn object(
    found: Vec<hubspot::Property>,
    groups: &BTreeMap<String, String>,
    before: Option<&Object>,
) -> Object {
    let properties: BTreeMap<String, Property> = found
        .into_iter()
        .filter(|one| !one.archived)
        .map(|one| {
            let known = before.and_then(|before| before.properties.get(&one.name));
            let found = property(one, groups, known);
            (found.name.clone(), found)
        })
        .collect();
    let gone: BTreeSet<String> = before
        .into_iter()
        .flat_map(|before| before.properties.keys().chain(&before.gone))
        .filter(|name| !properties.contains_key(*name))
        .cloned()
        .collect();
    Object {
        properties,
        gone,
        ..Object::default()
    }
}

/// Nothing where the key may not ask for it, or the portal does not have it: there is more to read.
fn allowed<T>(answer: Result<T, Trouble>) -> Result<Option<T>, Trouble> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(Trouble::HubSpot(error)) if error.retry_class() == wire::RetryClass::Permanent => {
            Ok(None)
        }
        Err(trouble) => Err(trouble),
    }
}

fn property(
    found: hubspot::Property,
    groups: &BTreeMap<String, String>,
    known: Option<&Property>,
) -> Property {
    let type_before = known
        .filter(|known| known.value_type != found.value_type)
        .map(|known| known.value_type.clone());
    Property {
        owner: found.referenced_kind.as_deref() == Some("OWNER"),
        group: groups.get(&found.group).cloned().unwrap_or(found.group),
        choices: found
            .options
            .into_iter()
            .map(|option| Choice {
                value: option.value,
                label: option.label,
                hidden: option.hidden,
            })
            .collect(),
        type_before,
        name: found.name,
        label: found.label,
        description: found.description,
        value_type: found.value_type,
        field_type: found.field_type,
        read_only: found.read_only,
        calculated: found.calculated,
        unique: found.unique,
        hidden: found.hidden,
    }
}

fn pipeline(found: hubspot::Pipeline) -> Pipeline {
    Pipeline {
        id: found.id,
        label: found.label,
        stages: found
            .stages
            .into_iter()
            .map(|stage| Stage {
                id: stage.id,
                label: stage.label,
                closed: stage.closed,
                won: stage.won,
            })
            .collect(),
    }
}
