//! The switches of the simulated workspace: limits, and every point that Tuco's documentation leaves
//! open. All can be changed while the world runs.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a key gets from `GET /api/messages`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessagesListing {
    /// The list, in the shape that the vendor's public source had in October 2025.
    #[default]
    Yes,
    /// 401: only a session of the dashboard may list.
    SessionOnly,
    /// 404: there is no such path.
    Absent,
}

/// What a send to a person on the do-not-contact list answers; undocumented.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockedSend {
    /// 403 with an error text.
    #[default]
    Forbidden,
    /// 201 with a message that is `failed` from the start.
    Failed,
    /// The check is missing: the message goes out. For proving that a client checks by itself.
    Sent,
}

/// What a date range on replies means; undocumented.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RepliesRange {
    /// A lead is listed if its latest reply lies in the range; the item shows that reply.
    #[default]
    ByLatest,
    /// A lead is listed if any reply lies in the range; the item shows the newest one inside.
    Within,
}

/// How a server treats `dateFrom`, `dateTo` and `lineId`, which only newer docs name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NewerParameters {
    /// It knows them.
    #[default]
    Known,
    /// It answers 400 `Invalid dateFrom` to them.
    Rejected,
    /// It does as if they were not there.
    Ignored,
}

/// The order of the listed leads; undocumented.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RepliesOrder {
    /// Latest reply first.
    #[default]
    Newest,
    /// By the lead's id.
    ByLead,
    /// Mixed anew with every call, as a query without a sort may be.
    Shuffled,
}

/// How leads may be updated; barely documented.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeadUpdate {
    /// `PUT /api/leads/{id}`, and `PUT /api/leads` with the id in the body.
    #[default]
    Offered,
    /// 404.
    Absent,
    /// 405.
    NotAllowed,
}

/// All switches of the workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WorkspaceOptions {
    /// Whether the limits per minute and the daily caps of lines hold.
    pub limits: bool,
    /// 402 on everything that writes: the subscription is past due.
    pub read_only: bool,
    /// 401 on everything: the key was revoked.
    pub key_revoked: bool,
    /// 400 `No active workspace` on everything.
    pub no_workspace: bool,
    /// See [`MessagesListing`].
    pub messages_listing: MessagesListing,
    /// Whether that list shows inbound messages too.
    pub messages_include_inbound: bool,
    /// Whether the same text to the same address within 60 s answers `skipped`.
    pub duplicate_guard: bool,
    /// See [`BlockedSend`].
    pub blocked_send: BlockedSend,
    /// See [`RepliesRange`].
    pub replies_range: RepliesRange,
    /// See [`NewerParameters`].
    pub replies_newer_parameters: NewerParameters,
    /// See [`RepliesOrder`].
    pub replies_order: RepliesOrder,
    /// Whether replies of senders without a lead are listed, with `leadId` null.
    pub replies_without_lead: bool,
    /// Whether the item's own text is cut to 200 characters as well.
    pub replies_cut_latest: bool,
    /// Whether a cut goes through the middle of a character beyond U+FFFF, as JavaScript's `slice`
    /// does. The answer then holds half a surrogate pair such as `\ud83d`, which strict JSON
    /// readers refuse.
    pub replies_cut_splits_pairs: bool,
    /// See [`LeadUpdate`].
    pub lead_update: LeadUpdate,
    /// Whether leads show their `hsContactId`.
    pub leads_show_hubspot_id: bool,
    /// Whether leads that all exist answer 409 `DUPLICATE_LEADS`, as older notes say, instead of 200.
    pub lead_duplicates_conflict: bool,
    /// Whether Twilio is set up, so that a fallback can go out as SMS.
    pub fallback_configured: bool,
    /// Shortest and longest time that a send waits for its verification before it answers.
    pub send_latency_ms: (u64, u64),
    /// Least time between two sends of one line.
    pub device_gap_ms: i64,
    /// Least time between two first messages to different people on one line.
    pub contact_gap_ms: i64,
    /// Of a thousand sends by iMessage, how many find no iMessage.
    pub fallback_per_mille: u32,
    /// Of a thousand sends, how many fail after all retries.
    pub failed_per_mille: u32,
    /// Of a thousand sent messages, how many become `delivered`.
    pub delivered_per_mille: u32,
    /// Of a thousand delivered messages, how many are opened.
    pub opened_per_mille: u32,
    /// What sends to an address come to: address in E.164 or lower case to `sent`, `delivered`,
    /// `fallback`, `failed` (after all retries), `failed_now`, or `imessage_failed` (at once as an
    /// iMessage, sent by every other channel).
    pub outcomes: BTreeMap<String, String>,
    /// A new reply from somebody arrives about so often; 0: never by itself.
    pub arrivals_every_ms: i64,
}

impl Default for WorkspaceOptions {
    fn default() -> Self {
        Self {
            limits: true,
            read_only: false,
            key_revoked: false,
            no_workspace: false,
            messages_listing: MessagesListing::Yes,
            messages_include_inbound: true,
            duplicate_guard: false,
            blocked_send: BlockedSend::Forbidden,
            replies_range: RepliesRange::ByLatest,
            replies_newer_parameters: NewerParameters::Known,
            replies_order: RepliesOrder::Newest,
            replies_without_lead: false,
            replies_cut_latest: false,
            replies_cut_splits_pairs: false,
            lead_update: LeadUpdate::Offered,
            leads_show_hubspot_id: true,
            lead_duplicates_conflict: false,
            fallback_configured: true,
            send_latency_ms: (0, 0),
            device_gap_ms: 30_000,
            contact_gap_ms: 45_000,
            fallback_per_mille: 40,
            failed_per_mille: 15,
            delivered_per_mille: 900,
            opened_per_mille: 300,
            outcomes: BTreeMap::new(),
            arrivals_every_ms: 0,
        }
    }
}
