//! The month of messages before now: who was written to, who answered, who opted out.

use super::{Known, World};
use crate::dice::Dice;
use crate::moment::{DAY, MINUTE};
use crate::names::{LONG_REPLIES, OPT_OUTS, REPLIES, SENDS};
use crate::people::SHARED_NUMBER;
use crate::tuco::id::ObjectId;
use crate::tuco::{Inbound, LeadSeed, Origin, PastSend, Sender, Status};

/// Leads that answered, however small the world.
const THREADS: usize = 60;
/// A number that is in Tuco but in no contact.
const STRANGER: &str = "+12025550190";
/// A number that nobody has anywhere.
const NOBODY: &str = "+12025550999";

/// What passes between a lead and the workspace.
struct Talk {
    lead: ObjectId,
    line: usize,
    replies: usize,
    long: bool,
    last: Option<&'static str>,
}

pub(super) fn fill(world: &mut World, known: &[Known], most: usize, now: i64) {
    // A world without people is empty, for tests that set their own scene.
    if known.is_empty() {
        return;
    }
    let mut dice = Dice::new(world.seed(), "threads");
    let fit = |one: &&Known| {
        let spread = one.place == 1 || !(1..=5).contains(&one.place);
        spread && (one.person.number.is_some() || one.person.email.is_some())
    };
    let people: Vec<&Known> = known.iter().filter(fit).take(most).collect();
    let threads = THREADS.max(people.len() / 20);
    for (turn, one) in people.iter().enumerate() {
        // The merged and archived ones among the first twenty get a thread on purpose.
        let talks = turn < threads;
        if !talks && !dice.per_mille(700) {
            continue;
        }
        let lead = lead_for(world, one, talks, &mut dice, now);
        if talks {
            let talk = talk_for(one, lead, turn, &mut dice);
            converse(world, &talk, &mut dice, now);
        } else if turn < threads * 3 {
            one_send(world, lead, &mut dice, now);
        }
    }
    outsiders(world, &mut dice, now);
    scheduled(world, &people, now);
}

/// The lead of a person. A fifth of them carry the id of their contact.
fn lead_for(world: &mut World, one: &Known, talks: bool, dice: &mut Dice, now: i64) -> ObjectId {
    let person = &one.person;
    let mut fields = vec![
        ("firstName", person.first.clone()),
        ("lastName", person.last.clone()),
    ];
    let by_email_only = one.place > 20 && dice.per_mille(60);
    if let Some(number) = person
        .number
        .clone()
        .filter(|_| !by_email_only || person.email.is_none())
    {
        fields.push(("phone", number));
    }
    // Often the lead knows only the number, so that a client has to find the contact by it.
    if let Some(email) = &person.email
        && (person.number.is_none() || by_email_only || dice.per_mille(400))
    {
        let second = person
            .more_emails
            .first()
            .filter(|_| dice.per_mille(500))
            .unwrap_or(email);
        fields.push(("email", second.clone()));
    }
    let carries = matches!(one.place, 0 | 15 | 17) || (one.place > 20 && dice.per_mille(200));
    if carries {
        fields.push(("hsContactId", one.contact.to_string()));
    }
    if one.place > 20 && dice.per_mille(50) {
        fields.retain(|(name, _)| !name.ends_with("Name"));
    }
    let created_at = now - dice.between(30, 120) * DAY;
    let seed = LeadSeed {
        fields,
        imported: !talks,
        unavailable: dice.per_mille(30),
        created_at,
    };
    world.workspace.seed_lead(&seed)
}

fn talk_for(one: &Known, lead: ObjectId, turn: usize, dice: &mut Dice) -> Talk {
    let replies = match one.place {
        20 => 14,
        21 => 12,
        _ => 1 + dice.below(4) * dice.below(3),
    };
    let last = match turn {
        0 => Some("Sounds good"),
        12 => Some("I'll stop by at 3"),
        23 | 31 | 38 | 44 | 52 => Some(dice.word(&OPT_OUTS)),
        _ => None,
    };
    let line = if one.place == 1 { 0 } else { dice.below(2) };
    Talk {
        lead,
        line,
        replies,
        long: turn % 7 == 3 || one.place == 21,
        last,
    }
}

fn converse(world: &mut World, talk: &Talk, dice: &mut Dice, now: i64) {
    let rounds = i64::try_from(talk.replies).unwrap_or(1);
    let span = (30 * DAY - 4 * rounds * 60 * MINUTE).max(DAY);
    // Recent ones are more frequent than old ones, as in a business that is growing.
    let back = dice.between(20, 1000) * dice.between(20, 1000) * (span / 1_000_000);
    let mut at = now - back.max(rounds * 30 * MINUTE);
    for turn in 0..talk.replies {
        let left =
            (now - at).max(0) / (rounds - i64::try_from(turn).unwrap_or_default() + 1).max(1);
        at += dice.between(MINUTE, (left / 2).clamp(MINUTE + 1, 2 * DAY));
        if turn == 0 || dice.per_mille(500) {
            past_send(
                world,
                talk.lead,
                talk.line,
                Status::Delivered,
                at.min(now - 2 * MINUTE),
                dice,
            );
        }
        at += dice.between(MINUTE, (left / 2).clamp(MINUTE + 1, DAY));
        let last = turn + 1 == talk.replies;
        let text = match talk.last.filter(|_| last) {
            Some(text) => text,
            None if talk.long && turn % 3 == 0 => dice.word(&LONG_REPLIES),
            None => dice.word(&REPLIES),
        };
        let inbound = Inbound {
            from: Sender::Lead(talk.lead),
            text: text.to_owned(),
            at: at.min(now - MINUTE),
            line: Some(talk.line),
        };
        world.workspace.receive(&inbound, now);
    }
}

fn one_send(world: &mut World, lead: ObjectId, dice: &mut Dice, now: i64) {
    let status = match dice.below(20) {
        0 => Status::Failed,
        1 | 2 => Status::Fallback,
        3 => Status::Sent,
        4 => Status::Cancelled,
        _ => Status::Delivered,
    };
    let at = now - dice.between(10, 29 * 1440) * MINUTE;
    let line = dice.below(2);
    past_send(world, lead, line, status, at, dice);
}

fn past_send(
    world: &mut World,
    lead: ObjectId,
    line: usize,
    status: Status,
    at: i64,
    dice: &mut Dice,
) {
    let text = dice.word(&SENDS).replace("{name}", "there");
    let sms = dice.per_mille(150);
    let origin = Origin::Start;
    let past = PastSend {
        to: None,
        lead: Some(lead),
        text,
        status,
        at,
        line,
        sms,
        origin,
        campaign: None,
    };
    world.workspace.seed_send(&past, at);
}

/// Those who fit nowhere: in Tuco but not in HubSpot, without any address, without a lead.
fn outsiders(world: &mut World, dice: &mut Dice, now: i64) {
    let created_at = now - 20 * DAY;
    let named = |fields: &[(&'static str, &str)]| LeadSeed {
        fields: fields
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()))
            .collect(),
        created_at,
        ..LeadSeed::default()
    };
    let stranger = world
        .workspace
        .seed_lead(&named(&[("firstName", "Stranger"), ("phone", STRANGER)]));
    let nameless = world
        .workspace
        .seed_lead(&named(&[("phone", "+12025550191")]));
    let blank = world.workspace.seed_lead(&named(&[]));
    for (lead, text) in [
        (stranger, "Got your flyer, call me"),
        (nameless, "?"),
        (blank, "Hello?"),
    ] {
        past_send(world, lead, 0, Status::Delivered, now - 5 * DAY, dice);
        let inbound = Inbound {
            from: Sender::Lead(lead),
            text: text.to_owned(),
            at: now - 4 * DAY,
            line: Some(0),
        };
        world.workspace.receive(&inbound, now);
    }
    let nobody = Inbound {
        from: Sender::Address(NOBODY.to_owned()),
        text: "Wrong number?".to_owned(),
        at: now - 3 * DAY,
        line: Some(1),
    };
    world.workspace.receive(&nobody, now);
    world
        .workspace
        .seed_opt_out("+12025550192", "Added by hand", now - 60 * DAY);
    let members: Vec<ObjectId> = world.workspace.lead_ids().into_iter().take(12).collect();
    world.workspace.seed_campaign(&members, now - 15 * DAY);
}

/// Three messages that wait for tomorrow and later, none of them for the shared number.
fn scheduled(world: &mut World, people: &[&Known], now: i64) {
    let own = |one: &&&Known| one.place > 24 && one.person.number.as_deref() != Some(SHARED_NUMBER);
    for (days, one) in (1..=3).zip(people.iter().filter(own)) {
        let Some(lead) = one
            .person
            .number
            .as_deref()
            .and_then(|number| world.workspace.lead_with_address(number))
        else {
            continue;
        };
        let past = PastSend {
            to: None,
            lead: Some(lead),
            text: "Reminder: your appointment is in two days.".to_owned(),
            status: Status::Scheduled,
            at: now + days * DAY,
            line: 1,
            sms: false,
            origin: Origin::Start,
            campaign: None,
        };
        world.workspace.seed_send(&past, now);
    }
}
