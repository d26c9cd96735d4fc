//! Contacts and leads kept in step while people edit both sides, calls go wrong, and the process is
//! killed in the middle of rounds.
//!
//! Promises that are judged at the end: nobody is doubled and nobody is lost; linked records agree, or both
//! say why they can't; and no edit of a person is overwritten unseen (I9): it stands, or a later edit replaced it,
//! or the log of conflicts holds it.
//!
//! Edits are made between rounds, and not before what the last round sent can have arrived: a write that
//! lies on the wire for a minute and lands on a value from in between can't be told from a person's.

use crate::dice::Dice;
use crate::network::{Network, VirtualClock};
use crate::{START, open, script};
use bridge::connect::{Access, Keys};
use bridge::engine::Engine;
use bridge::people::Setup;
use bridge::planted::Defect;
use bridge::store::{PeopleSide, ReadStore};
use sandbox::message::HttpRequest;
use sandbox::world::{Side, World};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use wire::{Clock, Origin, Secret};

const ROUNDS: u32 = 20;
/// A call that was given up has arrived by then.
const ARRIVED: Duration = Duration::from_secs(60);
/// No round takes longer, in virtual time.
const ENDLESS: Duration = Duration::from_secs(3_600);

/// What runs came to.
#[derive(Debug, Default, Clone)]
pub struct Tally {
    /// Edits that people made.
    pub edits: u64,
    /// People who were made on one side.
    pub made: u64,
    /// Times the process was killed.
    pub crashes: u64,
    /// Calls that went wrong.
    pub faults: u64,
    /// Pairs of linked people that were compared.
    pub pairs: u64,
    /// Conflicts in the log.
    pub conflicts: u64,
    /// Pairs of which a write was refused for an address that somebody else has.
    pub refused: u64,
    /// Broken promises, in words.
    pub violations: Vec<String>,
}

impl Tally {
    /// Both together.
    pub fn add(&mut self, other: Self) {
        self.edits += other.edits;
        self.made += other.made;
        self.crashes += other.crashes;
        self.faults += other.faults;
        self.pairs += other.pairs;
        self.conflicts += other.conflicts;
        self.refused += other.refused;
        self.violations.extend(other.violations);
    }
}

/// What a person wrote over what.
struct Edit {
    /// A contact's id, or a lead's.
    record: String,
    value: String,
    before: String,
}

/// What people did.
#[derive(Default)]
struct Deeds {
    edits: Vec<Edit>,
    /// Addresses of contacts that were made, and of leads.
    contacts: Vec<String>,
    leads: Vec<String>,
}

/// Runs one seed, with a planted mistake if one is given.
pub fn run(seed: u64, defect: Option<Defect>) -> anyhow::Result<Tally> {
    let folder = tempfile::tempdir()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()?;
    let path = folder.path().join("bridge.db");
    runtime.block_on(tokio::task::LocalSet::new().run_until(simulate(seed, defect, &path)))
}

async fn simulate(seed: u64, defect: Option<Defect>, path: &Path) -> anyhow::Result<Tally> {
    let dice = Dice::new(seed ^ 0x9E09);
    let clock = Arc::new(VirtualClock::start(START));
    let network = Arc::new(Network::new(
        seed,
        clock.clone(),
        script::world(&Dice::new(seed), seed),
    ));
    network.act(|world, now| {
        // What people do at Tuco must not use up what the engine may ask.
        let free = json!({"tuco": {"limits": false}});
        script::control(world, "POST", "options", &free, now);
    });
    let (token, key) = network.credentials();
    let access = Access {
        transport: network.clone(),
        clock: clock.clone(),
        entropy: Arc::new(Dice::new(seed ^ 0x5EED)),
        hubspot: Origin::loopback("http://127.0.0.1:1")?,
        tuco: Origin::loopback("http://127.0.0.1:2")?,
        waits: Arc::default(),
    };
    let keys = Keys {
        hubspot: Secret::new(token).into(),
        tuco: Secret::new(key),
    };
    let (mut tally, mut deeds) = (Tally::default(), Deeds::default());
    let mut engine: Option<Engine> = None;
    let mut set_up = false;
    for _ in 0..ROUNDS {
        network.act(|world, now| something_happens(world, &dice, &mut deeds, now));
        let running = match engine.take() {
            Some(engine) => engine,
            None => match open(&access, &keys, path, defect).await {
                Ok(engine) => engine,
                Err(_) => {
                    pause(&dice, clock.as_ref()).await;
                    continue;
                }
            },
        };
        if !set_up {
            running.change_setup(&Setup {
                to_tuco: true,
                to_hubspot: true,
                create_leads: true,
                create_contacts: true,
                ..Setup::default()
            })?;
            set_up = true;
        }
        let lifetime = if dice.chance(30) {
            Duration::from_millis(dice.between(1, 30_000))
        } else {
            ENDLESS
        };
        if tokio::time::timeout(lifetime, running.round())
            .await
            .is_ok()
        {
            engine = Some(running);
        } else {
            tally.crashes += 1;
        }
        pause(&dice, clock.as_ref()).await;
    }
    drop(engine);
    network.calm();
    tally.violations = crate::settle(&access, &keys, path, defect).await?;
    tally.faults = network.faults();
    network.act(|world, now| judge(world, now, path, &deeds, &mut tally))?;
    for words in &mut tally.violations {
        *words = format!("seed {seed}: {words}");
    }
    Ok(tally)
}

/// A minute, or hours: leads are read in full at most once in one.
async fn pause(dice: &Dice, clock: &dyn Clock) {
    clock.sleep(ARRIVED).await;
    let seconds = match dice.between(0, 3) {
        0 => dice.between(3_600, 20_000),
        1 => dice.between(300, 4_000),
        _ => dice.between(0, 60),
    };
    clock.sleep(Duration::from_secs(seconds)).await;
}

fn something_happens(world: &mut World, dice: &Dice, deeds: &mut Deeds, now: i64) {
    for _ in 0..dice.between(1, 6) {
        match dice.between(0, 9) {
            0 => new_contact(world, dice, deeds, now),
            1 => new_lead(world, dice, deeds, now),
            2..=5 => edit_contact(world, dice, deeds, now),
            _ => edit_lead(world, dice, deeds, now),
        }
    }
}

/// A value that nobody else ever writes.
fn job(dice: &Dice) -> String {
    format!("Pilot {:08x}", dice.roll() >> 32)
}

fn new_contact(world: &mut World, dice: &Dice, deeds: &mut Deeds, now: i64) {
    let email = format!("c{:08x}@example.com", dice.roll() >> 32);
    let properties = [
        ("firstname", "Cleo".to_owned()),
        ("email", email.clone()),
        ("jobtitle", job(dice)),
    ];
    let properties = properties.into_iter();
    let properties = properties.map(|(name, value)| (name.to_owned(), value));
    world
        .portal
        .seed_record("contacts", properties.collect(), now);
    deeds.contacts.push(email);
}

fn new_lead(world: &mut World, dice: &Dice, deeds: &mut Deeds, now: i64) {
    let email = format!("l{:08x}@example.com", dice.roll() >> 32);
    let lead = json!({"firstName": "Leo", "email": email, "jobTitle": job(dice)});
    tuco(world, "POST", "/api/leads", &json!({"leads": [lead]}), now);
    deeds.leads.push(email);
}

/// Few people are edited often, so that both sides meet.
fn some<'a, T>(dice: &Dice, from: &'a [T]) -> Option<&'a T> {
    let newest = from.len().saturating_sub(6);
    dice.pick(from.get(newest..).unwrap_or(from))
}

fn edit_contact(world: &mut World, dice: &Dice, deeds: &mut Deeds, now: i64) {
    let ids = world.portal.ids("contacts");
    let Some(id) = some(dice, &ids).copied() else {
        return;
    };
    let before = job_of_contact(world, id);
    let value = job(dice);
    let new = BTreeMap::from([("jobtitle".to_owned(), value.clone())]);
    if world.portal.change_record("contacts", id, &new, now) {
        deeds.edits.push(Edit {
            record: id.to_string(),
            value,
            before,
        });
    }
}

fn edit_lead(world: &mut World, dice: &Dice, deeds: &mut Deeds, now: i64) {
    let ids = world.workspace.lead_ids();
    let Some(id) = some(dice, &ids).map(ToString::to_string) else {
        return;
    };
    let before = job_of_lead(world, &id, now);
    let value = job(dice);
    let answer = tuco(
        world,
        "PUT",
        &format!("/api/leads/{id}"),
        &json!({"jobTitle": value}),
        now,
    );
    if answer.pointer("/lead/jobTitle") == Some(&json!(value)) {
        deeds.edits.push(Edit {
            record: id,
            value,
            before,
        });
    }
}

fn job_of_contact(world: &World, id: u64) -> String {
    let record = world.portal.record("contacts", id);
    let job = record.and_then(|record| record.properties.get("jobtitle").cloned());
    job.unwrap_or_default()
}

fn job_of_lead(world: &mut World, id: &str, now: i64) -> String {
    let answer = tuco(
        world,
        "GET",
        &format!("/api/leads?id={id}"),
        &Value::Null,
        now,
    );
    let lead = answer.get("lead").unwrap_or(&answer);
    text(lead, "jobTitle")
}

fn text(value: &Value, name: &str) -> String {
    let text = value.get(name).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}

/// Somebody at Tuco, whom no fault strikes.
fn tuco(world: &mut World, method: &str, target: &str, body: &Value, now: i64) -> Value {
    let (_, key, _) = world.credentials();
    let body = match body {
        Value::Null => Vec::new(),
        body => body.to_string().into_bytes(),
    };
    let request = HttpRequest::new(method, target, &key, body);
    let answer = world.handle(Side::Tuco, &request, now);
    serde_json::from_slice(&answer.response.body).unwrap_or_default()
}

/// How often each address is there.
fn counted(addresses: impl IntoIterator<Item = String>) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for address in addresses {
        *counts.entry(address).or_default() += 1;
    }
    counts
}

fn judge(
    world: &mut World,
    now: i64,
    path: &Path,
    deeds: &Deeds,
    tally: &mut Tally,
) -> anyhow::Result<()> {
    let store = ReadStore::open(path)?;
    let rows = store.read();
    let connection = rows.connections()?.into_iter().next();
    let connection = connection.ok_or_else(|| anyhow::anyhow!("no connection"))?;
    let conflicts = rows.conflicts(connection.id, None, 100_000)?;
    tally.edits = u64::try_from(deeds.edits.len())?;
    tally.made = u64::try_from(deeds.contacts.len() + deeds.leads.len())?;
    tally.conflicts = u64::try_from(conflicts.len())?;
    everybody_once(world, now, deeds, &mut tally.violations);
    // Where both sides hold something, they hold the same.
    let mut standing: BTreeSet<String> = BTreeSet::new();
    for pair in rows.linked_people(connection.id, "", 100_000)? {
        let (Some(contact), Some(lead)) = (pair.contact_id, pair.lead_id) else {
            continue;
        };
        let of_contact = job_of_contact(world, contact.parse()?);
        let of_lead = job_of_lead(world, &lead, now);
        tally.pairs += 1;
        if of_contact != of_lead {
            let held = |side, id: &str| -> anyhow::Result<String> {
                let copy = rows.person_copy(connection.id, side, id)?;
                Ok(copy.map(|copy| copy.held).unwrap_or_default())
            };
            let (one, other) = (
                held(PeopleSide::Contact, &contact)?,
                held(PeopleSide::Lead, &lead)?,
            );
            // A number or an address that another lead has: refused, and both sides say so.
            if one == "address_taken" && other == "address_taken" {
                tally.refused += 1;
                continue;
            }
            tally.violations.push(format!(
                "contact {contact} ({one}) holds \"{of_contact}\" and lead {lead} ({other}) \"{of_lead}\""
            ));
        }
    }
    for edit in &deeds.edits {
        let holds = match edit.record.parse::<u64>() {
            Ok(contact) => job_of_contact(world, contact),
            Err(_) => job_of_lead(world, &edit.record, now),
        };
        standing.insert(holds);
    }
    let replaced: BTreeSet<&str> = deeds
        .edits
        .iter()
        .map(|edit| edit.before.as_str())
        .collect();
    let logged = |value: &str| {
        let holds = |one: &bridge::store::ConflictRow| one.contact == value || one.lead == value;
        conflicts.iter().any(holds)
    };
    for edit in &deeds.edits {
        let value = edit.value.as_str();
        if !standing.contains(value) && !replaced.contains(value) && !logged(value) {
            tally.violations.push(format!(
                "I9: \"{value}\" of {} was overwritten unseen",
                edit.record
            ));
        }
    }
    Ok(())
}

/// Whoever was made on one side is on the other, once.
fn everybody_once(world: &mut World, now: i64, deeds: &Deeds, broken: &mut Vec<String>) {
    let mut leads = Vec::new();
    for page in 1_u32.. {
        let target = format!("/api/leads?page={page}&limit=100");
        let answer = tuco(world, "GET", &target, &Value::Null, now);
        let some = answer.get("leads").and_then(Value::as_array).cloned();
        let some = some.unwrap_or_default();
        if some.is_empty() {
            break;
        }
        leads.extend(some.iter().map(|lead| text(lead, "email")));
    }
    let ids = world.portal.ids("contacts");
    let contacts = ids.into_iter().filter_map(|id| {
        let record = world.portal.record("contacts", id)?;
        record.properties.get("email").cloned()
    });
    let (contacts, leads) = (counted(contacts), counted(leads));
    for email in deeds.contacts.iter().chain(&deeds.leads) {
        let there = |counts: &BTreeMap<String, u64>| counts.get(email).copied().unwrap_or(0);
        let (of_contacts, of_leads) = (there(&contacts), there(&leads));
        if (of_contacts, of_leads) != (1, 1) {
            broken.push(format!(
                "{email} is {of_contacts} contacts and {of_leads} leads"
            ));
        }
    }
}
