//! Which lead is which contact: by the id that Tuco has, by e-mail, by phone, in this order.
//!
//! Two records are linked only where each is the only one for the other: several contacts with one number are
//! left to a person, and a record that is linked already is not taken away.

use crate::store::{CopyRow, PeopleSide, Reader, StoreError};
use std::collections::BTreeSet;

/// Whom a record belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Match {
    /// This one, and how it was found.
    One(String, &'static str),
    /// Several fit.
    Several,
    /// Somebody fits who is linked to somebody else.
    Taken,
    /// Nobody.
    Nobody,
}

pub(super) fn find(
    rows: &Reader<'_>,
    connection: i64,
    copy: &CopyRow,
) -> Result<Match, StoreError> {
    let by_claim: BTreeSet<String> = match copy.side {
        PeopleSide::Contact => rows
            .leads_claiming(connection, &copy.id)?
            .into_iter()
            .collect(),
        PeopleSide::Lead if copy.claim.is_empty() => BTreeSet::new(),
        PeopleSide::Lead => rows
            .person_copy(connection, PeopleSide::Contact, &copy.claim)?
            .map(|contact| contact.id)
            .into_iter()
            .collect(),
    };
    let mut taken = false;
    let groups = [
        ("hs_contact_id", by_claim),
        ("email", others(rows, connection, copy, true)?),
        ("phone", others(rows, connection, copy, false)?),
    ];
    for (how, found) in groups {
        let mut free = BTreeSet::new();
        for id in found {
            if is_refused(rows, connection, copy, &id)? {
                continue;
            }
            match rows.pair_of(connection, copy.side.other(), &id)? {
                Some(_) => taken = true,
                None => {
                    free.insert(id);
                }
            }
        }
        let only = free.iter().next().cloned();
        match (free.len(), only) {
            (1, Some(id)) if how == "hs_contact_id" => return Ok(Match::One(id, how)),
            (1, Some(id)) => {
                // The other way about it must be the only one as well.
                let Some(other) = rows.person_copy(connection, copy.side.other(), &id)? else {
                    return Ok(Match::Nobody);
                };
                let rivals = others(rows, connection, &other, how == "email")?;
                return Ok(if rivals.len() > 1 {
                    Match::Several
                } else {
                    Match::One(id, how)
                });
            }
            (0, _) => {}
            _ => return Ok(Match::Several),
        }
    }
    Ok(if taken { Match::Taken } else { Match::Nobody })
}

fn others(
    rows: &Reader<'_>,
    connection: i64,
    copy: &CopyRow,
    by_email: bool,
) -> Result<BTreeSet<String>, StoreError> {
    let mut found = BTreeSet::new();
    for address in copy
        .addresses
        .iter()
        .filter(|one| one.contains('@') == by_email)
    {
        found.extend(rows.with_address(connection, copy.side.other(), address)?);
    }
    Ok(found)
}

fn is_refused(
    rows: &Reader<'_>,
    connection: i64,
    copy: &CopyRow,
    other: &str,
) -> Result<bool, StoreError> {
    match copy.side {
        PeopleSide::Contact => rows.is_no_pair(connection, &copy.id, other),
        PeopleSide::Lead => rows.is_no_pair(connection, other, &copy.id),
    }
}
