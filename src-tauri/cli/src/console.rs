//! What goes to the terminal, and what goes to a script.
//!
//! With `--json` stdout gets JSON lines and nothing else; sentences, warnings and progress go to
//! stderr in either case. A closed pipe is not an error: whoever reads has seen enough.

use crate::failure::Failure;
use crate::shown::tame;
use comfy_table::{Attribute, Color};
use serde::Serialize;
use serde_json::json;
use std::io::{self, IsTerminal, Write};

/// See the module.
#[derive(Debug, Clone)]
pub(crate) struct Console {
    json: bool,
    colour: bool,
    colour_err: bool,
    terminal_err: bool,
}

/// What a piece of text means; the colour follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    Good,
    Warn,
    Bad,
    Quiet,
    Strong,
}

impl Console {
    pub(crate) fn new(json: bool) -> Self {
        // https://no-color.org: any value but an empty one.
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
            && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        let terminal_err = io::stderr().is_terminal();
        Self {
            json,
            colour: wanted && io::stdout().is_terminal(),
            colour_err: wanted && terminal_err,
            terminal_err,
        }
    }

    /// Whether a script is listening.
    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// Whether tables may have colours.
    pub(crate) fn has_colour(&self) -> bool {
        self.colour
    }

    /// Whether somebody sits before the terminal.
    pub(crate) fn is_watched(&self) -> bool {
        self.terminal_err && (self.json || io::stdout().is_terminal())
    }

    /// Whether a progress line makes sense.
    pub(crate) fn shows_progress(&self) -> bool {
        self.terminal_err
    }

    /// A line for people, on stdout; nothing where a script is listening.
    pub(crate) fn say(&self, text: &str) {
        if !self.json {
            let _ = writeln!(io::stdout().lock(), "{text}");
        }
    }

    /// A line of JSON, on stdout; nothing where people are reading.
    pub(crate) fn json(&self, value: &impl Serialize) {
        if !self.json {
            return;
        }
        // Only a map with keys that are no texts can't be written, and there is none here.
        if let Ok(line) = serde_json::to_string(value) {
            let mut out = io::stdout().lock();
            let _ = writeln!(out, "{line}");
            let _ = out.flush();
        }
    }

    /// A sentence beside the result, on stderr. Whatever of a stranger's stands in it steers no terminal.
    pub(crate) fn note(&self, text: &str) {
        beside(&tame(text));
    }

    /// A sentence that should be seen.
    pub(crate) fn warn(&self, text: &str) {
        let word = paint("Note:", Tone::Warn, self.colour_err);
        beside(&format!("{word} {}", tame(text)));
    }

    /// Why the command ends early.
    pub(crate) fn failed(&self, failure: &Failure) {
        self.refused(failure);
        self.explain(failure);
    }

    /// The JSON alone, where the sentence was said already.
    pub(crate) fn refused(&self, failure: &Failure) {
        self.json(&json!({"error": failure}));
    }

    /// The same for a command that has printed its own JSON.
    pub(crate) fn explain(&self, failure: &Failure) {
        let word = paint("Error:", Tone::Bad, self.colour_err);
        beside(&format!("{word} {}", tame(&failure.message)));
    }

    /// Text with the colour of its meaning, for stdout.
    pub(crate) fn paint(&self, text: &str, tone: Tone) -> String {
        paint(text, tone, self.colour)
    }
}

fn beside(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

fn paint(text: &str, tone: Tone, colour: bool) -> String {
    if !colour {
        return text.to_owned();
    }
    let code = match tone {
        Tone::Good => "32",
        Tone::Warn => "33",
        Tone::Bad => "31",
        Tone::Quiet => "2",
        Tone::Strong => "1",
    };
    format!("\u{1b}[{code}m{text}\u{1b}[0m")
}

impl Tone {
    /// As a table cell wants it.
    pub(crate) fn cell(self) -> (Option<Color>, Option<Attribute>) {
        match self {
            Self::Good => (Some(Color::Green), None),
            Self::Warn => (Some(Color::Yellow), None),
            Self::Bad => (Some(Color::Red), None),
            Self::Quiet => (Some(Color::DarkGrey), None),
            Self::Strong => (None, Some(Attribute::Bold)),
        }
    }
}
