//! A rule as data. A draft may lack what [`crate::check`] asks for before it is turned on.

use crate::condition::Condition;
use crate::field::{Field, Object};
use crate::limits::Limits;
use crate::timing::Timing;

/// Trigger, conditions, actions.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// By which people know it; one a connection.
    pub name: String,
    /// What it is for, in a person's own words.
    pub about: String,
    /// Those with lower numbers look first.
    pub order: i64,
    /// Whether later rules leave a change alone that this one acted on.
    pub stop: bool,
    /// What sets it off; none in a draft.
    pub trigger: Option<Trigger>,
    /// What must be so; none is always so.
    pub condition: Option<Condition>,
    /// When it acts.
    pub timing: Timing,
    /// What it does, in order.
    pub actions: Vec<Action>,
    /// How often.
    pub limits: Limits,
}

impl Rule {
    /// An empty draft.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            about: String::new(),
            order: 0,
            stop: false,
            trigger: None,
            condition: None,
            timing: Timing::default(),
            actions: Vec::new(),
            limits: Limits::default(),
        }
    }

    /// Whether it sends messages.
    pub fn sends(&self) -> bool {
        self.actions.iter().any(|action| {
            matches!(
                action,
                Action::Send(_) | Action::SendAsked | Action::Enrol { .. }
            )
        })
    }

    /// Whether it answers what HubSpot asks for, so that HubSpot wants to hear how it ended.
    pub fn answers(&self) -> bool {
        self.trigger == Some(Trigger::Asked)
            && self
                .actions
                .iter()
                .any(|action| matches!(action, Action::SendAsked))
    }

    /// Every property that its trigger and its conditions look at.
    pub fn fields(&self) -> Vec<Field> {
        let mut fields = Vec::new();
        match &self.trigger {
            Some(Trigger::Property { field, .. } | Trigger::DateAway { field, .. }) => {
                fields.push(field.clone());
            }
            Some(Trigger::ClosesWithin { .. }) => fields.push(close_date()),
            Some(Trigger::Asked) => fields.push(asked::template()),
            _ => {}
        }
        if let Some(condition) = &self.condition {
            condition.fields(&mut fields);
        }
        fields.sort();
        fields.dedup();
        fields
    }
}

/// The property that says when a deal closes.
pub fn close_date() -> Field {
    Field::new(Object::Deal, "closedate")
}

/// The contact's properties by which HubSpot asks for a message and hears how it ended.
pub mod asked {
    use crate::field::{Field, Object};

    /// Which template; filling it in is the request.
    pub const TEMPLATE: &str = "tuco_send_template";
    /// From which line; empty is any.
    pub const LINE: &str = "tuco_send_line";
    /// How it stands.
    pub const STATE: &str = "tuco_send_state";
    /// What went wrong, for a person.
    pub const ERROR: &str = "tuco_send_error";
    /// When the last one was sent.
    pub const SENT: &str = "tuco_send_last_sent";

    /// The request as a field.
    pub fn template() -> Field {
        Field::new(Object::Contact, TEMPLATE)
    }
}

/// What sets a rule off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trigger {
    /// A property changes.
    Property {
        /// Which.
        field: Field,
        /// How.
        change: Change,
    },
    /// A contact joins or leaves a list.
    List {
        /// The list's id or name.
        list: String,
        /// Which of both.
        step: ListStep,
    },
    /// A record is made.
    Created(Object),
    /// A deal's close date comes as near as this.
    ClosesWithin {
        /// Days, today being the first.
        days: u32,
    },
    /// The day of a date property is this far away.
    DateAway {
        /// The date.
        field: Field,
        /// Days from now to then; after it where negative.
        days: i32,
    },
    /// Tuco tells something about a message.
    Message(Told),
    /// A message that went out has had no reply for so long.
    NoReply {
        /// Days.
        days: u32,
    },
    /// A workflow, an import or a person in HubSpot fills in [`asked::TEMPLATE`].
    Asked,
}

/// How a property changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// In any way.
    Any,
    /// To one of these.
    Becomes(Vec<String>),
    /// From nothing to something.
    Set,
    /// To nothing.
    Cleared,
}

/// Into a list, or out of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListStep {
    /// In.
    Joins,
    /// Out.
    Leaves,
}

/// What Tuco tells of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// The person answered.
    Reply,
    /// It went by another way than was asked for.
    Fallback,
    /// It did not arrive.
    Failed,
}

impl Told {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Reply, Self::Fallback, Self::Failed];

    /// The word that is written and stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reply => "reply",
            Self::Fallback => "fallback",
            Self::Failed => "failed",
        }
    }

    /// For a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// From which line a rule sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineChoice {
    /// The line of the contact's owner.
    Owner,
    /// Tuco chooses.
    Any,
    /// This one, by id, number, address or name.
    This(String),
}

impl LineChoice {
    /// As it is written.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Owner => "owner",
            Self::Any => "any",
            Self::This(line) => line,
        }
    }

    /// As it is read. None where nothing is written.
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim() {
            "" => None,
            "owner" => Some(Self::Owner),
            "any" => Some(Self::Any),
            line => Some(Self::This(line.to_owned())),
        }
    }
}

/// By which way a rule sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// iMessage.
    IMessage,
    /// Text message.
    Sms,
    /// E-mail.
    Email,
}

impl Way {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::IMessage, Self::Sms, Self::Email];

    /// The word that is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::IMessage => "imessage",
            Self::Sms => "sms",
            Self::Email => "email",
        }
    }

    /// For a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// A message to be made of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The template's name; empty in a draft.
    pub template: String,
    /// From which line; none in a draft.
    pub line: Option<LineChoice>,
    /// By which way; none is automatic.
    pub way: Option<Way>,
}

/// Something that a rule does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Sends a message, through the guard.
    Send(Message),
    /// Sends the template that [`asked::TEMPLATE`] names, and tells HubSpot how it ended.
    SendAsked,
    /// Makes the lead in Tuco, or brings it up to date.
    UpsertLead,
    /// Enrols the lead in a campaign of Tuco.
    Enrol {
        /// The campaign's id or name.
        campaign: String,
    },
    /// Sets a property, or clears it.
    SetProperty {
        /// Which.
        field: Field,
        /// To what; empty clears it.
        value: String,
    },
    /// Makes the contact in HubSpot, or brings it up to date.
    UpsertContact,
    /// Gives the contact to somebody.
    AssignOwner {
        /// An owner's id or e-mail address.
        owner: String,
    },
    /// Which line the person is written to from now on.
    AssignLine {
        /// The line.
        line: String,
    },
    /// Moves the deal.
    MoveDeal {
        /// The stage's id.
        stage: String,
    },
    /// A task for the owner.
    CreateTask {
        /// Its title.
        title: String,
        /// What is to be done; may be empty.
        text: String,
        /// Due in so many days.
        due_in_days: u32,
    },
    /// A note on the contact.
    AddNote {
        /// What it says.
        text: String,
    },
    /// Puts the contact on a list.
    AddToList {
        /// The list's id or name.
        list: String,
    },
    /// Takes the contact off a list.
    RemoveFromList {
        /// The list's id or name.
        list: String,
    },
    /// What other rules have still to do for this person is not done.
    StopOthers,
}
