//! The portal's options as JSON, for turning its switches at run time. Mirrored field by field, since
//! the portal itself knows nothing of the control endpoints; the compiler keeps both in step.

use crate::hubspot::{BackwardLifecycle, PortalOptions};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
#[serde(remote = "BackwardLifecycle", rename_all = "snake_case")]
enum BackwardLifecycleMirror {
    Ignore,
    Refuse,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "PortalOptions", deny_unknown_fields)]
struct PortalOptionsMirror {
    portal_id: u64,
    name: String,
    time_zone: String,
    currency: String,
    country: String,
    ui_domain: String,
    data_centre: String,
    token: String,
    scopes: Vec<String>,
    rate_per_10s: u32,
    search_per_s: u32,
    daily: u32,
    index_lag_ms: i64,
    unique_on_communications: bool,
    cleared_reads_null: bool,
    email_eq_matches_additional: bool,
    #[serde(with = "BackwardLifecycleMirror")]
    backward_lifecycle: BackwardLifecycle,
    shuffle_batches: bool,
    batch_conflict_names_id: bool,
    batch_read_follows_merges: bool,
    associate_merged_ids: bool,
    admin_required: Vec<(String, String)>,
    admin_conditional: Vec<(String, String, String)>,
}

/// The portal's options and the state of its token, as the control endpoints show them.
#[derive(Serialize, Deserialize)]
pub(crate) struct PortalSwitches {
    #[serde(flatten, with = "PortalOptionsMirror")]
    pub(crate) options: PortalOptions,
    /// The token ends at this time, milliseconds since 1970.
    pub(crate) token_expires_at: Option<i64>,
    /// The token is not known any more.
    pub(crate) token_revoked: bool,
}
