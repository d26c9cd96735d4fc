//! What to write, by a three-way merge: both sides as they are, and what they last agreed on.
//!
//! Per row, the agreement is remembered as a hash of each side's value. A side has changed where its value
//! has another hash now; so an echo of our own write is no change, in whatever order it comes back, and a
//! value that a service keeps in another form than it was given starts no game of ping-pong.
//!
//! Where the two already say the same, nothing is written, whoever changed. Where only one side changed, it
//! wins. Where both did, the row's rule decides, and what the loser held is told, so that it can be put back.
//! Nothing that a person wrote is overwritten without that.

mod making;

use crate::row::{ConflictRule, Direction, Mapping, Row};
use crate::transform::{self, Context, Ended, Stop};
use crate::{LeadField, Phone, Values, content, email, value};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub use making::{Made, new_contact, new_lead};

/// What both sides held when they last agreed, by hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreed {
    /// In HubSpot.
    pub h: String,
    /// In Tuco.
    pub t: String,
    /// By which steps; empty where there are none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub s: String,
}

/// All that two records agreed on, by [`Row::key`].
pub type Mirror = BTreeMap<String, Agreed>;

/// The two records of a person.
#[derive(Debug, Clone, Copy)]
pub struct Pair<'a> {
    /// Values in HubSpot, by their written [`crate::Source`].
    pub contact: &'a Values,
    /// Values in Tuco, by field.
    pub lead: &'a Values,
    /// What they last agreed on.
    pub mirror: &'a Mirror,
    /// When the contact last changed, by HubSpot's clock.
    pub contact_at: Option<i64>,
    /// When the lead last changed, by Tuco's clock.
    pub lead_at: Option<i64>,
}

/// What is known of the world beside the two records.
#[derive(Debug, Clone, Copy)]
pub struct World<'a> {
    /// See [`Context::region`].
    pub region: &'a str,
    /// See [`Context::zone`].
    pub zone: chrono_tz::Tz,
    /// Options of contact properties by name.
    pub options: &'a BTreeMap<String, Vec<(String, String)>>,
    /// Whether leads may be written at all.
    pub to_tuco: bool,
    /// Whether contacts may be written at all.
    pub to_hubspot: bool,
}

/// One of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The contact in HubSpot.
    Contact,
    /// The lead in Tuco.
    Lead,
}

/// Why a row ends as it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// Both say the same.
    Same,
    /// Only this side changed since they agreed.
    Changed(Side),
    /// The other side has no value.
    OtherEmpty(Side),
    /// Both changed, and the rule decided for this side.
    Rule(Side, ConflictRule),
    /// The target has a value, and the rule only fills empty ones.
    Filled,
    /// The winner has no value, and the row is required.
    Required,
    /// The row, or the whole, does not write this way.
    NotThisWay,
    /// A step could not read the value.
    Unreadable(Ended),
}

/// What becomes of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The row's key.
    pub key: String,
    /// Which side's value holds from now on; none where they differ and stay so.
    pub wins: Option<Side>,
    /// Why.
    pub why: Why,
    /// What is written, and where.
    pub write: Option<(Side, String)>,
}

/// Both sides changed a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The row's key.
    pub key: String,
    /// What HubSpot holds.
    pub contact: String,
    /// What Tuco holds.
    pub lead: String,
    /// Who won; none where the rule leaves both as they are.
    pub winner: Option<Side>,
    /// The rule.
    pub rule: ConflictRule,
}

/// What to do about a person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// Row by row, in the mapping's order.
    pub fields: Vec<Field>,
    /// For the lead.
    pub to_lead: Values,
    /// For the contact.
    pub to_contact: Values,
    /// See [`Conflict`].
    pub conflicts: Vec<Conflict>,
}

impl Plan {
    /// Whether there is nothing to write.
    pub fn is_quiet(&self) -> bool {
        self.to_lead.is_empty() && self.to_contact.is_empty()
    }

    /// Whether all that there is to do is to write to the lead.
    pub fn is_for_lead_alone(&self) -> bool {
        self.to_contact.is_empty() && self.conflicts.is_empty() && !self.to_lead.is_empty()
    }

    /// Rows whose value could not be read by a step.
    pub fn unreadable(&self) -> usize {
        let unreadable = |field: &&Field| matches!(field.why, Why::Unreadable(_));
        self.fields.iter().filter(unreadable).count()
    }
}

/// A value of a lead in the form in which it is compared: Tuco keeps numbers and addresses in its own.
pub fn in_lead(field: &LeadField, text: &str, region: &str) -> String {
    let text = text.trim();
    if field.is_phone() {
        return Phone::parse(text, region).map_or_else(|| text.to_owned(), |phone| phone.e164);
    }
    if field.is_email() {
        return email(text).unwrap_or_else(|| text.to_owned());
    }
    text.to_owned()
}

/// The hashes of a row as both sides are.
pub fn agreement(row: &Row, contact: &Values, lead: &Values, region: &str) -> Agreed {
    Agreed {
        h: content::of(value(contact, &row.hubspot.to_string()).trim()),
        t: content::of(&in_lead(&row.lead, value(lead, row.lead.as_str()), region)),
        s: if row.transforms.is_empty() {
            String::new()
        } else {
            content::of(&format!("{:?}", row.transforms))
        },
    }
}

/// What both sides agree on once a plan is done, with both records as they are then. Rows that stay as they
/// are for a reason keep what they agreed on before, so that the reason is found again.
pub fn agreed_after(
    mapping: &Mapping,
    before: &Mirror,
    plan: &Plan,
    contact: &Values,
    lead: &Values,
    region: &str,
) -> Mirror {
    let settled: BTreeMap<&str, bool> = plan
        .fields
        .iter()
        .map(|field| {
            let settled = field.write.is_some() || field.why == Why::Same;
            (field.key.as_str(), settled)
        })
        .collect();
    mapping
        .active()
        .filter_map(|row| {
            let key = row.key();
            match settled.get(key.as_str()) {
                Some(true) => Some((key, agreement(row, contact, lead, region))),
                _ => before.get(&key).cloned().map(|agreed| (key, agreed)),
            }
        })
        .collect()
}

/// What two records agree on that were the same a moment ago, one made from the other.
pub fn agreed(mapping: &Mapping, contact: &Values, lead: &Values, region: &str) -> Mirror {
    mapping
        .active()
        .map(|row| (row.key(), agreement(row, contact, lead, region)))
        .collect()
}

/// What to write for two records that are linked.
pub fn plan(mapping: &Mapping, pair: &Pair<'_>, world: &World<'_>) -> Plan {
    let mut plan = Plan::default();
    for row in mapping.active() {
        let field = decide(row, pair, world, &mut plan.conflicts);
        match &field.write {
            Some((Side::Lead, text)) => {
                plan.to_lead.insert(row.lead.to_string(), text.clone());
            }
            Some((Side::Contact, text)) => {
                plan.to_contact
                    .insert(row.hubspot.to_string(), text.clone());
            }
            None => {}
        }
        plan.fields.push(field);
    }
    plan
}

/// The two values of a row, and what each would be on the other side.
struct Facts<'a> {
    row: &'a Row,
    held: String,
    in_lead: String,
    forward: Result<String, Ended>,
    back: Result<String, Ended>,
    contact_changed: bool,
    lead_changed: bool,
    known: bool,
}

fn context<'a>(row: &Row, world: &World<'a>, record: &'a Values) -> Context<'a> {
    let options = row
        .hubspot
        .contact_property()
        .and_then(|property| world.options.get(property))
        .map_or(&[][..], Vec::as_slice);
    Context {
        region: world.region,
        zone: world.zone,
        options,
        record,
    }
}

fn facts<'a>(row: &'a Row, pair: &Pair<'_>, world: &World<'_>) -> Facts<'a> {
    let held = value(pair.contact, &row.hubspot.to_string())
        .trim()
        .to_owned();
    let in_lead = in_lead(&row.lead, value(pair.lead, row.lead.as_str()), world.region);
    let now = agreement(row, pair.contact, pair.lead, world.region);
    let agreed = pair.mirror.get(&row.key());
    let one_way = Err(Ended {
        step: 0,
        stop: Stop::OneWay,
    });
    Facts {
        forward: if row.direction.writes_lead() {
            transform::forward(&row.transforms, &held, &context(row, world, pair.contact))
                .map(|text| self::in_lead(&row.lead, &text, world.region))
        } else {
            one_way.clone()
        },
        back: if row.direction.writes_contact() {
            transform::back(&row.transforms, &in_lead, &context(row, world, pair.lead))
                .map(|text| text.trim().to_owned())
        } else {
            one_way
        },
        // New steps make another value of what is read, so they count as its change.
        contact_changed: agreed.is_none_or(|agreed| {
            agreed.h != now.h || (agreed.s != now.s && row.direction.writes_lead())
        }),
        lead_changed: agreed.is_none_or(|agreed| {
            agreed.t != now.t || (agreed.s != now.s && row.direction == Direction::ToHubspot)
        }),
        known: agreed.is_some(),
        row,
        held,
        in_lead,
    }
}

impl Facts<'_> {
    fn same(&self) -> bool {
        self.forward.as_ref() == Ok(&self.in_lead) || self.back.as_ref() == Ok(&self.held)
    }

    /// Whether a side has nothing to say. A template or a default speaks for an empty value.
    fn is_empty(&self, side: Side) -> bool {
        match side {
            Side::Contact => match &self.forward {
                Ok(text) => text.is_empty(),
                Err(_) => self.held.is_empty(),
            },
            Side::Lead => match &self.back {
                Ok(text) => text.is_empty(),
                Err(_) => self.in_lead.is_empty(),
            },
        }
    }

    fn target_is_empty(&self, side: Side) -> bool {
        match side {
            Side::Contact => self.in_lead.is_empty(),
            Side::Lead => self.held.is_empty(),
        }
    }
}

fn decide(row: &Row, pair: &Pair<'_>, world: &World<'_>, conflicts: &mut Vec<Conflict>) -> Field {
    let facts = facts(row, pair, world);
    let field = |wins, why, write| Field {
        key: row.key(),
        wins,
        why,
        write,
    };
    if facts.same() {
        return field(None, Why::Same, None);
    }
    let (side, why) = match (facts.contact_changed, facts.lead_changed) {
        // Agreed to differ: a service kept a value in its own form, or a write was refused.
        (false, false) => return field(None, Why::Same, None),
        (true, false) => (Side::Contact, Why::Changed(Side::Contact)),
        (false, true) => (Side::Lead, Why::Changed(Side::Lead)),
        (true, true) => match first_meeting(&facts) {
            Some(side) => (side, Why::OtherEmpty(side)),
            None => {
                let winner = by_rule(row, pair);
                let contested = !facts.held.is_empty() && !facts.in_lead.is_empty();
                if contested {
                    conflicts.push(Conflict {
                        key: row.key(),
                        contact: facts.held.clone(),
                        lead: facts.in_lead.clone(),
                        winner: winner.filter(|side| writes(row, world, *side)),
                        rule: row.conflict,
                    });
                }
                match winner {
                    Some(side) => (side, Why::Rule(side, row.conflict)),
                    None if facts.target_is_empty(Side::Contact) => {
                        (Side::Contact, Why::OtherEmpty(Side::Contact))
                    }
                    None if facts.target_is_empty(Side::Lead) => {
                        (Side::Lead, Why::OtherEmpty(Side::Lead))
                    }
                    None => return field(None, Why::Filled, None),
                }
            }
        },
    };
    let (side, why) = one_way_master(&facts, side, why, conflicts);
    let (wins, why, write) = outcome(&facts, world, side, why);
    field(wins, why, write)
}

/// In a row of one direction, a change on the side that is written is a conflict with the side that is
/// read where the rule names the latter; otherwise it stays.
fn one_way_master(
    facts: &Facts<'_>,
    side: Side,
    why: Why,
    conflicts: &mut Vec<Conflict>,
) -> (Side, Why) {
    let restores = match (facts.row.direction, facts.row.conflict, side) {
        (Direction::ToTuco, ConflictRule::Hubspot, Side::Lead) => Some(Side::Contact),
        (Direction::ToHubspot, ConflictRule::Tuco, Side::Contact) => Some(Side::Lead),
        _ => None,
    };
    let Some(master) = restores.filter(|master| !facts.is_empty(*master)) else {
        return (side, why);
    };
    conflicts.push(Conflict {
        key: facts.row.key(),
        contact: facts.held.clone(),
        lead: facts.in_lead.clone(),
        winner: Some(master),
        rule: facts.row.conflict,
    });
    (master, Why::Rule(master, facts.row.conflict))
}

/// Where the two have never agreed and one is empty, the other has the say.
fn first_meeting(facts: &Facts<'_>) -> Option<Side> {
    if facts.known {
        return None;
    }
    match (facts.is_empty(Side::Contact), facts.is_empty(Side::Lead)) {
        (false, true) => Some(Side::Contact),
        (true, false) => Some(Side::Lead),
        _ => None,
    }
}

fn by_rule(row: &Row, pair: &Pair<'_>) -> Option<Side> {
    match row.conflict {
        ConflictRule::Hubspot => Some(Side::Contact),
        ConflictRule::Tuco => Some(Side::Lead),
        ConflictRule::FillEmpty => None,
        // Where the times can't tell, HubSpot: it is where people look first.
        ConflictRule::Newest => match (pair.contact_at, pair.lead_at) {
            (Some(contact), Some(lead)) if lead > contact => Some(Side::Lead),
            (None, Some(_)) => Some(Side::Lead),
            _ => Some(Side::Contact),
        },
    }
}

/// Whether the winner's value may be written to the other side.
fn writes(row: &Row, world: &World<'_>, winner: Side) -> bool {
    match winner {
        Side::Contact => row.direction.writes_lead() && world.to_tuco,
        Side::Lead => {
            row.direction.writes_contact()
                && world.to_hubspot
                && row.hubspot.contact_property().is_some()
        }
    }
}

type Outcome = (Option<Side>, Why, Option<(Side, String)>);

fn outcome(facts: &Facts<'_>, world: &World<'_>, side: Side, why: Why) -> Outcome {
    let row = facts.row;
    if !writes(row, world, side) {
        return (None, Why::NotThisWay, None);
    }
    let (target, text, held) = match side {
        Side::Contact => (Side::Lead, &facts.forward, &facts.in_lead),
        Side::Lead => (Side::Contact, &facts.back, &facts.held),
    };
    let text = match text {
        Ok(text) => text.clone(),
        Err(Ended {
            stop: Stop::LeaveOut,
            ..
        }) => return (None, Why::NotThisWay, None),
        Err(ended) => return (None, Why::Unreadable(ended.clone()), None),
    };
    if text.is_empty() && (row.required || !facts.known) {
        return (None, Why::Required, None);
    }
    if row.conflict == ConflictRule::FillEmpty && !held.is_empty() {
        return (None, Why::Filled, None);
    }
    (Some(side), why, Some((target, text)))
}

#[cfg(test)]
mod tests;
