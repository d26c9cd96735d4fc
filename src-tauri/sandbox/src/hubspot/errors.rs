//! HubSpot's refusals, each with the body that live portals were seen to answer. A refusal carries no
//! correlation id yet: the request that it answers adds it.

use super::kind::Kind;
use crate::message::HttpResponse;
use crate::moment::Iso;
use serde_json::{Map, Value, json};

/// An answer that is not a success.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    /// The status.
    pub(crate) status: u16,
    /// The body, without `status` where HubSpot leaves it out.
    pub(crate) body: Map<String, Value>,
}

impl Refusal {
    /// A refusal with `status: error` and a text.
    pub(crate) fn new(status: u16, message: impl Into<String>) -> Self {
        let mut body = Map::new();
        body.insert("status".to_owned(), "error".into());
        body.insert("message".to_owned(), Value::String(message.into()));
        Self { status, body }
    }

    /// A 400 of category `VALIDATION_ERROR`.
    pub(crate) fn validation(message: impl Into<String>) -> Self {
        Self::new(400, message).with("category", "VALIDATION_ERROR")
    }

    /// The same with one field more.
    pub(crate) fn with(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.body.insert(field.to_owned(), value.into());
        self
    }

    /// The same with one entry more in `context`, whose values are always lists.
    pub(crate) fn context(mut self, key: &str, values: &[String]) -> Self {
        let entry = self
            .body
            .entry("context")
            .or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(context) = entry {
            context.insert(key.to_owned(), json!(values));
        }
        self
    }

    /// The whole answer.
    pub(crate) fn into_response(mut self, correlation: &str) -> HttpResponse {
        self.body
            .insert("correlationId".to_owned(), correlation.into());
        HttpResponse::json(self.status, &self.body)
    }
}

/// A numeric id that leads nowhere.
pub(crate) fn not_found() -> Refusal {
    Refusal::new(404, "resource not found")
}

/// An id that is no number.
pub(crate) fn odd_id(id: &str) -> Refusal {
    // Two spaces after the full stop: so it came from a live portal.
    Refusal::new(404, "Object not found.  objectId are usually numeric.")
        .with("category", "OBJECT_NOT_FOUND")
        .context("id", &[id.to_owned()])
}

/// An object type that this portal does not have.
pub(crate) fn unknown_type(name: &str) -> Refusal {
    Refusal::new(400, format!("Unable to infer object type from: {name}"))
}

/// A path that exists, but not for this method.
pub(crate) fn wrong_method() -> Refusal {
    Refusal::new(405, "HTTP 405 Method Not Allowed")
}

/// A required field is missing from the body.
pub(crate) fn missing_field(field: &str) -> Refusal {
    Refusal::new(
        400,
        format!("Invalid input JSON: some of required attributes are not set [{field}]"),
    )
}

/// The body is no JSON.
pub(crate) fn malformed(error: &serde_json::Error) -> Refusal {
    Refusal::new(
        400,
        format!(
            "Invalid input JSON on line {}, column {}: Unexpected input",
            error.line().max(1),
            error.column().max(1)
        ),
    )
}

/// A contact with this email exists. `id` is missing where HubSpot does not tell it.
pub(crate) fn contact_exists(id: Option<u64>) -> Refusal {
    let message = id.map_or_else(
        || "Contact already exists".to_owned(),
        |id| format!("Contact already exists. Existing ID: {id}"),
    );
    Refusal::new(409, message).with("category", "CONFLICT")
}

/// A unique value is taken: the text names the half-made record first and the owner second.
pub(crate) fn value_taken(
    portal: u64,
    kind: Kind,
    property: &str,
    value: &str,
    half_made: u64,
    owner: u64,
) -> Refusal {
    let legacy = kind.shouted();
    Refusal::validation(format!(
        "Cannot set PropertyValueCoordinates{{portalId={portal}, \
         objectTypeId=ObjectTypeId{{legacyObjectType={legacy}}}, propertyName={property}, \
         value={value}}} on {half_made}. {owner} already has that value."
    ))
}

/// The same id twice in one batch: the whole request is refused.
pub(crate) fn duplicate_ids(ids: &[String]) -> Refusal {
    Refusal::validation(format!(
        "Duplicate IDs found in batch input: [{}]. IDs must be unique",
        ids.join(", ")
    ))
    .context("ids", ids)
}

/// Some records of a batch were not found: one entry of `errors` in a 207.
pub(crate) fn some_missing(kind: Kind, ids: &[String]) -> Refusal {
    Refusal::new(
        404,
        format!(
            "Could not get some {} objects, they may be deleted or not exist. Check that ids are \
             valid.",
            kind.shouted()
        ),
    )
    .with("category", "OBJECT_NOT_FOUND")
    .context("ids", ids)
}

/// Associations that cannot be made, with the key that says why.
pub(crate) fn bad_associations(key: &str, values: &[String]) -> Refusal {
    Refusal::validation("One or more associations are invalid").context(key, values)
}

/// The token lacks every one of these scopes.
pub(crate) fn missing_scopes(scopes: &[&str]) -> Refusal {
    let page = "https://developers.hubspot.com/scopes";
    Refusal::new(
        403,
        format!(
            "This app hasn't been granted all required scopes to make this call. Read more about \
             required scopes here: {page}."
        ),
    )
    .with(
        "errors",
        json!([{
            "message": "One or more of the following scopes are required.",
            "context": {"requiredGranularScopes": scopes},
        }]),
    )
    .with("links", json!({"scopes": page}))
    .with("category", "MISSING_SCOPES")
}

/// No token, or one that this portal does not know.
pub(crate) fn unauthenticated() -> Refusal {
    Refusal::new(
        401,
        "Authentication credentials not found. This API supports OAuth 2.0 authentication and you \
         can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview",
    )
    .with("category", "INVALID_AUTHENTICATION")
}

/// A token that was good until `expired`.
pub(crate) fn token_expired(expired: i64, now: i64) -> Refusal {
    let seconds = (now - expired).max(0) / 1000;
    Refusal::new(
        401,
        format!("The OAuth token used to make this call expired {seconds} second(s) ago."),
    )
    .with("category", "EXPIRED_AUTHENTICATION")
    .context("expire time", &[Iso(expired).to_string()])
}

/// The shapes of a 429.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RateLimit {
    /// The rolling window of ten seconds.
    TenSecondly,
    /// The search limit, and that of the token endpoint.
    Secondly,
    /// The day's limit.
    Daily,
    /// The shape of some years ago, with `category` in place of `errorType`.
    OldCategory,
}

/// A 429 in one of its shapes. It has no `category`, but for the old one.
pub(crate) fn rate_limited(limit: RateLimit, portal: u64, correlation: &str) -> Refusal {
    let (word, policy) = match limit {
        RateLimit::TenSecondly | RateLimit::OldCategory => {
            ("ten_secondly_rolling", "TEN_SECONDLY_ROLLING")
        }
        RateLimit::Secondly => ("secondly", "SECONDLY"),
        RateLimit::Daily => ("daily", "DAILY"),
    };
    let refusal = Refusal::new(429, format!("You have reached your {word} limit."));
    if limit == RateLimit::OldCategory {
        return refusal.with("category", "RATE_LIMITS");
    }
    let refusal = refusal
        .with("errorType", "RATE_LIMIT")
        .with("policyName", policy)
        .with("requestId", correlation);
    if limit == RateLimit::TenSecondly {
        let group = format!("publicapi:private_app-api-calls-ten-secondly:{portal}");
        return refusal.with("groupName", group);
    }
    refusal
}

/// The answer of a fault that somebody asked for by name, or nothing if the name is unknown. `now`
/// is in milliseconds UTC; the correlation id goes into the body and its header.
#[must_use]
pub fn fault_response(name: &str, now: i64, correlation: &str) -> Option<HttpResponse> {
    const PORTAL: u64 = 1_234_567;
    let plain = |status: u16, message: &str| Refusal::new(status, message);
    let mut wait = None;
    let refusal = match name {
        "unauthorized_expired" => token_expired(now - 75_000, now),
        "unauthorized_invalid" => unauthenticated(),
        "missing_scopes" => missing_scopes(&["crm.objects.contacts.write"]),
        "locked_423" => plain(
            423,
            "The resource is locked by a bulk operation. Try again later.",
        ),
        "rate_ten_secondly" => rate_limited(RateLimit::TenSecondly, PORTAL, correlation),
        "rate_secondly" => rate_limited(RateLimit::Secondly, PORTAL, correlation),
        "rate_daily" => rate_limited(RateLimit::Daily, PORTAL, correlation),
        "rate_old_category" => rate_limited(RateLimit::OldCategory, PORTAL, correlation),
        "migrating_477" => {
            wait = Some("600");
            plain(
                477,
                "This account is being migrated to another data centre.",
            )
        }
        "wrong_region_488" => Refusal::new(
            488,
            format!(
                "Hub {PORTAL} is unknown to this Hublet, but it appears to exist in Hublet eu1"
            ),
        )
        .with("correctHublet", "eu1"),
        "internal_500" => plain(500, "internal error"),
        "bad_gateway_html_502" => return Some(proxy_page(502, "Bad Gateway")),
        "unavailable_503" => plain(503, "Service unavailable. Please try again later."),
        "timeout_504" => plain(504, "The request timed out upstream."),
        "cloudflare_521" => return Some(proxy_page(521, "Web server is down")),
        "cloudflare_522" => return Some(proxy_page(522, "Connection timed out")),
        "cloudflare_523" => return Some(proxy_page(523, "Origin is unreachable")),
        "cloudflare_524" => return Some(proxy_page(524, "A timeout occurred")),
        "cloudflare_525" => return Some(proxy_page(525, "SSL handshake failed")),
        "cloudflare_526" => return Some(proxy_page(526, "Invalid SSL certificate")),
        _ => return None,
    };
    let mut response = refusal
        .into_response(correlation)
        .with_header("x-hubspot-correlation-id", correlation);
    if let Some(seconds) = wait {
        response = response.with_header("retry-after", seconds);
    }
    Some(response)
}

fn proxy_page(status: u16, words: &str) -> HttpResponse {
    HttpResponse::html(
        status,
        &format!(
            "<!DOCTYPE html>\n<html><head><title>api.hubapi.com | {status}: {words}</title></head>\
             <body><h1>{words}</h1><p>Error code {status}</p></body></html>\n"
        ),
    )
}
