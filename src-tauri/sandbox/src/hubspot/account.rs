//! The account, its tokens and how much it used. The OAuth endpoints take any code and any client;
//! they exist so that a client library finds them.

use super::Portal;
use super::errors::{Refusal, not_found, unauthenticated, wrong_method};
use super::limits::Limits;
use super::route::{Answer, Call, Version};
use super::validation::stamp;
use crate::dice::Dice;
use crate::message::HttpResponse;
use chrono::{Offset, TimeZone};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What a token may do.
#[derive(Debug, Clone)]
pub(crate) struct Grant {
    pub(crate) scopes: Vec<String>,
    /// ms UTC; nothing for tokens that stay.
    pub(crate) expires_at: Option<i64>,
    pub(crate) app_id: u64,
}

/// How long an OAuth access token is good for, in seconds.
const LIFETIME: i64 = 1_800;

/// A correlation id, in the form of a UUID of version 7.
pub(crate) fn correlation(dice: &mut Dice, now: i64) -> String {
    let time = u64::try_from(now).unwrap_or_default() & 0xffff_ffff_ffff;
    let (one, two) = (dice.number(), dice.number());
    format!(
        "{:08x}-{:04x}-7{:03x}-{:04x}-{:012x}",
        time >> 16,
        time & 0xffff,
        one & 0xfff,
        0x8000 | (one >> 16 & 0x3fff),
        two & 0xffff_ffff_ffff
    )
}

/// `GET /account-info/…`.
pub(crate) fn answer(portal: &Portal, call: &Call<'_>, rest: &[&str]) -> Answer {
    match (call.request.method.as_str(), rest) {
        ("GET", ["details"]) => Ok(HttpResponse::json(200, &details(portal, call))),
        ("GET", ["api-usage", "daily"] | ["api-usage", "daily", "private-apps"]) => {
            let (used, limit) = portal.limits.today();
            let usage = json!({"results": [{
                "name": "private-apps-api-calls-daily",
                "usageLimit": limit,
                "currentUsage": used,
                "collectedAt": stamp(call.now),
                "fetchStatus": "SUCCESS",
                "resetsAt": stamp(portal.limits.next_midnight(call.now)),
            }]});
            Ok(HttpResponse::json(200, &usage))
        }
        (_, ["details"] | ["api-usage", ..]) => Err(wrong_method()),
        _ => Err(not_found()),
    }
}

fn details(portal: &Portal, call: &Call<'_>) -> Value {
    let options = &portal.options;
    let offset = offset_of(&portal.limits, call.now);
    let minutes = offset.abs() / 60;
    let sign = if offset < 0 { '-' } else { '+' };
    let mut body = json!({
        "portalId": options.portal_id,
        "accountType": "STANDARD",
        "timeZone": options.time_zone,
        "companyCurrency": options.currency,
        "additionalCurrencies": [],
        "utcOffset": format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60),
        "utcOffsetMilliseconds": offset * 1000,
        "uiDomain": options.ui_domain,
        "dataHostingLocation": options.data_centre,
    });
    if let (Version::V2026_09, Value::Object(body)) = (call.version, &mut body) {
        body.insert("portalName".to_owned(), "Sandbox".into());
        body.insert("createdAt".to_owned(), 1_577_836_800_000_i64.into());
    }
    body
}

/// Seconds east of UTC.
fn offset_of(limits: &Limits, now: i64) -> i64 {
    let local = limits.zone().timestamp_millis_opt(now).single();
    local.map_or(0, |local| i64::from(local.offset().fix().local_minus_utc()))
}

/// `POST /oauth/v2/private-apps/get/access-token-info`.
pub(crate) fn token_info(portal: &Portal, call: &Call<'_>) -> Answer {
    if call.request.method != "POST" {
        return Err(wrong_method());
    }
    let body = call.json()?;
    let token = body
        .get("tokenKey")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let grant = portal.grants.get(token).ok_or_else(unauthenticated)?;
    Ok(HttpResponse::json(
        200,
        &json!({
            "userId": 1,
            "hubId": portal.options.portal_id,
            "appId": grant.app_id,
            "scopes": grant.scopes,
        }),
    ))
}

/// `/oauth/v1`, `/oauth/v3` and the dated ones.
pub(crate) fn oauth(portal: &mut Portal, call: &Call<'_>, rest: &[&str]) -> Answer {
    let form: BTreeMap<String, String> = url::form_urlencoded::parse(&call.request.body)
        .into_owned()
        .collect();
    match (call.request.method.as_str(), rest) {
        ("POST", ["token"]) => issue(portal, call, &form),
        ("POST", ["token", "introspect"]) => {
            let token = form.get("token").map(String::as_str).unwrap_or_default();
            Ok(HttpResponse::json(
                200,
                &introspect(portal, token, call.now),
            ))
        }
        ("POST", ["token", "revoke"]) => {
            if let Some(token) = form.get("token").filter(|token| token.starts_with("na1-")) {
                portal.grants.remove(token);
            }
            Ok(HttpResponse::empty(204))
        }
        ("GET", ["access-tokens" | "refresh-tokens", token]) => {
            let mut body = introspect(portal, token, call.now);
            if body.get("active") == Some(&Value::Bool(false)) {
                return Err(not_found());
            }
            if let Value::Object(body) = &mut body {
                body.insert("token".to_owned(), (*token).into());
            }
            Ok(HttpResponse::json(200, &body))
        }
        ("DELETE", ["refresh-tokens", token]) => {
            portal.grants.remove(*token);
            Ok(HttpResponse::empty(204))
        }
        _ => Err(not_found()),
    }
}

fn issue(portal: &mut Portal, call: &Call<'_>, form: &BTreeMap<String, String>) -> Answer {
    let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    let refused = |error: &str, status: &str, message: &str| {
        Refusal::new(400, message)
            .with("error", error)
            .with("error_description", message)
            .with("status", status)
    };
    if field("client_id").is_empty() {
        return Err(refused(
            "invalid_client",
            "BAD_CLIENT_ID",
            "missing or invalid client id",
        ));
    }
    if field("client_secret").is_empty() {
        return Err(refused(
            "invalid_client",
            "BAD_CLIENT_SECRET",
            "missing or invalid client secret",
        ));
    }
    let (scopes, refresh) = match field("grant_type") {
        "authorization_code" if field("code").is_empty() => {
            return Err(refused(
                "invalid_grant",
                "BAD_AUTH_CODE",
                "missing or unknown auth code",
            ));
        }
        "authorization_code" => (
            portal.options.scopes.clone(),
            format!("na1-{}", portal.dice.hex(32)),
        ),
        "refresh_token" => match portal.grants.get(field("refresh_token")) {
            Some(grant) => (grant.scopes.clone(), field("refresh_token").to_owned()),
            None => {
                let message = "missing or invalid refresh token";
                return Err(refused("invalid_grant", "BAD_REFRESH_TOKEN", message));
            }
        },
        _ => {
            let message = "missing or unknown grant type";
            return Err(refused("unsupported_grant_type", "BAD_GRANT_TYPE", message));
        }
    };
    let access = portal.dice.hex(64);
    // A refresh token is kept as a grant that no call can be made with, since it ends at once.
    let kept = Grant {
        scopes: scopes.clone(),
        expires_at: Some(0),
        app_id: 2_000_002,
    };
    portal.grants.entry(refresh.clone()).or_insert(kept);
    let expires_at = Some(call.now + LIFETIME * 1000);
    portal.grants.insert(
        access.clone(),
        Grant {
            scopes: scopes.clone(),
            expires_at,
            app_id: 2_000_002,
        },
    );
    Ok(HttpResponse::json(
        200,
        &json!({
            "token_type": "bearer",
            "access_token": access,
            "refresh_token": refresh,
            "expires_in": LIFETIME,
            "hub_id": portal.options.portal_id,
            "user_id": 1,
            "scopes": scopes,
            "token_use": "access_token",
        }),
    ))
}

fn introspect(portal: &Portal, token: &str, now: i64) -> Value {
    let Some(grant) = portal.grants.get(token) else {
        return json!({"active": false});
    };
    let left = grant.expires_at.map_or(LIFETIME, |at| (at - now) / 1000);
    let refresh = grant.expires_at == Some(0);
    if left <= 0 && !refresh {
        return json!({"active": false});
    }
    json!({
        "active": true,
        "hub_id": portal.options.portal_id,
        "user_id": 1,
        "app_id": grant.app_id,
        "user": "owner@example.com",
        "hub_domain": "example.com",
        "scopes": grant.scopes,
        "expires_in": left.max(0),
        "token_type": if refresh { "refresh" } else { "access" },
        "token_use": if refresh { "refresh_token" } else { "access_token" },
        "is_private_distribution": true,
    })
}
