//! Rows that write one field twice, and values that would run in a circle.

use super::{At, Problem, Wrong};
use crate::row::{Mapping, Row};
use crate::transform::Transform;
use std::collections::{BTreeMap, BTreeSet};

/// Names of the fields on both sides, told apart.
fn ends(row: &Row) -> (String, String) {
    (
        format!("hubspot {}", row.hubspot),
        format!("tuco {}", row.lead),
    )
}

pub(super) fn written_twice(mapping: &Mapping) -> Vec<Problem> {
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    let mut problems = Vec::new();
    for (place, row) in mapping.rows.iter().enumerate() {
        let (contact, lead) = ends(row);
        let targets = [
            (
                row.direction.writes_lead(),
                lead,
                row.lead.to_string(),
                At::Lead,
            ),
            (
                row.direction.writes_contact(),
                contact,
                row.hubspot.to_string(),
                At::Source,
            ),
        ];
        for (_, end, target, at) in targets.into_iter().filter(|(writes, ..)| *writes) {
            match first.get(&end) {
                Some(other) => problems.push(Problem {
                    row: place,
                    wrong: Wrong::WrittenTwice {
                        other: other + 1,
                        target,
                    },
                    at,
                }),
                None => {
                    first.insert(end, place);
                }
            }
        }
    }
    problems
}

/// From where to where the value of a row goes, templates and joins included.
fn edges(row: &Row) -> Vec<(String, String)> {
    let (contact, lead) = ends(row);
    let named = |side: &str| -> Vec<String> {
        let fields = row.transforms.iter().flat_map(Transform::fields);
        fields.map(|field| format!("{side} {field}")).collect()
    };
    let mut all = Vec::new();
    if row.direction.writes_lead() {
        let from = std::iter::once(contact.clone()).chain(named("hubspot"));
        all.extend(from.map(|from| (from, lead.clone())));
    }
    if row.direction.writes_contact() {
        let from = std::iter::once(lead).chain(named("tuco"));
        all.extend(from.map(|from| (from, contact.clone())));
    }
    all
}

pub(super) fn loops(mapping: &Mapping) -> Vec<Problem> {
    let mut paths: BTreeMap<String, Vec<(String, usize)>> = BTreeMap::new();
    for (place, row) in mapping.rows.iter().enumerate() {
        for (from, to) in edges(row) {
            paths.entry(from).or_default().push((to, place));
        }
    }
    let mut problems = Vec::new();
    for (place, row) in mapping.rows.iter().enumerate() {
        let through = edges(row)
            .into_iter()
            .find_map(|(from, to)| way_back(&paths, &to, &from, place));
        if let Some(other) = through {
            problems.push(Problem {
                row: place,
                wrong: Wrong::Loop { other: other + 1 },
                at: At::Row,
            });
        }
    }
    problems
}

/// A row other than `without` by which a value gets from one field to another.
fn way_back(
    paths: &BTreeMap<String, Vec<(String, usize)>>,
    from: &str,
    to: &str,
    without: usize,
) -> Option<usize> {
    let mut seen = BTreeSet::from([from]);
    let mut left = vec![(from, None)];
    while let Some((field, through)) = left.pop() {
        for (next, row) in paths.get(field).into_iter().flatten() {
            if *row == without {
                continue;
            }
            if next == to {
                return Some(through.unwrap_or(*row));
            }
            if seen.insert(next) {
                left.push((next, through.or(Some(*row))));
            }
        }
    }
    None
}
