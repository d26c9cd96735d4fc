//! What happens to people and to rules, written down as it happens.

use super::Stage;
use bridge::mirror::iso;
use bridge::rules::pure::file;
use bridge::store::StoreError;
use bridge::store::rule::RuleState;
use bridge::store::template::TemplateBody;
use sandbox::message::HttpRequest;
use sandbox::tuco::{Inbound, Sender};
use sandbox::world::{Side, World};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;
use wire::Clock;

/// HubSpot's search shows a change at most so much later.
pub(super) const MOST_LAG_MS: u64 = 30_000;
const PEOPLE: u64 = 10;
const LIST: &str = "Gold club";
const TITLES: [&str; 4] = ["gold", "silver", "bronze", ""];
const STAGES: [&str; 3] = ["closedwon", "contractsent", "closedlost"];
const OPTED_OUT_AT: &str = "tuco_opted_out_at";

/// What a rule of the story is good for.
pub(super) struct Kind {
    pub(super) name: &'static str,
    body: &'static str,
    /// Whether it is set off by this.
    pub(super) wants: fn(&What) -> bool,
    pub(super) does: Does,
    /// Nobody is meant again so soon, in milliseconds.
    pub(super) spares_ms: i64,
}

/// What its only step leaves behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Does {
    /// A message with this text.
    Send(&'static str),
    /// A note or a task: its kind, property and text.
    Make(&'static str, &'static str, &'static str),
}

/// All rules.
pub(super) const RULES: [Kind; 5] = [
    Kind {
        name: "Gold",
        body: "when = { property = \"contact.jobtitle\", becomes = \"gold\" }\n\
               limits = { per_person = \"every time\" }\n\
               do = [{ send = \"Gold\", line = \"any\" }]\n",
        wants: |what| *what == What::Title("gold"),
        does: Does::Send("A letter of gold"),
        spares_ms: 0,
    },
    Kind {
        name: "Silver",
        body: "when = { property = \"contact.jobtitle\", becomes = \"silver\" }\n\
               timing = { wait = \"3 hours\", expires_after = \"1 day\" }\n\
               limits = { per_person = \"once in 2 days\" }\n\
               do = [{ send = \"Silver\", line = \"any\" }]\n",
        wants: |what| *what == What::Title("silver"),
        does: Does::Send("A letter of silver"),
        spares_ms: 48 * super::HOUR_MS,
    },
    Kind {
        name: "Metal",
        body: "when = { property = \"contact.jobtitle\" }\n\
               limits = { per_person = \"every time\" }\n\
               do = [{ note = \"Another metal\" }]\n",
        wants: |what| matches!(what, What::Title(_)),
        does: Does::Make("note", "hs_note_body", "Another metal"),
        spares_ms: 0,
    },
    Kind {
        name: "Club",
        body: "when = { joins_list = \"Gold club\" }\ntiming = { wait = \"2 hours\" }\n\
               limits = { per_person = \"every time\" }\n\
               do = [{ task = \"Show them round\" }]\n",
        wants: |what| *what == What::Joined,
        does: Does::Make("task", "hs_task_subject", "Show them round"),
        spares_ms: 0,
    },
    Kind {
        name: "Won",
        body: "when = { deal_stage = \"closedwon\" }\n\
               limits = { per_person = \"every time\" }\n\
               do = [{ note = \"A deal was won\" }]\n",
        wants: |what| *what == What::Stage("closedwon"),
        does: Does::Make("note", "hs_note_body", "A deal was won"),
        spares_ms: 0,
    },
];

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// The job title became this.
    Title(&'static str),
    /// Joined the list.
    Joined,
    /// The deal came to this stage.
    Stage(&'static str),
}

/// To whom, and when by the services' clock.
#[derive(Debug, Clone, Copy)]
pub(super) struct Event {
    pub(super) what: What,
    pub(super) contact: u64,
    pub(super) record: u64,
    pub(super) at: i64,
}

/// A time in which a rule was on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub(super) from: i64,
    pub(super) until: i64,
}

/// Somebody, with a deal.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) contact: u64,
    deal: u64,
    pub(super) phone: String,
    pub(super) opted_out: Option<i64>,
    title: &'static str,
    stage: &'static str,
    on_list: bool,
}

/// See the module.
pub(super) struct Story {
    pub(super) people: Vec<Person>,
    pub(super) events: Vec<Event>,
    /// Who left the list, and when.
    pub(super) left: Vec<(u64, i64)>,
    pub(super) spans: BTreeMap<&'static str, Vec<Span>>,
    /// Beginnings of rounds that came to their end without trouble.
    pub(super) clean: Vec<i64>,
    /// How far this machine's clock is off.
    pub(super) off: i64,
    pub(super) trouble: Vec<String>,
    connection: i64,
    changes: u32,
}

impl Story {
    pub(super) fn begin(stage: &Stage<'_>, off: i64) -> Self {
        let people = stage.network.act(|world, now| {
            for name in [OPTED_OUT_AT, "tuco_opted_in_at"] {
                let portal = &mut world.portal;
                portal.define_property("contacts", name, "datetime", "date", &[], false);
            }
            let list = json!({"name": LIST, "objectTypeId": "0-1", "processingType": "MANUAL"});
            in_hubspot(world, "POST", "/crm/v3/lists", &list, now);
            (0..PEOPLE)
                .map(|n| somebody(world, stage, n, now))
                .collect()
        });
        Self {
            people,
            events: Vec::new(),
            left: Vec::new(),
            spans: BTreeMap::new(),
            clean: Vec::new(),
            off,
            trouble: Vec::new(),
            connection: 0,
            changes: 0,
        }
    }

    /// Templates, settings and all rules, most of them on.
    pub(super) fn set_up(&mut self, stage: &Stage<'_>) -> anyhow::Result<()> {
        let connections = stage.by_hand(|rows, _| rows.connections())?;
        let first = connections.first().map(|one| one.id);
        let id = first.ok_or_else(|| anyhow::anyhow!("no connection"))?;
        self.connection = id;
        stage.by_hand(|rows, now| {
            rows.set_setting(id, "quiet.hours", "off", now)?;
            for kind in &RULES {
                if let Does::Send(text) = kind.does {
                    let body = TemplateBody {
                        name: kind.name.to_owned(),
                        folder: String::new(),
                        text: text.to_owned(),
                        variables: String::new(),
                    };
                    rows.add_template(&body, "somebody", now)?;
                }
                rows.keep_rule(id, kind.name, &body(kind, 0), "somebody", now)?;
            }
            Ok(())
        })?;
        for kind in &RULES {
            if stage.dice.chance(85) {
                self.turn_on(stage, kind.name)?;
            }
        }
        Ok(())
    }

    fn turn_on(&mut self, stage: &Stage<'_>, name: &'static str) -> anyhow::Result<()> {
        self.set(stage, name, RuleState::On)?;
        let span = Span {
            from: stage.now(),
            until: i64::MAX,
        };
        self.spans.entry(name).or_default().push(span);
        Ok(())
    }

    pub(super) fn turn_all_on(&mut self, stage: &Stage<'_>) -> anyhow::Result<()> {
        for kind in &RULES {
            if !self.is_on(kind.name) {
                self.turn_on(stage, kind.name)?;
            }
        }
        Ok(())
    }

    fn is_on(&self, name: &str) -> bool {
        let last = self.spans.get(name).and_then(|spans| spans.last());
        last.is_some_and(|span| span.until == i64::MAX)
    }

    fn set(&self, stage: &Stage<'_>, name: &str, state: RuleState) -> anyhow::Result<()> {
        let id = self.connection;
        stage.by_hand(|rows, now| {
            let Some(row) = rows.rule_named(id, name)? else {
                return Ok(());
            };
            rows.set_rule_state(row.id, state, "", now)?;
            if state == RuleState::Off {
                rows.stop_runs_of(row.id, now)?;
            }
            Ok::<_, StoreError>(())
        })
    }

    /// Turns a rule on that is off; one that is on is turned off, or changed, which turns it off.
    pub(super) fn switch(&mut self, stage: &Stage<'_>) -> anyhow::Result<()> {
        let Some(kind) = stage.dice.pick(&RULES) else {
            return Ok(());
        };
        if !self.is_on(kind.name) {
            return self.turn_on(stage, kind.name);
        }
        if stage.dice.chance(40) {
            self.set(stage, kind.name, RuleState::Off)?;
        } else {
            self.changes += 1;
            let (id, body) = (self.connection, body(kind, self.changes));
            stage.by_hand(|rows, now| rows.keep_rule(id, kind.name, &body, "somebody", now))?;
        }
        let now = stage.now();
        if let Some(span) = self
            .spans
            .get_mut(kind.name)
            .and_then(|spans| spans.last_mut())
        {
            span.until = now;
        }
        // Whoever changes a rule often turns it on at once.
        if stage.dice.chance(60) {
            self.turn_on(stage, kind.name)?;
        }
        Ok(())
    }

    /// Some things, one after the other.
    pub(super) async fn something_happens(&mut self, stage: &Stage<'_>) {
        for _ in 0..stage.dice.between(0, 4) {
            let Some(who) = usize::try_from(stage.dice.between(0, PEOPLE - 1)).ok() else {
                continue;
            };
            match stage.dice.between(0, 19) {
                0..=8 => self.retitle(stage, who),
                9..=11 => {
                    // There, and back before anybody looks.
                    let before = self.people.get(who).map_or("", |person| person.title);
                    self.retitle(stage, who);
                    stage.clock.sleep(Duration::from_millis(700)).await;
                    self.title(stage, who, before);
                }
                12..=14 => self.move_deal(stage, who),
                15..=17 => self.join_or_leave(stage, who),
                _ => self.opt_out(stage, who),
            }
            let pause = stage.dice.between(10, 5_000);
            stage.clock.sleep(Duration::from_millis(pause)).await;
        }
    }

    fn retitle(&mut self, stage: &Stage<'_>, who: usize) {
        if let Some(title) = stage.dice.pick(&TITLES) {
            self.title(stage, who, title);
        }
    }

    fn title(&mut self, stage: &Stage<'_>, who: usize, title: &'static str) {
        let Some(person) = self.people.get_mut(who).filter(|one| one.title != title) else {
            return;
        };
        person.title = title;
        let contact = person.contact;
        let at = change(stage, "contacts", contact, "jobtitle", title);
        self.happened(What::Title(title), contact, contact, at);
    }

    fn move_deal(&mut self, stage: &Stage<'_>, who: usize) {
        let (Some(person), Some(to)) = (self.people.get_mut(who), stage.dice.pick(&STAGES)) else {
            return;
        };
        if person.stage == *to {
            return;
        }
        person.stage = to;
        let (contact, deal) = (person.contact, person.deal);
        let at = change(stage, "deals", deal, "dealstage", to);
        self.happened(What::Stage(to), contact, deal, at);
    }

    fn join_or_leave(&mut self, stage: &Stage<'_>, who: usize) {
        let Some(person) = self.people.get_mut(who) else {
            return;
        };
        person.on_list = !person.on_list;
        let (contact, joins) = (person.contact, person.on_list);
        let verb = if joins { "add" } else { "remove" };
        let at = stage.network.act(|world, now| {
            let target = format!("/crm/v3/lists/1/memberships/{verb}");
            in_hubspot(world, "PUT", &target, &json!([contact.to_string()]), now);
            now
        });
        if joins {
            self.happened(What::Joined, contact, contact, at);
        } else {
            self.left.push((contact, at));
        }
    }

    /// By a reply, or by hand in HubSpot.
    fn opt_out(&mut self, stage: &Stage<'_>, who: usize) {
        let Some(person) = self
            .people
            .get_mut(who)
            .filter(|one| one.opted_out.is_none())
        else {
            return;
        };
        let now = stage.now();
        person.opted_out = Some(now);
        if stage.dice.chance(60) {
            let said = Inbound {
                from: Sender::Address(person.phone.clone()),
                text: "STOP".to_owned(),
                at: now,
                line: None,
            };
            stage.network.act(|world, now| {
                world.workspace.receive(&said, now);
            });
        } else {
            change(stage, "contacts", person.contact, OPTED_OUT_AT, &iso(now));
        }
    }

    fn happened(&mut self, what: What, contact: u64, record: u64, at: i64) {
        self.events.push(Event {
            what,
            contact,
            record,
            at,
        });
    }
}

fn body(kind: &Kind, change: u32) -> String {
    let text = format!(
        "[[rule]]\nname = \"{}\"\nabout = \"{change}\"\n{}",
        kind.name, kind.body
    );
    // As a rule is kept: read and written anew.
    let read = file::read(&text).unwrap_or_default();
    read.first().map_or(text, file::print)
}

fn somebody(world: &mut World, stage: &Stage<'_>, n: u64, now: i64) -> Person {
    let phone = format!("+1202555{:04}", 100 + n);
    let title = stage.dice.pick(&TITLES).copied().unwrap_or("");
    let own = |all: &[(&str, &str)]| {
        let all = all.iter();
        all.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    };
    let properties = own(&[
        ("firstname", "Cleo"),
        ("phone", &phone),
        ("jobtitle", title),
    ]);
    let contact = world.portal.seed_record("contacts", properties, now);
    let properties = own(&[
        ("dealname", "Boat"),
        ("pipeline", "default"),
        ("dealstage", "contractsent"),
    ]);
    let deal = world.portal.seed_record("deals", properties, now);
    world
        .portal
        .associate(("deals", deal), ("contacts", contact));
    Person {
        contact,
        deal,
        phone,
        opted_out: None,
        title,
        stage: "contractsent",
        on_list: false,
    }
}

fn change(stage: &Stage<'_>, kind: &str, record: u64, name: &str, value: &str) -> i64 {
    stage.network.act(|world, now| {
        let new = BTreeMap::from([(name.to_owned(), value.to_owned())]);
        world.portal.change_record(kind, record, &new, now);
        now
    })
}

/// Somebody in HubSpot, whom no fault strikes.
pub(super) fn in_hubspot(
    world: &mut World,
    method: &str,
    target: &str,
    body: &Value,
    now: i64,
) -> Value {
    let (token, _, _) = world.credentials();
    let request = HttpRequest::new(method, target, &token, body.to_string().into_bytes());
    let answer = world.handle(Side::HubSpot, &request, now);
    serde_json::from_slice(&answer.response.body).unwrap_or_default()
}
