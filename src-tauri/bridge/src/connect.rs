//! Joining a portal and a workspace: who the keys belong to, and what the portal allows.

use crate::belonging::{connection_for, named, refuse_second};
use crate::engine::{Engine, Outside};
use crate::mirror::KEY_PROPERTY;
use crate::refusal;
use crate::region;
use crate::retry::{Patience, Retry, Waits};
use crate::store::{ConnectionRow, Listing, NewConnection, Road, Store, StoreError};
use crate::trouble::Trouble;
use hubspot::{Account, HubSpot, NewProperty, ObjectKind};
use std::sync::Arc;
use tuco::{LeadsQuery, Line, Tuco};
use wire::{Clock, Entropy, Gateway, Origin, Pace, Priority, Transport};

pub use crate::keys::{Keys, adopt};

/// Cursor: what happened before this moment may be in HubSpot without this file knowing of it.
pub const LEDGER_SINCE: &str = "ledger.since";

/// The way out of this machine.
#[derive(Clone)]
pub struct Access {
    /// Moves requests.
    pub transport: Arc<dyn Transport>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Dice.
    pub entropy: Arc<dyn Entropy>,
    /// Where HubSpot's API is.
    pub hubspot: Origin,
    /// Where Tuco's API is.
    pub tuco: Origin,
    /// Where the retry loop says what it is waiting for.
    pub waits: Arc<Waits>,
}

impl Access {
    /// Both clients, each with its own pace. `region` is HubSpot's, such as `eu1`; empty for the usual host.
    pub fn sign_in(&self, keys: &Keys, region: &str) -> Outside {
        let hubspot_origin = if self.hubspot.is_loopback() || region.is_empty() {
            self.hubspot.clone()
        } else {
            Origin::hubspot_region(region).unwrap_or_else(|_| self.hubspot.clone())
        };
        let gateway = |pace: Pace, side| {
            Gateway::new(
                self.transport.clone(),
                self.clock.clone(),
                Arc::new(pace),
                side,
            )
        };
        Outside {
            hubspot: HubSpot::new(
                gateway(Pace::hubspot(), "hubspot"),
                hubspot_origin,
                keys.hubspot.clone(),
            ),
            tuco: Tuco::new(
                gateway(Pace::tuco(), "tuco"),
                self.tuco.clone(),
                keys.tuco.clone(),
            ),
            clock: self.clock.clone(),
            entropy: self.entropy.clone(),
            waits: self.waits.clone(),
        }
    }
}

/// Both keys were accepted, and this is whose they are.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The portal.
    pub account: Account,
    /// The workspace's lines.
    pub lines: Vec<Line>,
    /// The workspace; empty where nothing in it names it.
    pub workspace_id: String,
    /// HubSpot's region, where the usual host said that the portal lives elsewhere.
    pub region: String,
}

/// Asks both sides who the keys belong to. A portal that lives in another region is asked there.
pub async fn identify(
    access: &Access,
    keys: &Keys,
    region: &str,
) -> Result<(Outside, Identity), Trouble> {
    identify_with(access, keys, region, Patience::LOOP).await
}

/// The same with the patience of a person who waits for the answer.
pub async fn identify_soon(
    access: &Access,
    keys: &Keys,
    region: &str,
) -> Result<(Outside, Identity), Trouble> {
    identify_with(access, keys, region, Patience::PERSON).await
}

async fn identify_with(
    access: &Access,
    keys: &Keys,
    region: &str,
    patience: Patience,
) -> Result<(Outside, Identity), Trouble> {
    let retry = Retry::new(
        access.clock.clone(),
        access.entropy.clone(),
        patience,
        access.waits.clone(),
    );
    let mut region = region.to_owned();
    let mut outside = access.sign_in(keys, &region);
    let account = match retry.run(|| outside.hubspot.account()).await {
        Err(Trouble::HubSpot(error)) if region.is_empty() && !access.hubspot.is_loopback() => {
            let hubspot::ErrorKind::WrongRegion {
                region: Some(right),
            } = &error.kind
            else {
                return Err(Trouble::HubSpot(error));
            };
            region = right.clone();
            outside = access.sign_in(keys, &region);
            retry.run(|| outside.hubspot.account()).await?
        }
        answer => answer?,
    };
    let lines = retry.run(|| outside.tuco.lines()).await?;
    let workspace_id = workspace_of(&retry, &outside, &lines).await?;
    Ok((
        outside,
        Identity {
            account,
            lines,
            workspace_id,
            region,
        },
    ))
}

/// No call tells the workspace; its lines do, or its leads where it has no line.
async fn workspace_of(retry: &Retry, outside: &Outside, lines: &[Line]) -> Result<String, Trouble> {
    if let Some(id) = lines.iter().find_map(|line| line.workspace_id.clone()) {
        return Ok(id);
    }
    let query = LeadsQuery {
        page: 1,
        limit: 1,
        ..LeadsQuery::default()
    };
    match retry.run(|| outside.tuco.leads(&query)).await {
        Ok(page) => Ok(page
            .items
            .into_iter()
            .find_map(|lead| lead.workspace_id)
            .unwrap_or_default()),
        Err(Trouble::Tuco(error)) if refusal::is_tuco_refusal(&error) => Ok(String::new()),
        Err(trouble) => Err(trouble),
    }
}

/// The connection of this portal and workspace in this home, made on first use. `name` renames nothing:
/// it is the name of a new one.
pub fn establish(
    store: &mut Store,
    identity: &Identity,
    name: Option<&str>,
    access: &Access,
) -> Result<ConnectionRow, Trouble> {
    let now = access.clock.now();
    let Identity {
        account,
        workspace_id,
        region,
        ..
    } = identity;
    let row = store.write(|rows| {
        let known = connection_for(rows, &account.portal_id, workspace_id)?;
        let id = match known {
            Some(row) => row.id,
            None => {
                let wanted = name.map_or_else(|| default_name(account), str::to_owned);
                let taken: Vec<String> = rows
                    .connections()?
                    .into_iter()
                    .map(|row| row.name)
                    .collect();
                rows.insert_connection(
                    &NewConnection {
                        name: free_name(&wanted, &taken),
                        portal_id: account.portal_id.clone(),
                        workspace_id: workspace_id.clone(),
                        look_back_from: now,
                    },
                    now,
                )?
            }
        };
        let mut row = rows.connection(id)?.ok_or(StoreError::Missing)?;
        refresh(&mut row, account);
        row.hubspot_region.clone_from(region);
        row.workspace_id.clone_from(workspace_id);
        rows.update_connection(&row)?;
        Ok::<_, StoreError>(row)
    })?;
    Ok(row)
}

fn refresh(row: &mut ConnectionRow, account: &Account) {
    row.portal_name = account.name.clone().unwrap_or_default();
    row.ui_domain.clone_from(&account.ui_domain);
    row.time_zone.clone_from(&account.time_zone);
    row.phone_region = region::guess(&account.time_zone, account.currency.as_deref()).to_owned();
}

fn default_name(account: &Account) -> String {
    account
        .name
        .clone()
        .filter(|name| !name.trim().is_empty())
        .unwrap_or_else(|| format!("portal {}", account.portal_id))
}

fn free_name(wanted: &str, taken: &[String]) -> String {
    let mut name = wanted.to_owned();
    let mut number = 2;
    while taken.contains(&name) {
        name = format!("{wanted} {number}");
        number += 1;
    }
    name
}

impl Engine {
    /// One call a side: are the keys good, and do they belong to this connection?
    pub(crate) async fn check_keys(&self) -> Result<(), Trouble> {
        let hubspot = &self.outside.hubspot;
        let account = self.attempt(|| hubspot.account()).await?;
        let connection = self.connection();
        if account.portal_id != connection.portal_id {
            return Err(Trouble::WrongPortal {
                connection: connection.name,
                expected: named(&connection.portal_name, &connection.portal_id),
                found: named(
                    account.name.as_deref().unwrap_or_default(),
                    &account.portal_id,
                ),
            });
        }
        let lines = self.attempt(|| self.outside.tuco.lines()).await?;
        let found = lines.iter().find_map(|line| line.workspace_id.clone());
        let found = found.unwrap_or_else(|| connection.workspace_id.clone());
        if found != connection.workspace_id {
            if !connection.workspace_id.is_empty() {
                return Err(Trouble::WrongWorkspace {
                    connection: connection.name,
                    expected: connection.workspace_id,
                    found,
                });
            }
            self.read(|rows| Ok(refuse_second(&rows, &connection, &found)))??;
        }
        let mut fresh = connection.clone();
        refresh(&mut fresh, &account);
        fresh.workspace_id.clone_from(&found);
        if fresh != connection {
            self.change_connection(|row| {
                refresh(row, &account);
                row.workspace_id = found;
            })?;
        }
        Ok(())
    }

    /// Finds out, once, how this portal rules out a second entry for one event. The key property is the
    /// one thing that is created without asking.
    pub(crate) async fn settle_road(&self) -> Result<(), Trouble> {
        if self.connection().road != Road::Unknown {
            return Ok(());
        }
        let (road, why, is_first) = match self.key_property().await {
            Ok(is_new) => (Road::KeyProperty, String::new(), is_new),
            Err(KeyProperty::NotAllowed(why)) => (Road::Ledger, why, false),
            Err(KeyProperty::Trouble(trouble)) => return Err(trouble),
        };
        self.begin_ledger(is_first)?;
        self.change_connection(|row| {
            row.road = road;
            row.road_why = why;
        })?;
        Ok(())
    }

    /// Since when this file's ledger is whole. Where the portal never had our property, nothing was ever
    /// written to it; elsewhere another home, or a file that was lost, may have done so before.
    fn begin_ledger(&self, is_first: bool) -> Result<(), StoreError> {
        let connection = self.connection();
        let since = if is_first { 0 } else { connection.created_at };
        self.write(|rows| match rows.cursor(connection.id, LEDGER_SINCE)? {
            Some(_) => Ok(()),
            None => rows.set_cursor(connection.id, LEDGER_SINCE, &since.to_string(), self.now()),
        })
    }

    /// Sees to it that the property is there. True where the portal had none before.
    async fn key_property(&self) -> Result<bool, KeyProperty> {
        let hubspot = &self.outside.hubspot;
        let kind = ObjectKind::Communications;
        let standing = self
            .attempt(|| hubspot.property(kind, KEY_PROPERTY))
            .await?;
        if let Some(property) = standing {
            return if property.unique {
                Ok(false)
            } else {
                Err(KeyProperty::NotAllowed(format!(
                    "the property {KEY_PROPERTY} exists and is not unique"
                )))
            };
        }
        let all = self.attempt(|| hubspot.properties(kind)).await?;
        let group = all
            .iter()
            .find(|property| property.name == "hs_communication_body")
            .or(all.first())
            .map_or_else(
                || "communicationinformation".to_owned(),
                |property| property.group.clone(),
            );
        let new = NewProperty {
            name: KEY_PROPERTY.into(),
            label: "Tuco event key".into(),
            description:
                "Keeps Tuco for HubSpot from writing one message twice. Please leave it alone."
                    .into(),
            value_type: "string".into(),
            field_type: "text".into(),
            group,
            unique: true,
            ..NewProperty::default()
        };
        let (made, is_new) = match self.attempt(|| hubspot.create_property(kind, &new)).await {
            // Another desktop was quicker, or the answer to our own first try was lost.
            Err(Trouble::HubSpot(error))
                if matches!(error.kind, hubspot::ErrorKind::Conflict { .. }) =>
            {
                let standing = self
                    .attempt(|| hubspot.property(kind, KEY_PROPERTY))
                    .await?;
                (standing, false)
            }
            answer => (Some(answer?), true),
        };
        match made {
            Some(property) if property.unique => Ok(is_new),
            _ => Err(KeyProperty::NotAllowed(
                "the portal keeps the property without uniqueness".into(),
            )),
        }
    }

    /// The key property was deleted or changed in HubSpot: find out anew, and decide what is still to be
    /// written again under the new rule.
    pub(crate) async fn road_lost(&self, refused: &[i64]) -> Result<(), Trouble> {
        self.write(|rows| {
            refused
                .iter()
                .try_for_each(|effect| rows.take_back(*effect).map(drop))
        })?;
        self.change_connection(|row| row.road = Road::Unknown)?;
        self.settle_road().await
    }

    /// Forgets that the messages list was refused, for a new key.
    pub fn forget_refusals(&self) -> Result<(), Trouble> {
        self.change_connection(|row| {
            row.listing = Listing::Unknown;
            row.road = Road::Unknown;
        })?;
        Ok(())
    }
}

enum KeyProperty {
    NotAllowed(String),
    Trouble(Trouble),
}

impl From<Trouble> for KeyProperty {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::HubSpot(error) if error.retry_class() == wire::RetryClass::Permanent => {
                Self::NotAllowed(error.kind.to_string())
            }
            other => Self::Trouble(other),
        }
    }
}

/// Clients for a question that a person waits for.
pub fn interactive(outside: &Outside) -> Outside {
    Outside {
        hubspot: outside.hubspot.with_priority(Priority::Interactive),
        tuco: outside.tuco.with_priority(Priority::Interactive),
        ..outside.clone()
    }
}
