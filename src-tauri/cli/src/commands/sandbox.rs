//! `sandbox`: a simulated HubSpot and Tuco until stopped.

use crate::arguments::Sandbox;
use crate::console::{Console, Tone};
use crate::failure::{Exit, Failure};
use crate::stop::Stop;
use sandbox::launch::{Endpoints, Launch, LaunchError};

pub(super) async fn run(wanted: &Sandbox, console: &Console) -> Result<Exit, Failure> {
    // Before anything is said, so that whoever reads the first line may send a signal at once.
    let mut stop = Stop::listen().map_err(|error| {
        Failure::failed("no_signals", format!("Signals can't be heard: {error}."))
    })?;
    let launch = Launch {
        port: Some(wanted.port).filter(|port| *port != 0),
        seed: wanted.seed,
        contacts: usize::try_from(wanted.contacts).unwrap_or(usize::MAX),
        leads: usize::try_from(wanted.leads).unwrap_or(usize::MAX),
        faults: wanted.faults.clone(),
        limits: !wanted.no_limits,
        ..Launch::default()
    };
    let launched = launch.start().await.map_err(|error| in_words(&error))?;
    console.json(&launched.endpoints);
    if !console.is_json() {
        introduce(&launched.endpoints, wanted, console);
    }
    stop.told().await;
    launched.served.shutdown().await;
    Ok(Exit::Done)
}

/// A sandbox that does not start, in a sentence.
pub(super) fn in_words(error: &LaunchError) -> Failure {
    match error {
        LaunchError::TooManyContacts | LaunchError::Faults(_) | LaunchError::FaultsFile(_) => {
            Failure::usage(
                "bad_sandbox",
                format!("The sandbox does not start: {error}."),
            )
        }
        LaunchError::Listen(_) => Failure::failed(
            "port_taken",
            format!(
                "The sandbox does not start: {error}. Choose another --port, or 0 for any free one."
            ),
        ),
    }
}

fn introduce(endpoints: &Endpoints, wanted: &Sandbox, console: &Console) {
    let Endpoints {
        hubspot_url,
        tuco_url,
        hubspot_token,
        tuco_api_key,
        portal_id,
        hubspot_client_id,
        hubspot_client_secret,
        ..
    } = endpoints;
    console.say(&format!(
        "{}  portal {portal_id}, {} contacts, seed {}",
        console.paint(
            "A simulated HubSpot and Tuco are running on this computer.",
            Tone::Strong
        ),
        wanted.contacts,
        wanted.seed
    ));
    console.say(&format!(
        "  HubSpot  {hubspot_url}\n  Tuco     {tuco_url}\n"
    ));
    console.say("In another terminal, to try everything against it:\n");
    let exports = [
        ("HUBSPOT_API_URL", hubspot_url.as_str()),
        ("TUCO_API_URL", tuco_url),
        ("HUBSPOT_TOKEN", hubspot_token),
        ("TUCO_API_KEY", tuco_api_key),
        ("HUBSPOT_CLIENT_ID", hubspot_client_id),
        ("HUBSPOT_CLIENT_SECRET", hubspot_client_secret),
        ("TUCO_HUBSPOT_HOME", "/tmp/tuco-sandbox"),
    ];
    for (name, value) in exports {
        console.say(&format!("  export {name}={value}"));
    }
    console.say("  tuco-hubspot sync --once     # mirror what is there");
    console.say("  tuco-hubspot log             # see what came of it");
    console.say(&format!(
        "  curl -s {hubspot_url}/_sandbox/reply -d '{{\"count\":3}}'   # let three replies arrive\n"
    ));
    console.say(&console.paint(
        "Ctrl+C stops it. Everything in it is made up and kept nowhere.",
        Tone::Quiet,
    ));
}
