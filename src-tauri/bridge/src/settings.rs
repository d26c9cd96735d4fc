//! What the owner decided, with the product's defaults for the rest.

use self::allowed::lines_in;
use crate::event::Kind;
use crate::fallback::Fallback;
use crate::person::SeveralRule;
use mapping::LeadField;
use message::quiet::QuietHours;
use std::collections::BTreeMap;

/// A setting that can be shown and changed.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// Its name on the command line and in a settings file.
    pub key: &'static str,
    /// Value from the start.
    pub default: &'static str,
    /// What it may be.
    pub allowed: Allowed,
    /// One sentence.
    pub meaning: &'static str,
}

/// The values that a setting takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowed {
    /// `on` or `off`.
    Switch,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A whole number in this range, both ends included.
    Number(u32, u32),
    /// `auto` or an ISO 3166 country code.
    Region,
    /// Ids of Tuco's lines, by commas.
    Lines,
    /// `none` or the internal name of a contact's property.
    Property,
    /// What somebody is called, or nothing.
    Name,
    /// A lead's field of one's own, such as `customFields.sentByRule`, or nothing.
    LeadField,
}

/// A value that a setting does not take.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    /// No such setting.
    #[error("There is no setting \"{key}\". `tuco-hubspot settings show` lists them all.")]
    Unknown {
        /// What was asked for.
        key: String,
    },
    /// The value does not fit.
    #[error("\"{value}\" does not fit {key}: it takes {takes}.")]
    BadValue {
        /// The setting.
        key: &'static str,
        /// What was given.
        value: String,
        /// What would fit.
        takes: String,
    },
}

macro_rules! setting {
    ($key:literal, $default:literal, $allowed:expr, $meaning:literal) => {
        Setting {
            key: $key,
            default: $default,
            allowed: $allowed,
            meaning: $meaning,
        }
    };
}

/// Every setting, in the order in which they are shown.
pub const SETTINGS: &[Setting] = &[
    setting!(
        "mirror.sent",
        "on",
        Allowed::Switch,
        "Messages that went out become timeline entries."
    ),
    setting!(
        "mirror.reply",
        "on",
        Allowed::Switch,
        "Replies become timeline entries."
    ),
    setting!(
        "mirror.failed",
        "on",
        Allowed::Switch,
        "Messages that were given up become timeline entries."
    ),
    setting!(
        "mirror.fallback",
        "on",
        Allowed::Switch,
        "Messages that could not go by iMessage become timeline entries."
    ),
    setting!(
        "mirror.delivered",
        "off",
        Allowed::Switch,
        "Delivery receipts become timeline entries; else they stay in the log."
    ),
    setting!(
        "mirror.opened",
        "off",
        Allowed::Switch,
        "Read receipts become timeline entries; else they stay in the log."
    ),
    setting!(
        "mirror.body",
        "full",
        Allowed::Word(&["full", "summary"]),
        "Whether an entry holds the whole text or only that there was one."
    ),
    setting!(
        "mirror.look_back_days",
        "30",
        Allowed::Number(0, 365),
        "How far back the first round of a connection looks. Later changes do not reach further back."
    ),
    setting!(
        "match.several",
        "wait",
        Allowed::Word(&["wait", "newest_active"]),
        "Several contacts have the address and none was written to: leave it to a person, or take the owned one that changed last."
    ),
    setting!(
        "phone.region",
        "auto",
        Allowed::Region,
        "The country of numbers that name none; auto guesses from the portal's time zone and currency."
    ),
    setting!(
        "keep.last_contacted",
        "off",
        Allowed::Switch,
        "Keep the property \"Tuco last contacted\" of a contact up to date."
    ),
    setting!(
        "keep.last_reply",
        "off",
        Allowed::Switch,
        "Keep the property \"Tuco last reply\" (when) up to date."
    ),
    setting!(
        "keep.last_reply_text",
        "off",
        Allowed::Switch,
        "Keep the property \"Tuco last reply text\" up to date."
    ),
    setting!(
        "keep.imessage",
        "off",
        Allowed::Switch,
        "Keep the property \"Reachable by iMessage\" up to date."
    ),
    setting!(
        "poll.watched_seconds",
        "15",
        Allowed::Number(5, 3600),
        "Time between rounds while somebody looks."
    ),
    setting!(
        "poll.idle_seconds",
        "60",
        Allowed::Number(15, 3600),
        "Time between rounds otherwise."
    ),
    setting!(
        "send.lines",
        "",
        Allowed::Lines,
        "The lines that are preferred for sending, the first one first; empty leaves it to Tuco."
    ),
    setting!(
        "quiet.hours",
        "on",
        Allowed::Switch,
        "Nothing is sent while it is quiet in the person's time zone."
    ),
    setting!(
        "quiet.from_hour",
        "20",
        Allowed::Number(0, 23),
        "The hour at which quiet hours begin."
    ),
    setting!(
        "quiet.until_hour",
        "8",
        Allowed::Number(0, 23),
        "The hour at which quiet hours end."
    ),
    setting!(
        "quiet.zone_property",
        "hs_timezone",
        Allowed::Property,
        "The contact's property that tells its time zone; where it is empty the area code decides, then the portal."
    ),
    setting!(
        "guard.most_a_week",
        "10",
        Allowed::Number(0, 1_000),
        "Messages to one person in seven days; 0 is no bound."
    ),
    setting!(
        "guard.consent_property",
        "none",
        Allowed::Property,
        "Only contacts for whom this property says yes are written to."
    ),
    setting!(
        "optout.property",
        "none",
        Allowed::Property,
        "A contact for whom this property of the portal's own says yes is opted out."
    ),
    setting!(
        "optout.hubspot",
        "on",
        Allowed::Switch,
        "Write opt-outs to the contact in HubSpot (two dates, the later one holds), and read them there."
    ),
    setting!(
        "send.fallback",
        "none",
        Allowed::Word(&["none", "tuco", "sms", "task"]),
        "Where an iMessage fails: nothing, Tuco's own text message (over Twilio), a text message from here on the same line, or a task for the contact's owner. One of them, never two."
    ),
    setting!(
        "send.sender",
        "",
        Allowed::Name,
        "Your name, as {{sender.name}} and {{sender.firstname}} write it; empty is the name of whoever is signed in to this computer."
    ),
    setting!(
        "rules.journal",
        "off",
        Allowed::Switch,
        "Rules hear of changes from HubSpot's change journal too, before a search shows them. It takes a sign-in with an app of your own."
    ),
    setting!(
        "rules.in_entry",
        "off",
        Allowed::Switch,
        "Timeline entries name what their message came from: a rule, a send to many or a campaign in Tuco."
    ),
    setting!(
        "rules.lead_field",
        "",
        Allowed::LeadField,
        "The field of the lead in Tuco that gets the name of the rule, or of the send to many, whose message went out, such as customFields.sentByRule; empty is none."
    ),
    setting!(
        "window.colour",
        "auto",
        Allowed::Word(&["auto", "indigo", "teal", "green", "amber", "rose", "slate"]),
        "The colour by which the window tells this connection from others."
    ),
];

/// See `window.colour`.
pub fn colour(stored: &BTreeMap<String, String>) -> String {
    let fits = |value: &String| check("window.colour", value).ok();
    stored
        .get("window.colour")
        .and_then(fits)
        .map_or_else(|| "auto".to_owned(), |(_, value)| value)
}

/// Checks one change and brings the value to its stored form.
pub fn check(key: &str, value: &str) -> Result<(&'static Setting, String), SettingError> {
    let setting = SETTINGS
        .iter()
        .find(|setting| setting.key == key)
        .ok_or_else(|| SettingError::Unknown {
            key: key.to_owned(),
        })?;
    let value = match (setting.allowed, value.trim().to_lowercase().as_str()) {
        // Ids are Tuco's own, capitals and all.
        (Allowed::Lines, _) => lines_in(value).join(","),
        (Allowed::Name | Allowed::LeadField, _) => value.trim().to_owned(),
        (Allowed::Switch, "true" | "yes" | "1") => "on".to_owned(),
        (Allowed::Switch, "false" | "no" | "0") => "off".to_owned(),
        (Allowed::Region, word) if word != "auto" => word.to_uppercase(),
        (_, word) => word.to_owned(),
    };
    if setting.allowed.accepts(&value) {
        Ok((setting, value))
    } else {
        Err(SettingError::BadValue {
            key: setting.key,
            value,
            takes: setting.allowed.in_words(),
        })
    }
}

/// The settings of one connection, read once a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Event kinds that become timeline entries.
    pub mirrored: Vec<Kind>,
    /// Whole text, or only that there was one.
    pub whole_body: bool,
    /// See `match.several`.
    pub several: SeveralRule,
    /// ISO 3166, never `auto`.
    pub phone_region: String,
    /// See `keep.*`.
    pub keep: Keep,
    /// Ids of the lines that are preferred for sending, the first one first.
    pub preferred_lines: Vec<String>,
    /// Days.
    pub look_back_days: u32,
    /// Seconds between rounds while somebody looks.
    pub watched_seconds: u32,
    /// Seconds between rounds otherwise.
    pub idle_seconds: u32,
    /// See `rules.journal`.
    pub journal: bool,
    /// See `rules.in_entry`.
    pub cause_in_entry: bool,
    /// See `rules.lead_field`.
    pub cause_lead_field: Option<LeadField>,
    /// What stands before every send.
    pub sending: Sending,
}

/// What the owner decided about sending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sending {
    /// None where they are off.
    pub quiet: Option<QuietHours>,
    /// The contact's property with its time zone.
    pub zone_property: Option<String>,
    /// Messages to one person in seven days; none is no bound.
    pub most_a_week: Option<u32>,
    /// The property that gives consent, where it is asked for.
    pub consent_property: Option<String>,
    /// The portal's own property that says no.
    pub opt_out_property: Option<String>,
    /// Opt-outs are written to HubSpot and read there.
    pub opt_outs_in_hubspot: bool,
    /// What happens where an iMessage does not arrive.
    pub fallback: Fallback,
    /// What whoever writes is called in a text; none is the user of this computer.
    pub sender: Option<String>,
}

/// Which properties of a contact are kept up to date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Keep {
    /// When we last wrote.
    pub last_contacted: bool,
    /// When they last replied.
    pub last_reply: bool,
    /// What they last replied.
    pub last_reply_text: bool,
    /// Whether iMessage reaches them.
    pub imessage: bool,
}

impl Settings {
    /// Whether any property of a contact is kept up to date.
    pub fn keeps_properties(&self) -> bool {
        self.keep != Keep::default()
    }

    /// Stored values over defaults. `guessed_region` stands in for `auto`. A stored value that does
    /// not fit any more (an older version wrote it) counts as not stored.
    pub fn from_stored(stored: &BTreeMap<String, String>, guessed_region: &str) -> Self {
        let value = |key: &str| -> String {
            stored
                .get(key)
                .and_then(|value| check(key, value).ok())
                .map(|(_, value)| value)
                .or_else(|| {
                    let setting = SETTINGS.iter().find(|setting| setting.key == key)?;
                    Some(setting.default.to_owned())
                })
                .unwrap_or_default()
        };
        let on = |key: &str| value(key) == "on";
        let number = |key: &str| value(key).parse().unwrap_or(60);
        let property = |key: &str| Some(value(key)).filter(|name| name != "none");
        let region = value("phone.region");
        Self {
            mirrored: Kind::ALL
                .iter()
                .copied()
                .filter(|kind| on(&format!("mirror.{kind}")))
                .collect(),
            whole_body: value("mirror.body") == "full",
            several: if value("match.several") == "newest_active" {
                SeveralRule::NewestActive
            } else {
                SeveralRule::Wait
            },
            phone_region: if region == "auto" {
                guessed_region.to_owned()
            } else {
                region
            },
            keep: Keep {
                last_contacted: on("keep.last_contacted"),
                last_reply: on("keep.last_reply"),
                last_reply_text: on("keep.last_reply_text"),
                imessage: on("keep.imessage"),
            },
            preferred_lines: lines_in(&value("send.lines"))
                .into_iter()
                .map(str::to_owned)
                .collect(),
            look_back_days: number("mirror.look_back_days"),
            watched_seconds: number("poll.watched_seconds"),
            idle_seconds: number("poll.idle_seconds"),
            journal: on("rules.journal"),
            cause_in_entry: on("rules.in_entry"),
            cause_lead_field: value("rules.lead_field").parse().ok(),
            sending: Sending {
                quiet: QuietHours::of_hours(number("quiet.from_hour"), number("quiet.until_hour"))
                    .filter(|_| on("quiet.hours")),
                zone_property: property("quiet.zone_property"),
                most_a_week: Some(number("guard.most_a_week")).filter(|most| *most > 0),
                consent_property: property("guard.consent_property"),
                opt_out_property: property("optout.property"),
                opt_outs_in_hubspot: on("optout.hubspot"),
                fallback: Fallback::parse(&value("send.fallback")).unwrap_or_default(),
                sender: Some(value("send.sender")).filter(|name| !name.is_empty()),
            },
        }
    }
}

mod allowed;
#[cfg(test)]
mod tests;
