//! The account, its tokens and how much it used.

use super::Portal;
use super::errors::{not_found, unauthenticated, wrong_method};
use super::limits::Limits;
use super::route::{Answer, Call, Version};
use super::validation::stamp;
use crate::dice::Dice;
use crate::message::HttpResponse;
use chrono::{Offset, TimeZone};
use serde_json::{Value, json};

/// What a token may do.
#[derive(Debug, Clone)]
pub(crate) struct Grant {
    pub(crate) scopes: Vec<String>,
    /// ms UTC; nothing for tokens that stay.
    pub(crate) expires_at: Option<i64>,
    pub(crate) app_id: u64,
}

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
        body.insert("portalName".to_owned(), options.name.clone().into());
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
