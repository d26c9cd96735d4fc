//! What a portal is like, and the choices that no public source settles.

use std::collections::BTreeMap;

/// What happens when a write moves `lifecyclestage` back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BackwardLifecycle {
    /// The write answers 200 and the stage stays.
    Ignore,
    /// The write answers 400.
    Refuse,
}

/// What a portal is like. The default is the one that the sandbox starts with.
#[derive(Debug, Clone)]
pub struct PortalOptions {
    /// The number of the account.
    pub portal_id: u64,
    /// Its name.
    pub name: String,
    /// IANA name; the daily limit resets at its midnight.
    pub time_zone: String,
    /// ISO 4217.
    pub currency: String,
    /// ISO 3166 code: the region that numbers without a country code are read in.
    pub country: String,
    /// Where the portal's pages are, without a scheme.
    pub ui_domain: String,
    /// The data centre.
    pub data_centre: String,
    /// The token that the portal starts with.
    pub token: String,
    /// The scopes of that token.
    pub scopes: Vec<String>,
    /// Calls in any ten seconds, searches apart; 0 is no limit, of any kind.
    pub rate_per_10s: u32,
    /// Searches in any second.
    pub search_per_s: u32,
    /// Calls in a day of the account's time zone, searches included.
    pub daily: u32,
    /// How far the search index trails, ms.
    pub index_lag_ms: i64,
    /// Whether communications may have properties of a unique value.
    pub unique_on_communications: bool,
    /// Whether a cleared value reads `null`; else it reads `""`.
    pub cleared_reads_null: bool,
    /// Whether a search for an email also finds additional ones.
    pub email_eq_matches_additional: bool,
    /// What a backward move of `lifecyclestage` does.
    pub backward_lifecycle: BackwardLifecycle,
    /// Whether batches answer in an order of their own.
    pub shuffle_batches: bool,
    /// Whether a refused batch tells the id of the contact that has the email.
    pub batch_conflict_names_id: bool,
    /// Whether `batch/read` follows ids that were merged away.
    pub batch_read_follows_merges: bool,
    /// Whether an association may name an id that was merged away.
    pub associate_merged_ids: bool,
    /// Object and property that an admin requires on creation: enforced from 2026-09 on.
    pub admin_required: Vec<(String, String)>,
    /// Object, property, and the property that it makes required: enforced from 2026-09 on.
    pub admin_conditional: Vec<(String, String, String)>,
}

impl Default for PortalOptions {
    fn default() -> Self {
        Self {
            portal_id: 1_234_567,
            name: "Sandbox".to_owned(),
            time_zone: "US/Eastern".to_owned(),
            currency: "USD".to_owned(),
            country: "US".to_owned(),
            ui_domain: "app.hubspot.com".to_owned(),
            data_centre: "na1".to_owned(),
            token: "pat-na1-00000000-0000-4000-8000-000000000000".to_owned(),
            scopes: all_scopes(),
            rate_per_10s: 190,
            search_per_s: 5,
            daily: 625_000,
            index_lag_ms: 2_000,
            unique_on_communications: true,
            cleared_reads_null: false,
            email_eq_matches_additional: false,
            backward_lifecycle: BackwardLifecycle::Ignore,
            shuffle_batches: true,
            batch_conflict_names_id: false,
            batch_read_follows_merges: false,
            associate_merged_ids: false,
            admin_required: Vec::new(),
            admin_conditional: Vec::new(),
        }
    }
}

/// Every scope that something of this portal asks for.
#[must_use]
pub fn all_scopes() -> Vec<String> {
    [
        "oauth",
        "crm.objects.contacts.read",
        "crm.objects.contacts.write",
        "crm.objects.companies.read",
        "crm.objects.companies.write",
        "crm.objects.deals.read",
        "crm.objects.deals.write",
        "crm.objects.tickets.read",
        "crm.objects.tickets.write",
        "crm.objects.owners.read",
        "crm.schemas.contacts.read",
        "crm.schemas.contacts.write",
        "crm.schemas.companies.read",
        "crm.schemas.companies.write",
        "crm.schemas.deals.read",
        "crm.schemas.deals.write",
        "crm.schemas.tickets.write",
        "crm.objects.custom.read",
        "crm.objects.custom.write",
        "crm.schemas.custom.read",
        "crm.schemas.custom.write",
        "crm.lists.read",
        "crm.lists.write",
        "sales-email-read",
    ]
    .iter()
    .map(|scope| (*scope).to_owned())
    .collect()
}

/// A record as somebody beside the API sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordView {
    /// Its id. Differs from the one asked for if that was merged away.
    pub id: u64,
    /// `contacts`, `communications`, …
    pub kind: String,
    /// What is held or computed; cleared values are left out.
    pub properties: BTreeMap<String, String>,
    /// ms UTC.
    pub created_at: i64,
    /// ms UTC.
    pub updated_at: i64,
    /// Whether it lies in the recycle bin.
    pub archived: bool,
    /// Ids that were merged into it.
    pub merged_ids: Vec<u64>,
}

/// One entry on the timeline of some contacts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimelineEntry {
    /// Its id.
    pub id: u64,
    /// `communication`, `note`, `call`, `email`, `meeting` or `task`.
    pub kind: String,
    /// Whose timelines it stands on: those who survived, where contacts were merged.
    pub contact_ids: Vec<u64>,
    /// When it was written, ms UTC.
    pub created_at: i64,
    /// `hs_timestamp`, ms UTC: where it stands on the timeline.
    pub timestamp: i64,
    /// What was written.
    pub properties: BTreeMap<String, String>,
}
