//! Which dated version of each API this client speaks: one constant an API.
//!
//! HubSpot freezes a version when it is published (each March and September) and supports it for
//! about 18 months. The same request can answer 200 in one version and 400 in the next, so a version
//! is raised on purpose, here, and never at run time.

/// Records, search and the associations of a record: `/crm/objects/{version}`.
pub const OBJECTS: &str = "2026-09";
/// Definitions of properties and their groups: `/crm/properties/{version}`.
pub const PROPERTIES: &str = "2026-09";
/// Definitions of custom objects: `/crm-object-schemas/{version}/schemas`.
pub const SCHEMAS: &str = "2026-09";
/// Owners: `/crm/owners/{version}`.
pub const OWNERS: &str = "2026-09";
/// The portal's own details: `/account-info/{version}/details`.
pub const ACCOUNT_INFO: &str = "2026-09";
/// The token endpoints: `/oauth/{version}/token`.
pub const OAUTH: &str = "2026-09";
/// Uninstalling oneself: `/appinstalls/{version}/external-install`.
pub const APP_INSTALLS: &str = "2026-09";
/// Ties between many records: `/crm/associations/{version}`.
pub const ASSOCIATIONS: &str = "2026-09";
/// Pipelines and their stages: `/crm/pipelines/{version}`.
pub const PIPELINES: &str = "2026-09";
/// Lists and who is on them: `/crm/lists/{version}`.
pub const LISTS: &str = "2026-09";
/// The change journal: `/webhooks-journal/journal-local/{version}` and `/webhooks-journal/subscriptions/{version}`.
pub const JOURNAL: &str = "2026-03";
