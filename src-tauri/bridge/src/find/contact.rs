//! A contact's record, read as far as matching needs it.

use crate::person::{Contact, Phone, email};
use hubspot::Record;

/// What is asked for, and no more: a long list of properties overflows an address.
pub(crate) const PROPERTIES: &[&str] = &[
    "email",
    "hs_additional_emails",
    "phone",
    "mobilephone",
    "hs_calculated_phone_number",
    "hs_calculated_mobile_number",
    "firstname",
    "lastname",
    "hubspot_owner_id",
    "lastmodifieddate",
    "hs_merged_object_ids",
    "hs_calculated_merged_vids",
];

/// Two lists, because either can miss an id; the second, of contacts alone, has the form `id:time;id:time`.
pub(crate) const FORMER_IDS: [&str; 2] = ["hs_merged_object_ids", "hs_calculated_merged_vids"];

/// `phone_properties` are the portal's own properties that hold numbers.
pub(crate) fn read_contact(record: &Record, region: &str, phone_properties: &[String]) -> Contact {
    let own = phone_properties.iter().map(String::as_str);
    let phones = [
        "hs_calculated_phone_number",
        "hs_calculated_mobile_number",
        "phone",
        "mobilephone",
    ]
    .into_iter()
    .chain(own)
    .filter_map(|name| Phone::parse(record.text(name)?, region))
    .map(|phone| phone.e164)
    .collect();
    let secondary = record
        .text("hs_additional_emails")
        .unwrap_or_default()
        .split(';');
    let emails = record
        .text("email")
        .into_iter()
        .chain(secondary)
        .filter_map(email)
        .collect();
    let former_ids = former_ids(record).into_iter().collect();
    let names = [record.text("firstname"), record.text("lastname")];
    Contact {
        id: record.id.clone(),
        name: names.into_iter().flatten().collect::<Vec<_>>().join(" "),
        owner_id: record.text("hubspot_owner_id").map(str::to_owned),
        changed_at: record.updated_at.unwrap_or_default(),
        phones,
        emails,
        former_ids,
    }
}

/// Under which a record was known before it was merged, as far as it was read with [`FORMER_IDS`].
pub(crate) fn former_ids(record: &Record) -> Vec<String> {
    FORMER_IDS
        .into_iter()
        .filter_map(|name| record.text(name))
        .flat_map(|list| list.split(';'))
        .filter_map(|entry| entry.split(':').next())
        .map(|id| id.trim().to_owned())
        .filter(|id| !id.is_empty() && *id != record.id)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn record(lists: &[(&str, &str)]) -> Record {
        let properties = lists
            .iter()
            .map(|(name, text)| ((*name).to_owned(), Some((*text).to_owned())))
            .collect::<BTreeMap<_, _>>();
        Record {
            id: "9".to_owned(),
            properties,
            created_at: None,
            updated_at: None,
            archived: false,
            new: None,
            trace_id: None,
        }
    }

    /// M6: either of HubSpot's two lists of merged contacts can miss an id, and each alone is enough.
    #[test]
    fn an_id_in_one_of_the_two_lists_of_merges_is_enough() {
        let (one, other) = ("hs_merged_object_ids", "hs_calculated_merged_vids");
        for (lists, found) in [
            (vec![(one, "7;8")], vec!["7", "8"]),
            (
                vec![(other, "7:1700000000000;8:1700000000001")],
                vec!["7", "8"],
            ),
            (
                vec![(one, "7"), (other, "8:1700000000000;9:1700000000001")],
                vec!["7", "8"],
            ),
            (vec![], vec![]),
        ] {
            let contact = read_contact(&record(&lists), "US", &[]);
            let former: Vec<&str> = contact.former_ids.iter().map(String::as_str).collect();
            assert_eq!(former, found, "{lists:?}");
        }
    }
}
