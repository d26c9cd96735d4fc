//! `connect`: join a portal and a workspace, and keep their keys in the keychain. Signing in with the
//! browser in place of a key is in [`super::sign_in`].
//!
//! Keys are asked for without echo on a terminal, else read from the environment or, one a line, from
//! stdin. They are never arguments: those stand in the shell's history and in every list of processes.

use crate::arguments::{Connect, Global};
use crate::console::{Console, Tone};
use crate::failure::{Exit, Failure};
use crate::shown::shown;
use crate::surroundings::{self, HUBSPOT_TOKEN, TUCO_API_KEY};
use crate::{home, session, vault};
use bridge::connect::{Identity, Keys, adopt, identify_soon};
use bridge::sign_in::sign_out;
use bridge::store::{ConnectionRow, Method};
use bridge::vault::{Keep, VaultError};
use serde_json::json;
use std::io::{BufRead, IsTerminal};
use wire::Secret;

/// Longer lines are not keys.
const MOST_BYTES: usize = 4_096;

pub(super) async fn run(
    wanted: &Connect,
    global: &Global,
    console: &Console,
) -> Result<Exit, Failure> {
    let keep = wanted.keep_in.map(Keep::from);
    let access = surroundings::access()?;
    let mut writing = home::open_to_write(global, console)?;
    let stores = vault::prepare(keep, global, console)?;
    let keys = ask_for_keys(console)?;
    let (_, mut identity) = identify_soon(&access, &keys, "").await?;
    let now = surroundings::now();
    session::warn_of_skew(&identity, now, console);
    if let Some(name) = &global.connection {
        session::refuse_other_portal(&writing.store.read(), name, &mut identity)?;
    }
    let name = global.connection.as_deref();
    let row = adopt(&mut writing.store, &identity, name, keys.method(), &access)?;
    session::warn_of_other_name(&row, name, console);
    let old = vault::read(&row.key, &access, global, console).unwrap_or_default();
    let kept = vault::write(&stores, &row.key, &keys, keep, console)?;
    if let (Some(old), Ok(place)) = (old, &kept)
        && *place != Keep::Session
        && let Err(trouble) = sign_out(&access, &old, &row, false).await
    {
        console.warn(&format!(
            "The key took the place of a sign-in, and HubSpot could not be told that it ended: {} Remove the app \
             from the portal if nothing else uses it (Settings, Integrations, Connected Apps).",
            Failure::of_trouble(&trouble).message
        ));
    }
    report(&row, &identity, kept, console);
    drop(writing.lock);
    Ok(Exit::Done)
}

pub(super) fn report(
    row: &ConnectionRow,
    identity: &Identity,
    kept: Result<Keep, VaultError>,
    console: &Console,
) {
    let active = identity.lines.iter().filter(|line| line.active).count();
    console.json(&json!({
        "connection": row.name,
        "portal_id": row.portal_id,
        "portal_name": row.portal_name,
        "workspace_id": row.workspace_id,
        "time_zone": row.time_zone,
        "lines": identity.lines.len(),
        "active_lines": active,
        "method": row.method.as_str(),
        "keys_kept": kept.as_ref().is_ok_and(|keep| *keep != Keep::Session),
        "kept_in": kept.as_ref().ok(),
    }));
    let name = match row.portal_name.as_str() {
        "" => String::new(),
        name => format!(" ({})", shown(name)),
    };
    console.say(&console.paint(
        &format!(
            "Connected \"{}\": portal {}{name} with {active} active Tuco lines.",
            shown(&row.name),
            row.portal_id
        ),
        Tone::Good,
    ));
    match kept {
        Ok(Keep::Session) => console.say(
            "The keys are kept nowhere: give them for each run with HUBSPOT_TOKEN and TUCO_API_KEY.",
        ),
        Ok(keep) if row.method == Method::SignIn => console.say(&format!(
            "What renews the sign-in, the app's client secret and the Tuco key are in {} and nowhere else.",
            super::keys::in_words(keep)
        )),
        Ok(keep) => {
            let place = super::keys::in_words(keep);
            console.say(&format!("Both keys are in {place} and nowhere else."));
        }
        Err(error) => console.warn(&format!("{error} The connection stands, without its keys.")),
    }
    console.say("Next: tuco-hubspot test, then tuco-hubspot sync --once");
}

fn ask_for_keys(console: &Console) -> Result<Keys, Failure> {
    const ORDER: &str = "one key a line: HubSpot's, then Tuco's";
    let hubspot = ask(
        console,
        HUBSPOT_TOKEN,
        "HubSpot key: in HubSpot, Settings, Integrations, Service Keys; it begins with pat-.",
        ORDER,
    )?;
    if !looks_like_hubspots(&hubspot) {
        console.warn("HubSpot's keys begin with pat-, such as pat-na1-…; this one does not. It is tried as it is.");
    }
    let tuco = ask(console, TUCO_API_KEY, TUCO_QUESTION, ORDER)?;
    surroundings::keys(hubspot, tuco)
}

/// Where the Tuco key is found.
pub(super) const TUCO_QUESTION: &str =
    "Tuco key: an owner or admin makes one in the settings of the workspace; it begins with tuco_.";

/// One secret: from the environment, without echo from a terminal, or as a line of stdin.
pub(super) fn ask(
    console: &Console,
    name: &str,
    question: &str,
    order: &str,
) -> Result<Secret, Failure> {
    if let Some(given) = surroundings::given_key(name)? {
        return Ok(given);
    }
    let mut input = std::io::stdin().lock();
    let secret = if input.is_terminal() {
        console.note(question);
        rpassword::prompt_password("  (it is not shown) ").map(Secret::pasted)
    } else {
        read_line(&mut input)
    };
    let secret = secret.map_err(|error| {
        Failure::usage("no_key", format!("The key could not be read: {error}."))
    })?;
    if secret.is_empty() {
        return Err(Failure::usage(
            "no_key",
            format!("No key was given. Set {name}, or give it on stdin, {order}."),
        ));
    }
    Ok(secret)
}

fn looks_like_hubspots(key: &Secret) -> bool {
    key.expose().starts_with("pat-")
}

fn read_line(input: &mut impl BufRead) -> std::io::Result<Secret> {
    let mut line = String::new();
    std::io::Read::take(input, u64::try_from(MOST_BYTES).unwrap_or(u64::MAX))
        .read_line(&mut line)?;
    Ok(Secret::pasted(line))
}
