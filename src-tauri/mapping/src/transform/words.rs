//! Steps that change words.

use super::{Case, Stop, Unmatched};

pub(super) fn cased(text: &str, to: Case) -> String {
    match to {
        Case::Lower => text.to_lowercase(),
        Case::Upper => text.to_uppercase(),
        Case::Title => {
            let mut titled = String::with_capacity(text.len());
            let mut begins = true;
            for c in text.chars() {
                if begins {
                    titled.extend(c.to_uppercase());
                } else {
                    titled.extend(c.to_lowercase());
                }
                // An apostrophe or a hyphen begins a part of a name, as in O'Neill and Anne-Marie.
                begins = !c.is_alphanumeric();
            }
            titled
        }
    }
}

/// One line, with single blanks.
pub(super) fn plain(text: &str, longest: Option<u32>) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match longest {
        Some(longest) => line
            .chars()
            .take(usize::try_from(longest).unwrap_or(usize::MAX))
            .collect::<String>()
            .trim_end()
            .to_owned(),
        None => line,
    }
}

/// The first pair that fits exactly, else the first that fits but for case and white space at its ends.
pub(super) fn pair<'p>(
    text: &str,
    pairs: impl Iterator<Item = (&'p str, &'p str)> + Clone,
    otherwise: &Unmatched,
) -> Result<String, Stop> {
    let wanted = text.trim().to_lowercase();
    let exact = pairs.clone().find(|(from, _)| *from == text);
    let near = || {
        let mut pairs = pairs;
        pairs.find(|(from, _)| from.trim().to_lowercase() == wanted)
    };
    if let Some((_, to)) = exact.or_else(near) {
        return Ok(to.to_owned());
    }
    match otherwise {
        Unmatched::Keep => Ok(text.to_owned()),
        Unmatched::LeaveOut => Err(Stop::LeaveOut),
        Unmatched::Refuse => Err(Stop::NoPair),
        Unmatched::Use { value } => Ok(value.clone()),
    }
}

fn truth(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "true" | "yes" | "y" | "1" | "on" => Some(true),
        "false" | "no" | "n" | "0" | "off" => Some(false),
        _ => None,
    }
}

pub(super) fn yes_no(text: &str, yes: &str, no: &str) -> Result<String, Stop> {
    let truth = truth(text).ok_or(Stop::NoWord)?;
    Ok(if truth { yes } else { no }.to_owned())
}

pub(super) fn true_false(text: &str, yes: &str, no: &str) -> Result<String, Stop> {
    let same = |word: &str| word.trim().to_lowercase() == text.trim().to_lowercase();
    let truth = if same(yes) {
        true
    } else if same(no) {
        false
    } else {
        truth(text).ok_or(Stop::NoWord)?
    };
    Ok(truth.to_string())
}

/// `a;b` with something else between.
pub(super) fn list(text: &str, by: &str, labels: bool, options: &[(String, String)]) -> String {
    let shown = |value: &str| {
        let found = options.iter().find(|(option, _)| labels && option == value);
        found.map_or_else(|| value.to_owned(), |(_, label)| label.clone())
    };
    text.split(';')
        .map(str::trim)
        .filter(|value| !value.is_empty())
        .map(shown)
        .collect::<Vec<_>>()
        .join(by)
}

pub(super) fn unlist(text: &str, by: &str, labels: bool, options: &[(String, String)]) -> String {
    let stored = |word: &str| {
        let lower = word.to_lowercase();
        let found = options
            .iter()
            .find(|(_, label)| labels && label.trim().to_lowercase() == lower);
        found.map_or_else(|| word.to_owned(), |(value, _)| value.clone())
    };
    // People leave blanks out, or put more of them.
    let by = if by.trim().is_empty() { by } else { by.trim() };
    let parts: Vec<&str> = if by.is_empty() {
        vec![text]
    } else {
        text.split(by).collect()
    };
    parts
        .into_iter()
        .map(str::trim)
        .filter(|word| !word.is_empty())
        .map(stored)
        .collect::<Vec<_>>()
        .join(";")
}
