//! Lines: the identities that send, with their daily caps and the gaps between two sends.

use super::id::ObjectId;
use crate::moment::{DAY, Iso};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// One sending line.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) id: ObjectId,
    pub(crate) first_name: &'static str,
    pub(crate) last_name: &'static str,
    pub(crate) phone: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) active: bool,
    pub(crate) healthy: bool,
    pub(crate) kind: &'static str,
    pub(crate) new_per_day: u32,
    pub(crate) total_per_day: u32,
    pub(crate) created: i64,
    /// The device may send again from here on.
    pub(crate) device_free: i64,
    /// A first message to somebody new may go out from here on.
    pub(crate) contact_free: i64,
    /// UTC day number to new conversations and messages of that day, those to come included.
    pub(crate) usage: BTreeMap<i64, (u32, u32)>,
}

impl Line {
    /// Whether the caps of the day of `at` leave room for one more.
    pub(crate) fn has_room(&self, at: i64, new: bool) -> bool {
        let (news, total) = self.used(at);
        total < self.total_per_day && (!new || news < self.new_per_day)
    }

    fn used(&self, at: i64) -> (u32, u32) {
        self.usage
            .get(&at.div_euclid(DAY))
            .copied()
            .unwrap_or_default()
    }

    /// Takes the place of one message at this time.
    pub(crate) fn reserve(&mut self, at: i64, new: bool, device_gap: i64, contact_gap: i64) {
        let (news, total) = self.usage.entry(at.div_euclid(DAY)).or_default();
        *total += 1;
        self.device_free = self.device_free.max(at + device_gap);
        if new {
            *news += 1;
            self.contact_free = self.contact_free.max(at + contact_gap);
        }
    }

    /// Gives a place back that a cancelled message held.
    pub(crate) fn release(&mut self, at: i64, new: bool) {
        if let Some((news, total)) = self.usage.get_mut(&at.div_euclid(DAY)) {
            *total = total.saturating_sub(1);
            *news = news.saturating_sub(u32::from(new));
        }
    }

    /// The line as `GET /api/lines/by-user` shows it.
    pub(crate) fn view(&self, workspace: &str, now: i64) -> Value {
        let (news, total) = self.used(now);
        let date: String = Iso(now).to_string().chars().take(10).collect();
        let health = if self.healthy { "healthy" } else { "down" };
        json!({
            "_id": self.id,
            "workspaceId": workspace,
            "firstName": self.first_name,
            "lastName": self.last_name,
            "phone": self.phone,
            "email": self.email,
            "isActive": self.active,
            "provisioningStatus": "active",
            "lineType": self.kind,
            "dailyNewConversationsLimit": self.new_per_day,
            "dailyTotalMessagesLimit": self.total_per_day,
            "usage": {"date": date, "newConversationsCount": news, "totalMessagesCount": total},
            "healthCheck": {"status": health, "lastCheckedAt": Iso(now - now.rem_euclid(300_000))},
            "createdAt": Iso(self.created),
            "updatedAt": Iso(self.created),
        })
    }
}
