//! The people of the default world, as plain data: who they are, how their numbers are written, and
//! which of the usual messes each of them is. What the services make of them is
//! [`crate::world`]'s work.

use crate::dice::Dice;
use crate::names::{AREA_CODES, COMPANIES, JOBS, JUNK_NUMBERS, NAMES};

/// Where a number stands in HubSpot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Phone,
    Mobile,
    /// In a property that the portal's people made themselves, `whatsapp_line`.
    Custom,
}

/// One person.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) first: String,
    pub(crate) last: String,
    pub(crate) email: Option<String>,
    /// Secondary addresses in HubSpot.
    pub(crate) more_emails: Vec<String>,
    /// The true number in E.164, if there is one.
    pub(crate) number: Option<String>,
    /// What stands in HubSpot, and where.
    pub(crate) written: Option<(Place, String)>,
    pub(crate) company: Option<usize>,
    pub(crate) job: &'static str,
    pub(crate) city: &'static str,
    pub(crate) stage: &'static str,
    pub(crate) archived: bool,
    /// This person was merged into the one before.
    pub(crate) merged: bool,
    /// Days since the record was made.
    pub(crate) age: i64,
}

/// The number that five contacts share: the switchboard of their company.
pub(crate) const SHARED_NUMBER: &str = "+19042956129";
/// The number of a French contact, written with the international prefix `00`.
pub(crate) const FRENCH_NUMBER: &str = "+33176360695";

const STAGES: [&str; 6] = [
    "subscriber",
    "lead",
    "marketingqualifiedlead",
    "salesqualifiedlead",
    "opportunity",
    "customer",
];
const CITIES: [&str; 6] = [
    "Jacksonville",
    "New York",
    "Miami",
    "Boston",
    "Atlanta",
    "Chicago",
];

/// So many people, the first of them the ones that tests rely on.
pub(crate) fn people(count: usize, seed: u64) -> Vec<Person> {
    let mut dice = Dice::new(seed, "people");
    (0..count).map(|place| person(place, &mut dice)).collect()
}

fn person(place: usize, dice: &mut Dice) -> Person {
    let (first, last) = name(dice);
    let number = number(place, dice);
    let mut person = Person {
        email: Some(email(&first, &last, place)),
        more_emails: Vec::new(),
        written: Some(write(&number, dice)),
        number: Some(number),
        company: dice.per_mille(450).then(|| dice.below(COMPANIES.len())),
        job: dice.word(&JOBS),
        city: dice.word(&CITIES),
        stage: dice.word(&STAGES),
        archived: false,
        merged: false,
        age: dice.between(31, 900),
        first,
        last,
    };
    fixed(place, &mut person);
    if place >= 40 {
        mess(place, &mut person, dice);
    }
    person
}

/// The people that are the same in every world, whatever its seed.
fn fixed(place: usize, person: &mut Person) {
    let written = |person: &mut Person, number: &str, text: &str, place: Place| {
        person.number = Some(number.to_owned());
        person.written = Some((place, text.to_owned()));
    };
    match place {
        0 => {
            "Ana".clone_into(&mut person.first);
            "Ruiz".clone_into(&mut person.last);
            person.email = Some("ana.ruiz@example.com".to_owned());
            person.more_emails = vec!["ana@ruiz-family.example".to_owned()];
            written(person, "+12025550143", "(202) 555-0143", Place::Phone);
        }
        1..=5 => {
            let forms = [
                "(904) 295-6129",
                "904.295.6129 x3",
                "+1 904-295-6129",
                "19042956129",
                "9042956129",
            ];
            let form = forms.get(place - 1).copied().unwrap_or(SHARED_NUMBER);
            written(person, SHARED_NUMBER, form, Place::Phone);
            person.company = Some(0);
        }
        6 => written(person, FRENCH_NUMBER, "0033 1 76 36 06 95", Place::Phone),
        7 => written(person, "+33176360696", "+33 1 76 36 06 96", Place::Mobile),
        8 => written(person, "+447700900123", "+44 (0)7700 900123", Place::Mobile),
        9 => written(person, "+4915112345678", "+49 151 1234 5678", Place::Phone),
        10 => written(person, "+12025550177", "202 555 0177", Place::Custom),
        11 => {
            person.number = None;
            person.written = Some((Place::Phone, "ask reception".to_owned()));
        }
        12 => {
            person.number = None;
            person.written = None;
        }
        13 => {
            person.email = None;
            person.first.clear();
            person.last.clear();
        }
        14 => {
            "Wolfeschlegelsteinhausenbergerdorff"
                .repeat(4)
                .clone_into(&mut person.last);
        }
        15 => person.archived = true,
        17 => person.merged = true,
        18 => written(
            person,
            "+12025550188",
            "202-555-0188 ext. 12",
            Place::Mobile,
        ),
        19 => {
            "<script>alert(1)</script>".clone_into(&mut person.first);
            "\u{202e}gnp.tac".clone_into(&mut person.last);
        }
        _ => {}
    }
}

fn mess(place: usize, person: &mut Person, dice: &mut Dice) {
    match dice.below(100) {
        0..=2 => {
            person.number = None;
            person.written = Some((Place::Phone, dice.word(&JUNK_NUMBERS).to_owned()));
        }
        3..=9 => {
            person.number = None;
            person.written = None;
        }
        10..=13 => person.email = None,
        14..=16 => person.more_emails = vec![format!("alias{place}@old-mail.example")],
        17..=18 => person.archived = true,
        19 => person.merged = true,
        20..=21 => {
            if let Some((spot, _)) = &mut person.written {
                *spot = Place::Custom;
            }
        }
        22 => person.last.clear(),
        _ => {}
    }
}

fn name(dice: &mut Dice) -> (String, String) {
    let total: usize = NAMES.iter().map(|stock| stock.weight).sum();
    let mut throw = dice.below(total);
    for stock in &NAMES {
        if throw < stock.weight {
            return (
                dice.word(stock.first).to_owned(),
                dice.word(stock.last).to_owned(),
            );
        }
        throw -= stock.weight;
    }
    ("Sam".to_owned(), "Lee".to_owned())
}

fn email(first: &str, last: &str, place: usize) -> String {
    let plain = |text: &str| {
        text.chars()
            .filter(char::is_ascii_alphabetic)
            .collect::<String>()
            .to_lowercase()
    };
    let (first, last) = (plain(first), plain(last));
    let first = if first.is_empty() {
        "contact".to_owned()
    } else {
        first
    };
    let last = if last.is_empty() {
        "person".to_owned()
    } else {
        last
    };
    let host = ["example.com", "example.net", "mail.example", "work.example"];
    let host = host
        .get(place % host.len())
        .copied()
        .unwrap_or("example.com");
    format!("{first}.{last}{place}@{host}")
}

/// A number of its own for everybody, mostly North American.
fn number(place: usize, dice: &mut Dice) -> String {
    match dice.below(20) {
        0 => format!("+3361{place:07}"),
        1 => format!("+44770{place:07}"),
        2 => format!("+49151{place:08}"),
        // A line number of seven digits that begins with 2 to 9 is valid in any area.
        _ => format!(
            "+1{}{}",
            dice.word(&AREA_CODES),
            2_200_000 + place * 7 % 7_000_000
        ),
    }
}

/// The number as somebody typed it.
fn write(number: &str, dice: &mut Dice) -> (Place, String) {
    let place = if dice.per_mille(300) {
        Place::Mobile
    } else {
        Place::Phone
    };
    let Some(national) = number.strip_prefix("+1").filter(|rest| rest.len() == 10) else {
        let digits = number.trim_start_matches('+');
        let text = match dice.below(3) {
            0 => format!("00{digits}"),
            1 => number.to_owned(),
            _ => spaced(number),
        };
        return (place, text);
    };
    let (area, rest) = national.split_at_checked(3).unwrap_or(("", national));
    let (middle, end) = rest.split_at_checked(3).unwrap_or(("", rest));
    let text = match dice.below(10) {
        0 => number.to_owned(),
        1 => national.to_owned(),
        2 => format!("({area}) {middle}-{end}"),
        3 => format!("{area}.{middle}.{end}"),
        4 => format!("{area}-{middle}-{end}"),
        5 => format!("+1 {area} {middle} {end}"),
        6 => format!("1-{area}-{middle}-{end}"),
        7 => format!("{area}.{middle}.{end} x{}", dice.between(2, 99)),
        8 => format!("  {area} {middle}{end} "),
        _ => format!("+1 ({area}) {middle}-{end} ext. {}", dice.between(1, 900)),
    };
    (place, text)
}

fn spaced(number: &str) -> String {
    let (country, rest) = number.split_at_checked(3).unwrap_or((number, ""));
    let mut text = country.to_owned();
    for (place, digit) in rest.chars().enumerate() {
        if place % 2 == 0 {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}
