//! One portal joined to one workspace.

use super::failure::StoreError;
use super::row::word;
use super::{Reader, Writer};
use crate::event::words;
use rusqlite::{Row, params};
use wire::Timestamp;

words! {
    /// How a repeated timeline entry is recognised in the portal.
    Road {
        /// Not found out yet.
        Unknown = "unknown",
        /// By a unique property: HubSpot itself refuses the repeat.
        KeyProperty = "key_property",
        /// By our ledger, and by reading back after an unknown outcome.
        Ledger = "ledger",
    }
}

words! {
    /// Whether the Tuco key may list messages.
    Listing {
        /// Not found out yet.
        Unknown = "unknown",
        /// It may.
        Offered = "offered",
        /// It may not.
        NotOffered = "not_offered",
    }
}

words! {
    /// How a connection signs in to HubSpot.
    Method {
        /// With a key that somebody pasted: a service key, or a private app's token.
        Key = "key",
        /// In the browser, by an app of the user's own.
        SignIn = "sign_in",
    }
}

/// A connection as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionRow {
    /// Row id.
    pub id: i64,
    /// Made once, never changed: names its entry in the keychain.
    pub key: String,
    /// The user's name for it.
    pub name: String,
    /// HubSpot portal.
    pub portal_id: String,
    /// Tuco workspace; empty while unknown.
    pub workspace_id: String,
    /// The portal's name; empty while unknown.
    pub portal_name: String,
    /// Host of the portal's pages.
    pub ui_domain: String,
    /// Where HubSpot keeps the portal, such as `na1`.
    pub hubspot_region: String,
    /// IANA name of the portal's time zone.
    pub time_zone: String,
    /// ISO 3166 code of the country that a number without one is in.
    pub phone_region: String,
    /// How repeats are recognised.
    pub road: Road,
    /// Why not by key property, in words.
    pub road_why: String,
    /// Whether messages can be listed.
    pub listing: Listing,
    /// When that was found out; 0 for never.
    pub listing_at: Timestamp,
    /// Events before this are not mirrored.
    pub look_back_from: Timestamp,
    /// Set by the user.
    pub paused: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// End of the last whole round; 0 for never.
    pub last_round_at: Timestamp,
    /// What the last round ended with; empty when it was well.
    pub last_error: String,
    /// How it signs in to HubSpot.
    pub method: Method,
    /// When a person last signed in or gave a key; 0 for before this was written down.
    pub signed_in_at: Timestamp,
}

/// What a new connection begins with; the rest is filled in by [`Writer::update_connection`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewConnection {
    /// The user's name for it, unique in this home.
    pub name: String,
    /// HubSpot portal.
    pub portal_id: String,
    /// Tuco workspace; empty while unknown.
    pub workspace_id: String,
    /// Events before this are not mirrored.
    pub look_back_from: Timestamp,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, key, name, portal_id, workspace_id, portal_name, ui_domain, ",
            "hubspot_region, time_zone, phone_region, road, road_why, listing, listing_at, ",
            "look_back_from, paused, created_at, last_round_at, last_error, method, signed_in_at ",
            "FROM connection ",
            $rest
        )
    };
}

fn read(row: &Row<'_>) -> Result<ConnectionRow, StoreError> {
    Ok(ConnectionRow {
        id: row.get(0)?,
        key: row.get(1)?,
        name: row.get(2)?,
        portal_id: row.get(3)?,
        workspace_id: row.get(4)?,
        portal_name: row.get(5)?,
        ui_domain: row.get(6)?,
        hubspot_region: row.get(7)?,
        time_zone: row.get(8)?,
        phone_region: row.get(9)?,
        road: word(
            "connection.road",
            Road::parse,
            row.get_ref(10)?.as_str().unwrap_or_default(),
        )?,
        road_why: row.get(11)?,
        listing: word(
            "connection.listing",
            Listing::parse,
            row.get_ref(12)?.as_str().unwrap_or_default(),
        )?,
        listing_at: row.get(13)?,
        look_back_from: row.get(14)?,
        paused: row.get(15)?,
        created_at: row.get(16)?,
        last_round_at: row.get(17)?,
        last_error: row.get(18)?,
        method: word(
            "connection.method",
            Method::parse,
            row.get_ref(19)?.as_str().unwrap_or_default(),
        )?,
        signed_in_at: row.get(20)?,
    })
}

impl Reader<'_> {
    /// All connections, the oldest first.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn connections(&self) -> Result<Vec<ConnectionRow>, StoreError> {
        self.rows(select!("ORDER BY id"), [], read)
    }

    /// By the user's name for it.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn connection_by_name(&self, name: &str) -> Result<Option<ConnectionRow>, StoreError> {
        self.row(select!("WHERE name = ?1"), [name], read)
    }

    /// By row id.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn connection(&self, id: i64) -> Result<Option<ConnectionRow>, StoreError> {
        self.row(select!("WHERE id = ?1"), [id], read)
    }

    /// By what it joins.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn connection_of(
        &self,
        portal_id: &str,
        workspace_id: &str,
    ) -> Result<Option<ConnectionRow>, StoreError> {
        self.row(
            select!("WHERE portal_id = ?1 AND workspace_id = ?2"),
            [portal_id, workspace_id],
            read,
        )
    }
}

impl Writer<'_> {
    /// Adds one and answers its id.
    ///
    /// # Errors
    /// [`StoreError::Taken`] where the name or the pair of portal and workspace is in use.
    pub fn insert_connection(
        &self,
        new: &NewConnection,
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        self.change(
            "INSERT INTO connection (name, portal_id, workspace_id, look_back_from, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                new.name,
                new.portal_id,
                new.workspace_id,
                new.look_back_from,
                now
            ],
        )?;
        Ok(self.last_id())
    }

    /// Writes all that may change: everything but id, key, name and the time it was made.
    ///
    /// # Errors
    /// [`StoreError::Taken`] where another connection joins the same two.
    pub fn update_connection(&self, row: &ConnectionRow) -> Result<(), StoreError> {
        self.change(
            "UPDATE connection SET portal_id = ?2, workspace_id = ?3, portal_name = ?4,
                 ui_domain = ?5, hubspot_region = ?6, time_zone = ?7, phone_region = ?8, road = ?9,
                 road_why = ?10, listing = ?11, listing_at = ?12, look_back_from = ?13,
                 paused = ?14, last_round_at = ?15, last_error = ?16
             WHERE id = ?1",
            params![
                row.id,
                row.portal_id,
                row.workspace_id,
                row.portal_name,
                row.ui_domain,
                row.hubspot_region,
                row.time_zone,
                row.phone_region,
                row.road.as_str(),
                row.road_why,
                row.listing.as_str(),
                row.listing_at,
                row.look_back_from,
                row.paused,
                row.last_round_at,
                row.last_error
            ],
        )?;
        Ok(())
    }

    /// Notes how it signs in from now on. Apart from the rest of the row: a round that began before
    /// writes what it holds, and must not bring the old way back.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn note_sign_in(&self, id: i64, method: Method, at: Timestamp) -> Result<(), StoreError> {
        self.change(
            "UPDATE connection SET method = ?2, signed_in_at = ?3 WHERE id = ?1",
            params![id, method.as_str(), at],
        )?;
        Ok(())
    }

    /// Gives it another name.
    ///
    /// # Errors
    /// [`StoreError::Taken`] where another connection has that name.
    pub fn rename_connection(&self, id: i64, name: &str) -> Result<(), StoreError> {
        self.change(
            "UPDATE connection SET name = ?2 WHERE id = ?1",
            params![id, name],
        )?;
        Ok(())
    }
}
