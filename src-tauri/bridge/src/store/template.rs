//! Texts to be used again, with every version they ever had. All connections of a home share them.

use super::failure::StoreError;
use super::row::text;
use super::{Reader, Writer};
use rusqlite::{Row, params};
use serde::{Deserialize, Serialize};
use wire::Timestamp;

/// What can be changed of a template.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateBody {
    /// Unique in its folder.
    pub name: String,
    /// May be empty.
    #[serde(default)]
    pub folder: String,
    /// With its places.
    pub text: String,
    /// What the writer fills in, as JSON of whoever shows it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub variables: String,
}

/// A template as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateRow {
    /// Row id.
    pub id: i64,
    /// What it says.
    pub body: TemplateBody,
    /// Shown first.
    pub favourite: bool,
    /// Grows with every change.
    pub version: i64,
    /// How often it was sent.
    pub uses: i64,
    /// When it changed last.
    pub changed_at: Timestamp,
    /// Who changed it.
    pub changed_by: String,
}

/// What it said once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateVersion {
    /// Which.
    pub version: i64,
    /// What it said.
    pub body: TemplateBody,
    /// Since when.
    pub changed_at: Timestamp,
    /// Who wrote it.
    pub changed_by: String,
}

fn read(row: &Row<'_>) -> Result<TemplateRow, StoreError> {
    Ok(TemplateRow {
        id: row.get(0)?,
        body: TemplateBody {
            folder: row.get(1)?,
            name: row.get(2)?,
            text: row.get(3)?,
            variables: row.get(4)?,
        },
        favourite: row.get(5)?,
        version: row.get(6)?,
        uses: row.get(7)?,
        changed_at: row.get(8)?,
        changed_by: row.get(9)?,
    })
}

macro_rules! select_template {
    ($rest:literal) => {
        concat!(
            "SELECT id, folder, name, text, variables, favourite, version, uses, changed_at, ",
            "changed_by FROM template ",
            $rest
        )
    };
}

impl Reader<'_> {
    /// All, by folder and name.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn templates(&self) -> Result<Vec<TemplateRow>, StoreError> {
        self.rows(
            select_template!("WHERE removed_at IS NULL ORDER BY folder, name"),
            [],
            read,
        )
    }

    /// By row id, also one that was removed.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn template(&self, id: i64) -> Result<Option<TemplateRow>, StoreError> {
        self.row(select_template!("WHERE id = ?1"), [id], read)
    }

    /// Those with this name, in whatever folder; `folder/name` means that one.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn templates_named(&self, name: &str) -> Result<Vec<TemplateRow>, StoreError> {
        let all = self.templates()?;
        let whole = |row: &TemplateRow| format!("{}/{}", row.body.folder, row.body.name);
        Ok(all
            .into_iter()
            .filter(|row| row.body.name == name || whole(row) == name)
            .collect())
    }

    /// Every version, the newest first.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn template_versions(&self, id: i64) -> Result<Vec<TemplateVersion>, StoreError> {
        self.rows(
            "SELECT version, folder, name, text, variables, changed_at, changed_by
             FROM template_version WHERE template_id = ?1 ORDER BY version DESC",
            [id],
            |row| {
                Ok(TemplateVersion {
                    version: row.get(0)?,
                    body: TemplateBody {
                        folder: row.get(1)?,
                        name: row.get(2)?,
                        text: row.get(3)?,
                        variables: row.get(4)?,
                    },
                    changed_at: row.get(5)?,
                    changed_by: row.get(6)?,
                })
            },
        )
    }
}

impl Writer<'_> {
    /// Adds one. Its id.
    ///
    /// # Errors
    /// [`StoreError::Taken`] where the folder has one of that name.
    pub fn add_template(
        &self,
        body: &TemplateBody,
        who: &str,
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        self.change(
            "INSERT INTO template (folder, name, text, variables, changed_at, changed_by)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![body.folder, body.name, body.text, body.variables, now, who],
        )?;
        let id = self.last_id();
        self.keep_version(id)?;
        Ok(id)
    }

    /// Changes one that was read at version `based_on`. False where somebody was faster, or it is gone.
    ///
    /// # Errors
    /// [`StoreError::Taken`] where the folder has another one of that name.
    pub fn change_template(
        &self,
        id: i64,
        body: &TemplateBody,
        based_on: i64,
        who: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let changed = self.change(
            "UPDATE template SET folder = ?2, name = ?3, text = ?4, variables = ?5,
                 version = version + 1, changed_at = ?6, changed_by = ?7
             WHERE id = ?1 AND version = ?8 AND removed_at IS NULL",
            params![
                id,
                body.folder,
                body.name,
                body.text,
                body.variables,
                now,
                who,
                based_on
            ],
        )?;
        if changed > 0 {
            self.keep_version(id)?;
        }
        Ok(changed > 0)
    }

    fn keep_version(&self, id: i64) -> Result<(), StoreError> {
        self.change(
            "INSERT INTO template_version
                 (template_id, version, folder, name, text, variables, changed_at, changed_by)
             SELECT id, version, folder, name, text, variables, changed_at, changed_by
             FROM template WHERE id = ?1",
            [id],
        )
        .map(drop)
    }

    /// Marks one to be shown first, or no longer.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn favour_template(&self, id: i64, favourite: bool) -> Result<(), StoreError> {
        self.change(
            "UPDATE template SET favourite = ?2 WHERE id = ?1",
            params![id, favourite],
        )
        .map(drop)
    }

    /// Takes one off the list (`Some`), or brings it back.
    ///
    /// # Errors
    /// [`StoreError::Taken`] where its name has been given to another meanwhile.
    pub fn remove_template(&self, id: i64, at: Option<Timestamp>) -> Result<(), StoreError> {
        self.change(
            "UPDATE template SET removed_at = ?2 WHERE id = ?1",
            params![id, at],
        )
        .map(drop)
    }

    /// One more message was made of it.
    ///
    /// # Errors
    /// See [`StoreError`].
    pub fn template_used(&self, name: &str) -> Result<(), StoreError> {
        self.change(
            "UPDATE template SET uses = uses + 1 WHERE name = ?1 AND removed_at IS NULL",
            params![text(Some(name))],
        )
        .map(drop)
    }
}
