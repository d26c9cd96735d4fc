//! The simulated Tuco workspace: messages, replies, leads, lines, do-not-contact and webhooks as its
//! public documentation describes them, every open point a switch in [`WorkspaceOptions`].
//!
//! Time moves only when a call hands in a later `now`: what came due in between happens first. It
//! refuses to invent endpoints that no documentation names; those answer 404.

pub mod address;
pub mod id;
pub mod options;
pub mod webhook;

mod availability;
mod campaigns;
mod dnc;
mod inbound;
mod lead;
mod leads;
mod limits;
mod line;
mod listing;
mod message;
mod outbound;
mod replies;
mod routes;
mod seeding;
mod send;

pub use inbound::{Inbound, Received, Sender};
pub use message::{Origin, Status};
pub use options::WorkspaceOptions;
pub use outbound::SendMade;
pub use seeding::{LeadSeed, PastSend};
pub use webhook::Delivery;

use crate::dice::Dice;
use crate::message::{HttpRequest, HttpResponse};
use id::{IdMint, ObjectId};
use lead::{LeadBook, LeadNo};
use line::Line;
use message::Message;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A list of leads.
#[derive(Debug, Clone)]
pub(crate) struct LeadList {
    pub(crate) id: ObjectId,
    pub(crate) name: &'static str,
    pub(crate) created: i64,
}

/// One workspace with everything in it.
#[derive(Debug)]
pub struct Workspace {
    /// The switches.
    pub options: WorkspaceOptions,
    id: String,
    key: String,
    /// The one before it, and until when it works.
    old_key: Option<(String, i64)>,
    mint: IdMint,
    dice: Dice,
    leads: LeadBook,
    lists: Vec<LeadList>,
    campaigns: BTreeMap<ObjectId, BTreeSet<LeadNo>>,
    lines: Vec<Line>,
    next_line: usize,
    messages: Vec<Option<Message>>,
    message_ids: BTreeMap<ObjectId, u32>,
    /// Transitions to come: when, and of which message.
    due: BTreeSet<(i64, u32)>,
    /// Inbound messages that have not come in yet.
    arrivals: BTreeSet<(i64, u32)>,
    next_arrival: i64,
    /// Leads by their latest reply.
    latest: BTreeSet<(i64, LeadNo)>,
    /// Inbound messages by time.
    inbound: BTreeSet<(i64, u32)>,
    dnc: dnc::DoNotContact,
    webhooks: Vec<webhook::Webhook>,
    deliveries: VecDeque<Delivery>,
    limits: limits::Limits,
}

impl Workspace {
    /// An empty workspace with its lines and lists. The id and the key come from the seed.
    #[must_use]
    pub fn new(options: WorkspaceOptions, seed: u64, now: i64) -> Self {
        let mut names = Dice::new(seed, "workspace");
        let id = format!("org_{}", names.hex(24));
        let key = format!("tuco_sk_{}", names.hex(40));
        let mut mint = IdMint::new(seed);
        let born = now - 200 * crate::moment::DAY;
        let lists = ["Quick Sends", "HubSpot Import"].map(|name| LeadList {
            id: mint.next(born),
            name,
            created: born,
        });
        let mut workspace = Self {
            next_arrival: now + options.arrivals_every_ms,
            options,
            id,
            key,
            old_key: None,
            mint,
            dice: Dice::new(seed, "tuco"),
            leads: LeadBook::default(),
            lists: lists.into(),
            campaigns: BTreeMap::new(),
            lines: Vec::new(),
            next_line: 0,
            messages: Vec::new(),
            message_ids: BTreeMap::new(),
            due: BTreeSet::new(),
            arrivals: BTreeSet::new(),
            latest: BTreeSet::new(),
            inbound: BTreeSet::new(),
            dnc: dnc::DoNotContact::default(),
            webhooks: Vec::new(),
            deliveries: VecDeque::new(),
            limits: limits::Limits::default(),
        };
        workspace.add_default_lines(born);
        workspace
    }

    /// The workspace's id, `org_…`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The API key that is accepted, `tuco_sk_…`.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Another key takes its place. The old one works until `old_until`, or not any more.
    pub(crate) fn rotate_key(&mut self, old_until: Option<i64>) -> &str {
        let next = format!("tuco_sk_{}", self.dice.hex(40));
        let old = std::mem::replace(&mut self.key, next);
        self.old_key = old_until.map(|until| (old, until));
        &self.key
    }

    fn accepts(&self, key: &str, now: i64) -> bool {
        let old = self.old_key.as_ref();
        key == self.key || old.is_some_and(|(old, until)| old == key && now < *until)
    }

    /// Answers one request. The second value is how long the real service would have taken.
    pub fn handle(&mut self, request: &HttpRequest, now: i64) -> (HttpResponse, u64) {
        self.advance(now);
        let (response, delay) = self.route(request, now);
        let given = request.header("x-correlation-id").map(str::to_owned);
        let trace = given.unwrap_or_else(|| format!("app_{}", self.dice.hex(16)));
        (response.with_header("x-correlation-id", &trace), delay)
    }

    /// Lets everything happen that is due until `now`, in the order of time.
    pub fn advance(&mut self, now: i64) {
        loop {
            let step = self.due.first().copied().filter(|(at, _)| *at <= now);
            let arrival = self.arrivals.first().copied().filter(|(at, _)| *at <= now);
            match (step, arrival) {
                (None, None) => break,
                (Some(step), arrival) if arrival.is_none_or(|other| step <= other) => {
                    self.due.remove(&step);
                    self.step(step.0, step.1);
                }
                (_, Some(arrival)) => {
                    self.arrivals.remove(&arrival);
                    self.arrive(arrival.1);
                }
                (Some(_), None) => break,
            }
        }
        self.arrive_by_itself(now);
    }

    /// The webhook calls that have to be made since the last time, in order.
    pub fn take_deliveries(&mut self) -> Vec<Delivery> {
        self.deliveries.drain(..).collect()
    }

    pub(crate) fn message(&self, no: u32) -> Option<&Message> {
        self.messages.get(no as usize)?.as_ref()
    }

    fn message_mut(&mut self, no: u32) -> Option<&mut Message> {
        self.messages.get_mut(no as usize)?.as_mut()
    }

    fn lead_id(&self, no: Option<LeadNo>) -> Option<ObjectId> {
        self.leads
            .get(no?)
            .filter(|lead| !lead.ghost)
            .map(|lead| lead.id)
    }

    fn keep(&mut self, message: Message) -> u32 {
        let no = u32::try_from(self.messages.len()).unwrap_or(u32::MAX);
        self.message_ids.insert(message.id, no);
        self.messages.push(Some(message));
        no
    }

    fn quick_sends(&self) -> Option<ObjectId> {
        self.lists.first().map(|list| list.id)
    }
}

/// An error answer as Tuco writes it.
pub(crate) fn error(status: u16, text: &str) -> HttpResponse {
    HttpResponse::json(status, &json!({"error": text}))
}
