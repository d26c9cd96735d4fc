//! What happens in the world while nobody looks.

use crate::dice::Dice;
use bridge::compose::{Order, Recipient};
use bridge::engine::Engine;
use bridge::guard::{Code, Overrides};
use sandbox::message::HttpRequest;
use sandbox::tuco::options::RepliesRange;
use sandbox::tuco::{Inbound, Sender};
use sandbox::world::{Side, World, WorldOptions};
use serde_json::{Value, json};
use std::time::Duration;
use wire::Clock;

/// Rounds of the engine in one run; with the sleeps between them about four days, and eight more in
/// which everything settles.
pub(crate) const ROUNDS: u32 = 24;

const LINES: &[&str] = &[
    "Sounds good",
    "Can you call me at 3?",
    "من فضلك اتصل بي غدا",
    "谢谢，明天见 👍",
    "<b>Who</b> is this & why?",
    "I'll stop by at 3",
];

/// A small business, its open points drawn by lot.
pub(crate) fn world(dice: &Dice, seed: u64) -> World {
    let options = WorldOptions {
        contacts: 40,
        limits: dice.chance(50),
        ..WorldOptions::default()
    };
    let mut world = World::new(&options, seed, crate::START);
    let listing = if dice.chance(60) {
        "yes"
    } else {
        "session_only"
    };
    let range = if dice.chance(70) {
        "within"
    } else {
        "by_latest"
    };
    let order = ["newest", "by_lead", "shuffled"];
    let switches = json!({
        "tuco": {
            "messages_listing": listing,
            "replies_range": range,
            "replies_order": dice.pick(&order),
            "replies_cut_splits_pairs": dice.chance(50),
        },
        "hubspot": {
            "unique_on_communications": dice.chance(50),
            "shuffle_batches": dice.chance(50),
            "index_lag_ms": dice.between(0, 30_000),
        },
    });
    control(&mut world, "POST", "options", &switches, crate::START);
    world
}

/// Calls a control endpoint, which knows no faults.
pub(crate) fn control(
    world: &mut World,
    method: &str,
    name: &str,
    body: &Value,
    now: i64,
) -> Value {
    let body = if method == "GET" {
        Vec::new()
    } else {
        body.to_string().into_bytes()
    };
    let request = HttpRequest::new(method, &format!("/_sandbox/{name}"), "", body);
    let answer = world.handle(Side::Tuco, &request, now);
    serde_json::from_slice(&answer.response.body).unwrap_or_default()
}

/// One to seven things.
pub(crate) fn something_happens(world: &mut World, dice: &Dice, now: i64) {
    for _ in 0..dice.between(1, 7) {
        match dice.between(0, 19) {
            0 => burst(world, dice, now),
            1 => merge(world, dice, now),
            2 => archive(world, dice, now),
            3 => stranger(world, dice, now),
            4 => send_elsewhere(world, dice, now),
            _ => reply(world, dice, now),
        }
    }
}

fn words(dice: &Dice) -> String {
    let line = dice.pick(LINES).copied().unwrap_or("Hello");
    // A mark of its own, so that every text can be told from every other.
    let mark = format!("{line} #{:08x}", dice.roll() >> 32);
    if dice.chance(15) {
        // Letters of one and of two units, so that a cut may fall inside one.
        let filler = if dice.chance(50) { "long " } else { "👋🏽" };
        format!("{} {mark}", filler.repeat(60))
    } else {
        mark
    }
}

fn reply(world: &mut World, dice: &Dice, now: i64) {
    let leads = world.workspace.reachable_leads();
    let Some(lead) = dice.pick(&leads) else {
        return;
    };
    // Some come late: the device was out of reach for some minutes, or for a weekend.
    // Where the list goes by each lead's latest only, one beneath ten newer ones is beyond reach.
    let reachable = world.workspace.options.replies_range == RepliesRange::Within;
    let late = match dice.between(0, 99) {
        0..=3 if reachable => dice.between(1_000, 60 * 3_600_000),
        4..=29 => dice.between(1_000, 540_000),
        _ => dice.between(1, 900),
    };
    let at = now.saturating_sub(i64::try_from(late).unwrap_or(0));
    let inbound = Inbound {
        from: Sender::Lead(*lead),
        text: words(dice),
        at,
        line: None,
    };
    world.workspace.receive(&inbound, now);
}

/// More replies of one lead than the list shows.
fn burst(world: &mut World, dice: &Dice, now: i64) {
    let leads = world.workspace.reachable_leads();
    let Some(lead) = dice.pick(&leads) else {
        return;
    };
    let count = i64::try_from(dice.between(11, 24)).unwrap_or(11);
    for n in 0..count {
        // No two at one moment: nothing that Tuco offers could tell their texts apart.
        let at = now - (count - n) * 1_000 - i64::try_from(dice.between(0, 999)).unwrap_or(0);
        let inbound = Inbound {
            from: Sender::Lead(*lead),
            text: words(dice),
            at,
            line: None,
        };
        world.workspace.receive(&inbound, now);
    }
}

/// Somebody whom HubSpot does not know, and may learn to know later.
fn stranger(world: &mut World, dice: &Dice, now: i64) {
    let number = format!("+1202555{:04}", dice.between(0, 9_999));
    let inbound = Inbound {
        from: Sender::Address(number.clone()),
        text: words(dice),
        at: now,
        line: None,
    };
    world.workspace.receive(&inbound, now);
    if dice.chance(50) {
        let properties = [("firstname", "New".to_owned()), ("phone", number)];
        let properties = properties
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value));
        world
            .portal
            .seed_record("contacts", properties.collect(), now);
    }
}

fn send_elsewhere(world: &mut World, dice: &Dice, now: i64) {
    let leads = world.workspace.reachable_leads();
    let Some(lead) = dice.pick(&leads) else {
        return;
    };
    let status = [
        "sent",
        "delivered",
        "delivered",
        "failed",
        "fallback",
        "scheduled",
    ];
    let body = json!({
        "to": lead.to_string(),
        "text": words(dice),
        "status": dice.pick(&status),
        "at": now,
    });
    control(world, "POST", "send", &body, now);
}

fn merge(world: &mut World, dice: &Dice, now: i64) {
    let ids = world.portal.ids("contacts");
    if let (Some(one), Some(other)) = (dice.pick(&ids), dice.pick(&ids))
        && one != other
    {
        world.portal.merge(*one, *other, now);
    }
}

fn archive(world: &mut World, dice: &Dice, now: i64) {
    let ids = world.portal.ids("contacts");
    // Rarely, or the portal would be empty at the end.
    if let (Some(id), true) = (dice.pick(&ids), dice.chance(30)) {
        world.portal.archive("contacts", *id, now);
    }
}

/// A round, and now and then a person who sends something.
pub(crate) async fn work(engine: &Engine, dice: &Dice) {
    if dice.chance(20) {
        let number = format!("+1202555{:04}", dice.between(0, 9_999));
        // Whatever becomes of it: the world is asked at the end how often it went out.
        let mut order = Order::new(Recipient::Phone(number), format!("intent {}", words(dice)));
        if dice.chance(70)
            && let Ok(overrides) = Overrides::new([Code::QuietHours, Code::LineFull])
        {
            order.overrides = overrides;
        }
        drop(engine.send(&order).await);
    }
    engine.round().await;
}

/// The time until the next round: seconds while somebody looks, a night now and then.
pub(crate) async fn sleep(dice: &Dice, clock: &dyn Clock) {
    let seconds = match dice.between(0, 9) {
        0 => dice.between(3_600, 72_000),
        1 | 2 => dice.between(300, 3_600),
        _ => dice.between(15, 120),
    };
    clock.sleep(Duration::from_secs(seconds)).await;
}
