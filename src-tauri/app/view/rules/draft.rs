//! A rule as the page edits it. What is typed stays as it was typed; [`super::reading`] makes a rule of it.

use serde::{Deserialize, Serialize};
use specta::Type;

/// A kind of record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum RuleObject {
    /// A person in HubSpot.
    Contact,
    /// Their company.
    Company,
    /// A deal of theirs.
    Deal,
    /// A ticket of theirs.
    Ticket,
    /// The person in Tuco.
    Lead,
}

/// A property.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RuleField {
    /// Of what.
    pub(crate) object: RuleObject,
    /// Its internal name; empty where none is chosen yet.
    pub(crate) name: String,
}

/// How a property changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum RuleChange {
    /// In any way.
    Any,
    /// To one of the values.
    Becomes,
    /// From nothing to something.
    Set,
    /// To nothing.
    Cleared,
}

/// Into a list, or out of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum RuleListStep {
    /// In.
    Joins,
    /// Out.
    Leaves,
}

/// What Tuco tells of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum RuleTold {
    /// The person answered.
    Reply,
    /// It went by another way.
    Fallback,
    /// It did not arrive.
    Failed,
}

/// What sets a rule off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", tag = "on")]
pub(crate) enum RuleTrigger {
    /// A property changes.
    Property {
        /// Which.
        field: RuleField,
        /// How.
        change: RuleChange,
        /// To what, where it is about that.
        values: Vec<String>,
    },
    /// A contact joins or leaves a list.
    List {
        /// Its id or name.
        list: String,
        /// Which of both.
        step: RuleListStep,
    },
    /// A record is made.
    Created {
        /// Of which kind.
        object: RuleObject,
    },
    /// A deal's close date is so near.
    ClosesWithin {
        /// Days.
        days: u32,
    },
    /// A date is so far away.
    DateAway {
        /// Which.
        field: RuleField,
        /// Days until then; after it where below zero.
        days: i32,
    },
    /// Tuco tells something.
    Message {
        /// What.
        told: RuleTold,
    },
    /// Nobody answered for so long.
    NoReply {
        /// Days.
        days: u32,
    },
    /// HubSpot asks for a message.
    Asked,
}

/// What is asked of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum RuleOperator {
    /// One of several.
    Is,
    /// None of several.
    IsNot,
    /// A text.
    Contains,
    /// A text.
    ContainsNot,
    /// A text.
    StartsWith,
    /// A text.
    EndsWith,
    /// A number.
    Equals,
    /// A number.
    Over,
    /// A number.
    AtLeast,
    /// A number.
    Under,
    /// A number.
    AtMost,
    /// Two numbers.
    Between,
    /// A day.
    On,
    /// A day.
    Before,
    /// A day.
    After,
    /// Days.
    WithinNext,
    /// Days.
    WithinLast,
    /// Days.
    MoreThanAgo,
    /// Days.
    InMoreThan,
    /// One of several options.
    HasAny,
    /// All of several options.
    HasAll,
    /// None of several options.
    HasNone,
    /// No value.
    IsTrue,
    /// No value; empty is no.
    IsFalse,
    /// No value.
    IsKnown,
    /// No value.
    IsEmpty,
}

/// What must be so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", tag = "is")]
pub(crate) enum RuleCondition {
    /// All of these.
    All {
        /// Which.
        of: Vec<RuleCondition>,
    },
    /// One of these.
    Any {
        /// Which.
        of: Vec<RuleCondition>,
    },
    /// This.
    Test {
        /// Of which property.
        field: RuleField,
        /// What.
        operator: RuleOperator,
        /// With what, as it was typed.
        values: Vec<String>,
    },
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum RuleDay {
    /// Monday.
    Mon,
    /// Tuesday.
    Tue,
    /// Wednesday.
    Wed,
    /// Thursday.
    Thu,
    /// Friday.
    Fri,
    /// Saturday.
    Sat,
    /// Sunday.
    Sun,
}

/// When it acts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RuleTiming {
    /// After so many minutes.
    pub(crate) wait_minutes: u32,
    /// Not before this time of the person's day, such as 09:00.
    pub(crate) from: Option<String>,
    /// Not after this one.
    pub(crate) until: Option<String>,
    /// On these days only; all where there are none.
    pub(crate) days: Vec<RuleDay>,
    /// Not at all when it is later than so many minutes.
    pub(crate) expires_minutes: Option<u32>,
}

/// By which way a message goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "lowercase")]
pub(crate) enum RuleWay {
    /// iMessage.
    IMessage,
    /// Text message.
    Sms,
    /// E-mail.
    Email,
}

/// Something that it does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", tag = "does")]
pub(crate) enum RuleAction {
    /// Sends a message.
    Send {
        /// The template's name.
        template: String,
        /// `owner`, `any`, or a line by id, number, address or name; empty where none is chosen yet.
        line: String,
        /// None is automatic.
        way: Option<RuleWay>,
    },
    /// Sends what HubSpot asks for.
    SendAsked,
    /// Sets a property.
    SetProperty {
        /// Which.
        field: RuleField,
        /// To what; empty clears it.
        value: String,
    },
    /// Gives the contact to somebody.
    AssignOwner {
        /// An owner's id or address.
        owner: String,
    },
    /// Moves the deal.
    MoveDeal {
        /// The stage's internal name.
        stage: String,
    },
    /// A task for the owner.
    #[serde(rename_all = "camelCase")]
    CreateTask {
        /// Its title.
        title: String,
        /// What is to be done.
        text: String,
        /// Due in so many days.
        due_in_days: u32,
    },
    /// A note on the contact.
    AddNote {
        /// What it says.
        text: String,
    },
    /// What other rules have still to do for the person is not done.
    StopOthers,
    /// Makes the lead in Tuco, or brings it up to date.
    UpsertLead,
    /// Enrols the lead.
    Enrol {
        /// The campaign's id.
        campaign: String,
    },
    /// Makes the contact in HubSpot, or brings it up to date with its lead.
    UpsertContact,
    /// Writes from this line from now on.
    AssignLine {
        /// The line; "any" takes it away again.
        line: String,
    },
    /// Onto a list.
    AddToList {
        /// Its id or name.
        list: String,
    },
    /// Off a list.
    RemoveFromList {
        /// Its id or name.
        list: String,
    },
}

/// How often for one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum RulePerPerson {
    /// Once.
    Once,
    /// Once in so many days.
    OnceInDays,
    /// Every time.
    EveryTime,
}

/// How often.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RuleLimits {
    /// For one person.
    pub(crate) per_person: RulePerPerson,
    /// In so many days, where it is about that.
    pub(crate) days: u32,
    /// For everybody together; none is no limit.
    pub(crate) most_a_day: Option<u32>,
}

/// All of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RuleDraft {
    /// One a connection.
    pub(crate) name: String,
    /// What it is for.
    pub(crate) about: String,
    /// Lower numbers look first.
    pub(crate) order: i64,
    /// Where it acts, later rules leave the change alone.
    pub(crate) stop: bool,
    /// What sets it off.
    pub(crate) trigger: Option<RuleTrigger>,
    /// What must be so; none is always so.
    pub(crate) condition: Option<RuleCondition>,
    /// When it acts.
    pub(crate) timing: RuleTiming,
    /// What it does, in order.
    pub(crate) actions: Vec<RuleAction>,
    /// How often.
    pub(crate) limits: RuleLimits,
}
