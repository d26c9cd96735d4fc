//! A value on its way, step by step, for whoever looks on.

use crate::transform::{Context, Ended, Transform};

/// What became of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// What the source holds.
    pub before: String,
    /// After each step, in the order in which they worked.
    pub after: Vec<String>,
    /// What the target gets, or the step that could not and why.
    pub result: Result<String, Ended>,
}

/// Towards Tuco.
pub fn forward(steps: &[Transform], text: &str, context: &Context<'_>) -> Trace {
    run(steps.iter().enumerate(), text, |step, text| {
        step.forward(text, context)
    })
}

/// Towards HubSpot, the last step first.
pub fn back(steps: &[Transform], text: &str, context: &Context<'_>) -> Trace {
    run(steps.iter().enumerate().rev(), text, |step, text| {
        step.back(text, context)
    })
}

fn run<'t>(
    steps: impl Iterator<Item = (usize, &'t Transform)>,
    text: &str,
    work: impl Fn(&Transform, &str) -> Result<String, crate::Stop>,
) -> Trace {
    let mut held = text.to_owned();
    let mut after = Vec::new();
    for (place, step) in steps {
        match work(step, &held) {
            Ok(next) => {
                after.push(next.clone());
                held = next;
            }
            Err(stop) => {
                return Trace {
                    before: text.to_owned(),
                    after,
                    result: Err(Ended { step: place, stop }),
                };
            }
        }
    }
    Trace {
        before: text.to_owned(),
        after,
        result: Ok(held),
    }
}
