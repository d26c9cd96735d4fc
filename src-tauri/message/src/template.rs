//! Templates: a text with places for a contact's own facts, rendered here and sent as plain text.
//!
//! A place is `{{contact.firstname|there}}`: what it is of, the property, and after a bar what stands
//! there where nothing is known. A format comes after a colon: `{{deal.amount:money|soon}}`,
//! `{{deal.closedate:date(short)}}`, `{{contact.score:number(1)}}`. A place with nothing to put in it
//! and nothing after the bar is [`Rendered::open`], and whoever sends refuses it.
//!
//! A value is text and stays text: it is never read for places of its own, and what Tuco might read as
//! one (`{firstName}`) is parted by a space, so that the preview is what arrives.

mod format;
mod parse;
#[cfg(test)]
mod tests;

pub use format::{Format, Formatting};
pub use parse::{Fault, Mistake, Piece, Place};

use std::collections::BTreeMap;
use std::ops::Range;

/// Longer texts are no messages.
pub const MOST_BYTES: usize = 64 * 1_024;

/// What kind of value a property holds, which decides how it is written where no format is given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ValueKind {
    /// As it is.
    #[default]
    Text,
    /// A number.
    Number,
    /// A day.
    Date,
    /// A moment.
    Moment,
}

/// A value as HubSpot has it. `Debug` shows no value.
#[derive(Clone, PartialEq, Eq)]
pub struct Value {
    /// The text.
    pub text: String,
    /// What it is.
    pub kind: ValueKind,
}

impl std::fmt::Debug for Value {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Value")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// The facts of one person, by path such as `contact.firstname`.
pub type Values = BTreeMap<String, Value>;

/// A template that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pieces: Vec<Piece>,
}

/// A place that could not be filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// Its path.
    pub path: String,
    /// Where it stands in the rendered text, in bytes.
    pub at: Range<usize>,
    /// Where it stands in what was written, in bytes.
    pub source: Range<usize>,
    /// Why.
    pub why: Why,
}

/// A part of a rendered text that came out of a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// Its path.
    pub path: String,
    /// Where it stands in the rendered text, in bytes.
    pub at: Range<usize>,
    /// Nothing is known, and what stands after the bar was taken.
    pub fell_back: bool,
}

impl Open {
    /// Nothing is known; else there is a value that does not fit.
    pub fn is_empty(&self) -> bool {
        self.why == Why::Empty
    }
}

/// Why a place is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Nothing is known, and nothing stands after a bar.
    Empty,
    /// The value does not fit the format.
    DoesNotFit,
}

/// A rendered text. `Debug` shows no text.
#[derive(Clone, PartialEq, Eq)]
pub struct Rendered {
    /// What would arrive; an open place shows as it was written.
    pub text: String,
    /// Places that could not be filled. Not empty: it must not be sent.
    pub open: Vec<Open>,
    /// Places that were filled, in their order.
    pub filled: Vec<Filled>,
}

impl Rendered {
    /// Paths that a fallback stood in for.
    pub fn fell_back(&self) -> Vec<String> {
        let stood_in = self.filled.iter().filter(|filled| filled.fell_back);
        stood_in.map(|filled| filled.path.clone()).collect()
    }
}

impl std::fmt::Debug for Rendered {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Rendered")
            .field("open", &self.open)
            .finish_non_exhaustive()
    }
}

impl Template {
    /// Reads a text.
    ///
    /// # Errors
    /// Where a place is not well formed, and what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, Mistake> {
        parse::parse(text).map(|pieces| Self { pieces })
    }

    /// Reads a text that is still being written: what is not well formed stays as it stands, and is told.
    pub fn read(text: &str) -> (Self, Vec<Fault>) {
        let (pieces, faults) = parse::read(text);
        (Self { pieces }, faults)
    }

    /// Every path that it asks for, once, in order.
    pub fn paths(&self) -> Vec<&str> {
        let mut paths = Vec::new();
        for piece in &self.pieces {
            if let Piece::Place(place) = piece
                && !paths.contains(&place.path.as_str())
            {
                paths.push(place.path.as_str());
            }
        }
        paths
    }

    /// Fills the places.
    pub fn render(&self, values: &Values, formatting: &Formatting) -> Rendered {
        let mut rendered = Rendered {
            text: String::new(),
            open: Vec::new(),
            filled: Vec::new(),
        };
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => rendered.text.push_str(text),
                Piece::Place(place) => rendered.fill(place, values, formatting),
            }
        }
        rendered
    }
}

impl Rendered {
    fn fill(&mut self, place: &Place, values: &Values, formatting: &Formatting) {
        let value = values
            .get(&place.path)
            .filter(|value| !value.text.trim().is_empty());
        let written = value.map(|value| format::write(value, place.format.as_ref(), formatting));
        let start = self.text.len();
        let fell_back = match (written, &place.fallback) {
            (Some(Some(text)), _) => {
                self.text.push_str(&harmless(&text));
                false
            }
            (_, Some(fallback)) => {
                self.text.push_str(fallback);
                true
            }
            (known, None) => {
                self.text.push_str(&place.written);
                self.open.push(Open {
                    path: place.path.clone(),
                    at: start..self.text.len(),
                    source: place.source.clone(),
                    why: if known.is_some() {
                        Why::DoesNotFit
                    } else {
                        Why::Empty
                    },
                });
                return;
            }
        };
        self.filled.push(Filled {
            path: place.path.clone(),
            at: start..self.text.len(),
            fell_back,
        });
    }
}

/// A value in one line, without what would turn the text around it, and without anything that could be
/// read as a place.
fn harmless(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for c in value.trim().chars() {
        match c {
            '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => text.push(' '),
            // Marks that turn the direction of what follows, and other controls.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            c if c.is_control() => {}
            c => text.push(c),
        }
    }
    part_braces(&text)
}

fn part_braces(text: &str) -> String {
    let mut parted = String::with_capacity(text.len());
    let mut after_brace = false;
    for c in text.chars() {
        if after_brace && !c.is_whitespace() {
            parted.push(' ');
        }
        after_brace = c == '{';
        parted.push(c);
    }
    // What comes after the value could join with a brace at its end.
    if after_brace {
        parted.push(' ');
    }
    parted
}

/// The places of a text that Tuco itself might fill: `{{…}}` or `{word}`. A text that is sent has none.
pub fn tuco_places(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut rest = 0;
    while let Some(open) = text
        .get(rest..)
        .and_then(|tail| tail.find('{'))
        .map(|at| rest + at)
    {
        let inside = text.get(open + 1..).unwrap_or_default();
        let begins = inside.starts_with('{') || inside.starts_with(char::is_alphabetic);
        match inside.find(['}', '\n']).filter(|_| begins) {
            Some(length)
                if inside
                    .get(length..)
                    .is_some_and(|tail| tail.starts_with('}')) =>
            {
                found.push(open..open + 1 + length + 1);
                rest = open + 1 + length + 1;
            }
            _ => rest = open + 1,
        }
    }
    found
}
