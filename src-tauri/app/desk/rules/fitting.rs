//! Running a rule on those who fit it already.

use bridge::running::RuleEdit;

use super::super::Desk;
use super::super::compose::me;
use crate::view::problem::{Answer, Code, Problem};
use crate::view::rules::fitting::{RuleBackfilled, RuleFitting};

impl Desk {
    pub(crate) async fn rule_fitting(&self, connection: i64, rule: i64) -> Answer<RuleFitting> {
        let (row, rule) = self.rule_row(connection, rule).await?;
        let fits = self
            .engine()?
            .rule_fitting(connection, row.id, rule)
            .await?;
        let (fitting, names) = fits.map_err(|why| Problem::new(Code::Refused, why))?;
        Ok(RuleFitting::of(&fitting, &names))
    }

    pub(crate) async fn backfill_rule(
        &self,
        connection: i64,
        rule: i64,
        typed: Option<u32>,
    ) -> Answer<RuleBackfilled> {
        let (row, _) = self.rule_row(connection, rule).await?;
        let agreed = typed.and_then(|typed| usize::try_from(typed).ok());
        let done = self
            .engine()?
            .backfill_rule(connection, row.name, agreed, me())
            .await?;
        RuleBackfilled::of(done)
    }

    /// How many were not looked at.
    pub(crate) async fn stop_backfill(&self, connection: i64, rule: i64) -> Answer<i64> {
        let left = self
            .edit_rules(connection, RuleEdit::StopBackfill(rule))
            .await?;
        Ok(left.unwrap_or_default())
    }
}
