//! Templates as a file that people keep, share and edit: TOML, a list under one name.
//!
//! Taken in whole or not at all. One of the same folder and name is changed, and keeps its earlier
//! versions.

use crate::compose::check_text;
use crate::store::{StoreError, TemplateBody, Writer};
use message::template::Mistake;
use serde::{Deserialize, Serialize};
use wire::Timestamp;
use wire::plain::{one_line, steers};

/// A longer name or folder is none.
const LONGEST_NAME: usize = 100;

// A list under another name would be read as no template at all.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    template: Vec<TemplateBody>,
}

/// Why a file is none of templates.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It is no TOML, or of another form.
    #[error("This is no file of templates: {0}")]
    Form(String),
    /// One of them can't be used.
    #[error("The template \"{0}\" has no name or no text. Nothing was taken.")]
    Nameless(String),
    /// A name or a folder that can't be shown.
    #[error(
        "The name and the folder of a template have at most 100 characters on one line, and \"{0}\" has \
         not. Nothing was taken."
    )]
    Unshowable(String),
    /// A place in one of them is not well formed.
    #[error("The template \"{name}\": {mistake} Nothing was taken.")]
    Mistake {
        /// Its name.
        name: String,
        /// What is wrong.
        mistake: Mistake,
    },
    /// Two of them are one.
    #[error("Two templates in the file have the same folder and name. Nothing was taken.")]
    Twice,
}

/// What came of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Taken {
    /// New ones.
    pub added: u32,
    /// Changed ones.
    pub changed: u32,
}

/// Reads a file, and looks at each template in it.
///
/// # Errors
/// See [`FileError`].
pub fn read(text: &str) -> Result<Vec<TemplateBody>, FileError> {
    let whole: File =
        toml::from_str(text).map_err(|error| FileError::Form(error.message().to_owned()))?;
    let mut names = std::collections::BTreeSet::new();
    for body in &whole.template {
        let name: String = body.name.chars().take(80).collect();
        if [&body.name, &body.folder]
            .into_iter()
            .any(|one| !can_be_shown(one))
        {
            return Err(FileError::Unshowable(one_line(&name)));
        }
        if body.name.trim().is_empty() || body.text.trim().is_empty() {
            return Err(FileError::Nameless(name));
        }
        check_text(&body.text).map_err(|mistake| FileError::Mistake { name, mistake })?;
        if !names.insert((body.folder.as_str(), body.name.as_str())) {
            return Err(FileError::Twice);
        }
    }
    Ok(whole.template)
}

fn can_be_shown(name: &str) -> bool {
    name.chars().count() <= LONGEST_NAME && !name.chars().any(steers)
}

/// The file that holds these.
///
/// # Errors
/// Why they can't be written down, in words.
pub fn write(bodies: Vec<TemplateBody>) -> Result<String, String> {
    toml::to_string_pretty(&File { template: bodies }).map_err(|error| error.to_string())
}

/// Takes them in, in the transaction of whoever asks.
///
/// # Errors
/// See [`StoreError`].
pub fn take(
    rows: &Writer<'_>,
    bodies: &[TemplateBody],
    by: &str,
    now: Timestamp,
) -> Result<Taken, StoreError> {
    let mut taken = Taken::default();
    let standing = rows.templates()?;
    for body in bodies {
        let same = standing
            .iter()
            .find(|row| (&row.body.folder, &row.body.name) == (&body.folder, &body.name));
        match same {
            Some(row) if row.body == *body => {}
            Some(row) => {
                rows.change_template(row.id, body, row.version, by, now)?;
                taken.changed += 1;
            }
            None => {
                rows.add_template(body, by, now)?;
                taken.added += 1;
            }
        }
    }
    Ok(taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_can_only_be_a_mistake_is_refused_with_its_reason() {
        let good = "[[template]]\nname = \"Hello 👩\u{200d}👧\"\ntext = \"Hi\"\n";
        assert_eq!(read(good).unwrap().len(), 1);
        assert!(read("template = []").unwrap().is_empty());
        assert!(read("").unwrap().is_empty());
        let long = "x".repeat(LONGEST_NAME + 1);
        for (text, told) in [
            (good.replace("[[template]]", "[[templates]]"), "templates"),
            (good.replace("Hello", "He\\u001b[2Jllo"), "He[2Jllo"),
            (good.replace("Hello", "He\\nllo"), "one line"),
            (good.replace("Hello", "\\u202egnp"), "one line"),
            (good.replace("Hello", &long), "at most"),
            (format!("{good}folder = \"a\\tb\"\n"), "one line"),
            (
                good.replace("Hi", "{{contact.firstname"),
                "Nothing was taken",
            ),
            (format!("{good}{good}"), "same folder and name"),
            (
                "a = ".to_owned() + &"[".repeat(100_000),
                "no file of templates",
            ),
        ] {
            let error = read(&text).unwrap_err().to_string();
            assert!(error.contains(told), "{text}: {error}");
            assert!(!error.chars().any(steers), "{error:?}");
        }
    }
}
