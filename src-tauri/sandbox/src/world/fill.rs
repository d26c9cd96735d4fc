//! Putting the default world together: people into HubSpot, some of them into Tuco, and a month of
//! threads between them.

mod activity;
mod threads;

use super::World;
use crate::dice::Dice;
use crate::moment::{DAY, MINUTE};
use crate::names::{COMPANIES, OWNERS};
use crate::people::{Person, Place, people};
use std::collections::BTreeMap;

/// At most so many deals, and as many tickets, however many people there are.
const MOST_DEALS: usize = 2_000;

/// A person and the contact that they are.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) person: Person,
    pub(super) contact: u64,
    /// Place among the generated people; the first ones are the same in every world.
    pub(super) place: usize,
}

/// Fills an empty world with so many contacts and what belongs to them, and with so many leads at most.
pub(super) fn fill(world: &mut World, contacts: usize, leads: usize, now: i64) {
    let mut dice = Dice::new(world.seed, "fill");
    let owners: Vec<u64> = OWNERS
        .iter()
        .map(|(first, last)| {
            let email = format!("{}@harbor.example", first.to_lowercase());
            world.portal.add_owner(&email, first, last, now - 400 * DAY)
        })
        .collect();
    world
        .portal
        .define_property("contacts", "whatsapp_line", "string", "text", &[], false);
    let companies = companies(world, &mut dice, now);
    let known = contacts_of(world, contacts, &owners, &companies, &mut dice, now);
    deals(world, &known, &mut dice, now);
    activity::fill(world, &known, now);
    messes(world, &known, now);
    world.portal.settle_index();
    other_portal(world, &known, now);
    let own =
        |one: &&Known| !one.person.archived && !one.person.merged && !(1..=5).contains(&one.place);
    world.people = known
        .iter()
        .filter(own)
        .filter_map(|one| Some((one.contact, one.person.number.clone()?)))
        .collect();
    threads::fill(world, &known, leads, now);
}

/// The second portal knows a few of the same people, by their names and ways to reach them.
fn other_portal(world: &mut World, known: &[Known], now: i64) {
    const SHARED: [&str; 4] = ["firstname", "lastname", "email", "phone"];
    for one in known.iter().take(12) {
        let Some(record) = world.portal.record("contacts", one.contact) else {
            continue;
        };
        let properties = record
            .properties
            .into_iter()
            .filter(|(name, _)| SHARED.contains(&name.as_str()))
            .collect();
        world
            .other_portal
            .seed_record("contacts", properties, now - DAY);
    }
    world.other_portal.settle_index();
}

fn companies(world: &mut World, dice: &mut Dice, now: i64) -> Vec<u64> {
    COMPANIES
        .iter()
        .map(|name| {
            let plain: String = name.chars().filter(char::is_ascii_alphabetic).collect();
            let properties = BTreeMap::from([
                ("name".to_owned(), (*name).to_owned()),
                (
                    "domain".to_owned(),
                    format!("{}.example", plain.to_lowercase()),
                ),
            ]);
            let at = now - dice.between(40, 900) * DAY;
            world.portal.seed_record("companies", properties, at)
        })
        .collect()
}

fn contacts_of(
    world: &mut World,
    count: usize,
    owners: &[u64],
    companies: &[u64],
    dice: &mut Dice,
    now: i64,
) -> Vec<Known> {
    let all = people(count, world.seed);
    let mut known = Vec::with_capacity(all.len());
    for (place, person) in all.into_iter().enumerate() {
        let owner = dice.pick(owners).filter(|_| dice.per_mille(700)).copied();
        let properties = properties(&person, owner);
        let at = now - person.age * DAY - dice.between(0, 1440) * MINUTE;
        let contact = world.portal.seed_record("contacts", properties, at);
        if let Some(company) = person.company.and_then(|place| companies.get(place)) {
            world
                .portal
                .associate(("contacts", contact), ("companies", *company));
        }
        known.push(Known {
            person,
            contact,
            place,
        });
    }
    known
}

fn properties(person: &Person, owner: Option<u64>) -> BTreeMap<String, String> {
    let mut properties = BTreeMap::new();
    let mut put = |name: &str, value: &str| {
        if !value.is_empty() {
            properties.insert(name.to_owned(), value.to_owned());
        }
    };
    put("firstname", &person.first);
    put("lastname", &person.last);
    put("email", person.email.as_deref().unwrap_or_default());
    put("hs_additional_emails", &person.more_emails.join(";"));
    put("jobtitle", person.job);
    put("city", person.city);
    put("lifecyclestage", person.stage);
    put(
        "company",
        person
            .company
            .and_then(|place| COMPANIES.get(place))
            .unwrap_or(&""),
    );
    put(
        "hubspot_owner_id",
        &owner.map(|id| id.to_string()).unwrap_or_default(),
    );
    if let Some((place, text)) = &person.written {
        let name = match place {
            Place::Phone => "phone",
            Place::Mobile => "mobilephone",
            Place::Custom => "whatsapp_line",
        };
        put(name, text);
    }
    properties
}

fn deals(world: &mut World, known: &[Known], dice: &mut Dice, now: i64) {
    for one in known.iter().step_by(9).take(MOST_DEALS) {
        let name = format!("{} {}", one.person.first, one.person.last);
        let at = now - dice.between(1, one.person.age) * DAY;
        let deal = BTreeMap::from([
            (
                "dealname".to_owned(),
                format!("{} - new order", name.trim()),
            ),
            ("amount".to_owned(), (dice.between(5, 900) * 50).to_string()),
            ("dealstage".to_owned(), "appointmentscheduled".to_owned()),
            ("pipeline".to_owned(), "default".to_owned()),
        ]);
        let deal = world.portal.seed_record("deals", deal, at);
        world
            .portal
            .associate(("deals", deal), ("contacts", one.contact));
    }
    for one in known.iter().skip(4).step_by(21).take(MOST_DEALS) {
        let at = now - dice.between(0, 30) * DAY;
        let ticket = BTreeMap::from([
            (
                "subject".to_owned(),
                "Question about the invoice".to_owned(),
            ),
            ("hs_pipeline".to_owned(), "0".to_owned()),
            ("hs_pipeline_stage".to_owned(), "1".to_owned()),
        ]);
        let ticket = world.portal.seed_record("tickets", ticket, at);
        world
            .portal
            .associate(("tickets", ticket), ("contacts", one.contact));
    }
}

/// Archives and merges those whose lot it is.
fn messes(world: &mut World, known: &[Known], now: i64) {
    for (place, one) in known.iter().enumerate() {
        let at = now - (one.person.age / 2).max(1) * DAY;
        let before = place.checked_sub(1).and_then(|before| known.get(before));
        match before.filter(|before| !before.person.archived && !before.person.merged) {
            Some(before) if one.person.merged => {
                world.portal.merge(before.contact, one.contact, at);
            }
            _ if one.person.archived => {
                world.portal.archive("contacts", one.contact, at);
            }
            _ => {}
        }
    }
}
