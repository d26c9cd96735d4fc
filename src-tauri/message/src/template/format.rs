//! How dates, money and numbers are written.

use super::{Value, ValueKind};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

/// A format that a place asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Format {
    /// `March 9, 2026`, or `9 March 2026`.
    Date,
    /// `Mar 9`, or `9 Mar`.
    DateShort,
    /// `Monday, March 9`, or `Monday, 9 March`.
    DateWeekday,
    /// `2:30 PM`, or `14:30`.
    Time,
    /// Thousands apart, with so many decimals; none: as many as there are.
    Number(Option<u8>),
    /// With the sign of a currency; none: the portal's.
    Money(Option<String>),
}

/// Whose customs and whose clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Formatting {
    /// American ways of writing dates and times, else those of most of the world.
    pub american: bool,
    /// The person's zone.
    pub zone: Tz,
    /// ISO 4217.
    pub currency: String,
}

impl Default for Formatting {
    fn default() -> Self {
        Self {
            american: true,
            zone: Tz::UTC,
            currency: "USD".to_owned(),
        }
    }
}

impl Format {
    /// `date`, `date(short)`, `money(EUR)`, …
    pub fn parse(word: &str) -> Option<Self> {
        let word = word.trim().to_lowercase();
        let (name, argument) = match word.split_once('(') {
            Some((name, rest)) => (name.trim(), Some(rest.strip_suffix(')')?.trim())),
            None => (word.as_str(), None),
        };
        match (name, argument) {
            ("date", None | Some("long")) => Some(Self::Date),
            ("date", Some("short")) => Some(Self::DateShort),
            ("date", Some("weekday")) => Some(Self::DateWeekday),
            ("time", None) => Some(Self::Time),
            ("number", None) => Some(Self::Number(None)),
            ("number", Some(places)) => {
                let places = places.parse().ok().filter(|places| *places <= 6)?;
                Some(Self::Number(Some(places)))
            }
            ("money", None) => Some(Self::Money(None)),
            ("money", Some(code)) => {
                let iso = code.len() == 3 && code.chars().all(|c| c.is_ascii_alphabetic());
                iso.then(|| Self::Money(Some(code.to_uppercase())))
            }
            _ => None,
        }
    }
}

/// None where the value does not fit.
pub(super) fn write(value: &Value, format: Option<&Format>, how: &Formatting) -> Option<String> {
    let text = value.text.trim();
    let date = |long| {
        let day = day(text, how.zone)?;
        Some(written_day(day, long, how.american))
    };
    match (format, value.kind) {
        (None, ValueKind::Date | ValueKind::Moment) => {
            date(&Format::Date).or_else(|| Some(text.to_owned()))
        }
        (None, ValueKind::Text | ValueKind::Number) => Some(text.to_owned()),
        (Some(Format::Time), _) => {
            let moment = moment(text)?.with_timezone(&how.zone);
            let pattern = if how.american { "%-I:%M %p" } else { "%H:%M" };
            Some(moment.format(pattern).to_string())
        }
        (Some(format @ (Format::Date | Format::DateShort | Format::DateWeekday)), _) => {
            date(format)
        }
        (Some(Format::Number(places)), _) => number(text, *places),
        (Some(Format::Money(code)), _) => {
            let code = code.as_deref().unwrap_or(&how.currency);
            money(text, code)
        }
    }
}

fn moment(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(at.to_utc());
    }
    // HubSpot's older form; shorter numbers are not moments.
    let ms: i64 = text.parse().ok().filter(|_| text.len() >= 11)?;
    DateTime::from_timestamp_millis(ms)
}

/// A day as it stands, or the day on which a moment falls. A date of HubSpot's is midnight UTC, and must
/// not become the day before in the west.
fn day(text: &str, zone: Tz) -> Option<NaiveDate> {
    if let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return Some(day);
    }
    let at = moment(text)?;
    let utc = at.naive_utc();
    if utc.time() == chrono::NaiveTime::MIN {
        return Some(utc.date());
    }
    Some(at.with_timezone(&zone).date_naive())
}

fn written_day(day: NaiveDate, format: &Format, american: bool) -> String {
    let pattern = match (format, american) {
        (Format::DateShort, true) => "%b %-d",
        (Format::DateShort, false) => "%-d %b",
        (Format::DateWeekday, true) => "%A, %B %-d",
        (Format::DateWeekday, false) => "%A, %-d %B",
        (_, true) => "%B %-d, %Y",
        (_, false) => "%-d %B %Y",
    };
    day.format(pattern).to_string()
}

/// Digits with at most one point, exactly, without a detour over floating point.
fn decimal(text: &str) -> Option<(bool, String, String)> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    let fits = !whole.is_empty() && whole.len() <= 20 && all_digits(whole) && all_digits(part);
    fits.then(|| (negative, whole.to_owned(), part.to_owned()))
}

fn number(text: &str, places: Option<u8>) -> Option<String> {
    let (negative, mut whole, mut part) = decimal(text)?;
    if let Some(places) = places {
        (whole, part) = rounded(&whole, &part, usize::from(places));
    }
    let sign = if negative && (whole.chars().chain(part.chars())).any(|c| c != '0') {
        "-"
    } else {
        ""
    };
    let whole = grouped(whole.trim_start_matches('0'));
    Some(if part.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{part}")
    })
}

/// Half up, digit by digit.
fn rounded(whole: &str, part: &str, places: usize) -> (String, String) {
    let mut digits: Vec<u8> = whole.bytes().map(|digit| digit - b'0').collect();
    let padded = part
        .bytes()
        .map(|digit| digit - b'0')
        .chain(std::iter::repeat(0));
    let mut behind: Vec<u8> = padded.take(places + 1).collect();
    let up = behind.pop().unwrap_or_default() >= 5;
    digits.extend(&behind);
    let mut carry = u8::from(up);
    for digit in digits.iter_mut().rev() {
        *digit += carry;
        carry = *digit / 10;
        *digit %= 10;
    }
    if carry > 0 {
        digits.insert(0, carry);
    }
    let text: String = digits
        .iter()
        .map(|digit| char::from(b'0' + digit))
        .collect();
    let (whole, part) = text.split_at(text.len() - places);
    (whole.to_owned(), part.to_owned())
}

fn grouped(whole: &str) -> String {
    let whole = if whole.is_empty() { "0" } else { whole };
    let mut text = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn money(text: &str, code: &str) -> Option<String> {
    let (_, _, part) = decimal(text)?;
    let has_cents = part.chars().any(|c| c != '0');
    let places = match code {
        "JPY" | "KRW" | "VND" | "CLP" => 0,
        _ if has_cents => 2,
        _ => 0,
    };
    let amount = number(text, Some(places))?;
    let (sign, amount) = match amount.strip_prefix('-') {
        Some(rest) => ("-", rest.to_owned()),
        None => ("", amount),
    };
    let symbol = match code {
        "USD" => "$",
        "EUR" => "€",
        "GBP" => "£",
        "JPY" => "¥",
        _ => return Some(format!("{sign}{amount} {code}")),
    };
    Some(format!("{sign}{symbol}{amount}"))
}
