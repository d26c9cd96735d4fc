//! What people answered.
//!
//! One item per lead, the latest reply; older ones stand in `recent`, at most ten, and are cut to 200
//! characters (<https://docs.tuco.ai/api-reference/endpoint/get-replies>). The order of the items is
//! not documented.

use crate::client::{Ask, REPLIES, Tuco, unexpected};
use crate::lenient::{Fields, list_in, read_items, total_pages};
use crate::{Error, debug_by, time};
use wire::{Method, Repeat, Timestamp};

/// The length, in UTF-16 units, to which the API cuts the texts of older messages.
const CUT_AT: usize = 200;

/// Which replies. Everything empty means all of them; pages count from 1.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct RepliesQuery {
    /// Of this lead; one that is unknown is [`crate::ErrorKind::NotFound`].
    pub lead_id: Option<String>,
    /// From this number.
    pub phone: Option<String>,
    /// From this address.
    pub email: Option<String>,
    /// To this line. Older servers may not know it.
    pub line_id: Option<String>,
    /// Answered at this time or later. Older servers may not know it.
    pub from: Option<Timestamp>,
    /// Answered at this time or before. Older servers may not know it.
    pub to: Option<Timestamp>,
    /// The page; 0 counts as 1.
    pub page: u32,
    /// Items a page; 0 and everything over 100 count as 100.
    pub limit: u32,
}
debug_by!(RepliesQuery, lead_id, from, to, page, limit);

/// A page of replies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepliesPage {
    /// One a lead.
    pub items: Vec<ReplyItem>,
    /// Items on all pages together.
    pub total: u32,
    /// This page, from 1.
    pub page: u32,
    /// How many there are.
    pub total_pages: u32,
    /// Items that could not be read.
    pub skipped: u32,
}

/// The latest reply of one lead.
#[derive(Clone, PartialEq, Eq)]
pub struct ReplyItem {
    /// Whose; senders without a lead may be listed too.
    pub lead_id: Option<String>,
    /// Id of the inbound message.
    pub message_id: String,
    /// Its text; none where the server doesn't tell (older ones didn't).
    pub text: Option<String>,
    /// When it came.
    pub at: Timestamp,
    /// The sender's number.
    pub phone: Option<String>,
    /// The sender's address.
    pub email: Option<String>,
    /// The sender's name.
    pub name: Option<String>,
    /// The line it came to; not documented, but read where told.
    pub line_id: Option<String>,
    /// Up to ten replies, newest first, this one included.
    pub recent: Vec<RecentReply>,
    /// Up to ten messages that went out before, newest first.
    pub parents: Vec<ParentMessage>,
    /// Entries of `recent` and `parents` that could not be read.
    pub skipped: u32,
}
debug_by!(ReplyItem, lead_id, message_id, at);

/// An earlier reply.
#[derive(Clone, PartialEq, Eq)]
pub struct RecentReply {
    /// Id of the inbound message.
    pub message_id: String,
    /// Its text, maybe cut.
    pub text: Option<String>,
    /// When it came.
    pub at: Timestamp,
}
debug_by!(RecentReply, message_id, at);

/// A message of ours before the reply. Nothing tells what became of it, only that it went out.
#[derive(Clone, PartialEq, Eq)]
pub struct ParentMessage {
    /// Its id.
    pub message_id: String,
    /// Its text, maybe cut.
    pub text: Option<String>,
    /// When it was sent.
    pub at: Option<Timestamp>,
    /// The batch it was part of.
    pub batch_id: Option<String>,
}
debug_by!(ParentMessage, message_id, at);

impl RecentReply {
    /// True where the text is so long that more may follow.
    pub fn may_be_cut(&self) -> bool {
        self.text.as_deref().is_some_and(may_be_cut)
    }
}

impl ParentMessage {
    /// True where the text is so long that more may follow.
    pub fn may_be_cut(&self) -> bool {
        self.text.as_deref().is_some_and(may_be_cut)
    }
}

/// A cut can take half of an emoji with it, and marks of omission can be put in its place.
fn may_be_cut(text: &str) -> bool {
    text.encode_utf16().take(CUT_AT).count() + 1 >= CUT_AT
}

impl Tuco {
    /// A page of replies.
    pub async fn replies(&self, query: &RepliesQuery) -> Result<RepliesPage, Error> {
        const NAME: &str = "replies.list";
        let limit = if query.limit == 0 {
            100
        } else {
            query.limit.min(100)
        };
        let mut ask = Ask::new(NAME, Method::GET, &["api", "replies"])
            .with("leadId", query.lead_id.as_deref())
            .with("recipientPhone", query.phone.as_deref())
            .with("recipientEmail", query.email.as_deref())
            .with("lineId", query.line_id.as_deref())
            .with("dateFrom", query.from.map(time::write))
            .with("dateTo", query.to.map(time::write))
            .with("page", Some(query.page.max(1)))
            .with("limit", Some(limit));
        ask.groups = REPLIES;
        let (_, answer) = self.ask(ask).await?;
        let items = list_in(&answer, &["replies"]);
        let items = items.ok_or_else(|| unexpected(NAME, Repeat::Safe))?;
        let (items, skipped) = read_items(items, read);
        let told = |names: &[&str]| {
            let top = Fields::of(&answer)?;
            top.count(names)
                .or_else(|| top.inner("pagination")?.count(names))
        };
        let page = told(&["page"]).unwrap_or(query.page).max(1);
        Ok(RepliesPage {
            total: told(&["total", "totalCount"])
                .unwrap_or_else(|| u32::try_from(items.len()).unwrap_or(u32::MAX)),
            page,
            total_pages: total_pages(&answer).unwrap_or(page),
            items,
            skipped,
        })
    }
}

fn read(item: Fields<'_>) -> Option<ReplyItem> {
    let (mut recent, lost_recent) = item.list(&["recentReplies"], |reply| {
        Some(RecentReply {
            message_id: reply.word(&["messageId", "_id", "id"])?,
            text: reply.raw(&["message", "text"]),
            at: reply.time(&[
                "receivedAtUtc",
                "respondedAtUtc",
                "repliedAtUtc",
                "createdAt",
            ])?,
        })
    });
    let (parents, lost_parents) = item.list(&["parentMessages"], |parent| {
        Some(ParentMessage {
            message_id: parent.word(&["messageId", "_id", "id"])?,
            text: parent.raw(&["message", "text"]),
            at: parent.time(&["sentAtUtc", "sentAt", "createdAt"]),
            batch_id: parent.word(&["batchId"]),
        })
    });
    recent.dedup_by(|a, b| a.message_id == b.message_id);
    // Older payloads had the message as an object.
    let object = item.inner("message");
    let message_id = item.word(&["messageId"]);
    let message_id = message_id.or_else(|| object?.word(&["_id", "messageId", "id"]))?;
    let same = recent.iter().find(|reply| reply.message_id == message_id);
    let at = item
        .time(&[
            "respondedAtUtc",
            "repliedAtUtc",
            "receivedAtUtc",
            "createdAt",
        ])
        .or_else(|| same.map(|reply| reply.at))?;
    Some(ReplyItem {
        lead_id: item.word(&["leadId"]),
        text: item
            .raw(&["message"])
            .or_else(|| object?.raw(&["message", "text"])),
        at,
        phone: item.word(&["recipientPhone", "phone"]),
        email: item.word(&["recipientEmail", "email"]),
        name: item.word(&["name", "recipientName"]),
        line_id: item.word(&["fromLineId", "lineId"]),
        skipped: lost_recent + lost_parents,
        message_id,
        recent,
        parents,
    })
}
