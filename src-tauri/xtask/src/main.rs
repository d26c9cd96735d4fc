//! The project's own commands: `cargo xtask run`, `test`, `lint`, `bench`, `simulate`, `bundle`,
//! `icons`.
//!
//! They start other programs in the right order and surroundings, and hold nothing of the product.
//! Every program that is waited for has a limit. What can go wrong is told by the program that
//! failed; its command line is named, so that it can be repeated by hand.

mod bench;
mod bundle;
mod lint;
mod machine;
mod place;
mod program;
mod run;
mod session;
mod tally;
mod test;
mod words;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;

use crate::place::Place;
use crate::program::Program;

const HELP: &str = "\
The project's own commands.

Usage: cargo xtask COMMAND [OPTIONS]

  run [--headless]        Builds the app and opens it on the sandbox: a made-up HubSpot and Tuco on
                          this computer. Without a display, or with --headless, the same engine
                          does one round on the sandbox and prints what it mirrored.
  test [--no-window]      Passes every test, and ends with a line \"N passed, N failed\".
       [--only NAME]      --no-window leaves out the page and the window, and needs no WebKit.
                          --only runs one part: rust, docs, simulation, page, window.
  lint                    Format, lints, documentation, licences, unused dependencies, wording.
  bench [--short]         Measures engine, people and window on this computer; writes docs/benchmarks.md,
        [--only NAME]     docs/benchmarks-people.md, docs/benchmarks-rules.md and docs/benchmarks-window.md.
                          --only takes engine, people, rules or window.
                          --short measures next to nothing, to show that it runs; writes nothing.
  simulate --seeds N      Runs N seeds of the simulation; --from SEED starts at another one.
  simulate --people --seeds N
                          Runs N seeds of contacts and leads that are kept in step.
  simulate --rules N      Runs N seeds of rules at work.
  simulate --sends N      Runs N sends without an answer, in place of whole stories.
  simulate --bodies N     Reads N bodies of webhooks that were changed at random.
  bundle [--debug]        Makes an installer; --debug packs what the tests have built.
  icons                   Draws the icons anew from icons/source.svg.

What the system lacks is installed with apt on Debian and Ubuntu, with sudo where that is needed.
On other systems the packages are named and nothing is installed.
";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match obey(&words) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn obey(words: &[&str]) -> Result<ExitCode> {
    if words
        .iter()
        .any(|word| matches!(*word, "--help" | "-h" | "help"))
    {
        print!("{HELP}");
        return Ok(ExitCode::SUCCESS);
    }
    let Some((command, options)) = words.split_first() else {
        print!("{HELP}");
        return Ok(ExitCode::from(2));
    };
    let place = Place::find()?;
    match (*command, options) {
        ("run", []) => run::run(&place, machine::has_display()),
        ("run", ["--headless"]) => run::run(&place, false),
        ("test", options) => test::test(&place, &test::Choice::parse(options)?),
        ("lint", []) => lint::lint(&place),
        ("bench", options) => bench::bench(&place, &bench::Choice::parse(options)?),
        ("simulate", options) => simulate(&place, options),
        ("bundle", []) => bundle::bundle(&place, false),
        ("bundle", ["--debug"]) => bundle::bundle(&place, true),
        ("icons", []) => icons(&place),
        _ => {
            eprintln!("\"{}\" is not understood.\n\n{HELP}", words.join(" "));
            Ok(ExitCode::from(2))
        }
    }
}

/// Many seeds in release: the options are those of the program `simulate`.
fn simulate(place: &Place, options: &[&str]) -> Result<ExitCode> {
    Program::cargo(place)
        .args([
            "run",
            "--locked",
            "--release",
            "-p",
            "simulation",
            "--bin",
            "simulate",
            "--",
        ])
        .args(options.iter().copied())
        .limit(Duration::from_secs(7 * 24 * 3600))
        .run()?;
    Ok(ExitCode::SUCCESS)
}

/// The sizes that the bundles name, out of the many that the Tauri program draws.
fn icons(place: &Place) -> Result<ExitCode> {
    const KEPT: [&str; 7] = [
        "32x32.png",
        "64x64.png",
        "128x128.png",
        "128x128@2x.png",
        "icon.png",
        "icon.ico",
        "icon.icns",
    ];
    run::install_page_packages(place)?;
    let drawn = place.target.join("icons");
    Program::new("node")
        .arg(place.root.join("ui/node_modules/@tauri-apps/cli/tauri.js"))
        .args(["icon", "icons/source.svg", "--output"])
        .arg(&drawn)
        .dir(&place.root)
        .run()?;
    for name in KEPT {
        std::fs::copy(drawn.join(name), place.root.join("icons").join(name))?;
    }
    println!("{} icons are drawn in icons/.", KEPT.len());
    Ok(ExitCode::SUCCESS)
}
