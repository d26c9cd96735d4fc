//! The short form of the simulation, for every run of the tests.

#![expect(clippy::unwrap_used, reason = "a run that can't begin ends the test")]

use bridge::planted::Defect;

/// The short form; `cargo xtask simulate --seeds N` runs as many as there is time for.
const SEEDS: u64 = 250;

fn part(from: u64) {
    let mut events = 0;
    for seed in from..from + SEEDS {
        let report = simulation::run(seed, None).unwrap();
        assert!(
            report.violations.is_empty(),
            "seed {seed}: {:#?}",
            report.violations
        );
        assert!(
            report.events >= 200,
            "seed {seed} has only {} events",
            report.events
        );
        events += report.events;
    }
    println!("{SEEDS} seeds, {events} events");
}

#[test]
fn seeds_keep_every_promise_1() {
    part(0);
}

#[test]
fn seeds_keep_every_promise_2() {
    part(250);
}

#[test]
fn seeds_keep_every_promise_3() {
    part(500);
}

#[test]
fn seeds_keep_every_promise_4() {
    part(750);
}

#[test]
fn one_seed_twice_gives_one_trace() {
    for seed in [1, 7, 42, 1_000, 123_456] {
        let (one, other) = (
            simulation::run(seed, None).unwrap(),
            simulation::run(seed, None).unwrap(),
        );
        assert_eq!(one.trace, other.trace, "seed {seed}");
    }
    let (one, other) = (
        simulation::run(1, None).unwrap(),
        simulation::run(2, None).unwrap(),
    );
    assert_ne!(one.trace, other.trace, "another seed is another story");
}

/// A simulation that finds nothing in a broken engine proves nothing about a sound one.
#[test]
fn every_planted_mistake_is_found() {
    let missed: Vec<&Defect> = Defect::ALL
        .iter()
        .filter(|defect| {
            !(0..400).any(|seed| {
                // A run that cannot even end is found as well.
                simulation::run(seed, Some(**defect))
                    .map_or(true, |report| !report.violations.is_empty())
            })
        })
        .collect();
    assert!(missed.is_empty(), "not found: {missed:?}");
}

/// The short form; `cargo xtask simulate --sends N` runs as many as there is time for.
#[test]
fn nobody_is_texted_twice_and_no_send_is_forgotten() {
    let mut all = simulation::sends::Tally::default();
    for seed in 0..30 {
        all.add(simulation::sends::run(seed, None).unwrap());
    }
    assert!(all.violations.is_empty(), "{:#?}", all.violations);
    assert!(all.ambiguous >= 600, "{all:?}");
    assert!(all.crashes >= 30, "{all:?}");
    assert!(
        all.left_with_list * 100 <= all.ambiguous,
        "what Tuco's list proves is not left to a person: {all:?}"
    );
    println!("{all:?}");
}

/// The short form; `cargo xtask simulate --people --seeds N` runs as many as there is time for.
#[test]
fn people_are_kept_in_step_and_no_edit_is_overwritten_unseen() {
    let mut all = simulation::people::Tally::default();
    for seed in 0..70 {
        all.add(simulation::people::run(seed, None).unwrap());
    }
    assert!(all.violations.is_empty(), "{:#?}", all.violations);
    assert!(
        all.refused * 20 <= all.pairs,
        "most pairs can be written: {all:?}"
    );
    assert!(
        all.edits >= 1_000 && all.crashes >= 100 && all.conflicts >= 50,
        "{all:?}"
    );
    println!("{all:?}");
}

#[test]
fn every_mistake_planted_among_people_is_found() {
    let missed: Vec<&Defect> = Defect::OF_PEOPLE
        .iter()
        .filter(|defect| {
            !(0..60).any(|seed| {
                simulation::people::run(seed, Some(**defect))
                    .map_or(true, |tally| !tally.violations.is_empty())
            })
        })
        .collect();
    assert!(missed.is_empty(), "not found: {missed:?}");
}

/// A thousand in four parts, beside each other; `cargo xtask simulate --rules N` runs as many as there is time for.
const SEEDS_OF_RULES: u64 = 250;

fn part_of_rules(from: u64) {
    let mut all = simulation::rules::Tally::default();
    for seed in from..from + SEEDS_OF_RULES {
        all.add(simulation::rules::run(seed, None).unwrap());
    }
    assert!(all.violations.is_empty(), "{:#?}", all.violations);
    assert!(
        all.done >= 10 * SEEDS_OF_RULES
            && all.sent >= SEEDS_OF_RULES
            && all.crashes >= SEEDS_OF_RULES,
        "{all:?}"
    );
    println!("{all:?}");
}

#[test]
fn rules_lose_nothing_and_do_nothing_twice_1() {
    part_of_rules(0);
}

#[test]
fn rules_lose_nothing_and_do_nothing_twice_2() {
    part_of_rules(SEEDS_OF_RULES);
}

#[test]
fn rules_lose_nothing_and_do_nothing_twice_3() {
    part_of_rules(2 * SEEDS_OF_RULES);
}

#[test]
fn rules_lose_nothing_and_do_nothing_twice_4() {
    part_of_rules(3 * SEEDS_OF_RULES);
}

#[test]
fn every_mistake_planted_in_rules_is_found() {
    let missed: Vec<&Defect> = Defect::OF_RULES
        .iter()
        .filter(|defect| {
            !(0..200).any(|seed| {
                simulation::rules::run(seed, Some(**defect))
                    .map_or(true, |tally| !tally.violations.is_empty())
            })
        })
        .collect();
    assert!(missed.is_empty(), "not found: {missed:?}");
}

/// The short form; `cargo xtask simulate --bodies 10000000` is the long one.
#[test]
fn no_body_of_a_webhook_breaks_what_reads_it() {
    let all = simulation::bodies::run(1, 200_000);
    assert!(all.violations.is_empty(), "{:#?}", all.violations);
    // The changes are small enough to leave some of each readable, and big enough to break most.
    assert!(all.deliveries > 2_000 && all.reports > 500 && all.compact > 2_000);
    assert!(all.deliveries + all.reports < all.tried);
}
