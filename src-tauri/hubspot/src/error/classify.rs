//! From status, headers and body to a type.

use super::answer::Answer;
use super::{AssociationProblem, Error, ErrorKind, Ids, Policy, SignIn, property_problem, words};
use crate::batch::Refusal;
use crate::lenient;
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;
use wire::transport::Response;
use wire::{Repeat, pace::retry_after};

/// A token that is said to have expired longer ago than this was never decoded: HubSpot then counts
/// from 1970.
const NEVER_DECODED_DAYS: u64 = 3_650;
/// How long a lock lasts (API error page, 423).
const LOCK: Duration = Duration::from_secs(2);

/// What an answer with a status other than 2xx means.
pub(crate) fn of_response(response: &Response, repeat: Repeat, call: &'static str) -> Error {
    let answer = Answer::parse(&response.body);
    let correlation_id = answer
        .as_ref()
        .and_then(|answer| answer.correlation_id.clone())
        .and_then(|id| words::name(&id))
        .or_else(|| correlation_header(response));
    Error {
        kind: kind(response, answer.as_ref(), repeat),
        correlation_id,
        call,
    }
}

fn kind(response: &Response, answer: Option<&Answer>, repeat: Repeat) -> ErrorKind {
    let status = response.status.as_u16();
    // These speak through their status alone: what stands before HubSpot sends them too.
    match status {
        408 | 500..=529 | 531.. => return trouble(response, repeat),
        // Cloudflare uses this number for an origin that it can't find.
        530 if answer.is_none() && mentions(response, "error code: 1") => {
            return trouble(response, repeat);
        }
        530 => return ErrorKind::NeedsSignIn(SignIn::Undecodable),
        429 => return rate_limit(response, answer),
        423 => {
            let wait = retry_after(&response.headers).unwrap_or(LOCK).max(LOCK);
            return ErrorKind::Locked { wait };
        }
        477 => {
            return ErrorKind::Migrating {
                wait: retry_after(&response.headers),
            };
        }
        413 | 414 => return ErrorKind::TooLong { status },
        _ => {}
    }
    // A refusal that is not in HubSpot's form was made by something in between. Empty bodies are
    // believed for a refused token only.
    let Some(answer) = answer else {
        return match status {
            401 if response.body.is_empty() => ErrorKind::NeedsSignIn(SignIn::Invalid),
            400..=499 => ErrorKind::NotTheApi { status },
            _ if repeat == Repeat::Once => ErrorKind::UnknownOutcome {
                status: Some(status),
            },
            _ => ErrorKind::NotTheApi { status },
        };
    };
    match status {
        401 => ErrorKind::NeedsSignIn(sign_in(answer)),
        402 => ErrorKind::PlanLimit {
            message: words::safe(&answer.message),
        },
        403 => forbidden(answer),
        488 => {
            let region = answer.correct_hublet.clone().or_else(|| {
                let rest = words::after(&answer.message, "exist in hublet ")?;
                rest.split_whitespace().next().map(str::to_owned)
            });
            ErrorKind::WrongRegion {
                region: region.and_then(|region| words::name(&region)),
            }
        }
        _ => refused(answer, status),
    }
}

/// One error of a batch.
pub(crate) fn refusal(value: &Value, repeat: Repeat, of_call: Option<String>) -> Refusal {
    let answer = Answer::read(value);
    let named = if answer.category.is_empty() {
        &answer.error_type
    } else {
        &answer.category
    };
    let problem = match named.as_str() {
        "RATE_LIMITS" | "RATE_LIMIT" => ErrorKind::RateLimited {
            policy: Policy::Unnamed,
            wait: Some(Duration::from_secs(10)),
        },
        "INTERNAL_ERROR" | "SERVER_ERROR" => match repeat {
            Repeat::Once => ErrorKind::UnknownOutcome { status: None },
            Repeat::Safe => ErrorKind::Trouble {
                status: 500,
                wait: None,
            },
        },
        "MISSING_SCOPES" => forbidden(&answer),
        _ => refused(&answer, 0),
    };
    let existing_id = match &problem {
        ErrorKind::Conflict { existing_id, .. } => existing_id.clone(),
        _ => None,
    };
    let ids = ["ids", "id"]
        .into_iter()
        .flat_map(|name| answer.named(name));
    Refusal {
        trace_ids: lenient::without_repetitions(answer.named("objectWriteTraceId")),
        ids: lenient::without_repetitions(ids),
        existing_id,
        problem,
        correlation_id: answer
            .correlation_id
            .and_then(|id| words::name(&id))
            .or(of_call),
    }
}

/// The refusals that a body tells apart, in a call of its own and in a batch.
fn refused(answer: &Answer, status: u16) -> ErrorKind {
    if let Some(conflict) = conflict(answer, status) {
        return conflict;
    }
    if status == 404 || answer.category == "OBJECT_NOT_FOUND" {
        return ErrorKind::NotFound;
    }
    if answer.says("duplicate ids found in batch") {
        let mut ids = answer.named("ids");
        if ids.is_empty() {
            // The same ids stand in the sentence, between brackets.
            let listed = answer
                .message
                .split_once('[')
                .and_then(|(_, rest)| rest.split_once(']'));
            let listed = listed.map(|(ids, _)| ids.split(',')).into_iter().flatten();
            ids = listed
                .map(|id| id.trim().to_owned())
                .filter(|id| !id.is_empty())
                .collect();
        }
        return ErrorKind::DuplicateIds { ids: Ids(ids) };
    }
    if answer.says("by non-unique") {
        let property = words::after(&answer.message, "by non-unique")
            .and_then(|rest| words::after(rest, "property "))
            .and_then(|rest| rest.split_whitespace().next())
            .and_then(words::name);
        return ErrorKind::NotUnique { property };
    }
    if let Some(problem) = association_problem(answer) {
        return ErrorKind::InvalidAssociations(problem);
    }
    if let Some(permission) = missing_permission(answer) {
        return ErrorKind::MissingPermission { permission };
    }
    let problems = property_problem::of(answer);
    if !problems.is_empty() {
        return ErrorKind::InvalidProperties(problems);
    }
    let parts = [&answer.category, &answer.sub_category, &answer.error];
    let names: Vec<String> = parts
        .into_iter()
        .filter_map(|part| words::name(part))
        .collect();
    let category = if names.is_empty() {
        "-".to_owned()
    } else {
        names.join(" / ")
    };
    ErrorKind::Refused {
        status,
        category,
        message: words::safe(&answer.message),
    }
}

/// All answers that mean "somebody already has this": 409 with and without an id, a 400 with two
/// ids, the v1 body, and one error of a batch.
fn conflict(answer: &Answer, status: u16) -> Option<ErrorKind> {
    if let Some((property, existing_id)) = answer.messages().find_map(words::already_has) {
        return Some(ErrorKind::Conflict {
            existing_id,
            property,
        });
    }
    let told = status == 409
        || matches!(
            answer.category.as_str(),
            "CONFLICT" | "OBJECT_ALREADY_EXISTS"
        )
        || answer.error == "CONTACT_EXISTS"
        || answer.says("already exists. existing id:");
    if !told {
        return None;
    }
    let existing_id = answer
        .named("existingId")
        .into_iter()
        .find_map(|id| words::digits(&id))
        .or_else(|| answer.messages().find_map(words::existing_id))
        .or_else(|| answer.vid.clone());
    let property = answer
        .details
        .iter()
        .find_map(|detail| detail.property.as_deref());
    Some(ErrorKind::Conflict {
        existing_id,
        property: property.and_then(words::name),
    })
}

fn association_problem(answer: &Answer) -> Option<AssociationProblem> {
    let records = answer.named("INVALID_OBJECT_IDS");
    let types = answer.named("INVALID_ASSOCIATION_TYPE_ID");
    let limits = answer.named("ASSOCIATION_LIMIT_EXCEEDED");
    let told = answer.says("associations are invalid")
        || answer.says("for associations to be created")
        || !(records.is_empty() && types.is_empty() && limits.is_empty());
    if !told {
        return None;
    }
    let mut problem = AssociationProblem {
        wrong_type: !types.is_empty() || answer.says("invalid from object type"),
        limit: !limits.is_empty(),
        ..AssociationProblem::default()
    };
    let mut put = |kind: &str, id: String| {
        let list = match kind {
            "CONTACT" | "contact" | "0-1" => &mut problem.contacts,
            _ => &mut problem.others,
        };
        if !list.contains(&id) {
            list.push(id);
        }
    };
    for (kind, id) in records.iter().flat_map(|text| words::named_ids(text)) {
        put(&kind, id);
    }
    let kinds = answer.named("objectType");
    for (position, id) in answer.named("objectId").into_iter().enumerate() {
        // One kind may stand for all ids.
        let kind = kinds
            .get(position)
            .or_else(|| kinds.first())
            .map_or("", String::as_str);
        if let Some(id) = words::digits(&id)
            && !records
                .iter()
                .any(|text| words::named_ids(text).iter().any(|(_, i)| *i == id))
        {
            put(kind, id);
        }
    }
    Some(problem)
}

fn missing_permission(answer: &Answer) -> Option<String> {
    let rest = words::after(&answer.message, "missing '")?;
    let (permission, rest) = rest.split_once('\'')?;
    rest.trim_start()
        .starts_with("permission")
        .then(|| words::safe(permission))
}

fn forbidden(answer: &Answer) -> ErrorKind {
    let scopes: BTreeSet<String> = ["requiredGranularScopes", "requiredScopes"]
        .into_iter()
        .flat_map(|name| answer.named(name))
        .filter_map(|scope| words::name(&scope))
        .collect();
    if answer.category == "MISSING_SCOPES" || !scopes.is_empty() {
        return ErrorKind::MissingScopes {
            scopes,
            all: answer.says("all of the following"),
        };
    }
    match missing_permission(answer) {
        Some(permission) => ErrorKind::MissingPermission { permission },
        None => ErrorKind::Forbidden {
            message: words::safe(&answer.message),
        },
    }
}

fn sign_in(answer: &Answer) -> SignIn {
    if answer.category != "EXPIRED_AUTHENTICATION" && !answer.says("expired") {
        return SignIn::Invalid;
    }
    let days = words::after(&answer.message, "expired ")
        .filter(|rest| rest.contains("day(s) ago"))
        .and_then(words::digits)
        .and_then(|days| days.parse::<u64>().ok());
    let from_the_start = answer.says("1970-01-01")
        || answer
            .named("expire time")
            .iter()
            .any(|time| time.contains("1970-01-01"));
    if from_the_start || days.is_some_and(|days| days > NEVER_DECODED_DAYS) {
        SignIn::Undecodable
    } else {
        SignIn::Expired
    }
}

/// Every shape of 429. The sentence is asked too: searches name no policy.
fn rate_limit(response: &Response, answer: Option<&Answer>) -> ErrorKind {
    let told = answer
        .map(|a| format!("{} {}", a.policy_name, a.message))
        .unwrap_or_default();
    let told = told.to_ascii_lowercase();
    let (policy, usual) = if told.contains("daily") {
        (Policy::Daily, None)
    } else if told.contains("ten_secondly") || told.contains("ten secondly") {
        (Policy::TenSecondly, Some(Duration::from_secs(10)))
    } else if told.contains("secondly") {
        (Policy::Secondly, Some(Duration::from_secs(1)))
    } else {
        (Policy::Unnamed, Some(Duration::from_secs(10)))
    };
    ErrorKind::RateLimited {
        policy,
        wait: retry_after(&response.headers).or(usual),
    }
}

fn trouble(response: &Response, repeat: Repeat) -> ErrorKind {
    let status = response.status.as_u16();
    match repeat {
        Repeat::Once => ErrorKind::UnknownOutcome {
            status: Some(status),
        },
        Repeat::Safe => ErrorKind::Trouble {
            status,
            wait: retry_after(&response.headers),
        },
    }
}

fn mentions(response: &Response, words: &str) -> bool {
    String::from_utf8_lossy(&response.body).contains(words)
}

/// The correlation id beside the body, where it looks like one.
pub(crate) fn correlation_header(response: &Response) -> Option<String> {
    words::name(
        response
            .headers
            .get("x-hubspot-correlation-id")?
            .to_str()
            .ok()?,
    )
}
