//! Turning a rule on: what stands against it, and whether as many people are meant as it would reach.

use super::Obstacle;
use super::dry_run::busiest_day;
use crate::engine::Engine;
use crate::trouble::Trouble;
use ::rules::rule::Rule;

const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
/// More people a day than this are asked about.
const FEW: usize = 25;
/// How far back is looked.
const LOOKED_BACK_DAYS: i64 = 7;

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TurnedOn {
    /// It is on, and looks at what happens from now.
    On {
        /// The most people of one day of the last week.
        people: usize,
    },
    /// This stands against it.
    NotReady(Vec<Obstacle>),
    /// Somebody has to say that so many people a day are meant.
    Confirm {
        /// The most people of one day of the last week.
        people: usize,
    },
}

impl Engine {
    /// Turns a rule on, where nothing stands against it and no more than `agreed` people a day, or only a
    /// few, would have been reached.
    ///
    /// # Errors
    /// See [`Trouble`].
    pub async fn turn_on_rule_for(
        &self,
        id: i64,
        rule: &Rule,
        agreed: Option<usize>,
    ) -> Result<TurnedOn, Trouble> {
        let obstacles = self.rule_obstacles(rule).await?;
        if !obstacles.is_empty() {
            return Ok(TurnedOn::NotReady(obstacles));
        }
        let people = self.people_a_day(rule).await?;
        if people > FEW && agreed.is_none_or(|agreed| agreed < people) {
            return Ok(TurnedOn::Confirm { people });
        }
        self.turn_on_rule(id)?;
        Ok(TurnedOn::On { people })
    }

    /// How many it would have written to on the busiest day of the last week, within its own limit.
    async fn people_a_day(&self, rule: &Rule) -> Result<usize, Trouble> {
        if !rule.sends() {
            return Ok(0);
        }
        let since = self.now().saturating_sub(LOOKED_BACK_DAYS * DAY_MS);
        let people = busiest_day(&self.rule_reach(rule, since).await?);
        let most = rule.limits.most_a_day.map(usize::try_from);
        Ok(match most {
            Some(Ok(most)) => people.min(most),
            _ => people,
        })
    }
}
