//! `simulate`: many seeds, or one seed in detail.

use bridge::planted::Defect;
use std::process::ExitCode;

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

struct Wanted {
    seeds: u64,
    from: u64,
    defect: Option<Defect>,
    /// So many sends without an answer, in place of whole stories.
    sends: Option<u64>,
    /// Contacts and leads kept in step, in place of messages.
    people: bool,
    /// Rules at work, in place of messages.
    rules: bool,
    /// So many bodies of webhooks, changed at random.
    bodies: Option<u64>,
}

fn wanted() -> anyhow::Result<Wanted> {
    let mut wanted = Wanted {
        seeds: 1_000,
        from: 0,
        defect: None,
        sends: None,
        people: false,
        rules: false,
        bodies: None,
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || {
            words
                .next()
                .ok_or_else(|| anyhow::anyhow!("{word} needs a value"))
        };
        match word.as_str() {
            "--seeds" => wanted.seeds = value()?.parse()?,
            "--sends" => wanted.sends = Some(value()?.parse()?),
            "--people" => wanted.people = true,
            "--rules" => {
                wanted.rules = true;
                wanted.seeds = value()?.parse()?;
            }
            "--bodies" => wanted.bodies = Some(value()?.parse()?),
            "--from" => wanted.from = value()?.parse()?,
            "--planted" => {
                let name = value()?;
                let defect = Defect::ALL
                    .iter()
                    .chain(Defect::OF_PEOPLE)
                    .chain(Defect::OF_RULES)
                    .find(|defect| format!("{defect:?}") == name);
                wanted.defect =
                    Some(*defect.ok_or_else(|| anyhow::anyhow!("no such mistake: {name}"))?);
            }
            _ => anyhow::bail!(
                "usage: simulate [--seeds N [--people] | --rules N | --sends N | --bodies N] [--from SEED] [--planted MISTAKE]; mistakes: {:?}",
                Defect::ALL
            ),
        }
    }
    Ok(wanted)
}

fn run() -> anyhow::Result<bool> {
    let wanted = wanted()?;
    if let Some(sends) = wanted.sends {
        return run_sends(sends, &wanted);
    }
    if let Some(bodies) = wanted.bodies {
        return Ok(run_bodies(bodies, wanted.from));
    }
    if wanted.people {
        return run_people(&wanted);
    }
    if wanted.rules {
        return run_rules(&wanted);
    }
    let (mut broken, mut events, mut crashes, mut faults) = (0_u64, 0, 0, 0);
    for seed in wanted.from..wanted.from.saturating_add(wanted.seeds) {
        let report = simulation::run(seed, wanted.defect)?;
        events += report.events;
        crashes += report.crashes;
        faults += report.faults;
        if !report.violations.is_empty() {
            broken += 1;
            println!(
                "seed {seed}: {} events, {} crashes",
                report.events, report.crashes
            );
            for violation in &report.violations {
                println!("  {violation}");
            }
        }
        if wanted.seeds == 1 {
            println!("{report:#?}");
        }
    }
    println!(
        "{} seeds, {events} events, {crashes} crashes, {faults} faults: {broken} seeds with broken promises",
        wanted.seeds
    );
    Ok(broken == 0)
}

/// Seeds until so many sends have got no answer.
fn run_sends(sends: u64, wanted: &Wanted) -> anyhow::Result<bool> {
    let mut all = simulation::sends::Tally::default();
    let mut seed = wanted.from;
    while all.ambiguous < sends {
        all.add(simulation::sends::run(seed, wanted.defect)?);
        seed += 1;
    }
    for violation in &all.violations {
        println!("{violation}");
    }
    println!(
        "{} messages wanted, {} sends without an answer, {} crashes: {} went out, {} told not to have, left to a \
         person {} where Tuco lists messages and {} where it does not; {} broken promises",
        all.intents,
        all.ambiguous,
        all.crashes,
        all.went_out,
        all.told,
        all.left_with_list,
        all.left_without_list,
        all.violations.len()
    );
    Ok(all.violations.is_empty())
}

fn run_people(wanted: &Wanted) -> anyhow::Result<bool> {
    let mut all = simulation::people::Tally::default();
    for seed in wanted.from..wanted.from.saturating_add(wanted.seeds) {
        let one = simulation::people::run(seed, wanted.defect)?;
        for words in &one.violations {
            println!("{words}");
        }
        all.add(one);
    }
    println!(
        "{} seeds: {} edits, {} people made, {} kills, {} faults, {} pairs, {} conflicts, {} broken promises",
        wanted.seeds,
        all.edits,
        all.made,
        all.crashes,
        all.faults,
        all.pairs,
        all.conflicts,
        all.violations.len()
    );
    Ok(all.violations.is_empty())
}

fn run_rules(wanted: &Wanted) -> anyhow::Result<bool> {
    let mut all = simulation::rules::Tally::default();
    for seed in wanted.from..wanted.from.saturating_add(wanted.seeds) {
        let one = simulation::rules::run(seed, wanted.defect)?;
        for words in &one.violations {
            println!("{words}");
        }
        all.add(one);
    }
    println!(
        "{} seeds: {} things happened, rules said {} words to them, {} done and {} unknown, {} messages, {} people opted \
         out, {} switches, {} kills, {} faults, {} broken promises",
        wanted.seeds,
        all.events,
        all.runs,
        all.done,
        all.unknown,
        all.sent,
        all.opted_out,
        all.switched,
        all.crashes,
        all.faults,
        all.violations.len()
    );
    Ok(all.violations.is_empty())
}

fn run_bodies(bodies: u64, seed: u64) -> bool {
    let all = simulation::bodies::run(seed, bodies);
    for violation in &all.violations {
        println!("{violation}");
    }
    println!(
        "{} bodies: {} read as deliveries, {} as reports, {} compact already; {} broken promises",
        all.tried,
        all.deliveries,
        all.reports,
        all.compact,
        all.violations.len()
    );
    all.violations.is_empty()
}
