//! `cargo xtask run`: from a fresh clone to the app on the sandbox.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;

use crate::machine;
use crate::place::Place;
use crate::program::Program;

/// How long the round on the sandbox may take; waiting out its limits is part of it.
const ROUND: Duration = Duration::from_secs(900);

/// Builds and shows the app; with no `window`, nothing of WebKit or Node is looked for.
pub(crate) fn run(place: &Place, window: bool) -> Result<ExitCode> {
    machine::provide(&[machine::COMPILER])?;
    if window {
        machine::provide(machine::WEBKIT)?;
        machine::provide_node()?;
    }
    demonstrate(place)?;
    if window {
        build_page(place)?;
        build_window(place)?;
        println!("\nThe window is open. Close it to come back here.");
        Program::new(place.built("tuco-for-hubspot"))
            .dir(&place.root)
            .limit(Duration::from_secs(7 * 24 * 3600))
            .run()?;
    }
    Ok(ExitCode::SUCCESS)
}

/// One full round of the engine on the sandbox, and what it mirrored as a table. The command also
/// says how to go on from there, with a window or with an account.
fn demonstrate(place: &Place) -> Result<()> {
    Program::cargo(place)
        .args(["build", "--locked", "-p", "tuco-hubspot"])
        .run()?;
    Program::new(place.built("tuco-hubspot"))
        .arg("demo")
        .limit(ROUND)
        .run()
}

/// Puts the page's packages beside it, exactly those of the lock file, and runs none of their
/// scripts. Does nothing where they are there already.
pub(crate) fn install_page_packages(place: &Place) -> Result<()> {
    let wanted = place.root.join("ui/package-lock.json");
    let mark = place.root.join("ui/node_modules/.installed-lock.json");
    if same(&wanted, &mark) {
        return Ok(());
    }
    Program::npm(place)
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .run()?;
    std::fs::copy(wanted, mark)?;
    Ok(())
}

/// Builds `ui/dist`, which the shell takes into itself.
pub(crate) fn build_page(place: &Place) -> Result<()> {
    install_page_packages(place)?;
    Program::npm(place).args(["run", "--silent", "build"]).run()
}

/// Builds the shell with the page inside.
pub(crate) fn build_window(place: &Place) -> Result<()> {
    Program::cargo(place)
        .args([
            "build",
            "--locked",
            "-p",
            "tuco-for-hubspot",
            "--features",
            "custom-protocol",
        ])
        .run()
}

fn same(one: &Path, other: &Path) -> bool {
    match (std::fs::read(one), std::fs::read(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}
