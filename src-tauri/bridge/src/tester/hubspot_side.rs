//! What is checked of HubSpot.

use super::{Asking, Check, Checks, Mark, Subject, journal, write};
use crate::belonging::named;
use crate::connect::{Access, Keys};
use crate::mirror::KEY_PROPERTY;
use crate::store::{ConnectionRow, Road};
use crate::trouble::Trouble;
use hubspot::scopes::Feature;
use hubspot::{Account, ErrorKind, ObjectKind, Search, TokenInfo};
use wire::RetryClass;

/// A clock that is off by more than this is told about.
const SKEW_MS: i64 = 5 * 60 * 1_000;

pub(super) async fn checks(
    asking: &Asking,
    access: &Access,
    keys: &Keys,
    subject: &Subject,
    (account, latency): (Result<Account, Trouble>, i64),
    checks: &mut Checks<'_>,
) {
    match account {
        Ok(account) => signed_in(asking, &account, latency, subject, checks).await,
        Err(Trouble::HubSpot(error)) if other_region(&error).is_some() => {
            let region = other_region(&error).unwrap_or_default();
            let there = Asking::new(access, &access.sign_in(keys, &region));
            let hubspot = there.outside.hubspot.clone();
            match there.timed(|| hubspot.account()).await {
                (Ok(account), latency) => {
                    signed_in(&there, &account, latency, subject, checks).await;
                }
                (Err(trouble), _) => checks.extend(not_signed_in(&trouble)),
            }
        }
        Err(trouble) => checks.extend(not_signed_in(&trouble)),
    }
}

const NO_HUBSPOT: &str = "No contact is found and nothing is written to HubSpot. What Tuco reports is kept until it goes on.";

fn other_region(error: &hubspot::Error) -> Option<String> {
    match &error.kind {
        ErrorKind::WrongRegion { region } => region.clone(),
        _ => None,
    }
}

/// The rest has no ground to stand on.
fn not_signed_in(trouble: &Trouble) -> Vec<Check> {
    let reached = matches!(trouble, Trouble::HubSpot(error)
        if !matches!(error.kind, ErrorKind::NoAnswer(_) | ErrorKind::NotTheApi { .. } | ErrorKind::Trouble { .. }));
    if reached {
        vec![
            Check::new("hubspot.reachable", "HubSpot answers", Mark::Ok, "yes"),
            Check::failed("hubspot.key", "HubSpot key", trouble, NO_HUBSPOT),
            Check::new(
                "hubspot.rest",
                "Scopes, contacts, search",
                Mark::Skipped,
                "not asked without a key",
            ),
        ]
    } else {
        vec![
            Check::failed("hubspot.reachable", "HubSpot answers", trouble, NO_HUBSPOT),
            Check::new(
                "hubspot.rest",
                "Key, scopes, contacts",
                Mark::Skipped,
                "not asked without an answer",
            ),
        ]
    }
}

async fn signed_in(
    asking: &Asking,
    account: &Account,
    latency: i64,
    subject: &Subject,
    checks: &mut Checks<'_>,
) {
    let expected = subject.expected.as_ref();
    checks.push(Check::new("hubspot.reachable", "HubSpot answers", Mark::Ok, "yes").took(latency));
    let hubspot = &asking.outside.hubspot;
    // Best effort: the call has no dated version, and some kinds of key are not known to it.
    let (info, latency) = asking.timed(|| hubspot.token_info()).await;
    let info = info.ok();
    let known = match &info {
        Some(info) => format!("accepted, with {} scopes", info.scopes.len()),
        None => "accepted; HubSpot does not tell its scopes".to_owned(),
    };
    checks.push(Check::new("hubspot.key", "HubSpot key", Mark::Ok, known).took(latency));
    checks.push(portal(account, expected));
    checks.extend(scopes(info.as_ref(), subject));
    checks.push(contacts(asking).await);
    for kind in BESIDE {
        checks.push(beside(asking, info.as_ref(), subject, kind).await);
    }
    checks.push(search(asking).await);
    checks.extend(journal::check(asking, subject).await);
    checks.push(properties(asking).await);
    checks.push(write::check(asking, subject.write_to.as_deref()).await);
    checks.push(road(asking, info.as_ref(), expected).await);
    checks.push(clock(asking, account));
    checks.push(budget(asking));
}

/// After the calls above, HubSpot has told what is left.
fn budget(asking: &Asking) -> Check {
    const TITLE: &str = "API calls left";
    match asking.outside.hubspot.budget(asking.now()).daily {
        Some((limit, left)) if left.saturating_mul(20) < limit => Check::new(
            "hubspot.budget",
            TITLE,
            Mark::Warning,
            format!("{left} of {limit} today"),
        )
        .advise("All apps of the portal share them. Background work waits when few are left."),
        Some((limit, left)) => Check::new(
            "hubspot.budget",
            TITLE,
            Mark::Ok,
            format!("{left} of {limit} today"),
        ),
        None => Check::new(
            "hubspot.budget",
            TITLE,
            Mark::Ok,
            "HubSpot tells no daily limit for this key",
        ),
    }
}

fn portal(account: &Account, expected: Option<&ConnectionRow>) -> Check {
    const TITLE: &str = "HubSpot portal";
    let name = account
        .name
        .as_deref()
        .map(|name| format!(" ({name})"))
        .unwrap_or_default();
    let found = format!(
        "{}{name}, {}, {}",
        account.portal_id, account.account_type, account.time_zone
    );
    match expected {
        Some(row) if row.portal_id != account.portal_id => {
            let trouble = Trouble::WrongPortal {
                connection: row.name.clone(),
                expected: named(&row.portal_name, &row.portal_id),
                found: named(
                    account.name.as_deref().unwrap_or_default(),
                    &account.portal_id,
                ),
            };
            Check::failed(
                "hubspot.portal",
                TITLE,
                &trouble,
                "Nothing is done with this key, so that no entry lands in a wrong portal.",
            )
        }
        _ => Check::new("hubspot.portal", TITLE, Mark::Ok, found),
    }
}

fn scopes(info: Option<&TokenInfo>, subject: &Subject) -> Vec<Check> {
    let Some(info) = info.filter(|info| !info.scopes.is_empty()) else {
        let found =
            "HubSpot does not list the scopes of this key; the checks below show what works";
        return vec![Check::new("hubspot.scopes", "Scopes", Mark::Warning, found)];
    };
    Feature::all()
        .map(|feature| scope(feature, info, subject))
        .collect()
}

fn scope(feature: Feature, info: &TokenInfo, subject: &Subject) -> Check {
    let names = feature.any_of().join(" or ");
    let title = format!("Scope to {}", feature.in_words());
    if feature.allowed_by(&info.scopes) {
        return Check::new("hubspot.scope", title, Mark::Ok, names);
    }
    if !subject.needs(feature) {
        let found = format!(
            "{names} is missing, and nothing that is switched on needs it. {}",
            without(feature, subject)
        );
        return Check::new("hubspot.scope", title, Mark::NotNeeded, found);
    }
    let required = subject.fails_without(feature);
    let mark = if required {
        Mark::Failed
    } else {
        Mark::Warning
    };
    let found = format!("{names} is missing, so it can't {}", feature.in_words());
    let mut check = Check::new("hubspot.scope", title, mark, found)
        .because(
            format!("the key was made without {names}"),
            without(feature, subject),
        )
        .advise(format!(
            "Add {names} to the key in HubSpot (Settings, Integrations, Service Keys), or to your own app and sign \
             in anew, then test again."
        ));
    check.needs_person = required;
    check
}

/// What a missing scope means.
fn without(feature: Feature, subject: &Subject) -> &'static str {
    match feature {
        Feature::ReadContacts => "No contact is found, so no event reaches a timeline.",
        Feature::WriteTimeline => "No event reaches a timeline.",
        Feature::KeyProperty if subject.keeps_properties() => {
            "The properties that the settings ask for can't be created, and entries are read back before a \
             second write, which is slower."
        }
        Feature::KeyProperty => {
            "Entries are read back before a second write, which is slower. None is written twice."
        }
        Feature::ReadProperties => {
            "People are not found by numbers in properties of your own; the usual ones work."
        }
        Feature::Lists => {
            "Nobody is found by a list: not in the composer, not by a rule, not for keeping people in step."
        }
        Feature::Owners => {
            "Owners are shown by number, and neither a mapping nor a text nor a rule can name one."
        }
        Feature::Companies => "No mapping, no text and no rule can look at the contact's company.",
        Feature::Deals => "No mapping, no text and no rule can look at deals.",
        Feature::Tickets => "No mapping and no rule can look at tickets.",
        Feature::ChangeCompanies => "No rule can set a property of a company.",
        Feature::ChangeDeals => "No rule can set a property of a deal, or move one.",
        Feature::ChangeTickets => "No rule can set a property of a ticket.",
        Feature::ChangeLists => "No rule can put a contact on a list, or take it off.",
        Feature::CustomSchemas | Feature::CustomObjects => {
            "Custom objects are neither shown beside people nor used by the mapping."
        }
        Feature::EmailText => "E-mails beside people are shown without their text.",
    }
}

async fn contacts(asking: &Asking) -> Check {
    const TITLE: &str = "Contacts can be read";
    let hubspot = &asking.outside.hubspot;
    let list = || hubspot.list(ObjectKind::Contacts, &["email"], None, 1, false);
    match asking.timed(list).await {
        (Ok(page), latency) => {
            let found = if page.records.is_empty() {
                "yes; there are none yet"
            } else {
                "yes"
            };
            Check::new("hubspot.contacts", TITLE, Mark::Ok, found).took(latency)
        }
        (Err(trouble), _) => Check::failed("hubspot.contacts", TITLE, &trouble, NO_CONTACTS),
    }
}

/// What stands beside contacts. Where nothing that is switched on needs it, whoever tests wants to know
/// all the same.
struct Beside {
    kind: ObjectKind,
    name: &'static str,
    title: &'static str,
    feature: Feature,
}

const BESIDE: [Beside; 3] = [
    Beside {
        kind: ObjectKind::Companies,
        name: "hubspot.companies",
        title: "Companies can be read",
        feature: Feature::Companies,
    },
    Beside {
        kind: ObjectKind::Deals,
        name: "hubspot.deals",
        title: "Deals can be read",
        feature: Feature::Deals,
    },
    Beside {
        kind: ObjectKind::Tickets,
        name: "hubspot.tickets",
        title: "Tickets can be read",
        feature: Feature::Tickets,
    },
];

async fn beside(
    asking: &Asking,
    info: Option<&TokenInfo>,
    subject: &Subject,
    beside: Beside,
) -> Check {
    let Beside {
        kind,
        name,
        title,
        feature,
    } = beside;
    let scope = feature.scope();
    let needed = subject.fails_without(feature);
    let not_needed = || {
        let found =
            format!("not with this key, without {scope}; nothing that is switched on needs them");
        Check::new(name, title, Mark::NotNeeded, found)
    };
    let told = info.map(|info| &info.scopes).filter(|all| !all.is_empty());
    if !needed && told.is_some_and(|scopes| !feature.allowed_by(scopes)) {
        return not_needed();
    }
    let hubspot = &asking.outside.hubspot;
    let list = || hubspot.list(kind, &["hs_object_id"], None, 1, false);
    match asking.timed(list).await {
        (Ok(_), latency) => Check::new(name, title, Mark::Ok, "yes").took(latency),
        (Err(Trouble::HubSpot(error)), _)
            if !needed
                && matches!(
                    error.kind,
                    ErrorKind::MissingScopes { .. }
                        | ErrorKind::MissingPermission { .. }
                        | ErrorKind::Forbidden { .. }
                ) =>
        {
            not_needed()
        }
        (Err(trouble), _) if needed => {
            Check::failed(name, title, &trouble, without(feature, subject))
        }
        (Err(trouble), _) => {
            let mut check = Check::failed(
                name,
                title,
                &trouble,
                "Nothing that is switched on needs them.",
            );
            check.mark = Mark::Warning;
            check.needs_person = false;
            check
        }
    }
}

const NO_CONTACTS: &str =
    "No contact is found, so events wait. Nothing is lost: they go on when it works.";

async fn properties(asking: &Asking) -> Check {
    const TITLE: &str = "Properties can be read";
    let hubspot = &asking.outside.hubspot;
    let read = asking
        .timed(|| hubspot.properties(ObjectKind::Contacts))
        .await;
    match read {
        (Ok(all), latency) => Check::new(
            "hubspot.properties",
            TITLE,
            Mark::Ok,
            format!("{} of contacts", all.len()),
        )
        .took(latency),
        (Err(trouble), _) => {
            let mut check = Check::failed(
                "hubspot.properties",
                TITLE,
                &trouble,
                "People are not found by numbers in properties of your own; the usual ones work.",
            );
            // The scopes above say whether that is anybody's to mend.
            check.mark = Mark::Warning;
            check.needs_person = false;
            check
        }
    }
}

async fn search(asking: &Asking) -> Check {
    const TITLE: &str = "Search works";
    let search = Search::new().properties(["email"]);
    let hubspot = &asking.outside.hubspot;
    match asking
        .timed(|| hubspot.search(ObjectKind::Contacts, &search))
        .await
    {
        (Ok(page), latency) => Check::new(
            "hubspot.search",
            TITLE,
            Mark::Ok,
            format!("{} contacts", page.total),
        )
        .took(latency),
        (Err(trouble), _) => Check::failed("hubspot.search", TITLE, &trouble, NO_CONTACTS),
    }
}

/// How a second entry is ruled out. Only asked; the first sync decides and creates.
async fn road(
    asking: &Asking,
    info: Option<&TokenInfo>,
    expected: Option<&ConnectionRow>,
) -> Check {
    const TITLE: &str = "How a second entry is ruled out";
    const NAME: &str = "hubspot.road";
    let hubspot = &asking.outside.hubspot;
    let (answer, latency) = asking
        .timed(|| hubspot.property(ObjectKind::Communications, KEY_PROPERTY))
        .await;
    let check = match answer {
        Ok(Some(property)) if property.unique => Check::new(
            NAME,
            TITLE,
            Mark::Ok,
            format!("by the unique property {KEY_PROPERTY} on communications"),
        ),
        Ok(Some(_)) => by_ledger(&format!(
            "the property {KEY_PROPERTY} exists and is not unique"
        )),
        Ok(None) => match expected.filter(|row| row.road == Road::Ledger) {
            Some(row) => by_ledger(&row.road_why),
            None => to_be_created(info),
        },
        Err(trouble) if trouble.retry_class() == RetryClass::Permanent => {
            by_ledger("the definitions of communications can't be read with this key")
        }
        Err(trouble) => Check::failed(
            NAME,
            TITLE,
            &trouble,
            "How a second entry is ruled out is found out later; none is written before.",
        ),
    };
    return check.took(latency);

    fn by_ledger(why: &str) -> Check {
        let why = if why.is_empty() {
            String::new()
        } else {
            format!(" ({why})")
        };
        let found = format!(
            "by this computer's ledger, reading entries back where a write got no answer{why}"
        );
        Check::new(NAME, TITLE, Mark::Ok, found)
    }

    fn to_be_created(info: Option<&TokenInfo>) -> Check {
        let may = info.is_none_or(|info| Feature::KeyProperty.allowed_by(&info.scopes));
        if may {
            let found = format!(
                "the first sync creates the unique property {KEY_PROPERTY} on communications for it"
            );
            Check::new(NAME, TITLE, Mark::Ok, found)
        } else {
            by_ledger("the key may not create properties")
        }
    }
}

fn clock(asking: &Asking, account: &Account) -> Check {
    const TITLE: &str = "This computer's clock";
    let Some(there) = account.date else {
        return Check::new(
            "clock",
            TITLE,
            Mark::Skipped,
            "HubSpot did not tell its time",
        );
    };
    let skew = asking.now().saturating_sub(there);
    if skew.abs() <= SKEW_MS {
        return Check::new("clock", TITLE, Mark::Ok, "agrees with HubSpot's");
    }
    let word = if skew > 0 { "ahead of" } else { "behind" };
    Check::new("clock", TITLE, Mark::Warning, format!("{} {word} HubSpot's", span_in_words(skew.abs())))
        .advise("Set the clock of this computer by the network. Entries keep Tuco's times, but the look-back and waits follow this clock.")
}

/// A span of time in the largest unit that says something.
pub(super) fn span_in_words(ms: i64) -> String {
    match ms / 60_000 {
        minutes @ 0..=119 => format!("{minutes} minutes"),
        minutes @ 120..=2_879 => format!("{} hours", minutes / 60),
        minutes => format!("{} days", minutes / (24 * 60)),
    }
}
