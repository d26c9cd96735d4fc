//! `cargo xtask bundle`: an installer of this system's kind.
//!
//! The window's program comes with the engine's command beside it. A full installer is optimised as a
//! whole and takes many minutes; with `--debug` what the tests have built is packed as it is.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::json;

use crate::place::Place;
use crate::program::Program;
use crate::{machine, run};

/// Optimising as a whole is slow on a small machine.
const LIMIT: Duration = Duration::from_secs(2 * 3600);
/// The profile of installers in `Cargo.toml`.
const PROFILE: &str = "installer";

/// Makes the installer and says where it is.
pub(crate) fn bundle(place: &Place, debug: bool) -> Result<ExitCode> {
    machine::provide(&[machine::COMPILER])?;
    machine::provide(machine::WEBKIT)?;
    machine::provide_node()?;
    run::build_page(place)?;
    if debug {
        run::build_window(place)?;
        println!("\n{}", pack(place)?.display());
    } else {
        build_command(place, PROFILE)?;
        let built = place.target.join(PROFILE);
        tauri(place, "build", &built)
            .args(["--", "--locked", "--profile", PROFILE])
            .run()?;
        println!("\n{}", built.join("bundle").display());
    }
    Ok(ExitCode::SUCCESS)
}

/// The engine's command, which the installer brings too.
fn build_command(place: &Place, profile: &str) -> Result<()> {
    Program::cargo(place)
        .args(["build", "--locked", "-p", "tuco-hubspot", "--profile"])
        .arg(profile)
        .limit(LIMIT)
        .run()
}

/// A Debian package of what has been built without optimisation. Its file.
pub(crate) fn pack(place: &Place) -> Result<PathBuf> {
    build_command(place, "dev")?;
    let built = place.target.join("debug");
    let packages = built.join("bundle/deb");
    if packages.exists() {
        // An older version's package must not be taken for this one's.
        std::fs::remove_dir_all(&packages)?;
    }
    tauri(place, "bundle", &built)
        .args(["--debug", "--bundles", "deb"])
        .run()?;
    std::fs::read_dir(&packages)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|kind| kind == "deb"))
        .context("the bundler left no package")
}

/// The Tauri program, told to pack the command from `built` beside the window's program.
fn tauri(place: &Place, subcommand: &str, built: &Path) -> Program {
    let files = json!({"/usr/bin/tuco-hubspot": built.join("tuco-hubspot")});
    let config = json!({"bundle": {"linux": {"deb": {"files": files}}}});
    Program::new("node")
        .arg(place.root.join("ui/node_modules/@tauri-apps/cli/tauri.js"))
        .args([subcommand, "--ci", "--features", "custom-protocol"])
        .args(["--config", &config.to_string()])
        .dir(&place.root)
        .limit(LIMIT)
}
