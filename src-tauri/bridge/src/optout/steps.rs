//! Telling others: each step of an opt-out, or of its end, until it is done.

use crate::engine::Engine;
use crate::store::{Step, StepRow};
use crate::trouble::Trouble;
use tuco::CancelFor;
use wire::{RetryClass, Timestamp};

/// Steps of one turn: a first look-back can bring many.
const TURN: u32 = 60;
/// Minutes until a step that failed is tried again, the last one repeated.
const AGAIN_MIN: [i64; 5] = [1, 5, 15, 60, 240];

impl Engine {
    /// Does what is due. Trouble with one step is kept with it and stops no other; only a key that is no
    /// longer good stops the round.
    pub(crate) async fn carry_opt_outs(&self) -> Result<(), Trouble> {
        let (id, now) = (self.id(), self.now());
        for step in self.read(|rows| rows.due_steps(id, now, TURN))? {
            match self.tell(&step).await {
                Ok(detail) => self.write(|rows| rows.step_done(step.id, &detail))?,
                Err(trouble) => {
                    let due = now.saturating_add(wait(step.attempts));
                    let why = trouble.to_string();
                    self.write(|rows| rows.step_later(step.id, due, &why))?;
                    if trouble.retry_class() == RetryClass::NeedsSignIn {
                        return Err(trouble);
                    }
                }
            }
        }
        Ok(())
    }

    /// Does one step, once. What came of it.
    async fn tell(&self, step: &StepRow) -> Result<String, Trouble> {
        let tuco = &self.outside.tuco;
        let of = &step.of;
        match step.step {
            Step::Dnc => {
                let Some(phone) = &of.phone else {
                    return Ok("no number".to_owned());
                };
                tuco.dnc_add(phone, Some("Opted out")).await?;
                Ok("on Tuco's list".to_owned())
            }
            Step::Cancel => {
                let whose = CancelFor {
                    lead_id: of.lead_id.clone(),
                    phone: of.phone.clone(),
                    email: of.email.clone().filter(|_| of.phone.is_none()),
                };
                if whose == CancelFor::default() {
                    return Ok("no address".to_owned());
                }
                match tuco.cancel_for_lead(&whose).await {
                    Ok(cancelled) => Ok(format!("{} withdrawn", cancelled.count)),
                    // A lead that is gone has nothing that waits.
                    Err(error) if error.kind == tuco::ErrorKind::NotFound => {
                        Ok("nothing to withdraw".to_owned())
                    }
                    Err(error) => Err(error.into()),
                }
            }
            Step::DncRemove => self.off_tucos_list(of).await,
            Step::HubSpot | Step::HubSpotIn => self.tell_hubspot(step).await,
        }
    }
}

fn wait(attempts: u32) -> Timestamp {
    let at = usize::try_from(attempts)
        .unwrap_or(usize::MAX)
        .min(AGAIN_MIN.len() - 1);
    AGAIN_MIN.get(at).copied().unwrap_or(240) * 60_000
}
