//! Owners: the people of the portal whom a record can belong to.

use super::Portal;
use super::errors::{Refusal, not_found, wrong_method};
use super::objects::paging;
use super::route::{Answer, Call};
use super::validation::stamp;
use crate::message::HttpResponse;
use serde_json::{Value, json};

/// One owner. Records name `id`; `user_id` is another number, and is refused where an owner belongs.
#[derive(Debug, Clone)]
pub(crate) struct Owner {
    pub(crate) id: u64,
    pub(crate) user_id: u64,
    pub(crate) email: String,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) created_at: i64,
    pub(crate) archived: bool,
}

impl Owner {
    fn to_json(&self) -> Value {
        let user_id = if self.archived {
            Value::Null
        } else {
            self.user_id.into()
        };
        json!({
            "id": self.id.to_string(),
            "email": self.email,
            "type": "PERSON",
            "firstName": self.first_name,
            "lastName": self.last_name,
            "userId": user_id,
            "userIdIncludingInactive": self.user_id,
            "createdAt": stamp(self.created_at),
            "updatedAt": stamp(self.created_at),
            "archived": self.archived,
        })
    }
}

/// Adds one and answers its id, which does not fit 32 bits.
pub(crate) fn add(portal: &mut Portal, email: &str, first: &str, last: &str, now: i64) -> u64 {
    let number = u64::try_from(portal.owners.len()).unwrap_or_default();
    let id = 11_349_275_740 + number * 7;
    let owner = Owner {
        id,
        user_id: 910_901 + number,
        email: email.to_lowercase(),
        first_name: first.to_owned(),
        last_name: last.to_owned(),
        created_at: now,
        archived: false,
    };
    portal.owners.insert(id, owner);
    id
}

/// `GET /crm/v3/owners` and the dated ones.
pub(crate) fn answer(portal: &Portal, call: &Call<'_>, rest: &[&str]) -> Answer {
    if call.request.method != "GET" {
        return Err(wrong_method());
    }
    match rest {
        [] => list(portal, call),
        [id] => {
            let number = id.parse::<u64>().map_err(|_| not_found())?;
            let by_user = call.request.parameter("idProperty") == Some("userId");
            let found = if by_user {
                portal.owners.values().find(|owner| owner.user_id == number)
            } else {
                portal.owners.get(&number)
            };
            let owner = found.filter(|owner| owner.archived == call.flag("archived"));
            owner
                .map(|owner| HttpResponse::json(200, &owner.to_json()))
                .ok_or_else(not_found)
        }
        _ => Err(not_found()),
    }
}

fn list(portal: &Portal, call: &Call<'_>) -> Answer {
    let limit = call.limit(100, 500)?;
    let from = match call.request.parameter("after") {
        None | Some("") => 0,
        Some(text) => text
            .parse::<u64>()
            .map_err(|_| Refusal::validation("Invalid after"))?,
    };
    let email = call.request.parameter("email").map(str::to_lowercase);
    let archived = call.flag("archived");
    let mut fitting = portal
        .owners
        .range(from..)
        .map(|(_, owner)| owner)
        .filter(|owner| {
            owner.archived == archived && email.as_ref().is_none_or(|email| *email == owner.email)
        });
    let results: Vec<Value> = fitting.by_ref().take(limit).map(Owner::to_json).collect();
    let mut body = json!({"results": results});
    if let (Some(next), Value::Object(body)) = (fitting.next(), &mut body) {
        body.insert(
            "paging".to_owned(),
            paging(&call.request.path, &next.id.to_string()),
        );
    }
    Ok(HttpResponse::json(200, &body))
}
