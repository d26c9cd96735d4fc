//! What a person decides: no more for somebody, again for somebody, and what a reply meant.

use super::{Whose, begin};
use crate::compose::Recipient;
use crate::engine::Engine;
use crate::guard::Who;
use crate::store::{NewStep, ReviewKind, Step, StoreError};
use crate::trouble::Trouble;

/// What came of lifting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lifted {
    /// Entries that ended here.
    pub ended: usize,
    /// What is yet to be told to Tuco or HubSpot, each with why it is not done.
    pub left: Vec<String>,
}

impl Engine {
    /// Opts somebody out. It holds here before anything else is tried. Their keys, for showing.
    ///
    /// # Errors
    /// Why the person could not be looked up; nothing was changed then but by what they said themselves.
    pub async fn opt_out_by_hand(
        &self,
        to: &Recipient,
        by: &str,
        why: &str,
    ) -> Result<Vec<String>, Trouble> {
        let who = self.who(to).await?;
        let (id, now) = (self.id(), self.now());
        let whose = whose(&who);
        let keys = keys(&who, &whose);
        self.write(|rows| {
            begin(rows, id, &whose, ("by_hand", ""), now, now)?;
            for key in &keys {
                rows.add_opt_out(id, key, "by_hand", "", now)?;
                rows.sign_opt_out(id, key, by, why)?;
            }
            Ok::<_, StoreError>(())
        })?;
        self.carry_opt_outs().await?;
        Ok(keys)
    }

    /// Ends every opt-out of somebody, here, in Tuco and in HubSpot.
    ///
    /// # Errors
    /// Why the person could not be looked up.
    pub async fn lift_by_hand(
        &self,
        to: &Recipient,
        by: &str,
        why: &str,
    ) -> Result<Lifted, Trouble> {
        let who = self.who(to).await?;
        let (id, now) = (self.id(), self.now());
        let whose = whose(&who);
        let keys = keys(&who, &whose);
        let ended = self.write(|rows| {
            let mut ended = 0;
            for key in &keys {
                ended += rows.lift_opt_out(id, key, None, (by, why), now)?;
            }
            for review in rows.open_reviews(id)? {
                if review.of.kind == ReviewKind::Harmless && review.of.phone == whose.phone {
                    rows.decide_review(id, review.id, false, by, now)?;
                }
            }
            let of = NewStep {
                phone: whose.phone.clone(),
                email: whose.email.clone(),
                lead_id: None,
                contact_id: whose.contact_id.clone(),
                at: now,
            };
            if ended > 0 {
                rows.add_step(id, Step::DncRemove, &of, now)?;
                rows.add_step(id, Step::HubSpotIn, &of, now)?;
            }
            Ok::<_, StoreError>(ended)
        })?;
        self.carry_opt_outs().await?;
        let open = self.read(|rows| rows.open_steps(id))?;
        let left = open
            .into_iter()
            .filter(|step| step.of.at == now)
            .map(|step| format!("{}: {}", step.step, step.detail))
            .collect();
        Ok(Lifted { ended, left })
    }

    /// Says what a reply meant. False where somebody had decided before.
    ///
    /// # Errors
    /// See [`Trouble`].
    pub async fn decide_review(
        &self,
        review: i64,
        opted_out: bool,
        by: &str,
    ) -> Result<bool, Trouble> {
        let (id, now) = (self.id(), self.now());
        let decided = self.write(|rows| {
            let open = rows.open_reviews(id)?;
            let Some(found) = open.into_iter().find(|row| row.id == review) else {
                return Ok::<_, StoreError>(false);
            };
            let whose = Whose {
                phone: found.of.phone.clone(),
                email: found.of.email.clone(),
                lead_id: found.of.lead_id.clone(),
                contact_id: None,
            };
            if opted_out {
                let mark = ("reply", found.of.message_id.as_str());
                begin(rows, id, &whose, mark, found.of.at, now)?;
            }
            rows.decide_review(id, review, opted_out, by, now)
        })?;
        if decided {
            self.carry_opt_outs().await?;
        }
        Ok(decided)
    }
}

fn whose(who: &Who) -> Whose {
    Whose {
        phone: who.phone.clone(),
        email: who.email.clone(),
        lead_id: None,
        contact_id: who.contact_id.clone(),
    }
}

fn keys(who: &Who, whose: &Whose) -> Vec<String> {
    let mut keys = whose.keys();
    for key in &who.keys {
        if !keys.contains(key) {
            keys.push(key.clone());
        }
    }
    keys
}
