//! The sum over all runners: how many tests passed and how many failed.
//!
//! Each runner says it in words of its own, which are read here. A step that failed without naming
//! a failed test counts as one: a build that breaks must never end with "0 failed".

use std::fmt;
use std::ops::AddAssign;

/// How many passed and how many failed.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl Tally {
    /// One check without tests of its own.
    pub(crate) fn of_one(success: bool) -> Self {
        Self {
            passed: success.into(),
            failed: (!success).into(),
        }
    }

    /// Reads what a runner wrote, whichever of the known ones it was.
    pub(crate) fn read(success: bool, text: &str) -> Self {
        let lines: Vec<String> = text.lines().map(plain).collect();
        // nextest repeats what a failed test wrote, sums of other runners included: its own sum,
        // the last one, stands for all.
        let summary = lines
            .iter()
            .rev()
            .find(|line| line.trim().starts_with("Summary ["));
        let mut tally = Self::default();
        for line in summary.map_or(lines.as_slice(), std::slice::from_ref) {
            tally += read_line(line);
        }
        if !success && tally.failed == 0 {
            tally.failed = 1;
        }
        tally
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

fn read_line(line: &str) -> Tally {
    let line = line.trim();
    // cargo test: "test result: ok. 3 passed; 0 failed; 1 ignored; ..."
    if let Some((_, counts)) = line
        .strip_prefix("test result: ")
        .and_then(|rest| rest.split_once(". "))
    {
        return read_counts(counts, ';');
    }
    // nextest: "Summary [ 0.5s] 4 tests run: 2 passed (1 slow), 1 failed, 1 timed out, 3 skipped"
    if line.starts_with("Summary [")
        && let Some((_, counts)) = line
            .split_once(" tests run: ")
            .or_else(|| line.split_once(" test run: "))
    {
        return read_counts(&without_parentheses(counts), ',');
    }
    // vitest: "Tests  1 failed | 2 passed (3)"
    if let Some(counts) = line.strip_prefix("Tests  ") {
        return read_counts(&without_parentheses(counts), '|');
    }
    Tally::default()
}

fn read_counts(counts: &str, between: char) -> Tally {
    let mut tally = Tally::default();
    for part in counts.split(between) {
        let Some((number, what)) = part.trim().split_once(' ') else {
            continue;
        };
        let number: u64 = number.parse().unwrap_or(0);
        match what.trim() {
            "passed" => tally.passed += number,
            "failed" | "timed out" | "exec failed" => tally.failed += number,
            _ => {}
        }
    }
    tally
}

fn without_parentheses(text: &str) -> String {
    let mut depth = 0_u32;
    text.chars()
        .filter(|letter| {
            match letter {
                '(' => depth += 1,
                ')' => {
                    depth = depth.saturating_sub(1);
                    return false;
                }
                _ => {}
            }
            depth == 0
        })
        .collect()
}

/// The line without the codes by which a terminal colours it.
fn plain(line: &str) -> String {
    let mut plain = String::new();
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        if letter == '\u{1b}' {
            letters.by_ref().find(char::is_ascii_alphabetic);
        } else {
            plain.push(letter);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::Tally;

    fn read(text: &str) -> (u64, u64) {
        let tally = Tally::read(true, text);
        (tally.passed, tally.failed)
    }

    #[test]
    fn nextest_is_understood_with_slow_flaky_and_timed_out_tests() {
        assert_eq!(
            read(
                "     Summary [   0.5s] 9/9 tests run: 5 passed (1 slow, 2 flaky), 1 failed, \
                  2 timed out, 1 exec failed, 3 skipped"
            ),
            (5, 4)
        );
        assert_eq!(
            read("     Summary [   0.500s] 1 test run: 1 passed, 0 skipped"),
            (1, 0)
        );
    }

    #[test]
    fn what_a_failed_test_wrote_is_not_counted_again() {
        let text = "    test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured\n\
                    Summary [   0.5s] 2 tests run: 1 passed, 1 failed, 0 skipped\n\
                    test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured";
        assert_eq!(
            Tally::read(false, text),
            Tally {
                passed: 1,
                failed: 1
            }
        );
    }

    #[test]
    fn the_results_of_all_binaries_of_cargo_test_are_summed() {
        let text = "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out\n\
                    test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured";
        assert_eq!(read(text), (4, 2));
    }

    #[test]
    fn vitest_is_understood_through_its_colours() {
        let text = "\u{1b}[2m Test Files \u{1b}[22m \u{1b}[32m1 passed\u{1b}[39m (1)\n\
                    \u{1b}[2m      Tests \u{1b}[22m \u{1b}[31m1 failed\u{1b}[39m | 2 passed (3)";
        assert_eq!(read(text), (2, 1));
    }

    #[test]
    fn a_build_that_breaks_is_a_failure_though_no_test_ran() {
        assert_eq!(
            Tally::read(false, "error: could not compile"),
            Tally::of_one(false)
        );
    }

    #[test]
    fn a_runner_that_fails_after_its_tests_passed_is_a_failure_too() {
        let text = "test result: ok. 3 passed; 0 failed; 0 ignored";
        assert_eq!(
            Tally::read(false, text),
            Tally {
                passed: 3,
                failed: 1
            }
        );
    }
}
