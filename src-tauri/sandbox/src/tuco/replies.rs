//! `GET /api/replies`, with its traps: one item a lead, texts cut to 200 characters, at most ten of
//! them, and a date range whose meaning no page settles.

use super::address;
use super::id::ObjectId;
use super::lead::{Lead, LeadNo};
use super::message::Message;
use super::options::{NewerParameters, RepliesOrder, RepliesRange};
use super::routes::{offset, page};
use super::{Workspace, error};
use crate::message::{HttpRequest, HttpResponse};
use crate::moment::{Iso, parse_iso};
use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Texts in `recentReplies` and `parentMessages` are cut here, counted as JavaScript counts.
const CUT: usize = 200;
/// At most so many of each.
const MOST: usize = 10;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Page<'a> {
    replies: Vec<Item<'a>>,
    total: usize,
    page: usize,
    limit: usize,
    total_pages: usize,
}

/// One lead with its latest reply.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Item<'a> {
    lead_id: Option<ObjectId>,
    message_id: ObjectId,
    message: Cow<'a, str>,
    responded_at_utc: Iso,
    recipient_phone: Option<&'a str>,
    recipient_email: Option<&'a str>,
    name: String,
    recent_replies: Vec<Recent<'a>>,
    parent_messages: Vec<Parent<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Recent<'a> {
    message_id: ObjectId,
    message: Cow<'a, str>,
    received_at_utc: Iso,
}

/// An outbound message of the same lead. It has no status: that is one of the traps.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Parent<'a> {
    message_id: ObjectId,
    message: Cow<'a, str>,
    sent_at_utc: Iso,
    batch_id: Option<&'a str>,
    step_index: Option<u32>,
}

/// What a call asks for.
struct Wanted {
    lead: Option<LeadNo>,
    campaign: Option<ObjectId>,
    address: Option<String>,
    line: Option<usize>,
    from: Option<i64>,
    to: Option<i64>,
}

impl Workspace {
    pub(super) fn list_replies(&mut self, request: &HttpRequest) -> HttpResponse {
        let wanted = match self.read_wanted(request) {
            Ok(wanted) => wanted,
            Err(refusal) => return refusal,
        };
        let mut found = self.leads_that_replied(&wanted);
        match self.options.replies_order {
            RepliesOrder::Newest => {}
            RepliesOrder::ByLead => found.sort_by_key(|(lead, _)| *lead),
            RepliesOrder::Shuffled => self.dice.shuffle(&mut found),
        }
        let (page, limit) = page(request);
        let total = found.len();
        let shown = found.into_iter().skip(offset(page, limit)).take(limit);
        let range = (self.options.replies_range == RepliesRange::Within)
            .then_some((wanted.from, wanted.to));
        let replies = shown
            .filter_map(|(lead, no)| self.reply_item(lead, no, range))
            .collect();
        let total_pages = total.div_ceil(limit);
        let body = Page {
            replies,
            total,
            page,
            limit,
            total_pages,
        };
        let mut response = HttpResponse::json(200, &body);
        if self.options.replies_cut_splits_pairs {
            response.body = halve(response.body);
        }
        response
    }

    fn read_wanted(&self, request: &HttpRequest) -> Result<Wanted, HttpResponse> {
        let bad = |text| Err(error(400, text));
        let newer = self.options.replies_newer_parameters;
        let get = |name| request.parameter(name).filter(|value| !value.is_empty());
        let lead = match get("leadId").map(|id| (id, ObjectId::parse(id))) {
            None => None,
            Some((_, None)) => return bad("Invalid leadId"),
            Some((_, Some(id))) => match self.leads.find(id) {
                None => return Err(error(404, "Lead not found or access denied")),
                found => found,
            },
        };
        let campaign = match get("campaignId").map(ObjectId::parse) {
            None => None,
            Some(None) => return bad("Invalid campaignId"),
            Some(Some(id)) if !self.campaigns.contains_key(&id) => {
                return Err(error(404, "Campaign not found"));
            }
            Some(id) => id,
        };
        // An unencoded plus arrives as a space, and then is no number that Tuco knows.
        let phone = get("recipientPhone").map(|raw| {
            if raw.starts_with(' ') {
                String::new()
            } else {
                address::phone(raw).unwrap_or_default()
            }
        });
        let email = get("recipientEmail").map(|raw| address::email(raw).unwrap_or_default());
        let mut wanted = Wanted {
            lead,
            campaign,
            address: phone.or(email),
            line: None,
            from: None,
            to: None,
        };
        if newer == NewerParameters::Ignored {
            return Ok(wanted);
        }
        if newer == NewerParameters::Rejected && (get("dateFrom").or(get("dateTo"))).is_some() {
            return bad("Invalid dateFrom");
        }
        if let Some(line) = get("lineId") {
            let Some(id) = ObjectId::parse(line) else {
                return bad("Invalid lineId");
            };
            // A line of somebody else has received nothing here.
            let place = self.lines.iter().position(|line| line.id == id);
            wanted.line = Some(place.unwrap_or(usize::MAX));
        }
        if let Some(text) = get("dateFrom") {
            let Some(from) = parse_iso(text) else {
                return bad("Invalid dateFrom");
            };
            wanted.from = Some(from);
        }
        if let Some(text) = get("dateTo") {
            let Some(to) = parse_iso(text) else {
                return bad("Invalid dateTo");
            };
            wanted.to = Some(to);
        }
        match (wanted.from, wanted.to) {
            (Some(from), Some(to)) if from > to => bad("dateFrom must be <= dateTo"),
            _ => Ok(wanted),
        }
    }

    /// The leads that fit, each with the reply that the item shows; newest reply first.
    fn leads_that_replied(&self, wanted: &Wanted) -> Vec<(LeadNo, u32)> {
        let from = wanted.from.unwrap_or(i64::MIN);
        let to = wanted.to.unwrap_or(i64::MAX);
        if let Some(lead) = wanted.lead {
            let found = self
                .shown_reply(lead, wanted.line, from, to)
                .filter(|_| self.fits(lead, wanted));
            return found.map(|no| (lead, no)).into_iter().collect();
        }
        if let Some(address) = &wanted.address {
            let leads = self.leads.with_address(address).iter().copied();
            let mut found: Vec<(LeadNo, u32)> = leads
                .filter(|lead| self.fits(*lead, wanted))
                .filter_map(|lead| Some((lead, self.shown_reply(lead, wanted.line, from, to)?)))
                .collect();
            found.sort_by_key(|(_, no)| std::cmp::Reverse(self.message(*no).map(|reply| reply.at)));
            return found;
        }
        match self.options.replies_range {
            RepliesRange::ByLatest if wanted.line.is_none() => {
                let inside = self.latest.range((from, 0)..=(to, LeadNo::MAX)).rev();
                inside
                    .filter(|(_, lead)| self.fits(*lead, wanted))
                    .filter_map(|(_, lead)| Some((*lead, *self.leads.get(*lead)?.replies.last()?)))
                    .collect()
            }
            _ => {
                let mut newest: BTreeMap<LeadNo, (i64, u32)> = BTreeMap::new();
                for (at, no) in self.inbound.range((from, 0)..=(to, u32::MAX)).rev() {
                    if let Some(lead) = self.message(*no).and_then(|message| message.lead) {
                        newest.entry(lead).or_insert((*at, *no));
                    }
                }
                let mut found: Vec<(i64, LeadNo, u32)> = newest
                    .into_iter()
                    .filter(|(lead, _)| self.fits(*lead, wanted))
                    .filter_map(|(lead, _)| {
                        let no = self.shown_reply(lead, wanted.line, from, to)?;
                        Some((self.message(no)?.at, lead, no))
                    })
                    .collect();
                found.sort_unstable_by_key(|entry| std::cmp::Reverse(*entry));
                found.into_iter().map(|(_, lead, no)| (lead, no)).collect()
            }
        }
    }

    /// The reply that stands for a lead: its latest if that lies in the range, or the latest inside.
    fn shown_reply(&self, lead: LeadNo, line: Option<usize>, from: i64, to: i64) -> Option<u32> {
        let on_line = |no: &u32| {
            self.message(*no)
                .is_some_and(|message| line.is_none_or(|line| line == message.line))
        };
        let inside = |no: &u32| {
            self.message(*no)
                .is_some_and(|reply| (from..=to).contains(&reply.at))
        };
        let mut replies = self
            .leads
            .get(lead)?
            .replies
            .iter()
            .rev()
            .copied()
            .filter(on_line);
        match self.options.replies_range {
            RepliesRange::ByLatest => replies.next().filter(inside),
            RepliesRange::Within => replies.find(inside),
        }
    }

    fn fits(&self, no: LeadNo, wanted: &Wanted) -> bool {
        let Some(lead) = self.leads.get(no) else {
            return false;
        };
        let of_campaign =
            |id: ObjectId| self.campaigns.get(&id).is_some_and(|all| all.contains(&no));
        (!lead.ghost || self.options.replies_without_lead)
            && wanted.campaign.is_none_or(of_campaign)
            && wanted
                .address
                .as_ref()
                .is_none_or(|wanted| lead.addresses().any(|own| own == wanted))
    }

    /// The item for one lead. With a range, only what lies inside it counts as recent.
    pub(super) fn reply_item(
        &self,
        no: LeadNo,
        reply: u32,
        range: Option<(Option<i64>, Option<i64>)>,
    ) -> Option<Item<'_>> {
        let lead = self.leads.get(no)?;
        let reply = self.message(reply)?;
        let inside = |at: i64| {
            range.is_none_or(|(from, to)| {
                from.is_none_or(|from| at >= from) && to.is_none_or(|to| at <= to)
            })
        };
        let recent_replies = self
            .texts(&lead.replies)
            .filter(|message| inside(message.at))
            .take(MOST)
            .map(|message| Recent {
                message_id: message.id,
                message: self.cut(&message.text),
                received_at_utc: Iso(message.at),
            })
            .collect();
        let latest = if self.options.replies_cut_latest {
            self.cut(&reply.text)
        } else {
            Cow::Borrowed(reply.text.as_str())
        };
        Some(Item {
            lead_id: (!lead.ghost).then_some(lead.id),
            message_id: reply.id,
            message: latest,
            responded_at_utc: Iso(reply.at),
            recipient_phone: reply.phone.as_deref().or_else(|| lead.field("phone")),
            recipient_email: reply.email.as_deref().or_else(|| lead.field("email")),
            name: lead.name(),
            recent_replies,
            parent_messages: self.parents(lead, MOST),
        })
    }

    /// The lead's newest sent messages.
    pub(super) fn parents<'a>(&'a self, lead: &'a Lead, most: usize) -> Vec<Parent<'a>> {
        let mut sent: Vec<(i64, &Message)> = self
            .texts(&lead.sends)
            .filter_map(|message| message.sent.map(|at| (at, message)))
            .collect();
        sent.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        sent.into_iter()
            .take(most)
            .map(|(at, message)| Parent {
                message_id: message.id,
                message: self.cut(&message.text),
                sent_at_utc: Iso(at),
                batch_id: message.marks.get("batchId").map(String::as_str),
                step_index: None,
            })
            .collect()
    }

    /// A text as the lists show it.
    fn cut<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let (kept, straddling) = cut(text);
        match straddling
            .filter(|_| self.options.replies_cut_splits_pairs)
            .and_then(half)
        {
            Some(half) => Cow::Owned(format!("{kept}{half}")),
            None => Cow::Borrowed(kept),
        }
    }

    fn texts<'a>(&'a self, numbers: &'a [u32]) -> impl Iterator<Item = &'a Message> {
        numbers.iter().rev().filter_map(|no| self.message(*no))
    }
}

/// The first 200 UTF-16 units, as JavaScript counts, without the character that straddles the cut;
/// that one comes second.
fn cut(text: &str) -> (&str, Option<char>) {
    // No character has fewer bytes than UTF-16 units.
    if text.len() <= CUT {
        return (text, None);
    }
    let mut units = 0;
    for (at, sign) in text.char_indices() {
        let straddles = units + sign.len_utf16() == CUT + 1 && sign.len_utf16() == 2;
        units += sign.len_utf16();
        if units > CUT {
            return (text.get(..at).unwrap_or(text), straddles.then_some(sign));
        }
    }
    (text, None)
}

/// Stands for the first half of a surrogate pair, which no Rust string can hold: a character of a
/// private plane, U+F0000 on, that [`halve`] turns into an escape.
fn half(sign: char) -> Option<char> {
    let high = (u32::from(sign).checked_sub(0x1_0000)? >> 10) & 0x3ff;
    char::from_u32(0xF_0000 + high)
}

/// Writes the escapes that [`half`] stands for into finished JSON.
fn halve(json: Vec<u8>) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(&json) else {
        return json;
    };
    let mut halved = String::with_capacity(text.len());
    for sign in text.chars() {
        match u32::from(sign)
            .checked_sub(0xF_0000)
            .filter(|high| *high < 0x400)
        {
            Some(high) => halved.push_str(&format!("\\u{:04x}", 0xd800 + high)),
            None => halved.push(sign),
        }
    }
    halved.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_counts_like_javascript() {
        let plain = "a".repeat(250);
        assert_eq!(cut(&plain).0.len(), 200);
        assert_eq!(cut(&"é".repeat(200)).0.chars().count(), 200);
        // An emoji is two units, so half as many fit; an odd place drops the whole character.
        assert_eq!(cut(&"😀".repeat(150)), ("😀".repeat(100).as_str(), None));
        let odd = format!("a{}", "😀".repeat(150));
        assert_eq!(
            cut(&odd),
            (format!("a{}", "😀".repeat(99)).as_str(), Some('😀'))
        );
    }

    #[test]
    fn half_a_pair_is_an_escape() {
        let json = serde_json::to_vec(&half('😀').unwrap()).unwrap();
        assert_eq!(halve(json), br#""\ud83d""#);
    }
}
