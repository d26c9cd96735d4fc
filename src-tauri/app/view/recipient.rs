//! Who somebody is, for whoever writes to them.

use bridge::compose::Card;
use bridge::event::Channel;
use serde::{Deserialize, Serialize};
use specta::Type;

/// By which way a message goes. Unlike what is read from Tuco, it is always known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Way {
    /// Apple's.
    IMessage,
    /// A text message.
    Sms,
    /// E-mail.
    Email,
}

impl From<Way> for Channel {
    fn from(way: Way) -> Self {
        match way {
            Way::IMessage => Self::IMessage,
            Way::Sms => Self::Sms,
            Way::Email => Self::Email,
        }
    }
}

impl From<Channel> for Way {
    fn from(channel: Channel) -> Self {
        match channel {
            // Tuco tries iMessage where nothing else is said.
            Channel::IMessage | Channel::Unknown => Self::IMessage,
            Channel::Sms => Self::Sms,
            Channel::Email => Self::Email,
        }
    }
}

/// How a time zone was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum ZoneFrom {
    /// A property of the contact says so.
    Property,
    /// Guessed from the number.
    AreaCode,
    /// The portal's.
    Portal,
}

/// The person's own time, and how sure we are of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecipientZone {
    /// An IANA name.
    pub(crate) zone: String,
    /// How it was found.
    pub(crate) from: ZoneFrom,
    /// In words, such as "from the area code".
    pub(crate) how: String,
}

/// Where an opt-out was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum OptOutBy {
    /// By hand, here.
    Here,
    /// The person wrote it.
    Reply,
    /// On Tuco's list.
    Tuco,
    /// On the contact in HubSpot.
    HubSpot,
}

impl OptOutBy {
    pub(crate) fn of(source: &str) -> Self {
        match source {
            "reply" => Self::Reply,
            "tuco" => Self::Tuco,
            "hubspot" => Self::HubSpot,
            _ => Self::Here,
        }
    }
}

/// Why nothing may be sent to somebody any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OptOutMark {
    /// Since when.
    pub(crate) since: i64,
    /// Where it was made.
    pub(crate) by: OptOutBy,
    /// In a sentence.
    pub(crate) how: String,
}

/// The lists that a contact is on in HubSpot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OnLists {
    /// False where the key may not read lists; nothing is known then.
    pub(crate) allowed: bool,
    /// Their names, in order.
    pub(crate) names: Vec<String>,
    /// It is on more than these.
    pub(crate) more: bool,
}

impl From<bridge::compose::OnLists> for OnLists {
    fn from(lists: bridge::compose::OnLists) -> Self {
        use bridge::compose::OnLists as Of;
        match lists {
            Of::Known { lists, more } => Self {
                allowed: true,
                names: lists.into_iter().map(|list| list.name).collect(),
                more,
            },
            Of::NotAllowed => Self {
                allowed: false,
                names: Vec::new(),
                more: false,
            },
        }
    }
}

/// A name and a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Fact {
    /// What.
    pub(crate) label: String,
    /// Its value.
    pub(crate) value: String,
}

/// Whether somebody agreed to be written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum ConsentState {
    /// Agreed.
    Given,
    /// HubSpot holds none.
    Missing,
    /// The owner does not ask for it.
    NotAsked,
}

/// Whom somebody writes to.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Recipient {
    /// HubSpot's id.
    pub(crate) contact_id: String,
    /// May be empty.
    pub(crate) name: String,
    /// Main address.
    pub(crate) email: Option<String>,
    /// Number that is written to.
    pub(crate) phone: Option<String>,
    /// Company.
    pub(crate) company: Option<String>,
    /// What else is known.
    pub(crate) facts: Vec<Fact>,
    /// When we wrote last.
    pub(crate) last_contacted_at: Option<i64>,
    /// When they wrote last.
    pub(crate) last_replied_at: Option<i64>,
    /// Their own time.
    pub(crate) zone: RecipientZone,
    /// Why nothing may be sent to them.
    pub(crate) opt_out: Option<OptOutMark>,
    /// A reply that may ask for an end and waits for a person: its id in the reviews.
    pub(crate) review: Option<i64>,
    /// Whether they agreed.
    pub(crate) consent: ConsentState,
    /// Ways by which they can be reached, best first.
    pub(crate) ways: Vec<Way>,
}

impl Recipient {
    pub(crate) fn of(card: Card, opt_out: Option<OptOutMark>) -> Self {
        let whereabouts = &card.whereabouts;
        let (from, how) = match whereabouts.found() {
            "property" => (ZoneFrom::Property, "from a property of the contact"),
            "area_code" => (ZoneFrom::AreaCode, "from the area code"),
            _ => (ZoneFrom::Portal, "that of the portal"),
        };
        let mut ways = Vec::new();
        if card.phone.is_some() {
            ways.extend([Way::IMessage, Way::Sms]);
        }
        if card.email.is_some() {
            ways.push(Way::Email);
            if card.phone.is_none() {
                ways.push(Way::IMessage);
            }
        }
        Self {
            zone: RecipientZone {
                zone: whereabouts.first_name().to_owned(),
                from,
                how: how.to_owned(),
            },
            facts: card
                .facts
                .into_iter()
                .map(|(label, value)| Fact { label, value })
                .collect(),
            opt_out,
            consent: match card.consent {
                None => ConsentState::NotAsked,
                Some(true) => ConsentState::Given,
                Some(false) => ConsentState::Missing,
            },
            ways,
            contact_id: card.contact_id,
            name: card.name,
            email: card.email,
            phone: card.phone,
            company: card.company,
            last_contacted_at: card.last_contacted_at,
            last_replied_at: card.last_replied_at,
            review: card.review,
        }
    }
}
