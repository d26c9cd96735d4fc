//! `status`: does it work? Reads what is kept; asks nobody.

use crate::arguments::Global;
use crate::console::{Console, Tone};
use crate::failure::{Exit, Failure};
use crate::shown::{counted, shown};
use crate::table::{cell, table, toned};
use crate::zone::{ago, exact, zone};
use crate::{home, session, surroundings};
use bridge::event::{Kind, Stage};
use bridge::mirror::{KEY_PROPERTY, iso};
use bridge::store::{
    ConnectionRow, EffectCounts, EventCounts, Listing, Method, Reader, Road, StoreError,
};
use serde_json::{Map, Value, json};
use wire::Timestamp;

/// Everything that is shown, read in one moment.
struct Overview {
    connection: ConnectionRow,
    events: EventCounts,
    effects: EffectCounts,
    unknown_sends: usize,
    calls: (u64, u64),
    daily: Option<(u64, u64)>,
}

pub(super) fn run(global: &Global, console: &Console) -> Result<Exit, Failure> {
    let connected = home::open_to_read(global).and_then(|store| {
        let connection = session::choose(&store.read(), global)?;
        Ok(store.snapshot(|rows| overview(rows, connection))?)
    });
    let overview = match connected {
        Ok(overview) => overview,
        Err(failure) if matches!(failure.code, "not_connected" | "no_database") => {
            return Ok(not_connected(global, console));
        }
        Err(failure) => return Err(failure),
    };
    console.json(&as_json(&overview, global));
    if !console.is_json() {
        show(&overview, global, console);
    }
    Ok(Exit::Done)
}

fn not_connected(global: &Global, console: &Console) -> Exit {
    let home = home::folder(global)
        .map(|path| path.display().to_string())
        .unwrap_or_default();
    console.json(&json!({"connected": false, "home": home}));
    console.say(&format!("Nothing is connected in {} yet.", shown(&home)));
    console.say(
        "Run `tuco-hubspot connect`, or set HUBSPOT_TOKEN and TUCO_API_KEY and run `tuco-hubspot sync --once`. \
         Without an account: `tuco-hubspot demo`.",
    );
    Exit::Done
}

fn overview(rows: &Reader<'_>, connection: ConnectionRow) -> Result<Overview, StoreError> {
    let id = connection.id;
    let today: String = iso(surroundings::now()).chars().take(10).collect();
    Ok(Overview {
        events: rows.event_counts(id)?,
        effects: rows.effect_counts(id)?,
        unknown_sends: rows.unknown_sends(id)?.len(),
        calls: (
            rows.calls(id, "hubspot", &today, &today)?,
            rows.calls(id, "tuco", &today, &today)?,
        ),
        daily: daily(rows, id)?,
        connection,
    })
}

/// What HubSpot last said about its daily limit: limit and what was left, if that was today.
fn daily(rows: &Reader<'_>, id: i64) -> Result<Option<(u64, u64)>, StoreError> {
    const DAY_MS: Timestamp = 24 * 60 * 60 * 1_000;
    let Some((text, at)) = rows.cursor_and_time(id, bridge::round::DAILY_BUDGET)? else {
        return Ok(None);
    };
    let fresh = surroundings::now() < at.saturating_add(DAY_MS);
    let pair = text
        .split_once('/')
        .and_then(|(left, limit)| Some((limit.parse().ok()?, left.parse().ok()?)));
    Ok(pair.filter(|_| fresh))
}

fn road(connection: &ConnectionRow) -> String {
    match connection.road {
        Road::KeyProperty => {
            format!("HubSpot itself refuses a second entry, by the unique property {KEY_PROPERTY}")
        }
        Road::Ledger => format!(
            "by this computer's ledger, with entries read back where a write got no answer ({})",
            connection.road_why
        ),
        Road::Unknown => "found out with the first sync".to_owned(),
    }
}

fn listing(connection: &ConnectionRow) -> &'static str {
    match connection.listing {
        Listing::Offered => "sends made elsewhere are seen at once",
        Listing::NotOffered => {
            "this Tuco key may not list messages: sends made elsewhere are seen once somebody answers them"
        }
        Listing::Unknown => "found out with the first sync",
    }
}

fn count_of(events: &EventCounts, kind: Kind, stage: Stage) -> u64 {
    let those = events
        .groups
        .iter()
        .filter(|group| group.kind == kind && group.stage == stage);
    those.map(|group| group.events).sum()
}

fn as_json(overview: &Overview, global: &Global) -> Value {
    let Overview {
        connection,
        events,
        effects,
        unknown_sends,
        calls,
        daily,
    } = overview;
    let mut counts = Map::new();
    for kind in Kind::ALL {
        let stages: Map<String, Value> = Stage::ALL
            .iter()
            .map(|stage| (stage.to_string(), json!(count_of(events, *kind, *stage))))
            .collect();
        counts.insert(kind.to_string(), Value::Object(stages));
    }
    json!({
        "connected": true,
        "home": home::folder(global).map(|path| path.display().to_string()).unwrap_or_default(),
        "connection": {
            "name": connection.name,
            "portal_id": connection.portal_id,
            "portal_name": connection.portal_name,
            "workspace_id": connection.workspace_id,
            "time_zone": connection.time_zone,
            "paused": connection.paused,
            "method": connection.method,
            "signed_in_at": (connection.signed_in_at > 0).then(|| iso(connection.signed_in_at)),
        },
        "last_sync": (connection.last_round_at > 0).then(|| iso(connection.last_round_at)),
        "last_error": connection.last_error,
        "counts": counts,
        "events": events.total(),
        "waiting": events.of_stage(Stage::Waiting),
        "queue": effects.open(),
        "parked": effects.parked,
        "unknown_sends": unknown_sends,
        "written": events.of_stage(Stage::Written),
        "api_calls_today": {"hubspot": calls.0, "tuco": calls.1},
        "hubspot_daily": daily.map(|(limit, left)| json!({"limit": limit, "left": left})),
        "road": connection.road,
        "road_words": road(connection),
        "key_property": (connection.road == Road::KeyProperty).then_some(KEY_PROPERTY),
        "messages_listable": match connection.listing {
            Listing::Offered => json!(true),
            Listing::NotOffered => json!(false),
            Listing::Unknown => Value::Null,
        },
    })
}

fn show(overview: &Overview, global: &Global, console: &Console) {
    let Overview {
        connection,
        effects,
        unknown_sends,
        calls,
        daily,
        events,
    } = overview;
    let line = |name: &str, text: &str| {
        let name = console.paint(&format!("{name:<13}"), Tone::Quiet);
        console.say(&format!("{name} {text}"));
    };
    let portal = match connection.portal_name.as_str() {
        "" => connection.portal_id.clone(),
        name => format!("{} ({})", shown(name), connection.portal_id),
    };
    let workspace = match connection.workspace_id.as_str() {
        "" => "workspace not named",
        id => id,
    };
    line(
        "Connection",
        &format!(
            "{}: portal {portal} with Tuco {workspace}",
            shown(&connection.name)
        ),
    );
    if let Ok(folder) = home::folder(global) {
        line("Home", &shown(&folder.display().to_string()));
    }
    line("HubSpot", &signed_in(connection));
    if connection.paused {
        let text = "paused: tuco-hubspot resume";
        line("Paused", &console.paint(text, Tone::Warn));
    }
    line("Last sync", &last_sync(connection, console));
    if !connection.last_error.is_empty() {
        line(
            "Last error",
            &console.paint(&shown(&connection.last_error), Tone::Bad),
        );
    }
    line("Exactly once", &road(connection));
    line("Messages", listing(connection));
    let left =
        daily.map(|(limit, left)| format!("; {left} of the portal's {limit} left when last told"));
    line(
        "API calls",
        &format!(
            "{} to HubSpot, {} to Tuco today (UTC){}",
            calls.0,
            calls.1,
            left.unwrap_or_default()
        ),
    );
    line("Queue", &format!("{} to be written", effects.open()));
    if effects.parked > 0 {
        let text = format!("{} given up: tuco-hubspot parked list", effects.parked);
        line("Parked", &console.paint(&text, Tone::Bad));
    } else {
        line("Parked", "none");
    }
    if *unknown_sends > 0 {
        let text = format!("{unknown_sends} got no answer: tuco-hubspot parked list");
        line("Sends", &console.paint(&text, Tone::Bad));
    }
    let waiting = events.of_stage(Stage::Waiting);
    if waiting > 0 {
        let text = format!(
            "{}: tuco-hubspot log --stage waiting",
            counted(waiting, "event waits", "events wait")
        );
        line("Waiting", &console.paint(&text, Tone::Warn));
    }
    console.say("");
    console.say(&counts_table(events, console));
}

fn signed_in(connection: &ConnectionRow) -> String {
    let how = match connection.method {
        Method::Key => "by a key",
        Method::SignIn => "by a sign-in with your own app",
    };
    match connection.signed_in_at {
        0 => how.to_owned(),
        at => format!(
            "{how}, since {} ({})",
            ago(at, surroundings::now()),
            exact(at, zone(&connection.time_zone))
        ),
    }
}

fn last_sync(connection: &ConnectionRow, console: &Console) -> String {
    if connection.last_round_at == 0 {
        return "never to its end yet".to_owned();
    }
    let zone = zone(&connection.time_zone);
    let when = console.paint(
        &ago(connection.last_round_at, surroundings::now()),
        Tone::Good,
    );
    format!("{when} ({})", exact(connection.last_round_at, zone))
}

fn counts_table(events: &EventCounts, console: &Console) -> String {
    let stages = [
        (Stage::Written, "in HubSpot", Tone::Good),
        (Stage::Queued, "next", Tone::Quiet),
        (Stage::Waiting, "waiting", Tone::Warn),
        (Stage::Skipped, "log only", Tone::Quiet),
        (Stage::Failed, "given up", Tone::Bad),
        (Stage::New, "new", Tone::Quiet),
    ];
    let headings: Vec<&str> = std::iter::once("Events")
        .chain(stages.iter().map(|(_, name, _)| *name))
        .collect();
    let rows = Kind::ALL
        .iter()
        .map(|kind| {
            let mut row = vec![cell(kind.as_str())];
            row.extend(stages.iter().map(|(stage, _, tone)| {
                match count_of(events, *kind, *stage) {
                    0 => cell("·"),
                    many => toned(&many.to_string(), *tone),
                }
            }));
            row
        })
        .collect();
    table(console, &headings, rows)
}
