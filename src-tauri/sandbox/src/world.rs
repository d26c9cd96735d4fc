//! Both services together, with the faults between them and their callers, and the control endpoints
//! that only a sandbox has.
//!
//! No socket and no clock: a caller hands in the time and reads from the [`Answer`] how the answer is
//! to reach the client. The same seed, start and calls give the same bytes.

mod fill;
mod portal_side;
mod portal_switches;
mod strike;

use crate::dice::Dice;
use crate::faults::{FaultPlan, Faults};
use crate::hubspot::{Portal, PortalOptions};
use crate::message::{HttpRequest, HttpResponse};
use crate::oauth::{Authority, OauthOptions};
use crate::traffic::{Traffic, TrafficView};
use crate::tuco::{Delivery, Workspace, WorkspaceOptions};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::VecDeque;

/// So many webhook calls are remembered for `GET /_sandbox/deliveries`.
const DELIVERIES_KEPT: usize = 1_000;

/// Which of the two services is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// `api.hubapi.com`.
    HubSpot,
    /// `app.tuco.ai`.
    Tuco,
}

/// What the world is made of. The defaults are the believable small business.
#[derive(Debug, Clone)]
pub struct WorldOptions {
    /// People in HubSpot, 0 to 100,000.
    pub contacts: usize,
    /// So many of them, from the first on, may be known to Tuco as leads.
    pub leads: usize,
    /// Whether rate limits and daily caps hold, on both sides.
    pub limits: bool,
    /// What the portal is like. Its token is made from the seed, unless one is set here.
    pub portal: PortalOptions,
    /// The switches of the Tuco side.
    pub workspace: WorkspaceOptions,
    /// Faults from the start.
    pub faults: FaultPlan,
}

impl Default for WorldOptions {
    fn default() -> Self {
        Self {
            contacts: 500,
            leads: 10_000,
            limits: true,
            portal: PortalOptions::default(),
            workspace: WorkspaceOptions::default(),
            faults: FaultPlan::default(),
        }
    }
}

/// How an answer reaches the client, or does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// As it is.
    Whole,
    /// Never. Whether the call was done is for the client to find out.
    Hang,
    /// The connection is reset, and nothing was done.
    ResetBefore,
    /// The connection is reset, and it was done.
    ResetAfter,
    /// So many bytes of the body, and then the connection ends. It was done.
    Cut {
        /// Bytes of the body that arrive.
        at: usize,
    },
    /// The whole body, but `Content-Length` promises more. It was done.
    WrongLength,
    /// A few bytes at a time. It was done.
    Drip {
        /// How many.
        bytes_per_second: u32,
    },
    /// Late. It was done at once.
    Delay {
        /// Milliseconds until the answer.
        ms: u64,
    },
}

/// An answer and the manner of its coming.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What a client gets that gets all of it.
    pub response: HttpResponse,
    /// Whether it does.
    pub manner: Manner,
}

impl Answer {
    pub(crate) fn whole(response: HttpResponse) -> Self {
        Self {
            response,
            manner: Manner::Whole,
        }
    }
}

/// Both services.
#[derive(Debug)]
pub struct World {
    /// The HubSpot side.
    pub portal: Portal,
    /// Another portal of the same person, with a few of the same people in it.
    pub other_portal: Portal,
    /// The Tuco side.
    pub workspace: Workspace,
    oauth: Authority,
    /// Contacts with a number of their own, in E.164.
    people: Vec<(u64, String)>,
    token_expires_at: Option<i64>,
    token_revoked: bool,
    seed: u64,
    clock_offset: i64,
    faults: Faults,
    dice: Dice,
    traffic: Traffic,
    deliveries: VecDeque<Delivery>,
}

impl World {
    /// The believable default world, as it is at `now`, milliseconds since 1970.
    #[must_use]
    pub fn new(options: &WorldOptions, seed: u64, now: i64) -> Self {
        let mut workspace = options.workspace.clone();
        workspace.limits &= options.limits;
        let mut portal = options.portal.clone();
        if portal.token == PortalOptions::default().token {
            portal.token = token(seed);
        }
        if !options.limits {
            portal.rate_per_10s = 0;
        }
        let other = PortalOptions {
            portal_id: portal.portal_id + 1_111,
            name: "Sandbox, second account".to_owned(),
            token: token(seed.wrapping_add(1)),
            ..portal.clone()
        };
        let mut world = Self {
            portal: Portal::new(portal, seed),
            other_portal: Portal::new(other, seed.wrapping_add(1)),
            oauth: Authority::new(seed),
            workspace: Workspace::new(workspace, seed, now),
            people: Vec::new(),
            token_expires_at: None,
            token_revoked: false,
            seed,
            clock_offset: 0,
            faults: Faults::new(options.faults.clone(), seed),
            dice: Dice::new(seed, "world"),
            traffic: Traffic::default(),
            deliveries: VecDeque::new(),
        };
        fill::fill(&mut world, options.contacts, options.leads, now);
        world
    }

    /// Answers one request at this time, faults included. Paths under `/_sandbox` are the control
    /// endpoints, which know no faults, no limits and no credentials.
    pub fn handle(&mut self, side: Side, request: &HttpRequest, now: i64) -> Answer {
        if request.path == "/_sandbox" || request.path.starts_with("/_sandbox/") {
            return Answer::whole(self.control(request, now));
        }
        self.traffic.request(side, request, now);
        let answer = match self.faults.strike(side, request) {
            None => self.undisturbed(side, request, now),
            Some(fault) => self.disturbed(&fault, side, request, now),
        };
        let answered = !matches!(
            answer.manner,
            Manner::Hang
                | Manner::ResetBefore
                | Manner::ResetAfter
                | Manner::WrongLength
                | Manner::Cut { .. }
        );
        self.traffic
            .answer(side, answered.then_some(answer.response.status));
        answer
    }

    /// Lets everything happen that is due until `now`.
    pub fn advance(&mut self, now: i64) {
        self.workspace.advance(now);
    }

    /// The webhook calls that have to be made since the last time.
    pub fn take_deliveries(&mut self) -> Vec<Delivery> {
        let due = self.workspace.take_deliveries();
        self.deliveries.extend(due.iter().cloned());
        while self.deliveries.len() > DELIVERIES_KEPT {
            self.deliveries.pop_front();
        }
        due
    }

    /// By how much the served world's clock is ahead of the real one, in milliseconds. A caller with
    /// a clock of its own need not look at it.
    #[must_use]
    pub fn clock_offset(&self) -> i64 {
        self.clock_offset
    }

    /// HubSpot token, Tuco key and portal id.
    #[must_use]
    pub fn credentials(&self) -> (String, String, u64) {
        let portal = self.portal.options();
        (
            portal.token.clone(),
            self.workspace.key().to_owned(),
            portal.portal_id,
        )
    }

    /// The app that is registered for signing in, with the switches of the sign-in.
    #[must_use]
    pub fn oauth_options(&self) -> &OauthOptions {
        &self.oauth.options
    }

    /// Changes them.
    pub fn change_oauth_options(&mut self, change: impl FnOnce(&mut OauthOptions)) {
        change(&mut self.oauth.options);
    }

    /// The seed that it came from.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// What was asked of one side so far.
    #[must_use]
    pub fn traffic(&self, side: Side) -> TrafficView {
        self.traffic.view(side)
    }

    /// Adds faults to those that are there.
    pub fn add_faults(&mut self, plan: FaultPlan) {
        self.faults.add(plan);
    }

    /// Takes all faults away.
    pub fn clear_faults(&mut self) {
        self.faults = Faults::new(FaultPlan::default(), self.seed);
    }
}

/// A token in the shape of HubSpot's own.
fn token(seed: u64) -> String {
    let mut dice = Dice::new(seed, "token");
    let parts = [8, 4, 4, 4, 12].map(|digits| dice.hex(digits));
    format!("pat-na1-{}", parts.join("-"))
}

/// What the control endpoints need.
impl World {
    pub(crate) fn faults_view(&self) -> &FaultPlan {
        self.faults.plan()
    }

    pub(crate) fn faults_struck(&self) -> u64 {
        self.faults.total
    }

    pub(crate) fn reset_traffic(&mut self) {
        self.traffic.reset();
    }

    /// Answers with the new one.
    pub(crate) fn rotate_token(&mut self, old_until: Option<i64>) -> String {
        let next = token(self.dice.number());
        self.portal.rotate_token(&next, old_until);
        self.token_expires_at = None;
        self.token_revoked = false;
        next
    }

    pub(crate) fn move_clock(&mut self, step: i64) {
        self.clock_offset = self.clock_offset.saturating_add(step);
    }

    pub(crate) fn deliveries_view(&self) -> Value {
        let shown: Vec<Value> = self.deliveries.iter().map(Delivery::view).collect();
        json!({"deliveries": shown})
    }
}
