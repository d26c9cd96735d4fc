//! Dates and moments. HubSpot writes `2026-01-31` for a date, ISO 8601 in UTC for a moment, and at times
//! milliseconds since 1970 for either.

use super::{DateForm, Stop};
use chrono::{
    DateTime, Datelike, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Timelike, Utc,
};
use chrono_tz::Tz;

/// A date by itself, or a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    Day(NaiveDate),
    Moment(DateTime<Utc>),
}

fn read(text: &str) -> Option<When> {
    let text = text.trim();
    if let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return Some(When::Day(day));
    }
    // Fewer digits are a year or a count, not a moment.
    if text.len() >= 11 && text.chars().all(|c| c.is_ascii_digit()) {
        return DateTime::from_timestamp_millis(text.parse().ok()?).map(When::Moment);
    }
    DateTime::parse_from_rfc3339(text)
        .ok()
        .map(|moment| When::Moment(moment.with_timezone(&Utc)))
}

fn day_of(when: When, zone: Tz) -> NaiveDate {
    match when {
        When::Day(day) => day,
        When::Moment(moment) => moment.with_timezone(&zone).date_naive(),
    }
}

/// Midnight where the zone has one that day, else the first moment after it.
fn moment_of(when: When, zone: Tz) -> Option<DateTime<Utc>> {
    match when {
        When::Moment(moment) => Some(moment),
        When::Day(day) => local(day.and_time(NaiveTime::MIN), zone),
    }
}

fn local(time: NaiveDateTime, zone: Tz) -> Option<DateTime<Utc>> {
    match zone.from_local_datetime(&time) {
        LocalResult::Single(moment) | LocalResult::Ambiguous(moment, _) => {
            Some(moment.with_timezone(&Utc))
        }
        // The clock was set forward over it.
        LocalResult::None => zone
            .from_local_datetime(&(time + chrono::Duration::hours(1)))
            .earliest()
            .map(|moment| moment.with_timezone(&Utc)),
    }
}

fn iso(moment: DateTime<Utc>) -> String {
    moment.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

fn iso_day(day: NaiveDate) -> String {
    day.format("%Y-%m-%d").to_string()
}

pub(super) fn forward(text: &str, to: DateForm, pattern: &str, zone: Tz) -> Result<String, Stop> {
    let when = read(text).ok_or(Stop::NoDate)?;
    match to {
        DateForm::Date => Ok(iso_day(day_of(when, zone))),
        DateForm::DateTime => moment_of(when, zone).map(iso).ok_or(Stop::NoDate),
        DateForm::Text => {
            let time = match when {
                When::Day(day) => day.and_time(NaiveTime::MIN),
                When::Moment(moment) => moment.with_timezone(&zone).naive_local(),
            };
            Ok(Pattern::of(pattern).write(time))
        }
    }
}

pub(super) fn back(text: &str, to: DateForm, pattern: &str, zone: Tz) -> Result<String, Stop> {
    if to == DateForm::Text {
        let pattern = Pattern::of(pattern);
        if let Some(time) = pattern.read(text.trim()) {
            return if pattern.has_time() {
                local(time, zone).map(iso).ok_or(Stop::NoDate)
            } else {
                Ok(iso_day(time.date()))
            };
        }
    }
    match read(text).ok_or(Stop::NoDate)? {
        When::Day(day) => Ok(iso_day(day)),
        When::Moment(moment) => Ok(iso(moment)),
    }
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// How a date is written: `d MMM yyyy`, `MM/dd/yyyy HH:mm`. What is no letter of a date stands for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    /// A letter of a date, and how often it stands there.
    Field(char, usize),
    Plain(char),
}

impl Pattern {
    /// Reads a pattern. An empty one is `yyyy-MM-dd`.
    pub fn of(text: &str) -> Self {
        let text = if text.trim().is_empty() {
            "yyyy-MM-dd"
        } else {
            text
        };
        let mut pieces: Vec<Piece> = Vec::new();
        for c in text.chars() {
            match pieces.last_mut() {
                Some(Piece::Field(last, count)) if *last == c => *count += 1,
                _ if "yMdHms".contains(c) => pieces.push(Piece::Field(c, 1)),
                _ => pieces.push(Piece::Plain(c)),
            }
        }
        Self(pieces)
    }

    /// Whether year, month and day can be read back from what it writes.
    pub fn is_whole(&self) -> bool {
        let has = |field: char| {
            self.0
                .iter()
                .any(|piece| matches!(piece, Piece::Field(letter, _) if *letter == field))
        };
        let two = self
            .0
            .iter()
            .any(|piece| matches!(piece, Piece::Field('y', n) if *n < 4));
        has('y') && !two && has('M') && has('d')
    }

    fn has_time(&self) -> bool {
        self.0
            .iter()
            .any(|piece| matches!(piece, Piece::Field('H' | 'm' | 's', _)))
    }

    fn write(&self, time: NaiveDateTime) -> String {
        let mut out = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Plain(c) => out.push(*c),
                Piece::Field(letter, count) => out.push_str(&field(*letter, *count, time)),
            }
        }
        out
    }

    fn read(&self, text: &str) -> Option<NaiveDateTime> {
        let (mut year, mut month, mut day) = (None, None, None);
        let (mut hour, mut minute, mut second) = (0, 0, 0);
        let mut rest = text;
        for piece in &self.0 {
            match piece {
                Piece::Plain(c) => rest = rest.strip_prefix(*c)?,
                Piece::Field('M', count) if *count >= 3 => {
                    let (number, after) = month_name(rest, *count >= 4)?;
                    month = Some(number);
                    rest = after;
                }
                Piece::Field(letter, count) => {
                    let most = if *letter == 'y' { (*count).max(4) } else { 2 };
                    let width = rest
                        .chars()
                        .take(most)
                        .take_while(char::is_ascii_digit)
                        .count();
                    let (digits, after) = rest.split_at_checked(width)?;
                    let number: u32 = digits.parse().ok()?;
                    match letter {
                        'y' => year = i32::try_from(number).ok().filter(|_| width == 4),
                        'M' => month = Some(number),
                        'd' => day = Some(number),
                        'H' => hour = number,
                        'm' => minute = number,
                        _ => second = number,
                    }
                    rest = after;
                }
            }
        }
        if !rest.is_empty() {
            return None;
        }
        NaiveDate::from_ymd_opt(year?, month?, day?)?.and_hms_opt(hour, minute, second)
    }
}

fn field(letter: char, count: usize, time: NaiveDateTime) -> String {
    let month = usize::try_from(time.month0()).unwrap_or_default();
    let name = MONTHS.get(month).copied().unwrap_or_default();
    match (letter, count) {
        ('y', 2) => format!("{:02}", time.year().rem_euclid(100)),
        ('y', _) => format!("{:04}", time.year()),
        ('M', 1) => time.month().to_string(),
        ('M', 2) => format!("{:02}", time.month()),
        ('M', 3) => name.chars().take(3).collect(),
        ('M', _) => name.to_owned(),
        ('d', 1) => time.day().to_string(),
        ('d', _) => format!("{:02}", time.day()),
        ('H', 1) => time.hour().to_string(),
        ('H', _) => format!("{:02}", time.hour()),
        ('m', _) => format!("{:02}", time.minute()),
        (_, _) => format!("{:02}", time.second()),
    }
}

fn month_name(text: &str, full: bool) -> Option<(u32, &str)> {
    MONTHS.iter().zip(1_u32..).find_map(|(name, number)| {
        let name: String = if full {
            (*name).to_owned()
        } else {
            name.chars().take(3).collect()
        };
        let (head, rest) = text.split_at_checked(name.len())?;
        head.eq_ignore_ascii_case(&name).then_some((number, rest))
    })
}
