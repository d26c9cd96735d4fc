//! The engine without a window: one full round on the sandbox, and what it mirrored as a table.
//!
//! It calls the same `tuco-hubspot` that people use, by its public options only, so that whatever
//! is printed here can be repeated by hand.

use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::place::Place;
use crate::program::{self, Program};

/// How long the sandbox may take to say where it listens.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long one round may take; waiting for the limits of both sides is part of it.
const ROUND: Duration = Duration::from_secs(900);

/// Builds the command and shows it at work.
pub(crate) fn show(place: &Place) -> Result<()> {
    Program::cargo(place)
        .args(["build", "--locked", "-p", "tuco-hubspot"])
        .run()?;
    let command = place.built("tuco-hubspot");
    let home = place.target.join("sandbox-home");
    if home.exists() {
        // The sandbox forgets everything when it ends, so a home of an earlier one is of no use.
        std::fs::remove_dir_all(&home).context("removing the home of an earlier round")?;
    }
    let sandbox = Sandbox::start(&command)?;
    println!("\nA made-up HubSpot and Tuco are running on this computer. One round follows.");
    tuco_hubspot(&command, &home)
        .args(["sync", "--once"])
        .surroundings(&sandbox.secrets()?)
        .limit(ROUND)
        .run()?;
    println!("\nWhat is on the timelines now:\n");
    tuco_hubspot(&command, &home).arg("log").run()?;
    println!(
        "\nThe engine, the store and the rules are the ones that a real account gets. To look \
         further:\n\n    {command} --home {home} status\n    {command} --help\n",
        command = command.display(),
        home = home.display(),
    );
    Ok(())
}

fn tuco_hubspot(command: &Path, home: &Path) -> Program {
    Program::new(command).arg("--home").arg(home)
}

/// A running sandbox, ended when this is dropped.
struct Sandbox {
    running: Child,
    told: Value,
}

impl Sandbox {
    fn start(command: &PathBuf) -> Result<Self> {
        let mut running = Program::new(command)
            .args(["sandbox", "--port", "0", "--json"])
            .start_heard()?;
        let told = program::first_line(&mut running, PATIENCE)
            .and_then(|line| serde_json::from_str(&line).context("its line is not JSON"))
            .context("the sandbox did not start");
        match told {
            Ok(told) => Ok(Self { running, told }),
            Err(error) => {
                program::end(&mut running);
                Err(error)
            }
        }
    }

    /// Where both sides listen and what they let in: made up, and worth nothing elsewhere.
    fn secrets(&self) -> Result<Vec<(String, Option<String>)>> {
        [
            ("HUBSPOT_API_URL", "hubspot_url"),
            ("TUCO_API_URL", "tuco_url"),
            ("HUBSPOT_TOKEN", "hubspot_token"),
            ("TUCO_API_KEY", "tuco_api_key"),
        ]
        .into_iter()
        .map(|(variable, key)| {
            let value = self.told.get(key).and_then(Value::as_str);
            let value = value.with_context(|| format!("the sandbox did not tell its {key}"))?;
            Ok((variable.to_owned(), Some(value.to_owned())))
        })
        .collect()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        program::end(&mut self.running);
    }
}
