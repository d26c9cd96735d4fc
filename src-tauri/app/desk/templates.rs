//! Texts to be used again, shared by all connections.

use std::path::{Path, PathBuf};

use bridge::compose::check_text;
use bridge::store::StoreError;
use bridge::template_file;

use super::Desk;
use super::compose::me;
use super::log::good_name;
use super::safety::disk;
use crate::view::problem::{Answer, Code, Problem};
use crate::view::safety::WrittenFile;
use crate::view::templates::{ImportedTemplates, Template, TemplateBody, TemplateVersion};

/// Templates belong to no connection.
const ALL: i64 = 0;
/// Larger files are no templates.
const MOST_BYTES: u64 = 16 * 1_024 * 1_024;

impl Desk {
    pub(crate) async fn templates(&self) -> Answer<Vec<Template>> {
        self.engine()?
            .read(move |rows| {
                let all = rows.templates()?;
                Ok::<_, Problem>(all.into_iter().map(Into::into).collect())
            })
            .await
    }

    async fn template(&self, id: i64) -> Answer<Template> {
        self.engine()?
            .read(move |rows| {
                let row = rows.template(id)?.ok_or(StoreError::Missing)?;
                Ok::<_, Problem>(row.into())
            })
            .await
    }

    pub(crate) async fn save_template(
        &self,
        id: Option<i64>,
        body: TemplateBody,
        based_on: i64,
    ) -> Answer<Template> {
        good_name(&body.name)?;
        if !body.folder.trim().is_empty() {
            good_name(&body.folder)?;
        }
        if body.text.trim().is_empty() {
            return Err(Problem::input("A template needs a text."));
        }
        check_text(&body.text).map_err(|mistake| Problem::input(mistake.to_string()))?;
        for variable in &body.variables {
            good_variable(&variable.name)?;
        }
        if let Some(id) = id {
            self.template(id).await?;
        }
        let based_on = id.map(|id| (id, based_on));
        let saved = self
            .engine()?
            .save_template(ALL, based_on, body.into(), me())
            .await;
        let saved = saved.map_err(|error| match Problem::from(error) {
            problem if problem.code == Code::Taken => Problem::new(
                Code::Taken,
                "The folder has another template of this name. Choose another name.",
            ),
            problem => problem,
        })?;
        match saved {
            Some(id) => self.template(id).await,
            None => Err(Problem::new(
                Code::ChangedMeanwhile,
                "Somebody changed this template meanwhile. What you wrote is still here: look at the newest \
                 version, then save again.",
            )),
        }
    }

    pub(crate) async fn favourite_template(&self, id: i64, favourite: bool) -> Answer<()> {
        self.template(id).await?;
        Ok(self.engine()?.favour_template(ALL, id, favourite).await?)
    }

    pub(crate) async fn remove_template(&self, id: i64, removed: bool) -> Answer<()> {
        self.template(id).await?;
        Ok(self.engine()?.remove_template(ALL, id, removed).await?)
    }

    pub(crate) async fn template_versions(&self, id: i64) -> Answer<Vec<TemplateVersion>> {
        self.engine()?
            .read(move |rows| {
                let all = rows.template_versions(id)?;
                Ok::<_, Problem>(all.into_iter().map(Into::into).collect())
            })
            .await
    }

    /// All of a file, or none of it.
    pub(crate) async fn import_templates(&self, path: PathBuf) -> Answer<ImportedTemplates> {
        let text = read_text(&path)?;
        let bodies =
            template_file::read(&text).map_err(|error| Problem::input(error.to_string()))?;
        let taken = self.engine()?.take_templates(bodies, me()).await?;
        Ok(ImportedTemplates {
            path: path.display().to_string(),
            added: taken.added,
            changed: taken.changed,
            left_out: Vec::new(),
        })
    }

    pub(crate) async fn export_templates(&self, path: PathBuf) -> Answer<WrittenFile> {
        let text = self
            .engine()?
            .read(move |rows| {
                let all = rows.templates()?.into_iter().map(|row| row.body).collect();
                template_file::write(all).map_err(Problem::defect)
            })
            .await?;
        std::fs::write(&path, &text).map_err(|error| disk(&error))?;
        Ok(WrittenFile {
            path: path.display().to_string(),
            bytes: u64::try_from(text.len()).unwrap_or(u64::MAX),
        })
    }
}

/// A file of text that somebody chose, if it is not too large to be one.
pub(super) fn read_text(path: &Path) -> Answer<String> {
    let length = std::fs::metadata(path).map_err(|error| disk(&error))?.len();
    if length > MOST_BYTES {
        return Err(Problem::input(
            "The file is larger than 16 MB. Choose another one.",
        ));
    }
    let bytes = std::fs::read(path).map_err(|error| disk(&error))?;
    String::from_utf8(bytes).map_err(|_| {
        Problem::input("The file is not written in UTF-8. Save it as UTF-8 and choose it again.")
    })
}

fn good_variable(name: &str) -> Answer<()> {
    let good = (1..=40).contains(&name.len())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    good.then_some(()).ok_or_else(|| {
        Problem::input(
            "What a template asks for has a name of small letters, digits and underscores.",
        )
    })
}
