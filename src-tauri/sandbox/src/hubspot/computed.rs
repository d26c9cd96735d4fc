//! Properties that HubSpot works out itself. Phone numbers are worked out once, when they are
//! written, since the search index needs them; the rest when somebody reads it.

use super::Portal;
use super::catalogue::Catalogue;
use super::kind::Kind;
use super::record::Record;
use super::validation::stamp;
use phonenumber::country::Id;
use std::borrow::Cow;
use std::sync::Arc;

/// What a write answers with beside what was written.
pub(crate) const fn told_after_a_write(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Contact => &[
            "createdate",
            "email",
            "firstname",
            "hs_all_contact_vids",
            "hs_associated_target_accounts",
            "hs_calculated_phone_number",
            "hs_calculated_mobile_number",
            "hs_currently_enrolled_in_prospecting_agent",
            "hs_email_domain",
            "hs_full_name_or_email",
            "hs_is_contact",
            "hs_is_unworked",
            "hs_lifecyclestage_lead_date",
            "hs_membership_has_accessed_private_content",
            "hs_object_id",
            "hs_object_source",
            "hs_object_source_id",
            "hs_object_source_label",
            "hs_pipeline",
            "hs_registered_member",
            "hs_searchable_calculated_phone_number",
            "hs_searchable_calculated_mobile_number",
            "hs_sequences_actively_enrolled_count",
            "lastmodifieddate",
            "lifecyclestage",
            "num_notes",
        ],
        Kind::Company => &[
            "createdate",
            "hs_lastmodifieddate",
            "hs_object_id",
            "hs_object_source",
            "hs_object_source_id",
            "hs_object_source_label",
            "hs_pipeline",
            "lifecyclestage",
        ],
        Kind::Treatment => &["hs_createdate", "hs_lastmodifieddate", "hs_object_id"],
        Kind::Deal | Kind::Ticket => &[
            "createdate",
            "hs_lastmodifieddate",
            "hs_object_id",
            "hs_object_source",
            "hs_object_source_id",
            "hs_object_source_label",
        ],
        _ => &[
            "hs_body_preview",
            "hs_body_preview_is_truncated",
            "hs_createdate",
            "hs_lastmodifieddate",
            "hs_object_id",
            "hs_object_source",
            "hs_object_source_id",
            "hs_object_source_label",
        ],
    }
}

/// The value of a property that is not held; nothing if it has none.
pub(crate) fn text<'a>(portal: &Portal, record: &'a Record, name: &str) -> Option<Cow<'a, str>> {
    let kind = record.kind;
    if name == kind.created_property() {
        return Some(stamp(record.created_at).into());
    }
    if name == kind.modified_property() {
        return Some(stamp(record.updated_at).into());
    }
    match name {
        "hs_object_id" => Some(record.id.to_string().into()),
        "hs_object_source" | "hs_object_source_label" => Some("INTEGRATION".into()),
        "hs_object_source_id" => Some("2000001".into()),
        "hs_merged_object_ids" => joined(&record.merged, u64::to_string),
        _ => match kind {
            Kind::Contact => of_contact(portal, record, name),
            Kind::Company | Kind::Deal | Kind::Ticket | Kind::Treatment => {
                of_object(portal, record, name)
            }
            _ => of_engagement(record, name),
        },
    }
}

fn of_contact<'a>(portal: &Portal, record: &'a Record, name: &str) -> Option<Cow<'a, str>> {
    match name {
        "hs_all_contact_vids" => {
            let mut ids = vec![record.id];
            ids.extend(&record.merged);
            joined(&ids, u64::to_string)
        }
        "hs_calculated_merged_vids" => {
            joined(&record.merged, |id| format!("{id}:{}", record.created_at))
        }
        "hs_email_domain" => record
            .text("email")
            .and_then(|email| email.split_once('@'))
            .map(|(_, at)| at.into()),
        "hs_full_name_or_email" => full_name(record),
        "hs_lifecyclestage_lead_date" => record
            .values
            .get("lifecyclestage")
            .map(|_| stamp(record.created_at).into()),
        "hs_is_contact" | "hs_is_unworked" => Some("true".into()),
        "hs_currently_enrolled_in_prospecting_agent" => Some("false".into()),
        "hs_associated_target_accounts"
        | "hs_membership_has_accessed_private_content"
        | "hs_registered_member"
        | "hs_sequences_actively_enrolled_count" => Some("0".into()),
        "hs_pipeline" => Some("contacts-lifecycle-pipeline".into()),
        "num_associated_deals" => count(portal, record, &[Kind::Deal]),
        "associatedcompanyid" => portal
            .associations
            .primary_company(record.id)
            .map(|company| company.to_string().into()),
        _ => of_object(portal, record, name),
    }
}

fn of_object<'a>(portal: &Portal, record: &'a Record, name: &str) -> Option<Cow<'a, str>> {
    match name {
        "num_notes" => count(
            portal,
            record,
            &[
                Kind::Note,
                Kind::Call,
                Kind::Email,
                Kind::Meeting,
                Kind::Communication,
            ],
        )
        .or(Some("0".into())),
        "num_associated_contacts" => count(portal, record, &[Kind::Contact]),
        "hs_pipeline" if record.kind == Kind::Company => {
            Some("companies-lifecycle-pipeline".into())
        }
        "hs_ticket_id" => Some(record.id.to_string().into()),
        "amount_in_home_currency" => record.text("amount").map(Into::into),
        "hs_is_closed" => Some(
            (record.text("dealstage")?.starts_with("closed"))
                .to_string()
                .into(),
        ),
        "hs_is_closed_won" => Some(
            (record.text("dealstage")? == "closedwon")
                .to_string()
                .into(),
        ),
        _ => None,
    }
}

fn of_engagement<'a>(record: &'a Record, name: &str) -> Option<Cow<'a, str>> {
    const PREVIEW: usize = 250;
    let body = || {
        let property = match record.kind {
            Kind::Communication => "hs_communication_body",
            Kind::Note => "hs_note_body",
            Kind::Call => "hs_call_body",
            Kind::Email => "hs_email_text",
            Kind::Meeting => "hs_meeting_body",
            _ => "hs_task_body",
        };
        record.text(property)
    };
    match name {
        "hs_body_preview" => Some(
            without_tags(body()?)
                .chars()
                .take(PREVIEW)
                .collect::<String>()
                .into(),
        ),
        "hs_body_preview_html" => body().map(Into::into),
        "hs_body_preview_is_truncated" => Some(
            (without_tags(body()?).chars().count() > PREVIEW)
                .to_string()
                .into(),
        ),
        "hs_unique_id" => Some(record.id.to_string().into()),
        _ => None,
    }
}

fn joined<'a>(ids: &[u64], write: impl Fn(&u64) -> String) -> Option<Cow<'a, str>> {
    if ids.is_empty() {
        return None;
    }
    Some(ids.iter().map(write).collect::<Vec<_>>().join(";").into())
}

fn count<'a>(portal: &Portal, record: &Record, kinds: &[Kind]) -> Option<Cow<'a, str>> {
    let from = (record.kind, record.id);
    let total: usize = kinds
        .iter()
        .map(|kind| portal.associations.count(from, *kind))
        .sum();
    (total > 0).then(|| total.to_string().into())
}

fn full_name(record: &Record) -> Option<Cow<'_, str>> {
    match (record.text("firstname"), record.text("lastname")) {
        (Some(first), Some(last)) => Some(format!("{first} {last}").into()),
        (Some(name), None) | (None, Some(name)) => Some(name.into()),
        (None, None) => record.text("email").map(Into::into),
    }
}

fn without_tags(html: &str) -> String {
    let mut text = String::new();
    let mut inside = false;
    for letter in html.chars() {
        match letter {
            '<' => inside = true,
            '>' => inside = false,
            _ if !inside => text.push(letter),
            _ => {}
        }
    }
    text
}

/// Works the phone properties of a contact out again, if `changed` is one of the two that have any.
pub(crate) fn refresh_phone(
    catalogue: &Catalogue,
    record: &mut Record,
    changed: &str,
    country: &str,
    now: i64,
) {
    let word = match changed {
        "phone" => "phone",
        "mobilephone" => "mobile",
        _ => return,
    };
    if record.kind != Kind::Contact {
        return;
    }
    let found = record
        .text(changed)
        .map(|text| read_phone(text, country))
        .unwrap_or_default();
    let mut keep = |name: String, value: &str| {
        let held = record.values.contains_key(name.as_str());
        let key = catalogue
            .properties
            .get_key_value(name.as_str())
            .map(|(key, _)| Arc::clone(key));
        if let Some(key) = key.filter(|_| held || !value.is_empty()) {
            record.set(&key, value, now);
        }
    };
    keep(format!("hs_calculated_{word}_number"), &found.international);
    keep(
        format!("hs_searchable_calculated_{word}_number"),
        &found.national,
    );
    keep(
        format!("hs_searchable_calculated_international_{word}_number"),
        &found.international,
    );
    if word == "phone" {
        keep(
            "hs_calculated_phone_number_country_code".to_owned(),
            &found.country_code,
        );
        keep(
            "hs_calculated_phone_number_region_code".to_owned(),
            &found.region,
        );
    }
}

/// What could be read from a number as somebody typed it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Phone {
    /// E.164, or empty if no country was recognised.
    pub(crate) international: String,
    /// Without the country code; digits without leading zeros if no country was recognised.
    pub(crate) national: String,
    pub(crate) country_code: String,
    pub(crate) region: String,
}

/// Reads a number in the region of the portal. What no country knows keeps its digits for the
/// search, without leading zeros: `00004` was seen as `4`.
pub(crate) fn read_phone(text: &str, country: &str) -> Phone {
    // A number that names its country is read without the portal's: the library would take the 1 of
    // +33 1 76 for the prefix of North America.
    let names_country = text.trim_start().starts_with('+');
    let region: Option<Id> = country.parse().ok().filter(|_| !names_country);
    if let Ok(number) = phonenumber::parse(region, text)
        && phonenumber::is_valid(&number)
    {
        let national = number.national().to_string();
        let code = number.country().code();
        return Phone {
            international: format!("+{code}{national}"),
            national,
            country_code: code.to_string(),
            region: number
                .country()
                .id()
                .map(|id| id.as_ref().to_owned())
                .unwrap_or_default(),
        };
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    Phone {
        national: digits.trim_start_matches('0').to_owned(),
        ..Phone::default()
    }
}
