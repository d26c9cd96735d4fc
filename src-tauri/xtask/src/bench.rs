//! `cargo xtask bench`: the engine's figures, those of reading people and of rules, then the window's.
//!
//! What is measured, and how, stands in the package `bench` and in `ui/tests/bench`. The engine is
//! measured as it is released, the window as its installer brings it. In short form next to nothing is
//! measured, of what the tests have built, and nothing is written.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Result, bail};

use crate::place::Place;
use crate::program::Program;
use crate::session::Session;
use crate::{bundle, machine, run};

const PARTS: &str = "--only takes engine, people, rules or window";
const LIMIT: Duration = Duration::from_secs(3 * 3600);

/// What was asked for.
#[derive(Debug, PartialEq)]
pub(crate) struct Choice {
    short: bool,
    engine: bool,
    people: bool,
    rules: bool,
    window: bool,
}

impl Choice {
    /// Reads the options of `cargo xtask bench`.
    pub(crate) fn parse(options: &[&str]) -> Result<Self> {
        let mut choice = Self {
            short: false,
            engine: true,
            people: true,
            rules: true,
            window: true,
        };
        let mut options = options.iter();
        while let Some(option) = options.next() {
            match *option {
                "--short" => choice.short = true,
                "--only" => match options.next() {
                    Some(part) => choice.only(part)?,
                    None => bail!(PARTS),
                },
                _ => bail!("bench takes --short, and --only with engine, people, rules or window"),
            }
        }
        Ok(choice)
    }

    fn only(&mut self, part: &str) -> Result<()> {
        if !["engine", "people", "rules", "window"].contains(&part) {
            bail!(PARTS);
        }
        self.engine = part == "engine";
        self.people = part == "people";
        self.rules = part == "rules";
        self.window = part == "window";
        Ok(())
    }
}

/// Measures what was chosen.
pub(crate) fn bench(place: &Place, choice: &Choice) -> Result<ExitCode> {
    if choice.engine {
        engine(place, &[], choice.short)?;
    }
    if choice.rules {
        engine(place, &["rules"], choice.short)?;
    }
    if choice.people {
        people(place, choice.short)?;
    }
    if choice.window {
        if !cfg!(target_os = "linux") {
            bail!("the window is measured on Linux only; --only engine measures the rest");
        }
        window(place, choice.short)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The engine as it is released, over loopback.
fn engine(place: &Place, part: &[&str], short: bool) -> Result<()> {
    Program::cargo(place)
        .args(["run", "--locked", "--release", "-p", "bench", "--"])
        .args(part.iter().copied())
        .args(short.then_some("--short"))
        .limit(LIMIT)
        .run()?;
    Ok(())
}

/// The command line as it is released, beside the programs of others.
fn people(place: &Place, short: bool) -> Result<()> {
    machine::provide(&[machine::COMPILER, machine::PYTHON])?;
    machine::provide_node()?;
    Program::new("sh")
        .arg(place.root.join("tests/peers/prepare.sh"))
        .arg("bench")
        .limit(LIMIT)
        .run()?;
    build(place, "release", &["-p", "tuco-hubspot"])?;
    let mut bench = Program::cargo(place)
        .args([
            "run",
            "--locked",
            "--release",
            "-p",
            "bench",
            "--",
            "people",
        ])
        .arg(place.target.join("release/tuco-hubspot"))
        .limit(LIMIT);
    if short {
        bench = bench.arg("--short");
    }
    bench.run()?;
    Ok(())
}

fn window(place: &Place, short: bool) -> Result<()> {
    let mut needs = vec![machine::COMPILER];
    for more in [
        machine::KEYCHAIN,
        machine::WEBKIT,
        machine::DISPLAY,
        machine::DRIVER,
    ] {
        needs.extend(more);
    }
    machine::provide(&needs)?;
    machine::provide_node()?;
    let session = Session::start(true)?;
    let (profile, folder) = if short {
        ("dev", "debug")
    } else {
        (bundle::PROFILE, bundle::PROFILE)
    };
    let installer = if short {
        run::build_page(place)?;
        None
    } else {
        Some(bundle::build(place)?)
    };
    // Together, so that both stand upon the same Tauri.
    build(
        place,
        profile,
        &[
            "-p",
            "tuco-for-hubspot",
            "-p",
            "bare",
            "--features",
            "tuco-for-hubspot/custom-protocol,bare/custom-protocol",
        ],
    )?;
    build(place, profile, &["-p", "tuco-hubspot"])?;
    let filler = if short { "dev" } else { "release" };
    build(place, filler, &["-p", "bench"])?;
    let built = |folder: &str, name: &str| place.target.join(folder).join(name);
    measure(
        place,
        &session,
        short,
        &[
            (
                "TUCO_FOR_HUBSPOT_PROGRAM",
                built(folder, "tuco-for-hubspot"),
            ),
            ("TUCO_HUBSPOT_PROGRAM", built(folder, "tuco-hubspot")),
            ("TUCO_BARE_PROGRAM", built(folder, "bare")),
            (
                "TUCO_BENCH_PROGRAM",
                built(if short { "debug" } else { "release" }, "bench"),
            ),
            ("TUCO_BENCH_INSTALLER", installer.unwrap_or_default()),
        ],
    )
}

fn measure(
    place: &Place,
    session: &Session,
    short: bool,
    programs: &[(&str, PathBuf)],
) -> Result<()> {
    let mut bench = Program::npm(place)
        .args(["run", "--silent", "bench"])
        .surroundings(session.variables())
        .env("TUCO_BENCH_SHORT", if short { "1" } else { "0" })
        .env("TUCO_BENCH_REPORT", report(&place.root))
        .env("TUCO_FOR_HUBSPOT_PICTURES", place.target.join("pictures"))
        .limit(LIMIT);
    for (name, path) in programs {
        bench = bench.env(name, path);
    }
    bench.run()
}

fn report(root: &Path) -> PathBuf {
    root.join("docs/benchmarks-window.md")
}

fn build(place: &Place, profile: &str, which: &[&str]) -> Result<()> {
    Program::cargo(place)
        .args(["build", "--locked", "--profile", profile])
        .args(which.iter().copied())
        .limit(LIMIT)
        .run()
}

#[cfg(test)]
mod tests {
    use super::Choice;

    #[test]
    fn every_part_is_measured_unless_one_is_asked_for() {
        let parts = |options: &[&str]| {
            let choice = Choice::parse(options).unwrap();
            [
                choice.short,
                choice.engine,
                choice.people,
                choice.rules,
                choice.window,
            ]
        };
        assert_eq!(parts(&[]), [false, true, true, true, true]);
        assert_eq!(parts(&["--short"]), [true; 5]);
        assert_eq!(
            parts(&["--only", "window"]),
            [false, false, false, false, true]
        );
        assert_eq!(
            parts(&["--only", "people"]),
            [false, false, true, false, false]
        );
        assert_eq!(
            parts(&["--short", "--only", "engine"]),
            [true, true, false, false, false]
        );
        assert_eq!(
            parts(&["--only", "rules"]),
            [false, false, false, true, false]
        );
        assert!(Choice::parse(&["--only"]).is_err());
        assert!(Choice::parse(&["--only", "all"]).is_err());
        assert!(Choice::parse(&["--fast"]).is_err());
    }
}
