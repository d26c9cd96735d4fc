//! From which line a message goes: the one that was chosen, the one that bears the owner's name, the one that
//! a rule gave the person, the first of the preferred ones that has room; else Tuco chooses.

use super::Order;
use crate::engine::Engine;
use crate::guard::Who;
use crate::trouble::Trouble;
use hubspot::Owner;
use message::guard::Way;
use tuco::Line;

/// How the line was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineWhy {
    /// Whoever writes chose it.
    Chosen,
    /// It bears the name or the address of the contact's owner.
    Owner,
    /// A rule gave it to the person.
    Given,
    /// No line bears the owner's name, or the contact has none: as if nothing had been chosen.
    NoOwnerLine,
    /// The first of the preferred ones that has room.
    Preferred,
    /// Tuco chooses.
    Tuco,
}

impl Engine {
    pub(super) async fn line_for(
        &self,
        order: &Order,
        who: &Who,
        channel: Way,
    ) -> Result<(Option<String>, LineWhy), Trouble> {
        if let Some(line) = &order.line_id {
            return Ok((Some(line.clone()), LineWhy::Chosen));
        }
        if order.owner_line
            && let Some(line) = self.owners_line(who).await?
        {
            return Ok((Some(line), LineWhy::Owner));
        }
        if let Some(line) = self.given_line(who, channel).await? {
            return Ok((Some(line), LineWhy::Given));
        }
        let preferred = self.preferred_line(channel).await?;
        let why = match (&preferred, order.owner_line) {
            (_, true) => LineWhy::NoOwnerLine,
            (Some(_), false) => LineWhy::Preferred,
            (None, false) => LineWhy::Tuco,
        };
        Ok((preferred, why))
    }

    async fn owners_line(&self, who: &Who) -> Result<Option<String>, Trouble> {
        let Some(owner) = self.owner_of(who).await? else {
            return Ok(None);
        };
        let lines = self.lines_lately().await?;
        let theirs = lines.iter().find(|line| is_of(line, &owner));
        Ok(theirs.map(|line| line.id.clone()))
    }
}

fn is_of(line: &Line, owner: &Owner) -> bool {
    let lower = |text: Option<&str>| text.map(|text| text.trim().to_lowercase());
    let same = |a: Option<&str>, b: Option<&str>| {
        lower(a).is_some_and(|a| !a.is_empty() && Some(a) == lower(b))
    };
    same(line.email.as_deref(), owner.email.as_deref())
        || same(line.first_name.as_deref(), owner.first_name.as_deref())
            && same(line.last_name.as_deref(), owner.last_name.as_deref())
}
