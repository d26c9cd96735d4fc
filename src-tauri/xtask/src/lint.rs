//! `cargo xtask lint`: everything that is checked without running the product.
//!
//! All checks run even when one fails. Advisories about known weaknesses are looked up only where
//! the network allows and never in CI, for they change without a commit.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;

use crate::place::Place;
use crate::program::Program;
use crate::tally::Tally;
use crate::{machine, run, words};

/// Tools that cargo compiles on first use, pinned so that a new release breaks nobody's day.
const DENY: Tool = Tool {
    name: "cargo-deny",
    version: "0.20.2",
};
const MACHETE: Tool = Tool {
    name: "cargo-machete",
    version: "0.9.2",
};

/// What can't be built without WebKit.
const WITH_WEBKIT: [&str; 4] = ["--exclude", "tuco-for-hubspot", "--exclude", "bare"];

struct Tool {
    name: &'static str,
    version: &'static str,
}

/// Runs all checks; the last line is the sum.
pub(crate) fn lint(place: &Place) -> Result<ExitCode> {
    machine::provide(&[machine::COMPILER])?;
    machine::provide_node()?;
    let shell = machine::has_webkit();
    if !shell {
        eprintln!("WebKit's development files are not here: the window's Rust code is left out.");
    }
    let checks: [(&str, &dyn Fn() -> Result<()>); 8] = [
        ("wording", &|| words::check(place)),
        ("format", &|| {
            Program::cargo(place)
                .args(["fmt", "--all", "--check"])
                .run()
        }),
        ("page", &|| page(place)),
        ("licences", &|| licences(place)),
        ("unused dependencies", &|| machete(place)),
        ("clippy", &|| clippy(place, shell)),
        ("clippy, simulation", &|| {
            clippy_with(place, &["-p", "simulation"])
        }),
        ("documentation", &|| documentation(place, shell)),
    ];
    let mut sum = Tally::default();
    let mut said = Vec::new();
    for (name, check) in checks {
        eprintln!("\n== {name}");
        let answer = check();
        if let Err(error) = &answer {
            eprintln!("\n{name}: {error:#}");
        }
        sum += Tally::of_one(answer.is_ok());
        said.push(format!(
            "{name:<22}{}",
            if answer.is_ok() { "passed" } else { "FAILED" }
        ));
    }
    println!("\n{}\n\n{sum}", said.join("\n"));
    Ok(if sum.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn page(place: &Place) -> Result<()> {
    run::install_page_packages(place)?;
    Program::npm(place)
        .args(["run", "--silent", "check"])
        .run()?;
    Program::npm(place).args(["run", "--silent", "lint"]).run()
}

/// The simulation is checked apart: with it, every package would be seen with its planted defects.
fn clippy(place: &Place, shell: bool) -> Result<()> {
    let mut which = vec!["--workspace", "--exclude", "simulation"];
    if !shell {
        which.extend(WITH_WEBKIT);
    }
    clippy_with(place, &which)
}

fn clippy_with(place: &Place, which: &[&str]) -> Result<()> {
    Program::cargo(place)
        .args(["clippy", "--locked", "--all-targets"])
        .args(which)
        .args(["--", "--deny", "warnings"])
        .run()
}

fn documentation(place: &Place, shell: bool) -> Result<()> {
    let without = if shell { &[][..] } else { &WITH_WEBKIT };
    Program::cargo(place)
        .args([
            "doc",
            "--locked",
            "--workspace",
            "--no-deps",
            "--document-private-items",
        ])
        .args(without)
        .env("RUSTDOCFLAGS", "--deny warnings")
        .run()
}

/// deny.toml says which licences, sources and packages are let in.
fn licences(place: &Place) -> Result<()> {
    let deny = DENY.path(place)?;
    let check = |what: &[&str]| {
        Program::new(&deny)
            .args([
                "--locked",
                "--all-features",
                "check",
                "--hide-inclusion-graph",
            ])
            .args(what)
            .dir(&place.root)
            .run()
    };
    check(&["bans", "licenses", "sources"])
}

fn machete(place: &Place) -> Result<()> {
    Program::new(MACHETE.path(place)?)
        .arg(".")
        .dir(&place.root)
        .run()
}

impl Tool {
    /// Where the tool is; compiles it into the kept folder when it is not there yet.
    fn path(&self, place: &Place) -> Result<PathBuf> {
        let folder = place
            .tools()
            .join(format!("{}-{}", self.name, self.version));
        let path = folder
            .join("bin")
            .join(self.name)
            .with_extension(std::env::consts::EXE_EXTENSION);
        if !path.is_file() {
            Program::cargo(place)
                .args([
                    "install",
                    "--quiet",
                    "--locked",
                    "--no-default-features",
                    "--no-track",
                ])
                .args([self.name, "--version", self.version, "--root"])
                .arg(&folder)
                .run()?;
        }
        Ok(path)
    }
}
