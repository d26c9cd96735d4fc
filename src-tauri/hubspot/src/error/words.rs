//! Taking facts out of a server's sentence, and making the sentence safe to keep.

use serde_json::Value;

/// The longest text that is kept, in characters.
const KEPT: usize = 300;

/// A server's text that can be shown: addresses, numbers and keys masked, what stands in quotation
/// marks left out, cut to 300 characters. Facts are to be taken out of the text before.
pub(super) fn safe(text: &str) -> String {
    let mut kept = String::new();
    let mut quoted = false;
    for character in text.chars() {
        if character == '"' {
            quoted = !quoted;
            kept.push_str(if quoted { "\"…" } else { "\"" });
        } else if !quoted {
            kept.push(character);
        }
    }
    let masked = wire::redact::mask(&kept);
    let mut characters = masked.chars();
    let mut cut: String = characters.by_ref().take(KEPT).collect();
    if characters.next().is_some() {
        cut.push('…');
    }
    cut
}

/// A name that HubSpot gives to something of its own (a property, a code, a scope): kept only where
/// it looks like one, so that no value gets in by that door.
pub(super) fn name(text: &str) -> Option<String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    let text = text.trim();
    (!text.is_empty() && text.len() <= 120 && text.chars().all(fits)).then(|| text.to_owned())
}

/// Compares the start of what follows `marker`, whatever its case, and gives the rest after it.
pub(super) fn after<'a>(text: &'a str, marker: &str) -> Option<&'a str> {
    // Lower-casing ASCII only keeps every byte where it was.
    let at = text
        .to_ascii_lowercase()
        .find(&marker.to_ascii_lowercase())?;
    text.get(at + marker.len()..)
}

/// The digits at the start of a text, white space aside.
pub(super) fn digits(text: &str) -> Option<String> {
    let digits: String = text
        .trim_start()
        .chars()
        .take_while(char::is_ascii_digit)
        .take(40)
        .collect();
    (!digits.is_empty()).then_some(digits)
}

/// The id in "Contact already exists. Existing ID: 501".
pub(super) fn existing_id(text: &str) -> Option<String> {
    digits(after(text, "existing id:")?)
}

/// Property and holder in "Cannot set PropertyValueCoordinates{… propertyName=email, value=…} on 900.
/// 501 already has that value." The first id is the half-made record, the second the one that exists.
pub(super) fn already_has(text: &str) -> Option<(Option<String>, Option<String>)> {
    const MARKER: &str = "already has that value";
    let lower = text.to_ascii_lowercase();
    // The value is free text and could hold the marker too: the last one is HubSpot's.
    let before = text.get(..lower.rfind(MARKER)?)?;
    let holder = before.split_whitespace().next_back().and_then(digits);
    let property = after(text, "propertyName=")
        .map(|rest| {
            rest.chars()
                .take_while(|c| !matches!(c, ',' | '}' | ' '))
                .collect::<String>()
        })
        .and_then(|property| name(&property));
    Some((property, holder))
}

/// Every `WORD=DIGITS` of a text, as in "CONTACT=999 is not valid".
pub(super) fn named_ids(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('=') {
        let word: String = before
            .chars()
            .rev()
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
            .collect();
        let word: String = word.chars().rev().collect();
        if let Some(id) = digits(behind)
            && !word.is_empty()
        {
            found.push((word, id));
        }
        rest = behind;
    }
    found
}

/// The JSON that stands inside a sentence, as in "Property values were not valid: [{…}]".
pub(super) fn embedded(text: &str) -> Option<Value> {
    let at = text.find(['[', '{'])?;
    let json = text.get(at..)?;
    serde_json::Deserializer::from_str(json)
        .into_iter::<Value>()
        .next()?
        .ok()
}
