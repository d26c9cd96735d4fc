//! Contacts that live on under another id, and those that are gone.

use crate::store::{PairRow, PeopleSide, StoreError, Writer};
use wire::Timestamp;

/// A contact lives on under another id.
pub(super) fn follow_merge(
    rows: &Writer<'_>,
    connection: i64,
    old: &str,
    new: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    if let Some(pair) = rows.pair_of(connection, PeopleSide::Contact, old)? {
        rows.end_pair(connection, old)?;
        if rows
            .pair_of(connection, PeopleSide::Contact, new)?
            .is_none()
        {
            rows.add_pair_step(connection, "merged", &pair.how, new, &pair.lead_id, now)?;
            rows.put_pair(
                connection,
                &PairRow {
                    contact_id: new.to_owned(),
                    ..pair
                },
            )?;
        }
    }
    rows.forget_copy(connection, PeopleSide::Contact, old)
}

/// A contact is not there any more: everything of it that is kept here goes too, and its lead stays alone.
pub(in crate::people) fn contact_gone(
    rows: &Writer<'_>,
    connection: i64,
    contact: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    if let Some(pair) = rows.pair_of(connection, PeopleSide::Contact, contact)? {
        rows.end_pair(connection, contact)?;
        rows.add_pair_step(
            connection,
            "unlinked",
            "contact_gone",
            contact,
            &pair.lead_id,
            now,
        )?;
        rows.settle_copy(connection, PeopleSide::Lead, &pair.lead_id, "contact_gone")?;
    }
    rows.forget_copy(connection, PeopleSide::Contact, contact)
}
