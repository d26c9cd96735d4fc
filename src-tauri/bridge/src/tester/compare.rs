//! Two runs side by side: what is better, what is worse.

use super::{Check, Mark};
use serde::Serialize;
use std::collections::BTreeMap;

/// A check that came out otherwise than the last time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Its stable word.
    pub check: String,
    /// Its title.
    pub title: String,
    /// How it came out then; none where it was not made.
    pub before: Option<Mark>,
    /// How it comes out now; none where it was not made.
    pub after: Option<Mark>,
    /// What is found now, else what was found then.
    pub found: String,
}

/// Everything whose mark differs, in the order of the later run; what it has no more comes last. Words
/// and latencies differ from run to run and are no change.
pub fn compare(before: &[Check], after: &[Check]) -> Vec<Change> {
    let name = |check: &Check| (check.check.to_string(), check.title.clone());
    let mut old: BTreeMap<_, &Check> = before.iter().map(|check| (name(check), check)).collect();
    let mut changes = Vec::new();
    for check in after {
        let was = old.remove(&name(check)).map(|check| check.mark);
        if was != Some(check.mark) {
            changes.push(change(check, was, Some(check.mark)));
        }
    }
    let gone = before.iter().filter(|check| old.contains_key(&name(check)));
    changes.extend(gone.map(|check| change(check, Some(check.mark), None)));
    changes
}

fn change(check: &Check, before: Option<Mark>, after: Option<Mark>) -> Change {
    Change {
        check: check.check.to_string(),
        title: check.title.clone(),
        before,
        after,
        found: check.found.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_came_out_otherwise_is_told() {
        let check = |name, mark| Check::new(name, "t", mark, "words");
        let before = [
            check("a", Mark::Ok),
            check("b", Mark::Failed),
            check("c", Mark::Ok),
        ];
        let after = [
            check("a", Mark::Ok).took(12),
            check("b", Mark::Ok),
            check("d", Mark::Warning),
        ];
        let changes = compare(&before, &after);
        let told: Vec<_> = changes
            .iter()
            .map(|change| (change.check.as_str(), change.before, change.after))
            .collect();
        assert_eq!(
            told,
            [
                ("b", Some(Mark::Failed), Some(Mark::Ok)),
                ("d", None, Some(Mark::Warning)),
                ("c", Some(Mark::Ok), None),
            ]
        );
        assert!(compare(&before, &before).is_empty());
    }
}
