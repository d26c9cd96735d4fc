//! How people are kept in step, and what that would do.

use super::ExtraShown;
use crate::view::mapping::RecordSide;
use bridge::people::also::{Also, Extra};
use bridge::people::by_hand::Reconciled;
use bridge::people::{DryRun, Setup, WouldDo, reasons};
use bridge::store::Method;
use mapping::filter::{Condition, Which};
use mapping::portal::Portal;
use serde::{Deserialize, Serialize};
use specta::Type;

/// Properties that nobody chooses people by.
const MOST_OPTIONS: usize = 500;

/// Whose records are kept in step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", tag = "who")]
pub(crate) enum WhichPeople {
    /// Everybody's.
    Everybody,
    /// Of who is on a list.
    List {
        /// Its number.
        list: String,
    },
    /// Of who is in a lifecycle stage.
    Stage {
        /// Which.
        stage: String,
    },
    /// Of who has a value.
    Property {
        /// Of which property.
        property: String,
        /// Which.
        value: String,
    },
}

/// What somebody chose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SyncChoice {
    /// Leads follow contacts.
    pub(crate) to_tuco: bool,
    /// Contacts follow leads.
    pub(crate) to_hub_spot: bool,
    /// Missing leads are made.
    pub(crate) create_leads: bool,
    /// Missing contacts are made.
    pub(crate) create_contacts: bool,
    /// Whose.
    pub(crate) which: WhichPeople,
    /// Read beside people.
    pub(crate) companies: bool,
    /// Read beside people.
    pub(crate) deals: bool,
    /// Read beside people.
    pub(crate) tickets: bool,
    /// Read beside people.
    pub(crate) engagements: bool,
    /// Read beside people.
    pub(crate) objects: bool,
}

impl From<&Setup> for SyncChoice {
    fn from(setup: &Setup) -> Self {
        let which = match &setup.which {
            Which::Everybody => WhichPeople::Everybody,
            Which::List { list } => WhichPeople::List { list: list.clone() },
            Which::Where { conditions } => match conditions.as_slice() {
                [only] if only.property == "lifecyclestage" && !only.not => WhichPeople::Stage {
                    stage: only.values.join(","),
                },
                _ => WhichPeople::Property {
                    property: conditions
                        .first()
                        .map(|one| one.property.clone())
                        .unwrap_or_default(),
                    value: conditions
                        .first()
                        .map(|one| one.values.join(","))
                        .unwrap_or_default(),
                },
            },
        };
        Self {
            to_tuco: setup.to_tuco,
            to_hub_spot: setup.to_hubspot,
            create_leads: setup.create_leads,
            create_contacts: setup.create_contacts,
            which,
            companies: setup.also.companies,
            deals: setup.also.deals,
            tickets: setup.also.tickets,
            engagements: setup.also.engagements,
            objects: setup.also.objects,
        }
    }
}

impl SyncChoice {
    /// What follows, with what the page does not show as it is now.
    pub(crate) fn setup(&self, now: &Setup) -> Setup {
        let is = |property: &str, value: &str| Which::Where {
            conditions: vec![Condition {
                property: property.to_owned(),
                not: false,
                values: value.split(',').map(|one| one.trim().to_owned()).collect(),
            }],
        };
        let unchanged = Self::from(now).which == self.which;
        let which = match &self.which {
            // Several conditions, made elsewhere, are not lost by looking at them here.
            _ if unchanged => now.which.clone(),
            WhichPeople::Everybody => Which::Everybody,
            WhichPeople::List { list } => Which::List { list: list.clone() },
            WhichPeople::Stage { stage } => is("lifecyclestage", stage),
            WhichPeople::Property { property, value } => is(property, value),
        };
        Setup {
            to_tuco: self.to_tuco,
            to_hubspot: self.to_hub_spot,
            create_leads: self.to_tuco && self.create_leads,
            create_contacts: self.to_hub_spot && self.create_contacts,
            which,
            lead_list: now.lead_list.clone(),
            also: Also {
                companies: self.companies,
                deals: self.deals,
                tickets: self.tickets,
                engagements: self.engagements,
                objects: self.objects,
            },
        }
    }
}

/// A list of contacts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub(crate) struct ContactListShown {
    /// Its number.
    pub(crate) id: String,
    /// Its name.
    pub(crate) name: String,
    /// How many are on it, where told.
    pub(crate) size: Option<u64>,
}

/// A value and its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub(crate) struct ValueShown {
    /// What is stored.
    pub(crate) value: String,
    /// What is shown.
    pub(crate) label: String,
}

/// A property that people can be chosen by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub(crate) struct SyncProperty {
    /// Its name inside.
    pub(crate) name: String,
    /// Its name on screen.
    pub(crate) label: String,
    /// What it takes.
    pub(crate) options: Vec<ValueShown>,
}

/// How people are kept in step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SyncStateShown {
    /// What was chosen.
    pub(crate) choice: SyncChoice,
    /// Lists of the portal.
    pub(crate) lists: Vec<ContactListShown>,
    /// Lifecycle stages.
    pub(crate) stages: Vec<ValueShown>,
    /// Properties of contacts.
    pub(crate) properties: Vec<SyncProperty>,
    /// What else can be read.
    pub(crate) extras: Vec<ExtraShown>,
    /// What is under way; empty where nothing is.
    pub(crate) working: String,
    /// When contacts were read.
    pub(crate) contacts_read_at: Option<i64>,
    /// When leads were read.
    pub(crate) leads_read_at: Option<i64>,
    /// What must be known.
    pub(crate) notes: Vec<String>,
}

/// When both sides were read, from the cursors.
pub(crate) fn read_at(cursor: Option<(String, i64)>) -> Option<i64> {
    cursor.map(|(_, at)| at).filter(|at| *at > 0)
}

impl SyncStateShown {
    pub(crate) fn of(
        setup: &Setup,
        portal: &Portal,
        method: Method,
        contacts_read_at: Option<i64>,
        leads_read_at: Option<i64>,
    ) -> Self {
        let properties = portal.objects.get("contacts").map(|one| &one.properties);
        let stages = portal.options("contacts", "lifecyclestage");
        let value = |(value, label)| ValueShown { value, label };
        Self {
            choice: setup.into(),
            lists: portal
                .lists
                .iter()
                .map(|list| ContactListShown {
                    id: list.id.clone(),
                    name: list.name.clone(),
                    size: list.size,
                })
                .collect(),
            stages: stages.into_iter().map(value).collect(),
            properties: properties
                .into_iter()
                .flatten()
                .filter(|(_, one)| !one.hidden && one.choices.len() <= MOST_OPTIONS)
                .map(|(name, one)| SyncProperty {
                    name: name.clone(),
                    label: one.label.clone(),
                    options: portal
                        .options("contacts", name)
                        .into_iter()
                        .map(value)
                        .collect(),
                })
                .collect(),
            extras: Extra::ALL
                .into_iter()
                .map(|extra| ExtraShown::of(extra, portal, method))
                .collect(),
            working: String::new(),
            contacts_read_at,
            leads_read_at,
            notes: vec![
                "Tuco's leads can't be asked for by date, so they are read in full, once an hour at most."
                    .to_owned(),
            ],
        }
    }
}

/// People who are left as they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub(crate) struct SkippedPeople {
    /// The word.
    pub(crate) reason: String,
    /// The sentence.
    pub(crate) says: String,
    /// How many.
    pub(crate) people: u64,
}

/// What would be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum WouldBe {
    /// A record is made.
    Creates,
    /// It is changed.
    Updates,
}

/// What would be done for one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub(crate) struct DryRunExample {
    /// Whose name it is.
    pub(crate) person: String,
    /// On which side.
    pub(crate) side: RecordSide,
    /// What.
    pub(crate) does: WouldBe,
    /// In words.
    pub(crate) says: String,
}

/// What a choice would do, without doing it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DryRunShown {
    /// Contacts that were read.
    pub(crate) read: u64,
    /// Leads that would be made.
    pub(crate) leads_created: u64,
    /// Leads that would change.
    pub(crate) leads_updated: u64,
    /// Contacts that would be made.
    pub(crate) contacts_created: u64,
    /// Contacts that would change.
    pub(crate) contacts_updated: u64,
    /// Facts in conflict.
    pub(crate) conflicts: u64,
    /// Who is left as they are.
    pub(crate) skipped: Vec<SkippedPeople>,
    /// A few of them.
    pub(crate) examples: Vec<DryRunExample>,
    /// What has to be typed before it begins.
    pub(crate) type_name: Option<String>,
}

fn example(one: &WouldDo) -> DryRunExample {
    let field = one.values.iter().next();
    let says = match (one.creates, field) {
        (true, _) => match one.values.len() {
            1 => "with 1 field".to_owned(),
            many => format!("with {many} fields"),
        },
        (false, Some((name, value))) => {
            let more = one.values.len() - 1;
            let rest = if more > 0 {
                format!(", and {more} more")
            } else {
                String::new()
            };
            if value.is_empty() {
                format!("{name} becomes empty{rest}")
            } else {
                format!("{name} becomes {value}{rest}")
            }
        }
        (false, None) => String::new(),
    };
    DryRunExample {
        person: one.name.clone(),
        side: one.side.into(),
        does: if one.creates {
            WouldBe::Creates
        } else {
            WouldBe::Updates
        },
        says,
    }
}

impl DryRunShown {
    pub(crate) fn of(run: &DryRun, portal: String) -> Self {
        let counts = &run.counts;
        Self {
            read: counts.read,
            leads_created: counts.leads_created,
            leads_updated: counts.leads_updated,
            contacts_created: counts.contacts_created,
            contacts_updated: counts.contacts_updated,
            conflicts: counts.conflicts,
            skipped: counts
                .skipped
                .iter()
                .map(|(reason, people)| SkippedPeople {
                    reason: reason.clone(),
                    says: reasons::words(reason).to_owned(),
                    people: *people,
                })
                .collect(),
            examples: run.examples.iter().map(example).collect(),
            type_name: Some(portal),
        }
    }
}

/// A record by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub(crate) struct NamedRecord {
    /// Its id.
    pub(crate) id: String,
    /// Its name; may be empty.
    pub(crate) name: String,
}

/// A total of theirs beside ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub(crate) struct ReconciledRow {
    /// Of which records.
    pub(crate) of: RecordSide,
    /// There.
    pub(crate) theirs: u64,
    /// Here.
    pub(crate) ours: u64,
    /// There and not here.
    pub(crate) missing: Vec<NamedRecord>,
    /// Here and not there.
    pub(crate) surplus: Vec<NamedRecord>,
    /// How many are on one side only, those that have no name in the two lists included.
    pub(crate) apart: u64,
}

/// The totals of both sides beside ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub(crate) struct ReconciledShown {
    /// When they were asked for.
    pub(crate) at: i64,
    /// Each of them.
    pub(crate) rows: Vec<ReconciledRow>,
}

impl ReconciledShown {
    pub(crate) fn of(told: Reconciled, at: i64) -> Self {
        let named = |all: Vec<(String, String)>| {
            let all = all.into_iter();
            all.map(|(id, name)| NamedRecord { id, name }).collect()
        };
        let mut rows = vec![ReconciledRow {
            of: RecordSide::Contact,
            theirs: told.contacts_there,
            ours: told.contacts_here,
            missing: named(told.missing),
            surplus: named(told.surplus),
            apart: told.missing_in_all + told.surplus_in_all,
        }];
        // Where Tuco does not tell its total there is nothing to compare.
        rows.extend(told.leads_there.map(|theirs| ReconciledRow {
            of: RecordSide::Lead,
            theirs,
            ours: told.leads_here,
            missing: Vec::new(),
            surplus: Vec::new(),
            apart: theirs.abs_diff(told.leads_here),
        }));
        Self { at, rows }
    }
}
