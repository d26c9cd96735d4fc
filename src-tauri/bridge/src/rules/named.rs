//! The name of a rule, or of a send to many, written into the lead that its message went to.
//!
//! It is asked for with the message and done when the message went out: what stands in the way of it neither stops
//! the message nor sends it again, and is told with what the rule did.

use super::Armed;
use super::budget::Reading;
use crate::engine::Engine;
use crate::people::naming::Named;
use crate::store::rule_lead::{Outcome, RuleLeadRow};
use crate::store::rule_run::RuleRunRow;
use crate::store::{RunRow, SendRow, SendState, StoreError};
use crate::trouble::Trouble;
use mapping::LeadField;
use wire::RetryClass;

/// Leads of one round; Tuco takes two such calls a second.
const MOST: u32 = 20;
/// A busy service is asked again after this.
const AGAIN_MS: i64 = 15 * 60_000;
/// And so often.
const MOST_TRIES: u32 = 5;
/// Stands for the rule, and for what it did, where many were sent to by hand.
const OF_NO_RULE: i64 = 0;

impl Engine {
    /// The rule's message is kept: its lead is to be told, where that is asked for.
    pub(super) fn lead_is_told(
        &self,
        armed: &Armed,
        run: &RuleRunRow,
        send: &SendRow,
    ) -> Result<(), StoreError> {
        self.lead_to_tell(&armed.rule.name, (run.rule_id, run.id), send)
    }

    /// The same of a message to one of many. One that was on its way before is somebody else's.
    pub(crate) fn lead_is_told_of_many(
        &self,
        run: &RunRow,
        send: &SendRow,
    ) -> Result<(), StoreError> {
        let ended = matches!(send.state, SendState::Failed | SendState::Refused);
        if ended || send.asked.run != Some(run.id) || run.name.trim().is_empty() {
            return Ok(());
        }
        self.lead_to_tell(run.name.trim(), (OF_NO_RULE, OF_NO_RULE), send)
    }

    fn lead_to_tell(
        &self,
        name: &str,
        (rule_id, run_id): (i64, i64),
        send: &SendRow,
    ) -> Result<(), StoreError> {
        let Some(field) = self.settings()?.cause_lead_field else {
            return Ok(());
        };
        let (id, now) = (self.id(), self.now());
        let row = RuleLeadRow {
            send_id: send.id,
            rule_id,
            run_id,
            field: field.to_string(),
            rule: name.to_owned(),
            tries: 0,
        };
        self.write(|rows| rows.tell_lead(id, &row, now))
    }

    /// Writes the names whose messages went out.
    pub(super) async fn tell_leads(&self) -> Result<(), Trouble> {
        let (id, now) = (self.id(), self.now());
        for (row, outcome) in self.read(|rows| rows.leads_to_tell(id, now, MOST))? {
            let told = self.tell_lead_of(&row, &outcome);
            let told = if row.rule_id == OF_NO_RULE {
                told.await
            } else {
                self.counted_for(Reading::Own(row.rule_id), told).await
            };
            self.keep_rule_calls()?;
            match told {
                Ok(why_not) => self.write(|rows| rows.lead_told(&row, why_not))?,
                // That holds for all of them, and for the whole round.
                Err(trouble) if trouble.retry_class() == RetryClass::NeedsSignIn => {
                    return Err(trouble);
                }
                Err(_) if row.tries + 1 >= MOST_TRIES => {
                    self.write(|rows| rows.lead_told(&row, NO_ANSWER))?;
                }
                Err(_) => {
                    let then = self.now().saturating_add(AGAIN_MS);
                    self.write(|rows| rows.tell_lead_later(row.send_id, then))?;
                }
            }
        }
        Ok(())
    }

    /// Why it was not written; nothing where it stands there now, or nothing went out.
    async fn tell_lead_of(
        &self,
        row: &RuleLeadRow,
        outcome: &Outcome,
    ) -> Result<&'static str, Trouble> {
        let went = matches!(
            outcome.state,
            SendState::Sent
                | SendState::Delivered
                | SendState::Fallback
                | SendState::Pending
                | SendState::Scheduled
        );
        let Some(field) = row.field.parse::<LeadField>().ok().filter(|_| went) else {
            return Ok("");
        };
        let Some(lead) = &outcome.lead_id else {
            return Ok(NO_LEAD);
        };
        Ok(match self.name_on_lead(lead, &field, &row.rule).await? {
            Named::Written => "",
            Named::Gone => NO_LEAD,
            Named::NotOffered => NOT_OFFERED,
            Named::Refused => REFUSED,
        })
    }
}

const NO_LEAD: &str = "The message went out. The rule's name is not on the lead: Tuco names none.";
const NOT_OFFERED: &str = "The message went out. The rule's name is not on the lead: Tuco does not take changes of leads \
     with this key.";
const REFUSED: &str =
    "The message went out. The rule's name is not on the lead: Tuco did not take the field.";
const NO_ANSWER: &str =
    "The message went out. The rule's name may not be on the lead: Tuco did not answer.";
