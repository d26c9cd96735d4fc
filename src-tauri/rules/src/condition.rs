//! Conditions: groups of and/or over what is known of a person.
//!
//! A person has several deals and tickets. All tests on deals are about the same deal: a condition holds
//! where there is one deal, and one ticket, of which everything in it is so.

mod operator;
#[cfg(test)]
mod tests;
mod written;

pub use crate::value::day;
pub use operator::Operator;

use crate::Timestamp;
use crate::field::{Field, Object};
use crate::words::{self, Names};
use chrono_tz::Tz;
use std::collections::BTreeMap;

/// More deals or tickets of one person than this are not looked at; the newest are handed in first.
const MOST_RECORDS: usize = 100;

/// What must be so.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// All of these.
    All(Vec<Condition>),
    /// One of these.
    Any(Vec<Condition>),
    /// This.
    Test(Test),
}

/// One thing that must be so.
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    /// Of which property.
    pub field: Field,
    /// What.
    pub operator: Operator,
}

/// The properties of one record, by name.
pub type Values = BTreeMap<String, String>;

/// What is known of a person. `Debug` shows no value.
#[derive(Clone)]
pub struct Facts {
    records: BTreeMap<Object, Vec<Values>>,
    /// Now.
    pub now: Timestamp,
    /// Where days are reckoned.
    pub zone: Tz,
}

impl std::fmt::Debug for Facts {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Facts")
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}

impl Facts {
    /// Nothing is known yet.
    pub fn new(now: Timestamp, zone: Tz) -> Self {
        Self {
            records: BTreeMap::new(),
            now,
            zone,
        }
    }

    /// One more record. The first of a kind is the one that a verdict tells of.
    pub fn add(&mut self, object: Object, values: Values) {
        self.records.entry(object).or_default().push(values);
    }

    /// The first record of a kind.
    pub fn first(&self, object: Object) -> Option<&Values> {
        self.records.get(&object)?.first()
    }
}

/// What a test saw instead.
#[derive(Clone, PartialEq, Eq)]
pub enum Saw {
    /// This value.
    Value(String),
    /// The property is empty.
    Nothing,
    /// There is no such record.
    NoRecord,
}

impl std::fmt::Debug for Saw {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Value(_) => "Value",
            Self::Nothing => "Nothing",
            Self::NoRecord => "NoRecord",
        })
    }
}

/// A test that was not so.
#[derive(Debug, Clone, PartialEq)]
pub struct FailedTest {
    /// The test.
    pub test: Test,
    /// What it saw.
    pub saw: Saw,
}

impl FailedTest {
    /// `company.annualrevenue is over 100000, but it is 50000`.
    pub fn in_words(&self, names: &dyn Names) -> String {
        let wanted = words::test(&self.test, names);
        match &self.saw {
            Saw::Value(value) => {
                format!(
                    "{wanted}, but it is {}",
                    names.value(&self.test.field, value)
                )
            }
            Saw::Nothing => format!("{wanted}, but it is empty"),
            Saw::NoRecord => format!(
                "{wanted}, but there is no {}",
                self.test.field.object.as_str()
            ),
        }
    }
}

/// Why a condition does not hold: the first test of an "all" that was not so, or every one of an "any".
#[derive(Debug, Clone, PartialEq)]
pub struct Failed {
    /// At least one, but for a group with nothing in it.
    pub tests: Vec<FailedTest>,
}

impl Failed {
    /// In one line.
    pub fn in_words(&self, names: &dyn Names) -> String {
        let tests: Vec<String> = self.tests.iter().map(|test| test.in_words(names)).collect();
        if tests.is_empty() {
            "the group of conditions is empty".to_owned()
        } else {
            tests.join("; nor ")
        }
    }
}

/// One test of a condition, by itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Looked {
    /// Where it stands: which one of each group on the way to it.
    pub path: Vec<u32>,
    /// The test.
    pub test: Test,
    /// What it saw where it was not so.
    pub saw: Option<Saw>,
}

/// One record of each kind.
type Binding<'a> = BTreeMap<Object, &'a Values>;

impl Condition {
    /// Whether it holds.
    ///
    /// # Errors
    /// What was not so, with what was seen.
    pub fn judge(&self, facts: &Facts) -> Result<(), Failed> {
        let mut first = None;
        for binding in self.bindings(facts) {
            match self.holds(&binding, facts) {
                Ok(()) => return Ok(()),
                Err(failed) => first = first.or(Some(failed)),
            }
        }
        Err(first.unwrap_or(Failed { tests: Vec::new() }))
    }

    /// Every test by itself, about the records that make it hold, or else about the first ones.
    pub fn each(&self, facts: &Facts) -> Vec<Looked> {
        let bindings = self.bindings(facts);
        let holding = bindings
            .iter()
            .find(|binding| self.holds(binding, facts).is_ok());
        let mut all = Vec::new();
        if let Some(binding) = holding.or(bindings.first()) {
            self.look(binding, facts, &mut Vec::new(), &mut all);
        }
        all
    }

    fn look(
        &self,
        binding: &Binding<'_>,
        facts: &Facts,
        path: &mut Vec<u32>,
        into: &mut Vec<Looked>,
    ) {
        match self {
            Self::All(inner) | Self::Any(inner) => {
                for (at, condition) in (0..).zip(inner) {
                    path.push(at);
                    condition.look(binding, facts, path, into);
                    path.pop();
                }
            }
            Self::Test(test) => into.push(Looked {
                path: path.clone(),
                test: test.clone(),
                saw: test.holds(binding, facts).err(),
            }),
        }
    }

    /// Every choice of one record of each kind that the condition asks about.
    fn bindings<'a>(&self, facts: &'a Facts) -> Vec<Binding<'a>> {
        let mut asked = Vec::new();
        self.fields(&mut asked);
        let mut bindings = vec![Binding::new()];
        for object in Object::ALL {
            let Some(records) = facts.records.get(&object) else {
                continue;
            };
            if !asked.iter().any(|field| field.object == object) {
                continue;
            }
            bindings = bindings
                .iter()
                .flat_map(|binding| {
                    records.iter().take(MOST_RECORDS).map(move |record| {
                        let mut more = binding.clone();
                        more.insert(object, record);
                        more
                    })
                })
                .collect();
        }
        bindings
    }

    fn holds(&self, binding: &Binding<'_>, facts: &Facts) -> Result<(), Failed> {
        match self {
            Self::All(inner) => inner
                .iter()
                .try_for_each(|condition| condition.holds(binding, facts)),
            Self::Any(inner) => {
                let mut tests = Vec::new();
                for condition in inner {
                    match condition.holds(binding, facts) {
                        Ok(()) => return Ok(()),
                        Err(failed) => tests.extend(failed.tests),
                    }
                }
                Err(Failed { tests })
            }
            Self::Test(test) => test.holds(binding, facts).map_err(|saw| Failed {
                tests: vec![FailedTest {
                    test: test.clone(),
                    saw,
                }],
            }),
        }
    }

    /// Adds every property that it looks at.
    pub fn fields(&self, into: &mut Vec<Field>) {
        match self {
            Self::All(inner) | Self::Any(inner) => {
                inner.iter().for_each(|condition| condition.fields(into));
            }
            Self::Test(test) => into.push(test.field.clone()),
        }
    }
}

impl Test {
    fn holds(&self, binding: &Binding<'_>, facts: &Facts) -> Result<(), Saw> {
        let record = binding.get(&self.field.object);
        let value = record
            .and_then(|record| record.get(&self.field.name))
            .map(|value| value.trim())
            .filter(|value| !value.is_empty());
        if self.operator.holds(value, facts.now, facts.zone) {
            return Ok(());
        }
        Err(match (record, value) {
            (_, Some(value)) => Saw::Value(value.to_owned()),
            (Some(_), None) => Saw::Nothing,
            (None, None) => Saw::NoRecord,
        })
    }
}
