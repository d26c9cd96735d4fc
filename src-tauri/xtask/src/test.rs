//! `cargo xtask test`: every test there is, in a session of its own, summed up in one line.
//!
//! A part that fails does not stop the others, so one run tells everything that is wrong.

use std::num::NonZero;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::place::Place;
use crate::program::Program;
use crate::session::Session;
use crate::tally::Tally;
use crate::{bundle, machine, run};

/// The longest that one suite may take, its build included.
const SUITE: Duration = Duration::from_secs(3600);

/// The parts in the order in which they run: what is quick to fail comes first.
const PARTS: [&str; 5] = ["page", "rust", "docs", "simulation", "window"];

/// Everything but what is built apart. One selection for every part of a whole run: cargo unites the
/// features of what it is asked for at once, and each other selection would build most crates anew.
const WHOLE: [&str; 9] = [
    "--workspace",
    "--exclude",
    "simulation",
    "--exclude",
    "bench",
    "--exclude",
    "bare",
    "--features",
    "tuco-for-hubspot/custom-protocol",
];

/// Which parts were asked for.
#[derive(Debug, PartialEq)]
pub(crate) struct Choice {
    parts: Vec<&'static str>,
}

impl Choice {
    /// Reads the options of `cargo xtask test`.
    pub(crate) fn parse(options: &[&str]) -> Result<Self> {
        let parts = match options {
            [] => PARTS.to_vec(),
            ["--no-window"] => PARTS
                .into_iter()
                .filter(|part| !matches!(*part, "page" | "window"))
                .collect(),
            ["--only", name] => PARTS.into_iter().filter(|part| part == name).collect(),
            _ => bail!(
                "test takes --no-window, or --only with one of {}",
                PARTS.join(", ")
            ),
        };
        if parts.is_empty() {
            bail!("--only takes one of {}", PARTS.join(", "));
        }
        Ok(Self { parts })
    }

    fn has(&self, part: &str) -> bool {
        self.parts.contains(&part)
    }
}

/// Runs the chosen parts; the last line is the sum.
#[expect(
    clippy::disallowed_methods,
    reason = "how long a part took is for whoever reads the log"
)]
pub(crate) fn test(place: &Place, choice: &Choice) -> Result<ExitCode> {
    provide(place, choice)?;
    let session = Session::start(choice.has("window"))?;
    let suites = Suites {
        place,
        session,
        nextest: has_nextest(),
        whole: choice.has("rust") && choice.has("window") && has_nextest(),
    };
    let mut sum = Tally::default();
    let mut said = Vec::new();
    for part in &choice.parts {
        eprintln!("\n== {part}");
        let began = Instant::now();
        let tally = match *part {
            "page" => suites.page(),
            "rust" => suites.rust(),
            "docs" => suites.docs(),
            "simulation" => suites.simulation(),
            _ => suites.window(),
        }
        .unwrap_or_else(|error| {
            eprintln!("\n{part}: {error:#}");
            Tally::of_one(false)
        });
        let took = began.elapsed().as_secs().div_ceil(60);
        said.push(format!("{part:<12}{tally}, {took} min"));
        sum += tally;
    }
    // Ended before the sum is told, so that nothing can be written after it.
    drop(suites);
    println!("\n{}\n\n{sum}", said.join("\n"));
    Ok(if sum.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn provide(place: &Place, choice: &Choice) -> Result<()> {
    let mut needs = vec![machine::COMPILER];
    needs.extend(machine::KEYCHAIN);
    if choice.has("page") || choice.has("window") {
        needs.push(machine::BROWSER);
    }
    if choice.has("window") {
        needs.extend(machine::WEBKIT);
        needs.extend(machine::DISPLAY);
        needs.extend(machine::PACKAGE);
        needs.extend(machine::DRIVER);
    }
    let peers = choice.has("rust") && peers(place).exists();
    if peers {
        needs.push(machine::PYTHON);
    }
    machine::provide(&needs)?;
    if peers || choice.has("page") || choice.has("window") {
        machine::provide_node()?;
    }
    Ok(())
}

/// Prepares HubSpot's own clients, which the sandbox is tested with.
fn peers(place: &Place) -> std::path::PathBuf {
    place.root.join("tests/peers/prepare.sh")
}

/// Twice as many tests as there are cores: most of those with processes wait for what a service allows.
fn at_once() -> String {
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    format!("--test-threads={}", 2 * cores)
}

fn has_nextest() -> bool {
    Program::new("cargo").args(["nextest", "--version"]).works()
}

struct Suites<'a> {
    place: &'a Place,
    session: Session,
    nextest: bool,
    /// Whether all parts are built as one.
    whole: bool,
}

impl Suites<'_> {
    /// The page: its types, its tests, and every screen in a browser with everything behind it made
    /// up; then its build, which the window needs.
    fn page(&self) -> Result<Tally> {
        run::install_page_packages(self.place)?;
        let npm = || {
            Program::npm(self.place)
                .args(["run", "--silent"])
                .limit(SUITE)
        };
        npm().arg("check").run()?;
        let mut tally = Tally::default();
        for suite in ["test", "test:page"] {
            let ending = npm().arg(suite).watch()?;
            tally += Tally::read(ending.success, &ending.text);
        }
        npm().arg("build").run()?;
        Ok(tally)
    }

    /// Everything that needs no WebKit: units, suites, real processes.
    fn rust(&self) -> Result<Tally> {
        let prepare = peers(self.place);
        if prepare.exists() {
            Program::new("bash")
                .arg(prepare)
                .dir(&self.place.root)
                .limit(SUITE)
                .run()?;
        }
        if !self.whole {
            return self.suite(&[]);
        }
        run::build_page(self.place)?;
        self.cargo()
            .args(["build", "--locked", "--bins", "--tests"])
            .args(WHOLE)
            .run()?;
        self.suite(&[&WHOLE[..], &["-E", "not package(tuco-for-hubspot)"]].concat())
    }

    /// The examples in the documentation.
    fn docs(&self) -> Result<Tally> {
        let whole: &[&str] = if self.whole { &WHOLE } else { &[] };
        let ending = self
            .cargo()
            .args(["test", "--locked", "--doc"])
            .args(whole)
            .watch()?;
        Ok(Tally::read(ending.success, &ending.text))
    }

    /// The whole engine in virtual time, built apart: its planted defects must reach nothing else.
    fn simulation(&self) -> Result<Tally> {
        self.suite(&["-p", "simulation"])
    }

    /// The shell's own tests, then the real window on the tests' display.
    fn window(&self) -> Result<Tally> {
        let mut tally = self.shell()?;
        let package = bundle::pack(self.place)?;
        let whole: &[&str] = if self.whole { &WHOLE } else { &["-p", "xtask"] };
        for suite in ["window-painting", "window-package", "window-tray"] {
            let ending = self
                .cargo()
                .args(["test", "--locked", "--test", suite])
                .args(whole)
                .args(["--", "--ignored", "--test-threads=1"])
                .env(
                    "TUCO_FOR_HUBSPOT_PROGRAM",
                    self.place.built("tuco-for-hubspot"),
                )
                .env(
                    "TUCO_FOR_HUBSPOT_PICTURES",
                    self.place.target.join("pictures"),
                )
                .env("TUCO_HUBSPOT_PROGRAM", self.place.built("tuco-hubspot"))
                .env("TUCO_FOR_HUBSPOT_PACKAGE", &package)
                .watch()?;
            tally += Tally::read(ending.success, &ending.text);
        }
        tally += self.story()?;
        Ok(tally)
    }

    /// What the shell is tested with inside; builds the window and the command.
    fn shell(&self) -> Result<Tally> {
        // What is ignored elsewhere needs the window built and a display.
        if self.whole {
            let only = ["-E", "package(tuco-for-hubspot)", "--run-ignored", "all"];
            return self.suite(&[&WHOLE[..], &only].concat());
        }
        run::build_page(self.place)?;
        run::build_window(self.place)?;
        bundle::build_command(self.place, "dev")?;
        let all: &[&str] = if self.nextest {
            &["--run-ignored", "all"]
        } else {
            &["--", "--include-ignored"]
        };
        let shell = ["-p", "tuco-for-hubspot", "--features", "custom-protocol"];
        self.suite(&[&shell, all].concat())
    }

    /// What a person does with the window, from the first start on, by WebDriver.
    fn story(&self) -> Result<Tally> {
        let ending = Program::npm(self.place)
            .args(["run", "--silent", "test:window"])
            .surroundings(self.session.variables())
            .env(
                "TUCO_FOR_HUBSPOT_PROGRAM",
                self.place.built("tuco-for-hubspot"),
            )
            .env("TUCO_HUBSPOT_PROGRAM", self.place.built("tuco-hubspot"))
            .env(
                "TUCO_FOR_HUBSPOT_PICTURES",
                self.place.target.join("pictures"),
            )
            .limit(SUITE)
            .watch()?;
        let pictures = self.place.target.join("pictures");
        eprintln!("The pictures are in {}.", pictures.display());
        Ok(Tally::read(ending.success, &ending.text))
    }

    fn suite(&self, which: &[&str]) -> Result<Tally> {
        let at_once = at_once();
        let runner: &[&str] = if self.nextest {
            &["nextest", "run", "--locked", "--no-fail-fast", &at_once]
        } else {
            &[
                "test",
                "--locked",
                "--no-fail-fast",
                "--lib",
                "--bins",
                "--tests",
            ]
        };
        let ending = self.cargo().args(runner).args(which).watch()?;
        Ok(Tally::read(ending.success, &ending.text))
    }

    fn cargo(&self) -> Program {
        Program::cargo(self.place)
            .surroundings(self.session.variables())
            .limit(SUITE)
    }
}

#[cfg(test)]
mod tests {
    use super::{Choice, PARTS};

    #[test]
    fn every_part_runs_unless_less_is_asked_for() {
        assert_eq!(Choice::parse(&[]).unwrap().parts, PARTS);
        assert_eq!(
            Choice::parse(&["--no-window"]).unwrap().parts,
            ["rust", "docs", "simulation"]
        );
        assert_eq!(Choice::parse(&["--only", "docs"]).unwrap().parts, ["docs"]);
    }

    #[test]
    fn a_part_that_is_not_there_is_refused() {
        // Passing nothing at all must not look like passing.
        assert!(Choice::parse(&["--only", "rsut"]).is_err());
        assert!(Choice::parse(&["--only"]).is_err());
        assert!(Choice::parse(&["--fast"]).is_err());
    }
}
