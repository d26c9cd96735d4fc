//! A mapping while somebody edits it: rows that may be incomplete, each with a number that stays with it.
//!
//! Nothing follows what is edited. It is kept at every change, so that nothing typed is lost, and holds from
//! the moment it is applied. Rows of the mapping that holds are numbered from 1; new ones have numbers below
//! zero.

use super::{Setup, Work, mappings, setup};
use crate::store::{ConnectionRow, CopyRow, PairRow, PeopleSide, Reader, StoreError};
use mapping::check::{At, Problem, Wrong, check};
use mapping::merge::{Plan, Side};
use mapping::portal::Portal;
use mapping::{ConflictRule, Direction, LeadField, Mapping, Row, Source, Transform};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

const DRAFT: &str = "draft";
/// People that are looked at in one go.
const GO: usize = 500;
/// Examples that are shown.
const MOST_EXAMPLES: usize = 8;
/// Where more people than this change, somebody has to name the portal first.
pub const MANY: u64 = 50;

/// One row as it is edited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditedRow {
    /// Stays with the row.
    pub id: i64,
    /// Where the value is in HubSpot; none while it is not chosen.
    pub hubspot: Option<Source>,
    /// The lead's field, as it was chosen or typed.
    pub lead: Option<String>,
    /// See [`Row::direction`].
    pub direction: Direction,
    /// See [`Row::transforms`].
    pub transforms: Vec<Transform>,
    /// See [`Row::conflict`].
    pub conflict: ConflictRule,
    /// See [`Row::required`].
    pub required: bool,
}

impl EditedRow {
    fn of(id: i64, row: &Row) -> Self {
        Self {
            id,
            hubspot: Some(row.hubspot.clone()),
            lead: Some(row.lead.to_string()),
            direction: row.direction,
            transforms: row.transforms.clone(),
            conflict: row.conflict,
            required: row.required,
        }
    }

    /// The row, where both of its ends are chosen and can be written down.
    fn complete(&self) -> Option<Row> {
        let source = self.hubspot.clone()?;
        let written: Source = source.to_string().parse().ok()?;
        let lead: LeadField = self.lead.as_deref()?.parse().ok()?;
        (written == source).then(|| Row {
            hubspot: source,
            lead,
            direction: self.direction,
            transforms: self.transforms.clone(),
            conflict: self.conflict,
            required: self.required,
        })
    }

    /// Both ends in a few words.
    pub fn in_short(&self, portal: &Portal) -> String {
        let source = match &self.hubspot {
            Some(source) => label(source, portal),
            None => "nothing yet".to_owned(),
        };
        let lead = self.lead.as_deref().unwrap_or("nothing yet");
        format!("{source} and {lead}")
    }
}

/// What a source is called in the portal.
pub fn label(source: &Source, portal: &Portal) -> String {
    let found = source
        .object()
        .zip(source.property())
        .and_then(|(object, property)| portal.property(object, property))
        .filter(|_| matches!(source, Source::Contact(_) | Source::Object { .. }));
    let own = match source {
        Source::Object { object, .. } => {
            portal.object(object).and_then(|object| object.own.as_ref())
        }
        _ => None,
    };
    match (found, own) {
        (Some(found), Some(own)) => format!("{}: {}", own.label, found.label),
        (Some(found), None) => found.label.clone(),
        (None, _) => source.to_string(),
    }
}

/// What holds, numbered.
pub fn numbered(mapping: &Mapping) -> Vec<EditedRow> {
    (1..)
        .zip(&mapping.rows)
        .map(|(id, row)| EditedRow::of(id, row))
        .collect()
}

/// Another mapping as a draft: rows that join the same two fields as one that holds are that row, changed.
pub fn as_draft(mapping: &Mapping, held: &[EditedRow]) -> Vec<EditedRow> {
    let mut free: Vec<&EditedRow> = held.iter().collect();
    let mut next = 0;
    mapping
        .rows
        .iter()
        .map(|row| {
            let same = free.iter().position(|one| {
                one.hubspot.as_ref() == Some(&row.hubspot)
                    && one.lead.as_deref() == Some(row.lead.as_str())
            });
            let id = match same {
                Some(place) => free.remove(place).id,
                None => {
                    next -= 1;
                    next
                }
            };
            EditedRow::of(id, row)
        })
        .collect()
}

/// The rows that are whole, as a mapping, and the number of each.
pub fn whole(rows: &[EditedRow]) -> (Mapping, Vec<i64>) {
    let found: Vec<(Row, i64)> = rows
        .iter()
        .filter_map(|row| Some((row.complete()?, row.id)))
        .collect();
    let (rows, ids) = found.into_iter().unzip();
    (Mapping { rows }, ids)
}

/// Something is wrong with an edited row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditedProblem {
    /// The row's number.
    pub row: i64,
    /// What; none where an end of the row is missing.
    pub wrong: Option<Wrong>,
    /// Which part of it.
    pub at: At,
    /// In a sentence.
    pub says: String,
    /// What to do.
    pub todo: String,
    /// It can't be applied like this.
    pub blocks: bool,
}

/// Everything that is wrong with what is edited.
pub fn problems(rows: &[EditedRow], portal: &Portal) -> Vec<EditedProblem> {
    let (mapping, ids) = whole(rows);
    let mut found: Vec<EditedProblem> = rows
        .iter()
        .filter(|row| row.direction != Direction::Off && row.complete().is_none())
        .map(unfinished)
        .collect();
    let place = |id: &i64| ids.iter().position(|one| one == id);
    found.extend(check(&mapping, portal).into_iter().filter_map(|problem| {
        let Problem { row, wrong, at } = problem;
        let wrong = in_places(wrong, &ids, rows);
        Some(EditedProblem {
            row: *ids.get(row)?,
            says: sentence(&wrong.to_string()),
            todo: wrong.todo().to_owned(),
            blocks: wrong.blocks(),
            wrong: Some(wrong),
            at,
        })
    }));
    found.sort_by_key(|problem| place(&problem.row));
    found
}

/// Rows are counted as they are seen, those that are not whole among them.
fn in_places(wrong: Wrong, ids: &[i64], rows: &[EditedRow]) -> Wrong {
    let seen = |other: usize| {
        let id = ids.get(other.saturating_sub(1));
        let place = rows.iter().position(|row| Some(&row.id) == id);
        place.map_or(other, |place| place + 1)
    };
    match wrong {
        Wrong::WrittenTwice { other, target } => Wrong::WrittenTwice {
            other: seen(other),
            target,
        },
        Wrong::Loop { other } => Wrong::Loop { other: seen(other) },
        wrong => wrong,
    }
}

fn unfinished(row: &EditedRow) -> EditedProblem {
    let (at, says) = match (&row.hubspot, &row.lead) {
        (None, _) => (At::Source, "A HubSpot property is missing.".to_owned()),
        (_, None) => (At::Lead, "A field of the lead is missing.".to_owned()),
        (Some(_), Some(lead)) => match lead.parse::<LeadField>() {
            Err(error) => (At::Lead, format!("{error}.")),
            Ok(_) => (
                At::Source,
                "This value can't be named in a mapping. Choose another one.".to_owned(),
            ),
        },
    };
    EditedProblem {
        row: row.id,
        wrong: None,
        at,
        says,
        todo: "Choose one, or turn the row off.".to_owned(),
        blocks: true,
    }
}

/// A message of the mapping as a whole sentence.
pub fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first: String = chars
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    let end = if text.ends_with(['.', '!', '?']) {
        ""
    } else {
        "."
    };
    format!("{first}{}{end}", chars.as_str())
}

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It is new.
    Added,
    /// It is another.
    Changed,
    /// It is gone.
    Removed,
}

/// How the edited rows differ from those that hold.
pub fn changes(
    held: &[EditedRow],
    rows: &[EditedRow],
    portal: &Portal,
) -> Vec<(i64, Change, String)> {
    let mut all = Vec::new();
    for row in rows {
        match held.iter().find(|one| one.id == row.id) {
            None => all.push((row.id, Change::Added, row.in_short(portal))),
            Some(one) if one != row => {
                all.push((row.id, Change::Changed, row.in_short(portal)));
            }
            Some(_) => {}
        }
    }
    for row in held
        .iter()
        .filter(|one| rows.iter().all(|row| row.id != one.id))
    {
        all.push((row.id, Change::Removed, row.in_short(portal)));
    }
    all
}

/// "3 rows added, 1 changed".
pub fn in_words(changes: &[(i64, Change, String)]) -> String {
    let of = |what| changes.iter().filter(|(_, one, _)| *one == what).count();
    let words: Vec<String> = [
        (of(Change::Added), "added"),
        (of(Change::Changed), "changed"),
        (of(Change::Removed), "removed"),
    ]
    .into_iter()
    .filter(|(many, _)| *many > 0)
    .enumerate()
    .map(|(place, (many, word))| match (place, many) {
        (0, 1) => format!("1 row {word}"),
        (0, many) => format!("{many} rows {word}"),
        (_, many) => format!("{many} {word}"),
    })
    .collect();
    if words.is_empty() {
        "Rows in another order".to_owned()
    } else {
        words.join(", ")
    }
}

/// What is edited and not applied.
///
/// # Errors
/// See [`StoreError`].
pub fn draft(rows: &Reader<'_>, connection: i64) -> Result<Option<Vec<EditedRow>>, StoreError> {
    let stored = rows.people_document(connection, DRAFT)?;
    Ok(stored.and_then(|(body, _)| serde_json::from_str(&body).ok()))
}

/// A value that would change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// Whose.
    pub name: String,
    /// On which side.
    pub side: Side,
    /// The row's key.
    pub key: String,
    /// What is there.
    pub before: String,
    /// What would be.
    pub after: String,
}

/// What applying would do to the people that are known here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preview {
    /// Linked people who were looked at.
    pub people: u64,
    /// Leads that would change.
    pub leads: u64,
    /// Contacts that would change.
    pub contacts: u64,
    /// Facts in conflict.
    pub conflicts: u64,
    /// People with a value that a step can't read.
    pub unreadable: u64,
    /// Values that no round has read so far: what they change is not counted.
    pub unread: Vec<Source>,
    /// A few of them.
    pub examples: Vec<Example>,
}

/// Counts what a mapping would change for everybody who is linked. Asks nobody outside.
///
/// # Errors
/// See [`StoreError`].
pub fn preview(
    rows: &Reader<'_>,
    connection: &ConnectionRow,
    mapping: Mapping,
) -> Result<Preview, StoreError> {
    let mut told = Preview::default();
    let setup = setup(rows, connection.id)?;
    if !setup.is_on() {
        return Ok(told);
    }
    let known = mappings::current(rows, connection.id)?.sources();
    told.unread = mapping
        .sources()
        .into_iter()
        .filter(|source| !known.contains(source))
        .collect();
    let unread: BTreeSet<String> = told.unread.iter().map(ToString::to_string).collect();
    let mapping = Mapping {
        rows: mapping
            .rows
            .into_iter()
            .filter(|row| !unread.contains(&row.hubspot.to_string()))
            .collect(),
    };
    let work = Work::still(rows, connection, setup, mapping)?;
    each_pair(rows, connection.id, |contact, lead, pair| {
        let plan = super::step::compare(&work, contact, lead, &pair.mirror);
        told.people += 1;
        told.leads += u64::from(!plan.to_lead.is_empty());
        told.contacts += u64::from(!plan.to_contact.is_empty());
        told.conflicts += plan.conflicts.len() as u64;
        told.unreadable += u64::from(plan.unreadable() > 0);
        examples(&work.mapping, contact, lead, &plan, &mut told.examples);
    })?;
    Ok(told)
}

fn examples(
    mapping: &Mapping,
    contact: &CopyRow,
    lead: &CopyRow,
    plan: &Plan,
    examples: &mut Vec<Example>,
) {
    let written = plan.fields.iter().find_map(|field| {
        let (side, after) = field.write.as_ref()?;
        let row = mapping.active().find(|row| row.key() == field.key)?;
        Some((field, *side, after, row))
    });
    let Some((field, side, after, row)) = written else {
        return;
    };
    if examples.len() >= MOST_EXAMPLES {
        return;
    }
    let before = match side {
        Side::Contact => mapping::value(&contact.values, &row.hubspot.to_string()),
        Side::Lead => mapping::value(&lead.values, row.lead.as_str()),
    };
    examples.push(Example {
        name: contact.name.clone(),
        side,
        key: field.key.clone(),
        before: before.to_owned(),
        after: after.clone(),
    });
}

/// Everybody who is linked and known on both sides.
fn each_pair(
    rows: &Reader<'_>,
    connection: i64,
    mut work: impl FnMut(&CopyRow, &CopyRow, &PairRow),
) -> Result<(), StoreError> {
    let mut after = String::new();
    loop {
        let contacts = rows.copies_after(connection, PeopleSide::Contact, &after, GO)?;
        let Some(last) = contacts.last() else {
            return Ok(());
        };
        after.clone_from(&last.id);
        for contact in &contacts {
            let Some(pair) = rows.pair_of(connection, PeopleSide::Contact, &contact.id)? else {
                continue;
            };
            if let Some(lead) = rows.person_copy(connection, PeopleSide::Lead, &pair.lead_id)? {
                work(contact, &lead, &pair);
            }
        }
    }
}

impl Work {
    /// What is known without asking anybody: enough to compare, and not to choose whom.
    pub(crate) fn still(
        rows: &Reader<'_>,
        connection: &ConnectionRow,
        setup: Setup,
        mapping: Mapping,
    ) -> Result<Self, StoreError> {
        let (portal, _) = super::discovery::kept(rows, connection.id)?;
        let options: BTreeMap<String, Vec<(String, String)>> = mapping
            .active()
            .filter_map(|row| row.hubspot.contact_property())
            .map(|name| (name.to_owned(), portal.options("contacts", name)))
            .filter(|(_, options)| !options.is_empty())
            .collect();
        Ok(Self {
            setup,
            sources: mapping.sources(),
            mapping,
            portal,
            options,
            region: crate::engine::settings_of(rows, connection)?.phone_region,
            zone: connection.time_zone.parse().unwrap_or(chrono_tz::UTC),
            run: 0,
            phone_properties: Vec::new(),
            members: None,
            lead_update: true,
            settles: false.into(),
        })
    }
}

/// Keeps what is edited, or forgets it.
///
/// # Errors
/// See [`StoreError`].
pub fn keep_draft(
    rows: &crate::store::Writer<'_>,
    connection: i64,
    edited: Option<&[EditedRow]>,
    now: wire::Timestamp,
) -> Result<(), StoreError> {
    match edited {
        Some(edited) => {
            let body = serde_json::to_string(edited).map_err(|_| StoreError::Unreadable {
                column: "people_document.body",
            })?;
            rows.keep_people_document(connection, DRAFT, &body, now)
        }
        None => rows.forget_people_document(connection, DRAFT),
    }
}
