//! Putting contacts on lists, and taking them off. Said again it changes nothing.
//!
//! Each is noted before it is written, so that rules which send a person round between lists are stopped.

use super::Obstacle;
use super::act::Ended;
use crate::engine::Engine;
use crate::store::rule_run::RuleRunRow;
use crate::trouble::Trouble;
use ::rules::field::Object;
use ::rules::rule::ListStep;

/// What is noted of a list, as if it were a property.
pub(super) fn noted(list: &str, step: ListStep) -> (String, &'static str) {
    let word = match step {
        ListStep::Joins => "joined",
        ListStep::Leaves => "left",
    };
    (format!("list:{list}"), word)
}

impl Engine {
    pub(super) async fn rule_changes_list(
        &self,
        run: &RuleRunRow,
        named: &str,
        step: ListStep,
    ) -> Result<Ended, Trouble> {
        let Some(list) = self.list_named(named).await? else {
            let words = format!("There is no one list \"{named}\" in HubSpot.");
            return Ok(Ended::Failed("no_list".to_owned(), words));
        };
        let (id, now) = (self.id(), self.now());
        let contact = run.contact_id.as_str();
        let (name, value) = noted(&list, step);
        self.write(|rows| {
            let of = (Object::Contact.as_str(), contact);
            rows.note_rule_write(
                id,
                of,
                (name.as_str(), value),
                run.chain.saturating_add(1),
                now,
            )
        })?;
        let (this, nobody) = ([contact], []);
        let (add, remove) = match step {
            ListStep::Joins => (this.as_slice(), nobody.as_slice()),
            ListStep::Leaves => (nobody.as_slice(), this.as_slice()),
        };
        let hubspot = &self.outside.hubspot;
        let missing = self
            .attempt(|| hubspot.change_list(&list, add, remove))
            .await?;
        Ok(if missing.iter().any(|one| one == contact) {
            let words = "HubSpot has no such contact any more.".to_owned();
            Ended::LeftOut("no_record".to_owned(), words)
        } else {
            Ended::Well
        })
    }

    /// What stands against changing who is on this list.
    pub(super) async fn list_obstacle(&self, named: &str) -> Result<Option<Obstacle>, Trouble> {
        let missing = || Some(Obstacle::NoList(named.to_owned()));
        let Some(id) = self.list_named(named).await? else {
            return Ok(missing());
        };
        let hubspot = &self.outside.hubspot;
        let ids = [id];
        let found = self.attempt(|| hubspot.lists_by_id(&ids)).await?;
        Ok(match found.first() {
            None => missing(),
            Some(list) if list.dynamic => Some(Obstacle::FillsItself(named.to_owned())),
            Some(_) => None,
        })
    }
}
