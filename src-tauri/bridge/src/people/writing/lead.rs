//! Writing what changed to one lead.
//!
//! Tuco refuses a change as a whole where another lead has one of its numbers or addresses. The rest of it is nobody's
//! business but this person's, so it is written without them, once; that somebody else has the address stays said.

use super::super::step::Update;
use super::super::{PeopleTally, Work, records};
use super::{Done, NO_LEAD_UPDATE, No};
use crate::engine::Engine;
use crate::refusal;
use crate::store::people::NewPeopleEffect;
use crate::store::{PeopleSide, StoreError};
use crate::trouble::Trouble;
use mapping::merge::in_lead;
use mapping::{LeadField, Values};
use std::collections::BTreeSet;
use tuco::ErrorKind as TucoKind;

impl Engine {
    /// Whether leads can be changed: by the switch, and by what Tuco answered within a day.
    pub(super) fn lead_update_offered(&self, work: &Work) -> Result<bool, StoreError> {
        Ok(work.lead_update && self.lead_changes_offered()?)
    }

    pub(super) async fn write_lead(
        &self,
        work: &Work,
        update: &Update,
        tally: &mut PeopleTally,
    ) -> Result<Done, Trouble> {
        if update.plan.to_lead.is_empty() {
            return Ok(Done::Nothing);
        }
        if !self.lead_update_offered(work)? {
            tally.skip("lead_update_not_offered");
            return Ok(Done::Refused(No::word("lead_update_not_offered")));
        }
        let mut done = self.put_lead(work, update, &update.plan.to_lead).await?;
        if matches!(&done, Done::Refused(no) if no.word == "address_taken")
            && let Some((rest, left)) = self.without_what_others_have(work, update)?
        {
            done = match self.put_lead(work, update, &rest).await? {
                Done::Written(values) => {
                    tally.skip("address_taken");
                    Done::Partly(values, left)
                }
                other => other,
            };
        }
        if let Done::Refused(no) = &done {
            tally.skip(no.word);
        }
        Ok(done)
    }

    /// The values of a change that was refused for an address, without those that other leads have, and the fields
    /// that are left out; nothing where nothing would be left. Whose it is Tuco does not say: where no lead that is
    /// known here has it, all numbers and addresses stay out.
    fn without_what_others_have(
        &self,
        work: &Work,
        update: &Update,
    ) -> Result<Option<(Values, BTreeSet<String>)>, Trouble> {
        let id = self.id();
        let (mut identifying, mut known) = (BTreeSet::new(), BTreeSet::new());
        for (name, text) in &update.plan.to_lead {
            let Some(field) = name.parse::<LeadField>().ok().filter(LeadField::identifies) else {
                continue;
            };
            let address = in_lead(&field, text, &work.region);
            let having = self.read(|rows| rows.with_address(id, PeopleSide::Lead, &address))?;
            if having.iter().any(|lead| *lead != update.lead.id) {
                known.insert(name.clone());
            }
            identifying.insert(name.clone());
        }
        let left = if known.is_empty() { identifying } else { known };
        let mut rest = update.plan.to_lead.clone();
        rest.retain(|name, _| !left.contains(name));
        Ok((!left.is_empty() && !rest.is_empty()).then_some((rest, left)))
    }

    /// One change of one lead, recorded before it leaves.
    async fn put_lead(
        &self,
        work: &Work,
        update: &Update,
        wanted: &Values,
    ) -> Result<Done, Trouble> {
        let (id, now) = (self.id(), self.now());
        let effect = self.write(|rows| {
            let effect = NewPeopleEffect {
                kind: "lead_update",
                contact_id: &update.contact.id,
                lead_id: &update.lead.id,
                values: wanted,
            };
            rows.begin_people_effect(id, &effect, now)
        })?;
        let fields = records::lead_fields(wanted, &update.lead.values);
        let tuco = &self.outside.tuco;
        let answer = self
            .attempt(|| tuco.update_lead(&update.lead.id, &fields))
            .await;
        let done = match answer {
            Ok(Some(lead)) if lead.id == update.lead.id => {
                Done::Written(records::of_lead(&lead, &work.region, self.now()).values)
            }
            Ok(_) => {
                let mut values = update.lead.values.clone();
                values.extend(wanted.clone());
                Done::Written(values)
            }
            Err(Trouble::Tuco(error)) if refusal::is_tuco_refusal(&error) => {
                Done::Refused(No::word(match error.kind {
                    // A lead that is gone and a call that is not there are told alike.
                    TucoKind::NotOffered
                        if !self.read_lead_again(work, &update.lead.id).await? =>
                    {
                        "lead_gone"
                    }
                    TucoKind::NotOffered => "lead_update_not_offered",
                    TucoKind::Conflict => "address_taken",
                    _ => "refused",
                }))
            }
            Err(trouble) => return Err(trouble),
        };
        let now = self.now();
        self.write(|rows| {
            let (progress, cause) = match &done {
                Done::Refused(no) => ("refused", no.cause()),
                _ => ("done", ""),
            };
            if cause == "lead_update_not_offered" {
                rows.set_cursor(id, NO_LEAD_UPDATE, "refused", now)?;
            }
            rows.end_people_effect(effect, progress, cause, now)
        })?;
        Ok(done)
    }
}
