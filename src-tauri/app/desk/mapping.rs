//! The mapping: what holds, what is edited, and one person tried.

mod versions;

use bridge::people::editing::{self, EditedRow, MANY};
use bridge::people::shown::samples;
use bridge::people::{PeopleTally, discovery, mappings, reasons, setup};
use bridge::store::{PeopleSide, Reader};
use hubspot::ObjectKind;
use mapping::file;

use super::Desk;
use crate::view::mapping::{
    ApplyExample, ApplyPreview, LeftOut, MappingFields, MappingRow, MappingSamples, MappingState,
    MappingTrial, NewMappingProperty, PersonFound, PersonName, RecordSide, RowChange, RowProblem,
    edited_rows, shown_rows, some,
};
use crate::view::problem::{Answer, Problem};

impl Desk {
    pub(crate) async fn mapping(&self, connection: i64) -> Answer<MappingState> {
        self.row(connection).await?;
        self.engine()?
            .read(move |rows| state(rows, connection))
            .await
    }

    pub(crate) async fn mapping_fields(&self, connection: i64) -> Answer<MappingFields> {
        self.row(connection).await?;
        let never = self
            .engine()?
            .read(move |rows| Ok::<_, Problem>(discovery::kept(rows, connection)?.1.is_none()))
            .await?;
        if never {
            self.engine()?.read_portal(connection, false).await?;
        }
        self.shown_fields(connection).await
    }

    async fn shown_fields(&self, connection: i64) -> Answer<MappingFields> {
        self.engine()?
            .read(move |rows| {
                let (portal, at) = discovery::kept(rows, connection)?;
                let held = mappings::current(rows, connection)?;
                let used: Vec<String> = held.rows.iter().map(|row| row.lead.to_string()).collect();
                Ok::<_, Problem>(MappingFields::of(&portal, at, &used))
            })
            .await
    }

    pub(crate) async fn read_mapping_fields(&self, connection: i64) -> Answer<MappingFields> {
        self.engine()?.read_portal(connection, true).await?;
        self.shown_fields(connection).await
    }

    pub(crate) async fn create_mapping_property(
        &self,
        connection: i64,
        property: NewMappingProperty,
    ) -> Answer<MappingFields> {
        let group = property.group.clone();
        let (object, new) = property.asked();
        let kind = ObjectKind::ALL
            .into_iter()
            .find(|kind| kind.path() == object)
            .ok_or_else(|| {
                Problem::input("Properties of this kind of record can't be made here.")
            })?;
        self.engine()?
            .create_property(connection, kind, new, group)
            .await?;
        self.shown_fields(connection).await
    }

    pub(crate) async fn keep_mapping_draft(
        &self,
        connection: i64,
        rows: Vec<MappingRow>,
    ) -> Answer<Vec<RowProblem>> {
        if rows.len() > file::MOST_ROWS {
            return Err(Problem::input(
                "A mapping takes a thousand rows at most. Take some out first.",
            ));
        }
        let rows = edited_rows(rows);
        self.engine()?
            .keep_mapping_draft(connection, Some(rows.clone()))
            .await?;
        self.engine()?
            .read(move |reader| problems(reader, connection, &rows))
            .await
    }

    pub(crate) async fn discard_mapping_draft(&self, connection: i64) -> Answer<MappingState> {
        self.engine()?.keep_mapping_draft(connection, None).await?;
        self.mapping(connection).await
    }

    pub(crate) async fn preview_mapping_draft(&self, connection: i64) -> Answer<ApplyPreview> {
        let row = self.row(connection).await?;
        let portal = row.portal_name.clone();
        self.engine()?
            .read(move |rows| {
                let (fields, _) = discovery::kept(rows, connection)?;
                let held = editing::numbered(&mappings::current(rows, connection)?);
                let edited = editing::draft(rows, connection)?.unwrap_or_else(|| held.clone());
                let (mapping, _) = editing::whole(&edited);
                let told = editing::preview(rows, &row, mapping)?;
                let mut skipped = Vec::new();
                if told.unreadable > 0 {
                    skipped.push(LeftOut {
                        says: "A value of theirs can't be read by a step.".to_owned(),
                        people: told.unreadable,
                    });
                }
                if !told.unread.is_empty() && told.people > 0 {
                    let names: Vec<String> = told
                        .unread
                        .iter()
                        .map(|source| editing::label(source, &fields))
                        .collect();
                    skipped.push(LeftOut {
                        says: format!(
                            "{} was not read so far. The next round reads it, and what it changes is not counted here.",
                            names.join(", ")
                        ),
                        people: told.people,
                    });
                }
                let changes = editing::changes(&held, &edited, &fields);
                Ok::<_, Problem>(ApplyPreview {
                    changes: changes
                        .into_iter()
                        .map(|(row, what, says)| RowChange {
                            row,
                            what: what.into(),
                            says,
                        })
                        .collect(),
                    people: told.people,
                    leads_change: told.leads,
                    contacts_change: told.contacts,
                    conflicts: told.conflicts,
                    skipped,
                    examples: told
                        .examples
                        .into_iter()
                        .map(|one| ApplyExample {
                            name: one.name,
                            side: one.side.into(),
                            field: one.key.replace('>', " and "),
                            before: some(&one.before),
                            after: some(&one.after),
                        })
                        .collect(),
                    type_name: (told.leads + told.contacts > MANY).then_some(portal),
                })
            })
            .await
    }

    /// Applies what is edited. Where many people change, `typed` must be the portal's name.
    pub(crate) async fn apply_mapping_draft(
        &self,
        connection: i64,
        typed: Option<String>,
    ) -> Answer<MappingState> {
        let preview = self.preview_mapping_draft(connection).await?;
        if let Some(name) = preview.type_name
            && typed.as_deref().map(str::trim) != Some(name.trim())
        {
            return Err(Problem::input(format!(
                "So many people change that the portal's name has to be typed first: {name}."
            )));
        }
        let (mapping, says, blocked) = self
            .engine()?
            .read(move |rows| {
                let (portal, _) = discovery::kept(rows, connection)?;
                let held = editing::numbered(&mappings::current(rows, connection)?);
                let edited = editing::draft(rows, connection)?.unwrap_or_else(|| held.clone());
                let says = editing::in_words(&editing::changes(&held, &edited, &portal));
                let blocked = editing::problems(&edited, &portal)
                    .into_iter()
                    .find(|problem| problem.blocks);
                Ok::<_, Problem>((editing::whole(&edited).0, says, blocked))
            })
            .await?;
        if let Some(problem) = blocked {
            return Err(Problem::input(format!("{} {}", problem.says, problem.todo)));
        }
        self.engine()?
            .apply_mapping(connection, mapping, says)
            .await?
            .map_err(|error| Problem::input(error.to_string()))?;
        self.mapping(connection).await
    }

    pub(crate) async fn sample_mapping_rows(
        &self,
        connection: i64,
        rows: Vec<MappingRow>,
        record: Option<PersonName>,
    ) -> Answer<MappingSamples> {
        let row = self.row(connection).await?;
        let (mapping, ids) = editing::whole(&edited_rows(rows));
        self.engine()?
            .read(move |rows| {
                let whose = record.as_ref().map(|one| (one.of.into(), one.id.as_str()));
                let told = samples(rows, &row, mapping, whose)?;
                Ok::<_, Problem>(crate::view::mapping::samples(&told, &ids))
            })
            .await
    }

    pub(crate) async fn find_records(
        &self,
        connection: i64,
        words: String,
    ) -> Answer<Vec<PersonFound>> {
        let found = self.engine()?.find_people(connection, words, None).await?;
        Ok(found.into_iter().map(Into::into).collect())
    }

    pub(crate) async fn try_mapping(
        &self,
        connection: i64,
        rows: Vec<MappingRow>,
        record: PersonName,
    ) -> Answer<MappingTrial> {
        let (mapping, ids) = editing::whole(&edited_rows(rows));
        let ids: Vec<(String, i64)> = mapping
            .rows
            .iter()
            .map(mapping::Row::key)
            .zip(ids)
            .collect();
        let trial = self
            .engine()?
            .try_mapping(connection, Some(mapping), record.of.into(), record.id)
            .await?;
        Ok(MappingTrial::of(&trial, &ids))
    }

    /// What was done, in words.
    pub(crate) async fn write_one(
        &self,
        connection: i64,
        rows: Vec<MappingRow>,
        record: PersonName,
        side: RecordSide,
    ) -> Answer<String> {
        let edited = edited_rows(rows);
        let checked = edited.clone();
        let blocked = self
            .engine()?
            .read(move |rows| problems(rows, connection, &checked))
            .await?
            .into_iter()
            .find(|problem| problem.blocks);
        if let Some(problem) = blocked {
            return Err(Problem::input(format!("{} {}", problem.says, problem.todo)));
        }
        let (mapping, _) = editing::whole(&edited);
        let of: PeopleSide = record.of.into();
        let tally = self
            .engine()?
            .write_one(connection, Some(mapping), of, record.id, side.into())
            .await?;
        Ok(done(&tally))
    }
}

fn state(rows: &Reader<'_>, connection: i64) -> Answer<MappingState> {
    let newest = rows.mapping_versions(connection, 1)?;
    let held = editing::numbered(&mappings::current(rows, connection)?);
    let draft = editing::draft(rows, connection)?;
    Ok(MappingState {
        version: newest.first().map_or(0, |version| version.id),
        applied_at: newest.first().map(|version| version.at),
        problems: problems(rows, connection, draft.as_ref().unwrap_or(&held))?,
        rows: shown_rows(held),
        draft: draft.map(shown_rows),
        in_use: setup(rows, connection)?.is_on(),
    })
}

fn problems(rows: &Reader<'_>, connection: i64, edited: &[EditedRow]) -> Answer<Vec<RowProblem>> {
    let (portal, _) = discovery::kept(rows, connection)?;
    let found = editing::problems(edited, &portal);
    Ok(found
        .into_iter()
        .map(|problem| RowProblem::of(problem, edited))
        .collect())
}

/// What writing one person came to.
fn done(tally: &PeopleTally) -> String {
    let said = [
        (tally.leads_created, "The lead was made in Tuco."),
        (tally.leads_updated, "The lead was written."),
        (tally.contacts_created, "The contact was made in HubSpot."),
        (tally.contacts_updated, "The contact was written."),
    ]
    .into_iter()
    .find(|(many, _)| *many > 0)
    .map(|(_, says)| says.to_owned());
    let refused = tally.skipped.keys().next();
    match (said, refused) {
        (Some(says), _) => says,
        (None, Some(reason)) => format!("Nothing was written. {}", reasons::words(reason)),
        (None, None) => "Nothing was written: both sides say the same.".to_owned(),
    }
}
