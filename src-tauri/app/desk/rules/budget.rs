//! What rules cost.

use bridge::rules::budget;
use bridge::settings::Settings;
use wire::{Clock, SystemClock};

use super::super::Desk;
use crate::view::problem::{Answer, Problem};
use crate::view::rules::budget::RuleBudget;

impl Desk {
    pub(crate) async fn rule_budget(&self, connection: i64) -> Answer<RuleBudget> {
        let row = self.row(connection).await?;
        let now = SystemClock.now();
        self.engine()?
            .read(move |rows| {
                let stored = rows.settings(connection)?;
                let settings = Settings::from_stored(&stored, &row.phone_region);
                let told = budget(rows, connection, now)?;
                Ok::<_, Problem>(RuleBudget::of(told, settings.watched_seconds))
            })
            .await
    }
}
