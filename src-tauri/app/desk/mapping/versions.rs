//! Other mappings: those that held, those to begin with, those of other connections, and files.

use std::path::{Path, PathBuf};

use bridge::people::editing::{self, EditedRow};
use bridge::people::mappings;
use mapping::{Mapping, defaults, file};

use crate::desk::{Desk, safety};
use crate::view::mapping::{
    FileFault, ImportedMapping, MappingPreset, MappingState, MappingVersionShown,
};
use crate::view::problem::{Answer, Problem};
use crate::view::safety::WrittenFile;

/// Presets that somebody kept are documents of this beginning.
const OWN: &str = "preset:";
/// A mapping of a thousand rows is smaller.
const MOST_BYTES: u64 = 1024 * 1024;
/// More versions are not shown.
const MOST_VERSIONS: usize = 200;
/// Longer names are not names.
const LONGEST_NAME: usize = 60;

impl Desk {
    pub(crate) async fn mapping_versions(
        &self,
        connection: i64,
    ) -> Answer<Vec<MappingVersionShown>> {
        let made = self.row(connection).await?.created_at;
        self.engine()?
            .read(move |rows| {
                let kept = rows.mapping_versions(connection, MOST_VERSIONS)?;
                let newest = kept.first().map_or(0, |version| version.id);
                let mut all: Vec<MappingVersionShown> = kept
                    .iter()
                    .map(|version| MappingVersionShown {
                        version: version.id,
                        at: version.at,
                        rows: mappings::of_version(version).map_or(0, |one| one.rows.len()),
                        says: version.says.clone(),
                        holds: version.id == newest,
                    })
                    .collect();
                all.push(MappingVersionShown {
                    version: 0,
                    at: made,
                    rows: defaults::from_the_start().rows.len(),
                    says: "As from the start".to_owned(),
                    holds: newest == 0,
                });
                Ok::<_, Problem>(all)
            })
            .await
    }

    pub(crate) async fn draft_mapping_version(
        &self,
        connection: i64,
        version: i64,
    ) -> Answer<MappingState> {
        let mapping = self
            .engine()?
            .read(move |rows| {
                if version == 0 {
                    return Ok(defaults::from_the_start());
                }
                let kept = rows.mapping_versions(connection, MOST_VERSIONS)?;
                let found = kept.iter().find(|one| one.id == version);
                let found = found.ok_or_else(|| Problem::input("There is no such version."))?;
                Ok::<_, Problem>(mappings::of_version(found)?)
            })
            .await?;
        self.draft_of(connection, mapping).await
    }

    pub(crate) async fn mapping_presets(&self, connection: i64) -> Answer<Vec<MappingPreset>> {
        self.row(connection).await?;
        self.engine()?
            .read(move |rows| {
                let ours = defaults::PRESETS.iter().map(|one| MappingPreset {
                    id: one.id.to_owned(),
                    name: one.name.to_owned(),
                    about: one.about.to_owned(),
                    rows: defaults::preset(one.id).map_or(0, |mapping| mapping.rows.len()),
                    own: false,
                });
                let own = rows.people_documents(connection, OWN)?;
                let own = own.into_iter().map(|(id, body)| MappingPreset {
                    name: id.trim_start_matches(OWN).to_owned(),
                    about: String::new(),
                    rows: file::parse(&body).map_or(0, |mapping| mapping.rows.len()),
                    own: true,
                    id,
                });
                Ok::<_, Problem>(ours.chain(own).collect())
            })
            .await
    }

    pub(crate) async fn draft_mapping_preset(
        &self,
        connection: i64,
        preset: String,
    ) -> Answer<MappingState> {
        let mapping = self
            .engine()?
            .read(move |rows| {
                let missing = || Problem::input("There is no such preset.");
                if let Some(mapping) = defaults::preset(&preset) {
                    return Ok(mapping);
                }
                let own = rows.people_documents(connection, OWN)?;
                let body = own.into_iter().find(|(id, _)| *id == preset);
                let (_, body) = body.ok_or_else(missing)?;
                file::parse(&body).map_err(|_| missing())
            })
            .await?;
        self.draft_of(connection, mapping).await
    }

    /// Keeps what is edited, else what holds, under a name.
    pub(crate) async fn keep_mapping_preset(
        &self,
        connection: i64,
        name: String,
    ) -> Answer<Vec<MappingPreset>> {
        let name = name.trim().to_owned();
        if name.is_empty() || name.chars().count() > LONGEST_NAME {
            return Err(Problem::input("A preset's name has 1 to 60 letters."));
        }
        let mapping = self.edited(connection).await?;
        self.engine()?
            .keep_people_document(
                connection,
                format!("{OWN}{name}"),
                Some(file::print(&mapping)),
            )
            .await?;
        self.mapping_presets(connection).await
    }

    pub(crate) async fn forget_mapping_preset(
        &self,
        connection: i64,
        preset: String,
    ) -> Answer<Vec<MappingPreset>> {
        if !preset.starts_with(OWN) {
            return Err(Problem::input(
                "This preset came with the program, and stays.",
            ));
        }
        self.engine()?
            .keep_people_document(connection, preset, None)
            .await?;
        self.mapping_presets(connection).await
    }

    pub(crate) async fn draft_mapping_copy(
        &self,
        connection: i64,
        from: i64,
    ) -> Answer<MappingState> {
        self.row(from).await?;
        let mapping = self
            .engine()?
            .read(move |rows| Ok::<_, Problem>(mappings::current(rows, from)?))
            .await?;
        self.draft_of(connection, mapping).await
    }

    pub(crate) async fn import_mapping(
        &self,
        connection: i64,
        path: PathBuf,
    ) -> Answer<ImportedMapping> {
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        let text = read_text(&path)?;
        match file::parse(&text) {
            Ok(mapping) => {
                let rows = mapping.rows.len();
                let state = self.draft_of(connection, mapping).await?;
                Ok(ImportedMapping::Draft {
                    file: name,
                    state: Box::new(state),
                    rows,
                })
            }
            Err(faults) => Ok(ImportedMapping::Refused {
                file: name,
                faults: faults
                    .into_iter()
                    .map(|fault| FileFault {
                        line: fault.line,
                        text: fault.text,
                        reason: editing::sentence(&fault.reason),
                    })
                    .collect(),
            }),
        }
    }

    pub(crate) async fn export_mapping(
        &self,
        connection: i64,
        path: PathBuf,
    ) -> Answer<WrittenFile> {
        let text = file::print(&self.edited(connection).await?);
        std::fs::write(&path, &text).map_err(|error| safety::disk(&error))?;
        Ok(WrittenFile {
            path: path.display().to_string(),
            bytes: text.len() as u64,
        })
    }

    /// What is edited, else what holds, as far as it is whole.
    async fn edited(&self, connection: i64) -> Answer<Mapping> {
        self.row(connection).await?;
        self.engine()?
            .read(move |rows| {
                Ok::<_, Problem>(match editing::draft(rows, connection)? {
                    Some(edited) => editing::whole(&edited).0,
                    None => mappings::current(rows, connection)?,
                })
            })
            .await
    }

    async fn draft_of(&self, connection: i64, mapping: Mapping) -> Answer<MappingState> {
        let rows: Vec<EditedRow> = self
            .engine()?
            .read(move |rows| {
                let held = editing::numbered(&mappings::current(rows, connection)?);
                Ok::<_, Problem>(editing::as_draft(&mapping, &held))
            })
            .await?;
        self.engine()?
            .keep_mapping_draft(connection, Some(rows))
            .await?;
        self.mapping(connection).await
    }
}

fn read_text(path: &Path) -> Answer<String> {
    let size = std::fs::metadata(path).map_err(|error| safety::disk(&error))?;
    if size.len() > MOST_BYTES {
        return Err(Problem::input("This file is too long to be a mapping."));
    }
    let bytes = std::fs::read(path).map_err(|error| safety::disk(&error))?;
    String::from_utf8(bytes).map_err(|_| {
        Problem::input("This file is no text, so it is no mapping. Choose a .toml file.")
    })
}
