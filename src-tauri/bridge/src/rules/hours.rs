//! The hours and days that a rule keeps to, asked again right before it acts.
//!
//! When something is due is found out when the rule looks. A computer that slept since, a service that was busy or
//! a line that was full can have made it late, and late may be the middle of the night.

use super::Armed;
use crate::engine::Engine;
use crate::store::rule_run::RuleRunRow;
use crate::trouble::Trouble;
use ::rules::verdict::Verdict;
use wire::Timestamp;

/// Whatever is done so soon after it was due is done when it was meant.
const PROMPT_MS: i64 = 60_000;

impl Engine {
    /// When the rule's hours for this person open again. None where they are open, or it keeps to none.
    pub(super) async fn outside_its_hours(
        &self,
        armed: &Armed,
        run: &RuleRunRow,
    ) -> Result<Option<Timestamp>, Trouble> {
        let timing = &armed.rule.timing;
        let as_decided = run.reason == Verdict::Acts.code();
        let prompt = self.now().saturating_sub(run.due_at) < PROMPT_MS;
        if !timing.has_hours() || as_decided && prompt {
            return Ok(None);
        }
        let settings = self.settings()?;
        let zone = settings.sending.zone_property.as_deref();
        let Some(record) = self.contact_for(&[], &run.contact_id, zone).await? else {
            return Ok(None);
        };
        let place = self.whereabouts(&record, zone, &settings.phone_region);
        let now = self.now();
        let opens = timing.opens(now, &place);
        Ok((opens > now).then_some(opens))
    }
}
