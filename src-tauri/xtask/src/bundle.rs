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
pub(crate) const PROFILE: &str = "installer";
/// What the package is called. The bundler takes the product's name apart at each capital letter.
const NAME: &str = "tuco-for-hubspot";

/// Makes the installer and says where it is.
pub(crate) fn bundle(place: &Place, debug: bool) -> Result<ExitCode> {
    machine::provide(&[machine::COMPILER])?;
    machine::provide(machine::WEBKIT)?;
    machine::provide_node()?;
    run::build_page(place)?;
    let made = if debug {
        run::build_window(place)?;
        pack(place)?
    } else {
        build(place)?
    };
    println!("\n{}", made.display());
    Ok(ExitCode::SUCCESS)
}

/// An installer, optimised as a whole: the Debian package on Linux, elsewhere the folder of all.
pub(crate) fn build(place: &Place) -> Result<PathBuf> {
    build_command(place, PROFILE)?;
    let built = place.target.join(PROFILE);
    let packages = clear(&built)?;
    tauri(place, "build", &built)
        .args(["--", "--locked", "-p", NAME, "--profile", PROFILE])
        .run()?;
    if cfg!(target_os = "linux") {
        // Packed tightly, which takes a while: what is looked back at holds both programs, which share most
        // of their code.
        finish(&packages, &["-Zxz", "-z9", "-Sextreme"])
    } else {
        Ok(built.join("bundle"))
    }
}

/// The engine's command, which the installer brings too.
pub(crate) fn build_command(place: &Place, profile: &str) -> Result<()> {
    Program::cargo(place)
        .args(["build", "--locked", "-p", "tuco-hubspot", "--profile"])
        .arg(profile)
        .limit(LIMIT)
        .run()
}

/// A Debian package of what has been built without optimisation. Its file.
pub(crate) fn pack(place: &Place) -> Result<PathBuf> {
    let built = place.target.join("debug");
    let packages = clear(&built)?;
    tauri(place, "bundle", &built)
        .args(["--debug", "--bundles", "deb"])
        .run()?;
    finish(&packages, &["-Zgzip", "-z1"])
}

/// Where Debian packages come to lie. An older version's must not be taken for this one's.
fn clear(built: &Path) -> Result<PathBuf> {
    let packages = built.join("bundle/deb");
    if packages.exists() {
        std::fs::remove_dir_all(&packages)?;
    }
    Ok(packages)
}

/// The package that the bundler left, packed anew under the name that people look for.
fn finish(packages: &Path, packing: &[&str]) -> Result<PathBuf> {
    let made = std::fs::read_dir(packages)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|kind| kind == "deb"))
        .context("the bundler left no package")?;
    let parts = packages.join("parts");
    Program::new("dpkg-deb")
        .arg("--raw-extract")
        .arg(&made)
        .arg(&parts)
        .run()?;
    let control = parts.join("DEBIAN/control");
    let told = std::fs::read_to_string(&control)?;
    let told: String = told
        .lines()
        .map(|line| match line.strip_prefix("Package: ") {
            Some(_) => format!("Package: {NAME}\n"),
            None => format!("{line}\n"),
        })
        .collect();
    std::fs::write(&control, told)?;
    let file = made.file_name().unwrap_or_default().to_string_lossy();
    let rest = file.split_once('_').map_or("", |(_, rest)| rest);
    let finished = packages.join(format!("{NAME}_{rest}"));
    Program::new("dpkg-deb")
        .args(["--root-owner-group"])
        .args(packing.iter().copied())
        .arg("--build")
        .arg(&parts)
        .arg(&finished)
        .limit(LIMIT)
        .run()?;
    std::fs::remove_dir_all(parts)?;
    std::fs::remove_file(made)?;
    Ok(finished)
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
