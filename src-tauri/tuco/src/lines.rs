//! Sending identities.

use crate::client::{Ask, Tuco, unexpected};
use crate::lenient::{Fields, list_in, read_items};
use crate::{Error, debug_by};
use wire::{Method, Repeat, Timestamp};

/// A line (<https://docs.tuco.ai/api-reference/lines/get-all-lines>).
#[derive(Clone, PartialEq, Eq)]
pub struct Line {
    /// Its id.
    pub id: String,
    /// The workspace, such as `org_…`: the one way to learn which workspace a key belongs to.
    pub workspace_id: Option<String>,
    /// First name of the person it speaks for.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Number, for a phone line.
    pub phone: Option<String>,
    /// Address, for an email line.
    pub email: Option<String>,
    /// Whether it sends. Taken as so where the API doesn't say.
    pub active: bool,
    /// Such as `active`.
    pub provisioning: Option<String>,
    /// `purchased` or `byon`.
    pub line_type: Option<String>,
    /// New conversations allowed a day (UTC).
    pub daily_new_limit: Option<u32>,
    /// Messages allowed a day (UTC).
    pub daily_total_limit: Option<u32>,
    /// New conversations begun on `usage_day`.
    pub new_today: Option<u32>,
    /// Messages sent on `usage_day`.
    pub total_today: Option<u32>,
    /// The day that the counts are of, as the API writes it; other than today's they mean nothing.
    pub usage_day: Option<String>,
    /// `healthy`, `down` or another word.
    pub health: Option<String>,
    /// When the health was last looked at.
    pub health_checked_at: Option<Timestamp>,
}
debug_by!(Line, id, active, health);

impl Line {
    /// The name to show: the person's, else the address.
    pub fn label(&self) -> String {
        let names = [self.first_name.as_deref(), self.last_name.as_deref()];
        let name = names.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let address = self.phone.as_deref().or(self.email.as_deref());
        if name.is_empty() {
            address.unwrap_or(&self.id).to_owned()
        } else {
            name
        }
    }
}

impl Tuco {
    /// The workspace's lines: the cheapest way to ask whether a key is good.
    pub async fn lines(&self) -> Result<Vec<Line>, Error> {
        const NAME: &str = "lines.list";
        let ask = Ask::new(NAME, Method::GET, &["api", "lines", "by-user"]);
        let (_, answer) = self.ask(ask).await?;
        let items = list_in(&answer, &["lines"]).ok_or_else(|| unexpected(NAME, Repeat::Safe))?;
        Ok(read_items(items, read).0)
    }
}

fn read(line: Fields<'_>) -> Option<Line> {
    let usage = line.inner("usage");
    let health = line.inner("healthCheck");
    Some(Line {
        id: line.word(&["_id", "id", "lineId"])?,
        workspace_id: line.word(&["workspaceId"]),
        first_name: line.word(&["firstName"]),
        last_name: line.word(&["lastName"]),
        phone: line.word(&["phone"]),
        email: line.word(&["email"]),
        active: line.flag(&["isActive", "active"]).unwrap_or(true),
        provisioning: line.word(&["provisioningStatus"]),
        line_type: line.word(&["lineType"]),
        daily_new_limit: line.count(&["dailyNewConversationsLimit"]),
        daily_total_limit: line.count(&["dailyTotalMessagesLimit"]),
        new_today: usage.and_then(|usage| usage.count(&["newConversationsCount"])),
        total_today: usage.and_then(|usage| usage.count(&["totalMessagesCount"])),
        usage_day: usage.and_then(|usage| usage.word(&["date"])),
        health: health.and_then(|health| health.word(&["status"])),
        health_checked_at: health.and_then(|health| health.time(&["lastCheckedAt"])),
    })
}
