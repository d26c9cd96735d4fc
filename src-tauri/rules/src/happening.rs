//! Something that happened, told the same by whatever road it came.

use crate::Timestamp;
use crate::field::{Field, Object};
use crate::rule::{Change, ListStep, Told, Trigger, asked};
use crate::value::same;
use chrono::NaiveDate;

/// Rules that set off rules are followed this far.
pub const LONGEST_CHAIN: u32 = 5;

/// See the module. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq)]
pub struct Happening {
    /// What.
    pub what: What,
    /// To a record of this kind.
    pub object: Object,
    /// That record.
    pub record: String,
    /// When, by the clock of the service that knows.
    pub at: Timestamp,
    /// How many rules led to it, one after the other.
    pub chain: u32,
}

impl std::fmt::Debug for Happening {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Happening")
            .field("object", &self.object)
            .field("record", &self.record)
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}

/// What happened.
#[derive(Clone, PartialEq, Eq)]
pub enum What {
    /// A property changed.
    Changed {
        /// Which, of the happening's kind of record.
        name: String,
        /// What it was; none where that was empty.
        from: Option<String>,
        /// What it is; none where it was cleared.
        to: Option<String>,
    },
    /// The record was made.
    Created,
    /// The contact joined or left.
    List {
        /// The list, as the rule names it.
        list: String,
        /// Which of both.
        step: ListStep,
    },
    /// A date is as near as a rule asks for.
    Near {
        /// The date property.
        name: String,
        /// Its day.
        day: NaiveDate,
        /// As far away as the rule says.
        days: i32,
        /// Whether every nearer day counts too.
        within: bool,
    },
    /// Tuco told something.
    Told {
        /// What.
        told: Told,
        /// Of which message.
        message: String,
    },
    /// Nothing happened: somebody asked for the rule to be run on whoever fits it now.
    Fits {
        /// Which time it was asked for.
        asked: i64,
    },
    /// No reply to a message.
    Silence {
        /// For so many days.
        days: u32,
        /// To which message.
        message: String,
    },
}

impl Happening {
    /// What it is, in one text: the same event by two roads has the same.
    pub fn key(&self) -> String {
        let of = format!("{}:{}", self.object.as_str(), self.record);
        match &self.what {
            What::Changed { name, .. } => format!("changed:{of}:{name}:{}", self.at),
            What::Created => format!("created:{of}"),
            What::List { list, step } => {
                let step = match step {
                    ListStep::Joins => "joined",
                    ListStep::Leaves => "left",
                };
                format!("{step}:{of}:{list}:{}", self.at)
            }
            What::Near {
                name,
                day,
                days,
                within,
            } => {
                let word = if *within { "within" } else { "away" };
                format!("{word}:{of}:{name}:{day}:{days}")
            }
            What::Told { told, message } => format!("{}:{message}", told.as_str()),
            What::Fits { asked } => format!("fits:{of}:{asked}"),
            What::Silence { days, message } => format!("silence:{days}:{message}"),
        }
    }

    /// Whether rules still look at it, or so many led to it that it must be a circle.
    pub fn goes_round(&self) -> bool {
        self.chain >= LONGEST_CHAIN
    }
}

impl Trigger {
    /// Whether this sets it off.
    pub fn fires(&self, happening: &Happening) -> bool {
        let kind = happening.object;
        match (self, &happening.what) {
            (Self::Property { field, change }, What::Changed { name, from, to }) => {
                field == &Field::new(kind, name.as_str())
                    && change.fits(from.as_deref(), to.as_deref())
            }
            (
                Self::List { list, step },
                What::List {
                    list: on,
                    step: how,
                },
            ) => list == on && step == how,
            (Self::Created(object), What::Created) => *object == kind,
            (
                Self::ClosesWithin { days },
                What::Near {
                    name,
                    days: at,
                    within,
                    ..
                },
            ) => {
                *within
                    && kind == Object::Deal
                    && name == "closedate"
                    && i32::try_from(*days).is_ok_and(|days| days == *at)
            }
            (
                Self::DateAway { field, days },
                What::Near {
                    name,
                    days: at,
                    within,
                    ..
                },
            ) => !*within && field == &Field::new(kind, name.as_str()) && days == at,
            (Self::Message(wanted), What::Told { told, .. }) => wanted == told,
            (_, What::Fits { .. }) => true,
            (Self::NoReply { days }, What::Silence { days: since, .. }) => days == since,
            (Self::Asked, What::Changed { name, from, to }) => {
                asked::template() == Field::new(kind, name.as_str())
                    && Change::Any.fits(from.as_deref(), to.as_deref())
                    && to.as_deref().is_some_and(|to| !to.trim().is_empty())
            }
            _ => false,
        }
    }
}

impl Change {
    /// Whether a change from this to that is one. The same again is none.
    pub fn fits(&self, from: Option<&str>, to: Option<&str>) -> bool {
        let from = from.filter(|value| !value.trim().is_empty());
        let to = to.filter(|value| !value.trim().is_empty());
        if from == to {
            return false;
        }
        match self {
            Self::Any => true,
            Self::Becomes(of) => to.is_some_and(|to| of.iter().any(|one| same(one, to))),
            Self::Set => from.is_none() && to.is_some(),
            Self::Cleared => from.is_some() && to.is_none(),
        }
    }
}
