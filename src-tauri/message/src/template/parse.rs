//! Reading a template.

use super::MOST_BYTES;
use super::format::Format;
use std::ops::Range;

/// A part of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// As it stands.
    Text(String),
    /// To be filled.
    Place(Place),
}

/// `{{path:format|fallback}}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Such as `contact.firstname`.
    pub path: String,
    /// How to write the value.
    pub format: Option<Format>,
    /// What stands there where nothing is known. May be empty on purpose: `{{contact.title|}}`.
    pub fallback: Option<String>,
    /// As it was written.
    pub written: String,
    /// Where it stands in what was written, in bytes.
    pub source: Range<usize>,
}

/// A place that is not well formed, in a text that is still being written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where it stands in what was written, in bytes.
    pub source: Range<usize>,
    /// What is wrong with it.
    pub mistake: Mistake,
}

/// What is wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Mistake {
    /// Too long.
    #[error("The text is longer than 64 KB. Shorten it.")]
    TooLong,
    /// No end.
    #[error("The place that begins with \"{begins}\" has no end. Close it with }}}}.")]
    Unclosed {
        /// How it begins.
        begins: String,
    },
    /// No path.
    #[error(
        "\"{written}\" names no property. A place is written like {{{{contact.firstname|there}}}}."
    )]
    BadPath {
        /// As written.
        written: String,
    },
    /// No such format.
    #[error(
        "\"{written}\" asks for a format that there is not. There are: date, date(short), date(weekday), time, \
         number, number(2), money and money(EUR)."
    )]
    BadFormat {
        /// As written.
        written: String,
    },
}

/// What a place may be of.
pub(crate) const OBJECTS: &[&str] = &["contact", "company", "deal", "owner", "sender", "ask"];

pub(super) fn parse(text: &str) -> Result<Vec<Piece>, Mistake> {
    let (pieces, faults) = read(text);
    match faults.into_iter().next() {
        Some(fault) => Err(fault.mistake),
        None => Ok(pieces),
    }
}

/// What is not well formed stays as it stands, and is told.
pub(super) fn read(text: &str) -> (Vec<Piece>, Vec<Fault>) {
    let (mut pieces, mut faults) = (Vec::new(), Vec::new());
    if text.len() > MOST_BYTES {
        faults.push(Fault {
            source: 0..text.len(),
            mistake: Mistake::TooLong,
        });
        return (pieces, faults);
    }
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        if !before.is_empty() {
            pieces.push(Piece::Text(before.to_owned()));
        }
        let start = text.len() - after.len() - 2;
        let Some((inside, behind)) = after.split_once("}}") else {
            let begins: String = format!("{{{{{after}").chars().take(30).collect();
            faults.push(Fault {
                source: start..text.len(),
                mistake: Mistake::Unclosed { begins },
            });
            pieces.push(Piece::Text(format!("{{{{{after}")));
            return (pieces, faults);
        };
        let source = start..text.len() - behind.len();
        match place(inside, source.clone()) {
            Ok(place) => pieces.push(Piece::Place(place)),
            Err(mistake) => {
                pieces.push(Piece::Text(format!("{{{{{inside}}}}}")));
                faults.push(Fault { source, mistake });
            }
        }
        rest = behind;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest.to_owned()));
    }
    (pieces, faults)
}

fn place(inside: &str, source: Range<usize>) -> Result<Place, Mistake> {
    let written = format!("{{{{{inside}}}}}");
    let (head, fallback) = match inside.split_once('|') {
        Some((head, fallback)) => (head, Some(fallback.trim().to_owned())),
        None => (inside, None),
    };
    let (path, format) = match head.split_once(':') {
        Some((path, format)) => (path, Some(format.trim())),
        None => (head, None),
    };
    let path = path.trim().to_lowercase();
    let is_path = path.split_once('.').is_some_and(|(object, property)| {
        OBJECTS.contains(&object)
            && !property.is_empty()
            && property
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
    });
    // A brace in a fallback could become a place of Tuco's.
    let clean = fallback
        .as_deref()
        .is_none_or(|fallback| !fallback.contains(['{', '}']));
    if !is_path || !clean {
        return Err(Mistake::BadPath {
            written: written.chars().take(80).collect(),
        });
    }
    let format = match format {
        None => None,
        Some(word) => Some(Format::parse(word).ok_or_else(|| Mistake::BadFormat {
            written: written.chars().take(80).collect(),
        })?),
    };
    Ok(Place {
        path,
        format,
        fallback,
        written,
        source,
    })
}
