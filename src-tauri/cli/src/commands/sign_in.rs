//! `connect --sign-in`: sign in to HubSpot in the browser, with an app of the user's own.
//!
//! Client id, client secret and Tuco key come from the environment, from the keychain where the connection
//! is known, or are asked for. What comes of it is kept in the keychain or given back to HubSpot.

use super::connect::{TUCO_QUESTION, ask, report};
use crate::arguments::{Connect, Global};
use crate::console::Console;
use crate::failure::{Exit, Failure};
use crate::surroundings::{self, CLIENT_SECRET, HUBSPOT_TOKEN, TUCO_API_KEY};
use crate::{home, session, vault};
use bridge::connect::{Access, Keys};
use bridge::engine::Engine;
use bridge::listener::registration::{self, Registrar, RegistrationError};
use bridge::sign_in::{self, Answer, App, Attempt, Control, PORTS, SignInError, Wish, finish};
use bridge::store::{ConnectionRow, Store};
use bridge::tester;
use bridge::trouble::{Outlook, Trouble};
use bridge::vault::{Keep, Secrets, Stores, Vault, VaultError};
use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::sync::Arc;
use wire::Secret;

const CLIENT_ID: &str = "HUBSPOT_CLIENT_ID";
const ORDER: &str = "one a line: client id, client secret, Tuco key";

pub(super) async fn run(
    wanted: &Connect,
    global: &Global,
    console: &Console,
) -> Result<Exit, Failure> {
    let access = surroundings::access()?;
    let mut writing = home::open_to_write(global, console)?;
    let name = global.connection.as_deref();
    let known = match name {
        Some(name) => writing.store.read().connection_by_name(name)?,
        None => None,
    };
    if surroundings::given_key(HUBSPOT_TOKEN)?.is_some() {
        console.warn(&format!(
            "{HUBSPOT_TOKEN} is set. It is not used for signing in, but it will be by every other command, in the \
             place of the sign-in: unset it afterwards."
        ));
    }
    let stores = vault::prepare(wanted.keep_in.map(Keep::from), global, console)?;
    if let Some(row) = &known
        && stores.needs_passphrase(&row.key).unwrap_or_default()
    {
        vault::unlock(&stores, console)?;
    }
    let (app, tuco) = ask_for(known.as_ref(), &stores, console)?;
    // What is switched on may need more than the usual scopes.
    let uses = match &known {
        Some(row) => tester::in_use(&writing.store.read(), row.id)?.all(),
        None => BTreeSet::new(),
    };
    let wish = Wish {
        app,
        uses,
        pages: surroundings::app_url()?,
        ports: PORTS,
    };
    let attempt = Attempt::begin(&access, wish).await.map_err(in_words)?;
    let answer = wait(attempt, wanted, &access, console).await?;
    let signed = finish(&access, answer, tuco, known.as_ref())
        .await
        .map_err(in_words)?;
    session::warn_of_skew(&signed.identity, surroundings::now(), console);
    let identity = signed.identity.clone();
    let vault: Arc<dyn Vault> = stores.clone();
    let (row, keys) = signed.adopt(&mut writing.store, name, &access, &vault)?;
    session::warn_of_other_name(&row, name, console);
    if let Err(error) = vault.store(&row.key, &keys.to_secrets()) {
        // Without its keychain entry nobody could renew it: it would be over with this process.
        let _ = sign_in::sign_out(&access, &keys, &row, false).await;
        return Err(Failure::needs_person(
            "keychain",
            format!(
                "{error} The sign-in was given back to HubSpot; the connection stands, without it."
            ),
        ));
    }
    report(&row, &identity, stores.place(&row.key), console);
    drop(writing.lock);
    Ok(Exit::Done)
}

/// What a known connection has in the keychain need not be given again.
fn ask_for(
    known: Option<&ConnectionRow>,
    stores: &Stores,
    console: &Console,
) -> Result<(App, Secret), Failure> {
    let kept = match known {
        Some(row) => stores.load(&row.key).ok().flatten(),
        None => None,
    };
    let Secrets {
        tuco_api_key,
        hubspot_client_id,
        hubspot_client_secret,
        ..
    } = kept.unwrap_or_default();
    let or_ask = |kept: Option<Secret>, name, question| match (surroundings::given_key(name)?, kept)
    {
        (Some(given), _) => Ok(given),
        (None, Some(kept)) => Ok(kept),
        (None, None) => ask(console, name, question, ORDER),
    };
    let known_app = hubspot_client_id.is_some() && hubspot_client_secret.is_some();
    if !known_app && surroundings::given_key(CLIENT_ID)?.is_none() {
        console.note(&explain_app());
    }
    let app = App {
        client_id: or_ask(
            hubspot_client_id,
            CLIENT_ID,
            "Client id: in HubSpot, Development, Projects, your app, Auth.",
        )?,
        client_secret: or_ask(
            hubspot_client_secret,
            CLIENT_SECRET,
            "Client secret: on the same page, under Show.",
        )?,
    };
    let tuco = or_ask(tuco_api_key, TUCO_API_KEY, TUCO_QUESTION)?;
    // A key in the wrong place would be shown to the wrong service.
    let swapped = app.client_secret.expose().starts_with("tuco_")
        || app.client_id.expose().starts_with("pat-")
        || tuco.expose().starts_with("pat-");
    if swapped {
        return Err(Failure::needs_person(
            "keys_swapped",
            "Something stands in another's place: the client id and client secret are the app's, a Tuco key begins \
             with tuco_. Nothing was sent anywhere. Give each in its own place.",
        ));
    }
    Ok((app, tuco))
}

fn explain_app() -> String {
    let urls = sign_in::redirect_urls().join("\n    ");
    format!(
        "Signing in needs a HubSpot app of your own, with the auth type OAuth. Register these redirect URLs on it:\n    \
         {urls}\n  required scopes:\n    {}\n  optional scopes:\n    {}",
        sign_in::required_scopes().join("\n    "),
        sign_in::optional_scopes().join("\n    ")
    )
}

async fn wait(
    attempt: Attempt,
    wanted: &Connect,
    access: &Access,
    console: &Console,
) -> Result<Answer, Failure> {
    let minutes = attempt.until().saturating_sub(access.clock.now()) / 60_000;
    let link = attempt.link().to_string();
    let opened = !wanted.no_browser && open::that_detached(&link).is_ok();
    if opened {
        console.note("Your browser opens HubSpot's sign-in. If it does not, open this link:");
    } else {
        console.note("Open this link in the browser of this computer:");
    }
    console.note(&link);
    console.note(&format!(
        "You have {minutes} minutes; Ctrl+C cancels. If the browser says that it can't reach localhost:{}, copy \
         the whole address from its address bar, paste it here and press Enter.",
        attempt.port()
    ));
    if std::io::stdin().is_terminal() {
        listen_for_paste(attempt.control(), console.clone());
    }
    let told = console.clone();
    attempt
        .answer(move |denial| {
            told.warn(&format!(
                "An answer came that does not say which sign-in it belongs to: {denial}"
            ));
        })
        .await
        .map_err(in_words)
}

/// Reads lines from the terminal until the process ends.
fn listen_for_paste(control: Control, console: Console) {
    std::thread::spawn(move || {
        for line in std::io::stdin().lines() {
            let Ok(line) = line else { return };
            if line.trim().is_empty() {
                continue;
            }
            match control.paste(&line) {
                Ok(()) => return,
                Err(error) => console.warn(&error.to_string()),
            }
        }
    });
}

fn in_words(error: SignInError) -> Failure {
    let code = error.code();
    match error {
        SignInError::Trouble(trouble) => Failure::from(trouble),
        SignInError::PortsTaken(_) | SignInError::NoListener(_) | SignInError::NoRandom => {
            Failure::failed(code, error.to_string())
        }
        error => Failure::needs_person(code, error.to_string()),
    }
}

/// `disconnect`: take the webhook away at Tuco, end the sign-in at HubSpot, forget the keys. Log, links and
/// settings stay.
pub(super) async fn disconnect(
    uninstall: bool,
    global: &Global,
    console: &Console,
) -> Result<Exit, Failure> {
    let access = surroundings::access()?;
    let home::Writing { store, lock } = home::open_to_write(global, console)?;
    let row = session::choose(&store.read(), global)?;
    let keys = vault::read(&row.key, &access, global, console)?;
    let ended = match &keys {
        Some(keys) => sign_in::sign_out(&access, keys, &row, uninstall).await,
        None => Ok(sign_in::Ended::NothingToEnd),
    };
    if let Err(trouble) = &ended
        && uninstall
        && trouble.outlook() == Outlook::TryAgain
    {
        // The keys are what an uninstall needs: they stay for the next try.
        return Err(Failure::of_trouble(trouble));
    }
    let stores = vault::opened(&row.key, global, console)?;
    let unheard = end_listening(store, &row, keys.as_ref(), &access, stores.clone()).await;
    // The secret of the webhook goes even where Tuco could not be told.
    for entry in [registration::entry(&row.key), row.key.clone()] {
        stores
            .forget(&entry)
            .map_err(|error| vault::in_words(&error))?;
    }
    tell(&row, &ended, &unheard, console);
    drop(lock);
    Ok(if ended.is_ok() && unheard.is_ok() {
        Exit::Done
    } else {
        Exit::Failed
    })
}

/// Turns the listener off, so that Tuco reports to nobody here. Whether there was something to be taken away.
async fn end_listening(
    store: Store,
    row: &ConnectionRow,
    keys: Option<&Keys>,
    access: &Access,
    stores: Arc<Stores>,
) -> Result<bool, RegistrationError> {
    let Some(webhook) = store.read().webhook(row.id)? else {
        return Ok(false);
    };
    let stands = webhook.pending || !webhook.webhook_id.is_empty();
    if !stands && !webhook.enabled {
        return Ok(false);
    }
    let Some(keys) = keys else {
        return Err(RegistrationError::Vault(VaultError::Other(
            "there are no keys".to_owned(),
        )));
    };
    let engine = Engine::new(
        store,
        row.clone(),
        access.sign_in(keys, &row.hubspot_region),
    );
    Registrar::new(&engine, stores).turn_off().await?;
    Ok(stands)
}

fn tell(
    row: &ConnectionRow,
    ended: &Result<sign_in::Ended, Trouble>,
    unheard: &Result<bool, RegistrationError>,
    console: &Console,
) {
    console.json(&serde_json::json!({
        "connection": row.name,
        "ended": ended.as_ref().map_or("not_told", |ended| ended.as_str()),
        "webhook": match unheard {
            Ok(true) => "removed",
            Ok(false) => "none",
            Err(_) => "not_told",
        },
    }));
    if let Err(error) = unheard {
        console.warn(&format!(
            "Tuco could not be told that nobody listens here any more: {error} Delete the webhook in Tuco, or \
             connect again: then it is taken away."
        ));
    }
    let name = crate::shown::shown(&row.name);
    console.say(&format!(
        "\"{name}\" is disconnected: its keys are out of the keychain. Its log and settings stay; \
         tuco-hubspot connect --connection \"{name}\" goes on with them."
    ));
    match ended {
        Ok(ended) => console.say(ended.in_words()),
        Err(trouble) => console.warn(&format!(
            "HubSpot could not be told: {} The sign-in there ends when you remove the app from the portal \
             (Settings, Integrations, Connected Apps).",
            Failure::of_trouble(trouble).message
        )),
    }
}
