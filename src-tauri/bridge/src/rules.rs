//! Rules at work: what happened in HubSpot is read, what rules say to it is kept, and what follows is done.
//!
//! Reading is one search a kind of record that some rule watches, and the history of those that changed:
//! what came and went between two looks stands in it, with HubSpot's own times, so that nothing that
//! happened before a rule was turned on sets it off and one change is one change by whatever road it is
//! found. Where no rule is on, nothing is asked.
//!
//! What a rule said is a row before anything is done, and there is one row for a rule and what happened
//! to a person: a repeat finds it. Steps are taken one by one; a message has an intent of its own, so
//! that a step that is taken again is the same message. What must not be repeated (a task, a note) says
//! so before it begins, and is left to a person where nobody knows how it ended.
//!
//! What can go wrong: HubSpot keeps the last values of a property, not all. A property that changed more
//! often than that between two looks shows its last changes.

mod act;
mod asked;
mod at_tuco;
mod backfill;
mod budget;
mod called;
mod count;
mod dry_run;
mod facts;
mod hours;
mod joined;
mod journal;
mod judge;
mod leads;
mod left;
mod look;
mod members;
mod named;
mod near;
mod order;
mod place;
mod read;
mod reported;
mod road;
mod sight;
mod strangers;
mod told;
mod trial;
mod turn_on;
mod write;

use self::budget::Reading;
use crate::engine::Engine;
use crate::planted::Defect;
use crate::store::StoreError;
use crate::store::rule::{RuleRow, RuleState};
use crate::trouble::Trouble;
use ::rules::check::{self, Lack};
use ::rules::field::{Field, Object};
use ::rules::happening::Happening;
use ::rules::rule::{Action, LineChoice, Rule, Trigger, asked as properties};
use hubspot::ObjectKind;
use wire::Timestamp;

/// A rule that failed so often in a row pauses itself.
const MOST_FAILURES: i64 = 10;

/// HubSpot tells its time in whole seconds: what happened in the second of an activation may have happened
/// before it.
const SECOND_MS: i64 = 1_000;

/// The pure side: what rules are.
pub use ::rules as pure;
pub use asked::{GROUP, properties as asked_properties};
pub(crate) use at_tuco::is_campaign_id;
pub use backfill::{Backfilled, Fitting};
pub use budget::{Budget, Calls, DAYS as BUDGET_DAYS, Often, Own, Shared, budget};
pub use called::Called;
pub use count::{Bound, Count};
pub use dry_run::{Guard, Would, busiest_day};
pub use journal::{NEEDS_OWN_APP as JOURNAL_NEEDS_OWN_APP, refusal as journal_refusal};
pub use place::{Part, places};
pub use road::{Road, STEPS as ROAD_STEPS};
pub use sight::{seen_late, unseen};
pub use trial::{Says, Step, Trial};
pub use turn_on::TurnedOn;

/// A rule that is on.
#[derive(Debug, Clone)]
pub(crate) struct Armed {
    pub(crate) row: RuleRow,
    pub(crate) rule: Rule,
}

impl Armed {
    /// Whether this sets it off, and happened since it was turned on.
    fn looks_at(&self, happening: &Happening) -> bool {
        happening.at > self.row.armed_at && look::fires(&self.rule, happening)
    }
}

/// Why a rule can't be turned on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Obstacle {
    /// Something is missing in it.
    Lacks(Lack),
    /// A lead's field is named that leads do not have.
    NoLeadField(Field),
    /// It watches leads, which nobody reads.
    PeopleOff,
    /// A template is named that is not there, or that several have the name of.
    NoTemplate(String),
    /// A property is named that the portal does not have.
    NoProperty(Field),
    /// A line is named that the workspace does not have.
    NoLine(String),
    /// A list is named that the portal does not have.
    NoList(String),
    /// A list is named to be changed that HubSpot fills by a filter.
    FillsItself(String),
    /// A campaign is named by something other than its id.
    NoCampaign(String),
}

impl Obstacle {
    /// For a script.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Lacks(lack) => lack.code(),
            Self::NoLeadField(_) => "unknown_lead_field",
            Self::PeopleOff => "people_off",
            Self::NoTemplate(_) => "unknown_template",
            Self::NoProperty(_) => "unknown_property",
            Self::NoLine(_) => "unknown_line",
            Self::NoList(_) => "unknown_list",
            Self::FillsItself(_) => "list_fills_itself",
            Self::NoCampaign(_) => "unknown_campaign",
        }
    }

    /// For a person.
    pub fn in_words(&self) -> String {
        match self {
            Self::Lacks(lack) => lack.in_words().to_owned(),
            Self::NoLeadField(field) => format!(
                "Leads have no field {field}. There are lead. with {}, and lead.{} with a name of your own.",
                mapping::lead::NAMES.join(", "),
                mapping::lead::CUSTOM
            ),
            Self::PeopleOff => "Leads are read only where people are kept in step, once an hour. Turn that on in at \
                 least one direction, on the page of people or by tuco-hubspot people enable, and then this rule."
                .to_owned(),
            Self::NoTemplate(name) => {
                format!("There is no one template \"{name}\". Make it, or name another one.")
            }
            Self::NoProperty(field) if *field == properties::template() => {
                "The properties of \"Send with Tuco\" are not in HubSpot yet. Make them on the page of rules, or by \
                 tuco-hubspot rules workflow --create."
                    .to_owned()
            }
            Self::NoProperty(field) => {
                format!("HubSpot has no property {field}. Name it by its internal name.")
            }
            Self::NoList(list) => {
                format!("HubSpot has no one list \"{list}\". Name it by its id or its whole name.")
            }
            Self::FillsItself(list) => format!(
                "HubSpot fills the list \"{list}\" by a filter. Name one whose members are put in by hand."
            ),
            Self::NoCampaign(campaign) => format!(
                "\"{campaign}\" is no id of a campaign. Tuco finds campaigns by their id alone: copy it from the \
                 campaign's page."
            ),
            Self::NoLine(line) => format!(
                "Tuco has no line \"{line}\". Name it by its id, number, address or name, or write \"any\"."
            ),
        }
    }
}

/// The rule that a row holds. None where a newer program wrote what this one can't read.
pub fn rule_of(row: &RuleRow) -> Option<Rule> {
    rule_in(&row.body)
}

/// The same of a text that was kept.
pub fn rule_in(body: &str) -> Option<Rule> {
    ::rules::file::read(body).ok()?.into_iter().next()
}

/// Everything that stands against turning a rule on, but for its templates.
pub fn obstacles(rule: &Rule) -> Vec<Obstacle> {
    let mut found: Vec<Obstacle> = check::lacks(rule)
        .into_iter()
        .map(Obstacle::Lacks)
        .collect();
    let of_leads = rule
        .fields()
        .into_iter()
        .filter(|field| field.object == Object::Lead && !field.name.is_empty());
    let unknown = of_leads.filter(|field| field.name.parse::<mapping::LeadField>().is_err());
    found.extend(unknown.map(Obstacle::NoLeadField));
    let campaigns = rule.actions.iter().filter_map(|action| match action {
        Action::Enrol { campaign } => Some(campaign.trim()),
        _ => None,
    });
    let unknown = campaigns.filter(|one| !one.is_empty() && !is_campaign_id(one));
    found.extend(unknown.map(|one| Obstacle::NoCampaign(one.to_owned())));
    found
}

pub(crate) fn kind_of(object: Object) -> Option<ObjectKind> {
    match object {
        Object::Contact => Some(ObjectKind::Contacts),
        Object::Company => Some(ObjectKind::Companies),
        Object::Deal => Some(ObjectKind::Deals),
        Object::Ticket => Some(ObjectKind::Tickets),
        Object::Lead => None,
    }
}

impl Engine {
    /// What rules have to do in a round, after everything that was said has been heard.
    pub(crate) async fn follow_rules(&self) -> Result<(), Trouble> {
        let armed = self.armed_rules()?;
        let done = async {
            let journal = self.follow_journal(&armed);
            self.counted_for(Reading::Journal, journal).await?;
            if armed.is_empty() {
                return Ok(self.watch_leads(&[])?);
            }
            self.look_for_rules(&armed).await?;
            self.go_on_with_backfills(&armed).await?;
            self.act_on_rules(&armed).await
        };
        let done: Result<(), Trouble> = done.await;
        self.keep_rule_calls()?;
        done?;
        self.forget_reports(armed.is_empty())?;
        self.answer_hubspot().await?;
        self.tell_leads().await
    }

    /// What HubSpot reported since is looked at, and acted on, at once. The guard hears what a person said
    /// before each message.
    pub(crate) async fn follow_reports(&self) -> Result<(), Trouble> {
        let armed = self.armed_rules()?;
        if armed.is_empty() {
            return Ok(());
        }
        let done = async {
            let news = self.look_at_reported(&armed).await?;
            if news {
                self.act_on_rules(&armed).await?;
            }
            Ok(news)
        };
        let done: Result<bool, Trouble> = done.await;
        self.keep_rule_calls()?;
        if done? {
            self.answer_hubspot().await?;
        }
        Ok(())
    }

    /// The rules that are on, in the order in which they look.
    pub(crate) fn armed_rules(&self) -> Result<Vec<Armed>, StoreError> {
        let (id, ahead) = (self.id(), self.clock_ahead());
        let rows: Vec<RuleRow> = self
            .read(|rows| rows.rules(id))?
            .into_iter()
            .filter(|row| row.state == RuleState::On)
            .collect();
        let mut armed = Vec::new();
        for mut row in rows {
            if row.armed_at == 0
                && let Some(ahead) = ahead
            {
                row.armed_at = row
                    .enabled_at
                    .saturating_add(ahead)
                    .saturating_add(SECOND_MS);
                self.arm(row.id, row.armed_at)?;
            }
            if row.armed_at == 0 {
                continue;
            }
            if self.planted(Defect::NoActivation) {
                row.armed_at = 1;
            }
            match rule_of(&row) {
                Some(rule) => armed.push(Armed { row, rule }),
                None => self.pause_rule(row.id, "This version can't read the rule.")?,
            }
        }
        armed.sort_by(|one, other| {
            (one.rule.order, one.row.id).cmp(&(other.rule.order, other.row.id))
        });
        Ok(armed)
    }

    /// A round that was under way may have read records that changed since, for the other rules alone: they
    /// are read once more.
    fn arm(&self, rule: i64, at: Timestamp) -> Result<(), StoreError> {
        let (id, now) = (self.id(), self.now());
        self.write(|rows| {
            rows.arm_rule(rule, at)?;
            for object in Object::ALL {
                let cursor = look::cursor(object);
                if let Some(until) = rows.cursor_number(id, &cursor)? {
                    rows.set_cursor(id, &cursor, &until.min(at).to_string(), now)?;
                    rows.forget_for_rules(id, object.as_str(), Timestamp::MAX)?;
                }
            }
            Ok(())
        })
    }

    pub(crate) fn pause_rule(&self, rule: i64, why: &str) -> Result<(), StoreError> {
        let now = self.now();
        self.write(|rows| rows.set_rule_state(rule, RuleState::Paused, why, now))
    }

    /// The beginning of the day by which "at most so many a day" counts: UTC, as Tuco's own caps.
    pub(crate) fn day_began(at: Timestamp) -> Timestamp {
        const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
        at - at.rem_euclid(DAY_MS)
    }
}

impl Engine {
    /// Everything that stands against turning a rule on.
    ///
    /// # Errors
    /// See [`Trouble`].
    pub async fn rule_obstacles(&self, rule: &Rule) -> Result<Vec<Obstacle>, Trouble> {
        let mut found = obstacles(rule);
        for action in &rule.actions {
            found.extend(self.action_obstacles(action).await?);
        }
        if let Some(Trigger::List { list, .. }) = &rule.trigger
            && !list.trim().is_empty()
            && self.list_named(list).await?.is_none()
        {
            found.push(Obstacle::NoList(list.clone()));
        }
        if leads::watches_leads(rule) && !self.reads_leads()? {
            found.push(Obstacle::PeopleOff);
        }
        found.extend(self.unknown_properties(rule).await?);
        Ok(found)
    }

    async fn action_obstacles(&self, action: &Action) -> Result<Vec<Obstacle>, Trouble> {
        let mut found = Vec::new();
        let line = match action {
            Action::Send(message) => {
                let template = message.template.trim();
                if !template.is_empty()
                    && self.read(|rows| rows.templates_named(template))?.len() != 1
                {
                    found.push(Obstacle::NoTemplate(template.to_owned()));
                }
                message.line.clone()
            }
            Action::AssignLine { line } => LineChoice::parse(line).map(|line| match line {
                LineChoice::Owner => LineChoice::This("owner".to_owned()),
                other => other,
            }),
            Action::AddToList { list } | Action::RemoveFromList { list }
                if !list.trim().is_empty() =>
            {
                found.extend(self.list_obstacle(list).await?);
                None
            }
            _ => None,
        };
        if let Some(LineChoice::This(line)) = line
            && self.line_named(&line).await?.is_none()
        {
            found.push(Obstacle::NoLine(line));
        }
        Ok(found)
    }

    async fn unknown_properties(&self, rule: &Rule) -> Result<Vec<Obstacle>, Trouble> {
        let written = rule.actions.iter().filter_map(|action| match action {
            Action::SetProperty { field, .. } => Some(field.clone()),
            _ => None,
        });
        let mut fields = rule.fields();
        fields.extend(written);
        fields.retain(|field| !field.name.is_empty());
        if fields.is_empty() {
            return Ok(Vec::new());
        }
        let known = self.definitions_with_hidden().await?;
        fields.retain(|field| {
            // What the key may not read, and what is not asked for here, is not known to be missing.
            let of = known
                .iter()
                .find(|(object, _)| *object == field.object.as_str());
            of.is_some_and(|(_, all)| !all.iter().any(|one| one.name == field.name))
        });
        Ok(fields.into_iter().map(Obstacle::NoProperty).collect())
    }

    /// Keeps a rule by its name; a new or a changed one is off. False where it said the same already.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn keep_rule(
        &self,
        name: &str,
        body: &str,
        by: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let id = self.id();
        self.write(|rows| rows.keep_rule(id, name, body, by, now))
    }

    /// Turns a rule on. What happened before now sets nothing off.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn turn_on_rule(&self, rule: i64) -> Result<(), StoreError> {
        let now = self.now();
        self.write(|rows| rows.set_rule_state(rule, RuleState::On, "", now))
    }
}
