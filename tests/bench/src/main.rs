//! Measures the engine on this machine and writes docs/benchmarks.md.
//!
//! Everything real but the services: loopback sockets to a served sandbox, SQLite in a file. What is
//! compared is compared within one run, since machines differ and are noisy. With `--short` the numbers
//! are tiny and nothing is written: it only shows that the measuring itself works.
//!
//! Reading contacts is measured by `people PROGRAM`, with processes of their own, into
//! docs/benchmarks-people.md, and what rules look at by `rules` into docs/benchmarks-rules.md. The window is measured by `ui/tests/bench`; `fill FILE CONNECTION EVENTS` makes the store for it.

mod backlog;
mod door;
mod home;
mod intake;
mod measure;
mod million;
mod people;
mod process;
mod rendering;
mod rules;
mod services;
mod waiting;

use std::path::Path;

use anyhow::bail;
use backlog::Senders;

/// Why this page is not a promise.
const HEAD: &str = "# Benchmarks\n\n\
    Written by `cargo xtask bench`, and to be compared only within one run: machines differ, and this one \
    was not idle.\n\n";

fn main() -> anyhow::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] => measure_all(false),
        ["--short"] => measure_all(true),
        ["fill", file, connection, events] => {
            million::fill(Path::new(file), connection.parse()?, events.parse()?)
        }
        ["intake"] => {
            println!("{}", intake::tell(&intakes(60)?));
            Ok(())
        }
        ["door"] => {
            println!("{}", door::tell(&door::run(1_000, 200, 1_000_000)?));
            Ok(())
        }
        ["people", program] => read_people(Path::new(program), false),
        ["people", program, "--short"] => read_people(Path::new(program), true),
        ["rules"] => look_by_rules(false),
        ["rules", "--short"] => look_by_rules(true),
        ["rules-engine", hubspot, tuco, token, key] => {
            let address = home::Address {
                hubspot: (*hubspot).to_owned(),
                tuco: (*tuco).to_owned(),
                token: (*token).to_owned(),
                key: (*key).to_owned(),
            };
            current_thread()?.block_on(rules::engine(&address))
        }
        ["rendering"] => {
            println!("{}", rendering::tell(&rendering::run(20_000)?));
            Ok(())
        }
        ["machine"] => {
            println!("{}", measure::machine());
            Ok(())
        }
        _ => bail!(
            "bench takes --short, or fill FILE CONNECTION EVENTS, or people PROGRAM, or door, or intake, or rendering, or \
             rules, or machine"
        ),
    }
}

/// From few senders, for a sixth of the time, and from many.
fn intakes(seconds: u64) -> anyhow::Result<Vec<intake::Intake>> {
    Ok(vec![
        intake::run(10, seconds.div_ceil(6))?,
        intake::run(100, seconds)?,
    ])
}

fn measure_all(short: bool) -> anyhow::Result<()> {
    let runtime = current_thread()?;
    let (replies, events) = if short {
        (300, 20_000)
    } else {
        (10_000, 1_000_000)
    };
    let mut page = Page::default();
    page.add(&format!("{HEAD}    {}\n\n", measure::machine()));
    let watch = measure::Watch::start();
    let mut backlogs = Vec::new();
    for (senders, limits) in [
        (Senders::Known, false),
        (Senders::ByNumber, false),
        (Senders::Few, false),
        (Senders::ByNumber, true),
    ] {
        backlogs.push(runtime.block_on(backlog::run(replies, senders, limits))?);
    }
    page.add(&backlog::tell(&backlogs));
    page.add(&waiting::tell(
        &runtime.block_on(waiting::run(replies / 10))?,
    ));
    page.add(&intake::tell(&intakes(if short { 2 } else { 60 })?));
    let (dawdlers, deliveries, pairs) = if short {
        (200, 10, 2_000)
    } else {
        (1_000, 200, 1_000_000)
    };
    page.add(&door::tell(&door::run(dawdlers, deliveries, pairs)?));
    page.add(&rendering::tell(&rendering::run(if short {
        500
    } else {
        100_000
    })?));
    page.add(&million::tell(&million::run(events)?));
    let seconds = watch.took().wall.as_secs_f64();
    page.add(&format!("\nThe whole run took {seconds:.0} s.\n"));
    if !short {
        std::fs::write("docs/benchmarks.md", page.text)?;
    }
    Ok(())
}

/// Reading contacts, with the command line that is handed in.
fn read_people(program: &Path, short: bool) -> anyhow::Result<()> {
    let plan = people::Plan {
        program: program.to_owned(),
        peers: Path::new(env!("CARGO_MANIFEST_DIR")).join("../peers"),
        contacts: if short {
            vec![200, 400]
        } else {
            vec![10_000, 100_000]
        },
        answers_ms: if short { vec![1] } else { vec![20, 150] },
    };
    let mut page = Page::default();
    page.add(&format!("{HEAD}    {}\n\n", measure::machine()));
    page.add(&people::measure(&plan)?);
    if !short {
        std::fs::write("docs/benchmarks-people.md", page.text)?;
    }
    Ok(())
}

/// Changes that rules look at.
fn look_by_rules(short: bool) -> anyhow::Result<()> {
    let sizes: &[usize] = if short {
        &[200, 400]
    } else {
        &[10_000, 100_000]
    };
    let mut page = Page::default();
    page.add(&format!(
        "{HEAD}    {}\n\n{}",
        measure::machine(),
        rules::head()
    ));
    for size in sizes {
        page.add(&rules::run(*size)?);
    }
    page.add(rules::GOALS);
    if !short {
        std::fs::write("docs/benchmarks-rules.md", page.text)?;
    }
    Ok(())
}

fn current_thread() -> anyhow::Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?)
}

/// What is written down, and shown as it comes.
#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    fn add(&mut self, part: &str) {
        print!("{part}");
        self.text.push_str(part);
    }
}
