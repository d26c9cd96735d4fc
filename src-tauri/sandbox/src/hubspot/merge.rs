//! Merging two records, and forgetting a person for good.

use super::Portal;
use super::errors::{Refusal, missing_field, not_found};
use super::kind::Kind;
use super::record::Record;
use super::render::{self, Wanted};
use super::route::{Answer, Call};
use super::write::id_text;
use crate::message::HttpResponse;
use serde_json::Value;
use std::sync::Arc;

/// How many identities a profile may have.
const MOST: usize = 250;

/// `POST …/merge`.
pub(crate) fn answer(portal: &mut Portal, call: &Call<'_>, kind: Kind) -> Answer {
    let body = call.json()?;
    let id = |field: &str| -> Result<u64, Refusal> {
        let value = body.get(field).ok_or_else(|| missing_field(field))?;
        id_text(value).parse().map_err(|_| not_found())
    };
    let merged = merge(
        portal,
        kind,
        id("primaryObjectId")?,
        id("objectIdToMerge")?,
        call.now,
    )?;
    let record = portal.shelf(kind).live.get(&merged).ok_or_else(not_found)?;
    Ok(HttpResponse::json(
        200,
        &render::record(portal, record, &Wanted::Defaults),
    ))
}

/// Merges `secondary` into `primary`: contacts and companies become a new record, under a new id, and
/// the old ids lead there. Answers the id of what results.
pub(crate) fn merge(
    portal: &mut Portal,
    kind: Kind,
    primary: u64,
    secondary: u64,
    now: i64,
) -> Result<u64, Refusal> {
    let shelf = portal.shelf(kind);
    let winner = shelf
        .resolve(primary)
        .map(Arc::clone)
        .ok_or_else(not_found)?;
    let loser = shelf
        .resolve(secondary)
        .map(Arc::clone)
        .ok_or_else(not_found)?;
    if winner.id == loser.id {
        return Err(Refusal::validation(
            "A record cannot be merged with itself.",
        ));
    }
    if winner.merged.len() + loser.merged.len() + 2 > MOST {
        return Err(Refusal::new(
            414,
            format!("Cannot have more than {MOST} identities on a profile"),
        ));
    }
    let fresh = kind.merges_into_a_new_record();
    let id = if fresh {
        portal.next_id(kind)
    } else {
        winner.id
    };
    let mut result = joined(&winner, &loser, id, now);
    let mut gone = vec![loser.id];
    gone.extend(&loser.merged);
    if fresh {
        gone.push(winner.id);
    }
    result.merged = winner.merged.iter().chain(&gone).copied().collect();
    result.merged.sort_unstable();
    let shelf = portal.shelf_mut(kind);
    shelf.take(loser.id, now);
    if fresh {
        shelf.take(winner.id, now);
    }
    shelf.put(result, now);
    for target in shelf.merged.values_mut() {
        if *target == loser.id || *target == winner.id {
            *target = id;
        }
    }
    for old in gone {
        shelf.merged.insert(old, id);
    }
    portal.associations.hand_over((kind, winner.id), (kind, id));
    portal.associations.hand_over((kind, loser.id), (kind, id));
    portal.lists.follow_merge(kind, &[winner.id, loser.id], id);
    Ok(id)
}

/// The values of both: the primary's win, the other fills gaps, and its addresses are kept.
fn joined(winner: &Record, loser: &Record, id: u64, now: i64) -> Record {
    let mut result = Record::clone(winner);
    result.id = id;
    result.created_at = winner.created_at.min(loser.created_at);
    result.updated_at = now;
    for (name, held) in &loser.values {
        if winner.text(name).is_none() && !held.text.is_empty() {
            result.set(name, &held.text, now);
        }
    }
    if winner.kind == Kind::Contact {
        let first = result.text("email").map(ToOwned::to_owned);
        let mut others: Vec<String> = Vec::new();
        for email in winner.emails().chain(loser.emails()) {
            if first.as_deref() != Some(email) && !others.iter().any(|other| other == email) {
                others.push(email.to_owned());
            }
        }
        if !others.is_empty() {
            result.set(&Arc::from("hs_additional_emails"), &others.join(";"), now);
        }
    }
    result
}

/// `POST …/gdpr-delete`: nothing of the record is left. An email that nobody has answers the same.
pub(crate) fn forget(portal: &mut Portal, call: &Call<'_>, kind: Kind) -> Answer {
    let body = call.json()?;
    let wanted = id_text(
        body.get("objectId")
            .ok_or_else(|| missing_field("objectId"))?,
    );
    let shelf = portal.shelf(kind);
    let by_email = body.get("idProperty").and_then(Value::as_str) == Some("email");
    let found = if by_email {
        shelf.owner_of("email", &wanted.to_lowercase())
    } else {
        let id = wanted.parse::<u64>().map_err(|_| not_found())?;
        Some(shelf.resolve(id).map_or(id, |record| record.id))
    };
    let Some(id) = found else {
        return Ok(HttpResponse::empty(204));
    };
    let shelf = portal.shelf_mut(kind);
    let was_live = shelf.take(id, call.now).is_some();
    let was_archived = shelf.archived.remove(&id).is_some();
    if !was_live && !was_archived {
        return Err(not_found());
    }
    shelf.merged.retain(|_, target| *target != id);
    portal.associations.forget((kind, id));
    Ok(HttpResponse::empty(204))
}
