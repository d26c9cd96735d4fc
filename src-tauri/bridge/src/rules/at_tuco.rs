//! What rules do in Tuco: the lead of a contact, a campaign for it, the line that the person is written from.
//!
//! The lead is made and changed by the code that keeps people in step, with the same mapping, for this one
//! person and in this one direction, whatever is switched on. All of it may be said again: a lead that was
//! made by an answer nobody heard is found, and nobody enters a campaign twice.

use super::act::Ended;
use super::dry_run::Guard;
use crate::compose::{Order, OrderError, Recipient};
use crate::engine::Engine;
use crate::guard::{Code, Refusal};
use crate::mirror::iso;
use crate::people::PeopleTally;
use crate::people::by_hand::PeopleError;
use crate::people::reasons::words;
use crate::people::trial::Outcome;
use crate::refusal;
use crate::store::PeopleSide;
use crate::store::rule_run::RuleRunRow;
use crate::trouble::Trouble;
use ::rules::rule::LineChoice;
use mapping::merge::{Made, Side};

/// What would become of a contact's lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LeadStep {
    /// It would be made.
    Make,
    /// So many of its fields would change.
    Change(usize),
    /// It says the same already.
    InStep,
}

/// Why nothing becomes of it: a word, and a sentence.
type Not = (String, String);

fn not(reason: &str) -> Not {
    (reason.to_owned(), words(reason).to_owned())
}

impl Engine {
    /// What would become of the contact's lead.
    pub(super) async fn lead_step(&self, contact: &str) -> Result<Result<LeadStep, Not>, Trouble> {
        let trial = match self.try_mapping(None, PeopleSide::Contact, contact).await {
            Ok(trial) => trial,
            Err(PeopleError::Trouble(trouble)) => return Err(trouble),
            Err(_) => return Ok(Err(not("contact_gone"))),
        };
        let aside = trial.lead.as_ref().is_some_and(|lead| lead.ignored);
        if aside || self.is_put_aside(contact)? {
            return Ok(Err(not("ignored")));
        }
        let id = self.id();
        if trial.lead.is_none() && self.read(|rows| rows.is_no_pair(id, contact, ""))? {
            // Somebody took the lead away, and it is not made again here either.
            return Ok(Err(not("deleted_elsewhere")));
        }
        let reachable = trial
            .contact
            .is_some_and(|contact| !contact.addresses.is_empty());
        Ok(match trial.outcome {
            Outcome::Held(reason) => Err(not(reason)),
            Outcome::LeadMade(Made::Lacks(_)) => Err(not("required_empty")),
            Outcome::LeadMade(Made::Values(_)) if !reachable => Err(not("no_address")),
            Outcome::LeadMade(Made::Values(_)) => Ok(LeadStep::Make),
            Outcome::Compared(plan) if plan.to_lead.is_empty() => Ok(LeadStep::InStep),
            Outcome::Compared(plan) => Ok(LeadStep::Change(plan.to_lead.len())),
            Outcome::ContactMade(_) => Err(not("contact_gone")),
        })
    }

    fn is_put_aside(&self, contact: &str) -> Result<bool, Trouble> {
        let id = self.id();
        let copy = self.read(|rows| rows.person_copy(id, PeopleSide::Contact, contact))?;
        Ok(copy.is_some_and(|copy| copy.ignored))
    }

    /// The contact's lead, made where there is none, and brought up to date.
    async fn lead_in_step(&self, contact: &str) -> Result<Result<String, Ended>, Trouble> {
        if let Err((reason, words)) = self.lead_step(contact).await? {
            return Ok(Err(Ended::LeftOut(reason, words)));
        }
        let mut tally = self.write_lead_of(contact).await?;
        if tally.skipped.contains_key("lead_existed") {
            // Tuco knew the person: linked now, and compared with what the lead says.
            tally = self.write_lead_of(contact).await?;
        }
        let id = self.id();
        let pair = self.read(|rows| rows.pair_of(id, PeopleSide::Contact, contact))?;
        let refused = tally.skipped.keys().next();
        Ok(match (pair, refused) {
            // What another lead has stays out; the rest is written.
            (Some(pair), None) => Ok(pair.lead_id),
            (Some(pair), Some(reason)) if reason == "address_taken" => Ok(pair.lead_id),
            (_, reason) => {
                let (reason, words) = not(reason.map_or("unknown_outcome", String::as_str));
                Err(match reason.as_str() {
                    "unknown_outcome" => Ended::Unknown(words),
                    "refused" | "lead_update_not_offered" => Ended::Failed(reason, words),
                    _ => Ended::LeftOut(reason, words),
                })
            }
        })
    }

    async fn write_lead_of(&self, contact: &str) -> Result<PeopleTally, Trouble> {
        let side = PeopleSide::Contact;
        match self.write_one(None, side, contact, Some(Side::Lead)).await {
            Ok(tally) => Ok(tally),
            Err(PeopleError::Trouble(trouble)) => Err(trouble),
            // It was there a moment ago; the next look says so.
            Err(_) => Ok(PeopleTally::default()),
        }
    }

    pub(super) async fn rule_upserts_lead(&self, run: &RuleRunRow) -> Result<Ended, Trouble> {
        let lead = self.lead_in_step(&run.contact_id).await?;
        Ok(lead.err().unwrap_or(Ended::Well))
    }

    pub(super) async fn rule_enrols(
        &self,
        run: &RuleRunRow,
        campaign: &str,
    ) -> Result<Ended, Trouble> {
        // A campaign writes to people: what they said stands above it, asked at this moment.
        if let Some(guard) = self.stands_against(&run.contact_id).await? {
            return Ok(Ended::LeftOut(guard.reason, guard.words));
        }
        let lead = match self.lead_in_step(&run.contact_id).await? {
            Ok(lead) => lead,
            Err(ended) => return Ok(ended),
        };
        let (tuco, campaign) = (&self.outside.tuco, campaign.trim());
        match self.attempt(|| tuco.enrol(campaign, &lead)).await {
            Ok(_) => Ok(Ended::Well),
            Err(Trouble::Tuco(error)) if refusal::is_tuco_refusal(&error) => {
                let words = match error.kind {
                    tuco::ErrorKind::NotFound => {
                        format!(
                            "Tuco has no campaign {campaign}. Copy its id from its page in Tuco."
                        )
                    }
                    _ => format!("Tuco did not take the lead into {campaign}: {error}."),
                };
                Ok(Ended::Failed("not_enrolled".to_owned(), words))
            }
            Err(trouble) => Err(trouble),
        }
    }

    /// What stands against writing to this person at all, whatever the words, the hour and the line.
    pub(super) async fn stands_against(&self, contact: &str) -> Result<Option<Guard>, Trouble> {
        let order = Order::new(Recipient::Contact(contact.to_owned()), "Hello");
        let preview = match self.preview(&order).await {
            Ok(preview) => preview,
            Err(OrderError::Trouble(trouble)) => return Err(trouble),
            Err(error) => {
                return Ok(Some(Guard {
                    reason: "no_address".to_owned(),
                    words: error.to_string(),
                    passes_at: None,
                }));
            }
        };
        let found = preview.refusals.iter().find(|one| is_of_person(one));
        Ok(found.map(|refusal| Guard {
            reason: refusal.code().as_str().to_owned(),
            words: refusal.sentence(iso),
            passes_at: None,
        }))
    }

    pub(super) async fn rule_gives_line(
        &self,
        run: &RuleRunRow,
        line: &str,
    ) -> Result<Ended, Trouble> {
        let given = match LineChoice::parse(line) {
            Some(LineChoice::Any) => None,
            _ => match self.line_named(line).await? {
                Some(line) => Some(line),
                None => {
                    let words = format!("Tuco has no line \"{line}\".");
                    return Ok(Ended::Failed("no_line".to_owned(), words));
                }
            },
        };
        let (id, now) = (self.id(), self.now());
        // A line of a contact that was merged into this one is theirs too.
        let ids = self.ids_of(&run.contact_id).await?;
        self.write(|rows| {
            ids.iter()
                .try_for_each(|contact| rows.give_line(id, contact, None, now))?;
            rows.give_line(id, &run.contact_id, given.as_deref(), now)
        })?;
        Ok(Ended::Well)
    }
}

fn is_of_person(refusal: &Refusal) -> bool {
    matches!(
        refusal.code(),
        Code::OptedOut
            | Code::InReview
            | Code::NoConsent
            | Code::NoAddress
            | Code::ReadOnly
            | Code::WrongPortal
    )
}

/// An id as Tuco writes one: no call finds a campaign by its name.
pub(crate) fn is_campaign_id(text: &str) -> bool {
    let text = text.trim();
    text.len() == 24 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
