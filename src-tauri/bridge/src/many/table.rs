//! A file of people: comma-separated values with a header, checked row by row.
//!
//! Commas, semicolons and tabs part cells; a cell in quotation marks may hold any of them and line
//! breaks. Nothing of the file is a formula here: text is text.

use super::ManyOrder;
use crate::compose::Recipient;
use crate::event::Channel;
use std::collections::BTreeMap;

/// Columns that name people, the surest first. None is called `id`: that may be the number of a row, or of
/// another program, and would be somebody else's in HubSpot.
const PEOPLE: [(&str, Column); 6] = [
    ("to", Column::Any),
    ("contact", Column::Contact),
    ("contact_id", Column::Contact),
    ("record_id", Column::Contact),
    ("phone", Column::Phone),
    ("email", Column::Email),
];

/// What stands in a column of people.
#[derive(Debug, Clone, Copy)]
enum Column {
    Any,
    Contact,
    Phone,
    Email,
}

impl Column {
    /// Why a cell names nobody.
    fn refuses(self, cell: &str) -> Option<&'static str> {
        match (self, Recipient::parse(cell)) {
            (Self::Any, Some(_))
            | (Self::Contact, Some(Recipient::Contact(_)))
            | (Self::Phone, Some(Recipient::Phone(_)))
            | (Self::Email, Some(Recipient::Email(_))) => None,
            (Self::Any, None) => Some(
                "is neither a contact's id (digits), a phone number that begins with +, nor an e-mail address",
            ),
            (Self::Contact, _) => Some("has something other than digits for a contact's id"),
            // Digits alone would be read as the id of a contact, which is somebody else.
            (Self::Phone, _) => {
                Some("has a phone number that does not begin with + and the code of its country")
            }
            (Self::Email, _) => Some("has something else for an e-mail address"),
        }
    }
}

/// More rows than this are no list of people to write to by hand.
const MOST_ROWS: usize = 100_000;

/// A row that can't be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    /// Its line, as a spreadsheet counts: the header is 1.
    pub row: i64,
    /// In a sentence.
    pub why: String,
}

/// Why the file as a whole can't be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadTable {
    /// Nothing in it.
    #[error("The file is empty. Its first line names the columns, such as: to,text")]
    Empty,
    /// No column names people.
    #[error(
        "The first line names no column of people. Name one of them to, contact, phone or email, and put one person in \
         each row below."
    )]
    NoPeople,
    /// Too long.
    #[error("The file has more than 100,000 rows. Split it.")]
    TooLong,
    /// A cell that never ends.
    #[error("A cell that begins with a quotation mark has no end. Check the quotation marks.")]
    Unclosed,
}

/// What the file says, in its order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// Rows that can be used.
    pub orders: Vec<(i64, ManyOrder)>,
    /// Rows that can't.
    pub bad: Vec<BadRow>,
}

/// Reads a file. `templates` are texts by name; `common` is what holds where a row says nothing.
///
/// # Errors
/// See [`BadTable`].
pub fn read(
    text: &str,
    common: &ManyOrder,
    templates: &BTreeMap<String, String>,
) -> Result<Table, BadTable> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut rows = cells(text)?.into_iter();
    let (_, header) = rows.next().ok_or(BadTable::Empty)?;
    if rows.len() > MOST_ROWS {
        return Err(BadTable::TooLong);
    }
    let names: Vec<String> = header
        .iter()
        .map(|name| name.trim().to_lowercase().replace([' ', '-'], "_"))
        .collect();
    let is_of_people = |name: &String| PEOPLE.iter().any(|(known, _)| known == name);
    if !names.iter().any(is_of_people) {
        return Err(BadTable::NoPeople);
    }
    let mut table = Table::default();
    for (row, cells) in rows {
        let cell = |wanted: &str| {
            let place = names.iter().position(|name| name == wanted)?;
            cells
                .get(place)
                .map(|cell| cell.trim())
                .filter(|cell| !cell.is_empty())
        };
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        match order(&cell, common, templates) {
            Ok(order) => table.orders.push((row, order)),
            Err(why) => table.bad.push(BadRow { row, why }),
        }
    }
    Ok(table)
}

fn order<'a>(
    cell: &impl Fn(&str) -> Option<&'a str>,
    common: &ManyOrder,
    templates: &BTreeMap<String, String>,
) -> Result<ManyOrder, String> {
    let (to, column) = PEOPLE
        .iter()
        .find_map(|(name, column)| Some((cell(name)?, column)))
        .ok_or_else(|| "names nobody".to_owned())?;
    if let Some(why) = column.refuses(to) {
        return Err(why.to_owned());
    }
    let text = match (cell("text"), cell("template")) {
        (Some(text), _) => text.to_owned(),
        (None, Some(name)) => templates
            .get(name)
            .cloned()
            .ok_or_else(|| "names a template that there is not".to_owned())?,
        (None, None) => common.text.clone(),
    };
    if text.trim().is_empty() {
        return Err("has no text, and none was given for all".to_owned());
    }
    message::template::Template::parse(&text).map_err(|mistake| mistake.to_string())?;
    let channel = match cell("channel").map(str::to_lowercase) {
        None => common.channel,
        Some(word) => Some(
            Channel::parse(&word)
                .filter(|channel| *channel != Channel::Unknown)
                .ok_or_else(|| "names a channel other than imessage, sms and email".to_owned())?,
        ),
    };
    Ok(ManyOrder {
        to: to.to_owned(),
        text,
        channel,
        line: cell("line")
            .map(str::to_owned)
            .or_else(|| common.line.clone()),
        ..common.clone()
    })
}

/// Rows with the line on which each begins.
fn cells(text: &str) -> Result<Vec<(i64, Vec<String>)>, BadTable> {
    let head = text.lines().next().unwrap_or_default();
    let most = |c: char| head.matches(c).count();
    let comma = [',', ';', '\t']
        .into_iter()
        .max_by_key(|c| (most(*c), *c == ','))
        .unwrap_or(',');
    let mut rows = Vec::new();
    let (mut row, mut cell, mut quoted, mut line, mut begins) =
        (Vec::new(), String::new(), false, 1_i64, 1_i64);
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        match c {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if cell.trim().is_empty() => {
                cell.clear();
                quoted = true;
            }
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push((begins, std::mem::take(&mut row)));
                line += 1;
                begins = line;
            }
            c if c == comma && !quoted => row.push(std::mem::take(&mut cell)),
            c => {
                line += i64::from(c == '\n');
                cell.push(c);
            }
        }
    }
    if quoted {
        return Err(BadTable::Unclosed);
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        rows.push((begins, row));
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn common(text: &str) -> ManyOrder {
        ManyOrder {
            to: String::new(),
            text: text.to_owned(),
            ..ManyOrder::default()
        }
    }

    #[test]
    fn rows_are_read_one_by_one_and_bad_ones_are_named() {
        let file = "to,text\n101,\"Hi, \"\"Ana\"\"\nhow are you?\"\n+12025550143,\nnobody,x\n\n,y\nana@example.com,{{contact.firstname\n";
        let table = read(file, &common("For all"), &BTreeMap::new()).unwrap();
        let texts: Vec<&str> = table
            .orders
            .iter()
            .map(|(_, order)| order.text.as_str())
            .collect();
        assert_eq!(texts, ["Hi, \"Ana\"\nhow are you?", "For all"]);
        let bad: Vec<i64> = table.bad.iter().map(|bad| bad.row).collect();
        assert_eq!(bad, [5, 7, 8], "{:?}", table.bad);
    }

    #[test]
    fn semicolons_templates_and_other_names_of_columns_are_read() {
        let templates = BTreeMap::from([("Hello".to_owned(), "Hi there".to_owned())]);
        let file =
            "\u{feff}Phone;Template;Channel\r\n+12025550143;Hello;SMS\r\n+12025550144;Bye;sms\r\n";
        let table = read(file, &common(""), &templates).unwrap();
        assert_eq!(table.orders[0].1.text, "Hi there");
        assert_eq!(table.orders[0].1.channel, Some(Channel::Sms));
        assert_eq!(table.bad.len(), 1);
    }

    #[test]
    fn a_phone_number_is_never_taken_for_somebodys_id() {
        let of = |file: &str| read(file, &common("Hi"), &BTreeMap::new()).unwrap();
        for (header, cell, good) in [
            ("phone", "+12025550143", true),
            ("phone", "2025550143", false),
            ("phone", "(202) 555-0143", false),
            ("phone", "ana@example.com", false),
            ("email", "ana@example.com", true),
            ("email", "2025550143", false),
            ("contact", "501", true),
            ("Record ID", "501", true),
            ("contact_id", "+12025550143", false),
            ("to", "501", true),
        ] {
            let table = of(&format!("{header}\n{cell}\n"));
            assert_eq!(table.orders.len(), usize::from(good), "{header} {cell}");
            assert_eq!(table.bad.len(), usize::from(!good), "{header} {cell}");
        }
        // The number of a row in another program is nobody's.
        let table = of("id,phone\n501,+12025550143\n");
        assert_eq!(table.orders[0].1.to, "+12025550143");
    }

    #[test]
    fn a_file_that_is_no_table_says_why() {
        let of = |text: &str| read(text, &common("x"), &BTreeMap::new()).unwrap_err();
        assert_eq!(of(""), BadTable::Empty);
        assert_eq!(of("name,text\nAna,Hi"), BadTable::NoPeople);
        assert_eq!(of("id,text\n501,Hi"), BadTable::NoPeople);
        assert_eq!(of("to,text\n1,\"Hi"), BadTable::Unclosed);
    }
}
