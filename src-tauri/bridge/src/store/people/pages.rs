//! People as the window lists them: a person is a contact with its lead, or whichever of the two there is.
//!
//! A list is walked along the index of names, page by page from the last row that was shown. Only a jump to a
//! place counts rows, and it counts them in the index.

use super::super::Reader;
use super::super::failure::StoreError;
use super::{CopyRow, PairRow, PeopleSide, read_copy};
use rusqlite::{named_params, params};
use wire::Timestamp;

/// "Lately" is this long.
const LATELY_MS: i64 = 30 * 24 * 60 * 60_000;

/// The lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PeopleList {
    /// A contact and a lead that are one.
    Linked,
    /// Known on one side only.
    Unmatched,
    /// Several fit, or who fits is somebody else's.
    Ambiguous,
    /// Must not be written to.
    OptedOut,
    /// Changed on either side, the last one first.
    Changed,
    /// Both sides changed one fact.
    Conflict,
}

impl PeopleList {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Linked,
        Self::Unmatched,
        Self::Ambiguous,
        Self::OptedOut,
        Self::Changed,
        Self::Conflict,
    ];
}

/// Who is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeopleFilter {
    /// Of which list.
    pub list: PeopleList,
    /// Words in the name, the address, the number or another value.
    pub words: String,
    /// Only records of this side.
    pub side: Option<PeopleSide>,
    /// Also who was put aside.
    pub ignored: bool,
}

/// Where a page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PeopleStart {
    /// At the top.
    First,
    /// After this row.
    After {
        /// What it is ordered by.
        sort: String,
        /// Its number.
        number: i64,
    },
    /// So many rows from the top.
    Position(u64),
}

/// One person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonEntry {
    /// By which the person is shown.
    pub number: i64,
    /// What the row is ordered by.
    pub sort: String,
    /// The contact.
    pub contact: Option<CopyRow>,
    /// The lead.
    pub lead: Option<CopyRow>,
    /// How the two are one.
    pub pair: Option<PairRow>,
}

impl PersonEntry {
    /// All addresses and numbers of both records.
    pub fn addresses(&self) -> impl Iterator<Item = &String> {
        let contact = self.contact.iter().flat_map(|copy| &copy.addresses);
        let lead = self.lead.iter().flat_map(|copy| &copy.addresses);
        contact.chain(lead)
    }
}

const PAIRED: &str = "EXISTS (SELECT 1 FROM pair WHERE pair.connection_id = one.connection_id
    AND ((one.side = 'contact' AND pair.contact_id = one.record_id)
      OR (one.side = 'lead' AND pair.lead_id = one.record_id)))";
/// Of two records that are one person, the contact stands for both.
const FIRST: &str = "(one.side = 'contact' OR NOT EXISTS (SELECT 1 FROM pair
    WHERE pair.connection_id = one.connection_id AND pair.lead_id = one.record_id))";

/// When a person last changed, by either side.
const CHANGED: &str = "max(ifnull(one.changed_at, 0), ifnull((SELECT other.changed_at FROM pair
    JOIN person_copy AS other ON other.connection_id = pair.connection_id AND other.side = 'lead'
      AND other.record_id = pair.lead_id
    WHERE one.side = 'contact' AND pair.connection_id = one.connection_id
      AND pair.contact_id = one.record_id), 0))";

fn condition(list: PeopleList) -> String {
    match list {
        PeopleList::Linked => format!("one.side = 'contact' AND {PAIRED}"),
        PeopleList::Unmatched => {
            format!("NOT {PAIRED} AND one.held NOT IN ('ambiguous', 'shared_address')")
        }
        PeopleList::Ambiguous => {
            format!("NOT {PAIRED} AND one.held IN ('ambiguous', 'shared_address')")
        }
        PeopleList::OptedOut => format!(
            "{FIRST} AND one.number IN (
                SELECT ifnull(main.number, known.number) FROM opt_out
                JOIN person_address AS has ON has.connection_id = opt_out.connection_id
                    AND has.address = opt_out.address
                JOIN person_copy AS known ON known.connection_id = has.connection_id
                    AND known.side = has.side AND known.record_id = has.record_id
                LEFT JOIN pair ON pair.connection_id = known.connection_id AND known.side = 'lead'
                    AND pair.lead_id = known.record_id
                LEFT JOIN person_copy AS main ON main.connection_id = pair.connection_id
                    AND main.side = 'contact' AND main.record_id = pair.contact_id
                WHERE opt_out.connection_id = :connection AND opt_out.lifted_at IS NULL)"
        ),
        PeopleList::Changed => format!("{FIRST} AND {CHANGED} >= :lately"),
        PeopleList::Conflict => "one.side = 'contact' AND one.record_id IN (
            SELECT contact_id FROM people_conflict
            WHERE connection_id = :connection AND rule <> 'by_hand'
              AND (winner = '' OR undone_at IS NOT NULL OR at >= :lately))"
            .to_owned(),
    }
}

fn filtered(filter: &PeopleFilter) -> String {
    format!(
        "FROM person_copy AS one WHERE one.connection_id = :connection AND {}
         AND (:ignored OR one.ignored = 0) AND (:side = '' OR one.side = :side)
         AND (:words = '' OR one.name LIKE :words ESCAPE '\\' OR one.content LIKE :words ESCAPE '\\'
              OR one.record_id = :id OR (:digits <> '' AND one.addresses LIKE :digits))
         AND :lately = :lately",
        condition(filter.list)
    )
}

/// Longer words are looked for by their beginning: SQLite takes no pattern over 50,000 bytes.
const LONGEST_WORDS: usize = 1_000;

/// Words as a pattern, and as part of a number where they are digits.
fn patterns(words: &str) -> (String, String) {
    // SQLite's patterns end at a NUL.
    let letters = words.trim().chars().filter(|letter| *letter != '\0');
    let words: String = letters.take(LONGEST_WORDS).collect();
    if words.is_empty() {
        return (String::new(), String::new());
    }
    let plain = words
        .replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_");
    let digits: String = words.chars().filter(char::is_ascii_digit).collect();
    let number = digits.len() >= 4 && !words.chars().any(char::is_alphabetic);
    let digits = if number {
        format!("%{digits}%")
    } else {
        String::new()
    };
    (format!("%{plain}%"), digits)
}

impl Reader<'_> {
    /// A page of a list.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn people_page(
        &self,
        connection: i64,
        filter: &PeopleFilter,
        start: &PeopleStart,
        most: usize,
        now: Timestamp,
    ) -> Result<Vec<PersonEntry>, StoreError> {
        let by_time = filter.list == PeopleList::Changed;
        // Time runs down: its place is the distance from the end of all times.
        let sort = if by_time {
            format!("printf('%020d', 9000000000000000 - {CHANGED})")
        } else {
            "one.sort".to_owned()
        };
        let (sort_after, number, above) = match start {
            PeopleStart::First => ("", 0, 0),
            PeopleStart::After { sort, number } => (sort.as_str(), *number, 0),
            PeopleStart::Position(above) => ("", 0, i64::try_from(*above).unwrap_or(i64::MAX)),
        };
        let (words, digits) = patterns(&filter.words);
        let statement = format!(
            "SELECT {sort} AS place, one.side, one.record_id {} AND ({sort}, one.number) > (:sort, :number)
             ORDER BY place, one.number LIMIT :most OFFSET :above",
            filtered(filter)
        );
        let found: Vec<(String, String, String)> = self.rows(
            &statement,
            named_params! {
                ":connection": connection, ":ignored": filter.ignored,
                ":side": filter.side.map_or("", PeopleSide::as_str),
                ":words": words, ":digits": digits, ":id": filter.words.trim(),
                ":lately": now.saturating_sub(LATELY_MS), ":sort": sort_after, ":number": number,
                ":most": most, ":above": above,
            },
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )?;
        let mut page = Vec::with_capacity(found.len());
        for (sort, side, id) in found {
            let Some(side) = PeopleSide::parse(&side) else {
                continue;
            };
            if let Some(entry) = self.person_entry(connection, side, &id)? {
                page.push(PersonEntry { sort, ..entry });
            }
        }
        Ok(page)
    }

    /// How many a list holds.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn people_count(
        &self,
        connection: i64,
        filter: &PeopleFilter,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let (words, digits) = patterns(&filter.words);
        let count = self.row(
            &format!("SELECT count(*) {}", filtered(filter)),
            named_params! {
                ":connection": connection, ":ignored": filter.ignored,
                ":side": filter.side.map_or("", PeopleSide::as_str),
                ":words": words, ":digits": digits, ":id": filter.words.trim(),
                ":lately": now.saturating_sub(LATELY_MS),
            },
            |row| Ok(row.get(0)?),
        )?;
        Ok(count.unwrap_or_default())
    }

    /// The person whom a record belongs to; none where the record is not known.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn person_entry(
        &self,
        connection: i64,
        side: PeopleSide,
        id: &str,
    ) -> Result<Option<PersonEntry>, StoreError> {
        let pair = self.pair_of(connection, side, id)?;
        let (contact, lead) = match &pair {
            Some(pair) => (
                self.person_copy(connection, PeopleSide::Contact, &pair.contact_id)?,
                self.person_copy(connection, PeopleSide::Lead, &pair.lead_id)?,
            ),
            None => match side {
                PeopleSide::Contact => (self.person_copy(connection, side, id)?, None),
                PeopleSide::Lead => (None, self.person_copy(connection, side, id)?),
            },
        };
        let number = contact.as_ref().or(lead.as_ref()).map(|copy| copy.number);
        Ok(number.map(|number| PersonEntry {
            number,
            sort: String::new(),
            contact,
            lead,
            pair,
        }))
    }

    /// The person of a number, whichever of the two records it is.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn person_of_number(
        &self,
        connection: i64,
        number: i64,
    ) -> Result<Option<PersonEntry>, StoreError> {
        let found = self.row(
            &format!("{} WHERE number = ?1 AND connection_id = ?2", super::COPY),
            params![number, connection],
            read_copy,
        )?;
        match found {
            Some(copy) => self.person_entry(connection, copy.side, &copy.id),
            None => Ok(None),
        }
    }

    /// Somebody to show values of: linked where anybody is, and lately changed.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn somebody(&self, connection: i64) -> Result<Option<PersonEntry>, StoreError> {
        let found = self.row(
            "SELECT copy.side, copy.record_id FROM pair JOIN person_copy AS copy
                 ON copy.connection_id = pair.connection_id AND copy.side = 'contact'
                 AND copy.record_id = pair.contact_id
             WHERE pair.connection_id = ?1 ORDER BY pair.contact_id LIMIT 1",
            [connection],
            |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)),
        )?;
        let found = match found {
            Some(found) => Some(found),
            None => self.row(
                "SELECT side, record_id FROM person_copy WHERE connection_id = ?1
                 ORDER BY sort, number LIMIT 1",
                [connection],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )?,
        };
        match found.and_then(|(side, id)| Some((PeopleSide::parse(&side)?, id))) {
            Some((side, id)) => self.person_entry(connection, side, &id),
            None => Ok(None),
        }
    }

    /// Records of a side by words; the best so many.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn copies_by_words(
        &self,
        connection: i64,
        side: PeopleSide,
        words: &str,
        most: usize,
    ) -> Result<Vec<CopyRow>, StoreError> {
        let (pattern, digits) = patterns(words);
        self.rows(
            &format!(
                "{} WHERE connection_id = :connection AND side = :side
                 AND (:words = '' OR name LIKE :words ESCAPE '\\' OR content LIKE :words ESCAPE '\\'
                      OR record_id = :id OR (:digits <> '' AND addresses LIKE :digits))
                 ORDER BY sort, number LIMIT :most",
                super::COPY
            ),
            named_params! {
                ":connection": connection, ":side": side.as_str(), ":words": pattern,
                ":digits": digits, ":id": words.trim(), ":most": most,
            },
            read_copy,
        )
    }
}
