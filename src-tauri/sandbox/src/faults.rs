//! Faults on demand: by rule ("the third batch create is reset after it was done") or by seed ("five
//! in a hundred calls go wrong in some way").
//!
//! This file says what goes wrong and when; [`crate::world`] carries it out.

use crate::dice::Dice;
use crate::message::HttpRequest;
use crate::world::Side;
use serde::{Deserialize, Serialize};

/// One way in which a call goes wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// An answer of this status; nothing is done.
    Status {
        /// 100 to 599.
        status: u16,
        /// A known error body of that side by its name, such as `ten_secondly` or `read_only`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// Or any body.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body: Option<String>,
        /// Seconds in `Retry-After`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<u64>,
    },
    /// A known error answer by its name, with the status that belongs to it; nothing is done.
    Named(String),
    /// No answer ever; nothing is done.
    HangBefore,
    /// No answer ever, although it was done.
    HangAfterCommit,
    /// The connection is reset; nothing is done.
    ResetBefore,
    /// The connection is reset, although it was done.
    ResetAfterCommit,
    /// It is done, and half the body comes back before the connection ends.
    HalfBody,
    /// It is done, and `Content-Length` promises more than comes.
    WrongLength,
    /// 200 with a page of HTML, as a captive portal answers; nothing is done.
    Html200,
    /// 502 with a page of HTML, as a proxy answers; nothing is done.
    Html502,
    /// It is done, and the answer comes a few bytes at a time.
    Drip {
        /// How many.
        bytes_per_second: u32,
    },
    /// Searches and listings answer as they would have a while ago.
    StaleIndex {
        /// How long ago.
        ms: i64,
    },
    /// The results of a batch, search or listing come in another order.
    Shuffle,
    /// Half the inputs of a batch write are done, the others refused, as 207; only where every input
    /// has its own `objectWriteTraceId`, since HubSpot answers so only then.
    Partial207,
    /// It is done, and the answer comes late.
    Delay {
        /// How late.
        ms: u64,
    },
}

/// When a fault strikes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Only on this side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub side: Option<Side>,
    /// Only for this method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Only for paths that begin so; with `*` in it, for paths that match as a whole, `*` standing
    /// for anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Lets so many matching calls pass first.
    #[serde(default)]
    pub after: u32,
    /// Strikes so often and then no more; without it, for ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// Strikes with this probability, 0 to 1; without it, always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// What happens.
    pub fault: Fault,
}

/// Faults by chance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RandomFaults {
    /// Decides all of it.
    pub seed: u64,
    /// Of all calls, how many go wrong: 0 to 1.
    pub rate: f64,
    /// Only on this side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub side: Option<Side>,
}

/// What a faults file holds, and the body of `POST /_sandbox/faults`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FaultPlan {
    /// The first rule that strikes wins.
    pub rules: Vec<Rule>,
    /// Beside the rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub random: Option<RandomFaults>,
}

/// Why a faults file cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the faults are not valid: {0}")]
pub struct FaultPlanError(#[from] serde_json::Error);

impl FaultPlan {
    /// Reads a faults file: an object with `rules` and `random`, or just a list of rules.
    ///
    /// # Errors
    ///
    /// If it is no JSON or says something that is not known.
    pub fn parse(text: &[u8]) -> Result<Self, FaultPlanError> {
        let value: serde_json::Value = serde_json::from_slice(text)?;
        if value.is_array() {
            return Ok(Self {
                rules: serde_json::from_value(value)?,
                random: None,
            });
        }
        Ok(serde_json::from_value(value)?)
    }
}

/// A plan at work: what it has let pass and how often it struck.
#[derive(Debug)]
pub(crate) struct Faults {
    plan: FaultPlan,
    matched: Vec<u32>,
    struck: Vec<u32>,
    dice: Dice,
    random: Dice,
    pub(crate) total: u64,
}

impl Faults {
    pub(crate) fn new(plan: FaultPlan, seed: u64) -> Self {
        let count = plan.rules.len();
        let random = plan.random.as_ref().map_or(seed, |random| random.seed);
        Self {
            plan,
            matched: vec![0; count],
            struck: vec![0; count],
            dice: Dice::new(seed, "faults"),
            random: Dice::new(random, "random faults"),
            total: 0,
        }
    }

    pub(crate) fn plan(&self) -> &FaultPlan {
        &self.plan
    }

    /// Adds rules behind those that are there, and replaces the random faults if there are new ones.
    pub(crate) fn add(&mut self, more: FaultPlan) {
        self.matched.extend(more.rules.iter().map(|_| 0));
        self.struck.extend(more.rules.iter().map(|_| 0));
        self.plan.rules.extend(more.rules);
        if let Some(random) = more.random {
            self.random = Dice::new(random.seed, "random faults");
            self.plan.random = Some(random);
        }
    }

    /// What goes wrong with this call, if anything.
    pub(crate) fn strike(&mut self, side: Side, request: &HttpRequest) -> Option<Fault> {
        let counters = self.matched.iter_mut().zip(&mut self.struck);
        for (rule, (matched, struck)) in self.plan.rules.iter().zip(counters) {
            if !rule.matches(side, request) {
                continue;
            }
            *matched += 1;
            if *matched <= rule.after || rule.times.is_some_and(|times| *struck >= times) {
                continue;
            }
            if rule
                .probability
                .is_some_and(|chance| !self.dice.per_mille(per_mille(chance)))
            {
                continue;
            }
            *struck += 1;
            self.total += 1;
            return Some(rule.fault.clone());
        }
        let random = self.plan.random.as_ref()?;
        if random.side.is_some_and(|only| only != side) {
            return None;
        }
        // Always thrown, so that what one call does not decide the fate of the next.
        let (strikes, kind) = (
            self.random.per_mille(per_mille(random.rate)),
            self.random.below(19),
        );
        if !strikes {
            return None;
        }
        self.total += 1;
        Some(any_fault(kind, side))
    }
}

impl Rule {
    fn matches(&self, side: Side, request: &HttpRequest) -> bool {
        self.side.is_none_or(|wanted| wanted == side)
            && self
                .method
                .as_ref()
                .is_none_or(|wanted| wanted.eq_ignore_ascii_case(&request.method))
            && self.path.as_ref().is_none_or(|wanted| {
                if wanted.contains('*') {
                    glob(wanted, &request.path)
                } else {
                    request.path.starts_with(wanted.as_str())
                }
            })
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to 0..=1000"
)]
fn per_mille(chance: f64) -> u32 {
    (chance * 1000.0).round().clamp(0.0, 1000.0) as u32
}

fn any_fault(kind: usize, side: Side) -> Fault {
    let status = |status, retry_after| Fault::Status {
        status,
        name: None,
        body: None,
        retry_after,
    };
    match kind {
        0 => status(500, None),
        1 => status(503, None),
        2 => status(429, Some(1)),
        3 => status(429, None),
        4 => status(504, None),
        5 if side == Side::HubSpot => status(423, None),
        5 | 6 => Fault::HangBefore,
        7 => Fault::HangAfterCommit,
        8 => Fault::ResetBefore,
        9 => Fault::ResetAfterCommit,
        10 => Fault::HalfBody,
        11 => Fault::WrongLength,
        12 => Fault::Html200,
        13 => Fault::Html502,
        14 => Fault::Drip {
            bytes_per_second: 20_000,
        },
        15 => Fault::StaleIndex { ms: 30_000 },
        16 => Fault::Shuffle,
        17 => Fault::Partial207,
        _ => Fault::Delay { ms: 1_500 },
    }
}

/// Whether a path matches a pattern as a whole; `*` stands for any text, slashes included.
fn glob(pattern: &str, path: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = path.strip_prefix(parts.next().unwrap_or_default()) else {
        return false;
    };
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        let Some((_, after)) = rest.split_once(part) else {
            return false;
        };
        rest = after;
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_paths() {
        assert!(glob(
            "/crm/*/batch/create",
            "/crm/objects/2026-09/communications/batch/create"
        ));
        assert!(glob("*", "/anything"));
        assert!(!glob("/crm/*/create", "/crm/objects/createx"));
        assert!(glob("/a*b*c", "/abc"));
    }

    #[test]
    fn a_rule_waits_strikes_and_rests() {
        let text = br#"[{"path": "/api", "after": 1, "times": 2, "fault": "reset_before"}]"#;
        let mut faults = Faults::new(FaultPlan::parse(text).unwrap(), 1);
        let request = HttpRequest::new("GET", "/api/replies", "", Vec::new());
        let struck: Vec<bool> = (0..5)
            .map(|_| faults.strike(Side::Tuco, &request).is_some())
            .collect();
        assert_eq!(struck, [false, true, true, false, false]);
    }
}
