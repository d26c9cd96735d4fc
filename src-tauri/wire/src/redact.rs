//! Masks what must not stand in a log: addresses, numbers and keys.
//!
//! Made for `-v` logs and diagnostics. One event stays one line: line ends and characters that steer
//! a terminal or turn the reading direction become visible. It errs on the side of masking; names of
//! people can't be recognised, so texts that hold them must not be logged in the first place. Left
//! readable on purpose: UUIDs (correlation ids), 24-digit record ids, dates, and this machine's
//! address.

use std::fmt::Write;

/// Key prefixes after which everything up to the end of the word is masked.
const KEY_PREFIXES: [&str; 4] = ["pat-", "tuco_", "whsec_", "sk_"];

/// The text, safe to log.
pub fn mask(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut masked = String::with_capacity(text.len());
    let mut rest = chars.as_slice();
    let mut before = None;
    while let Some((first, after)) = rest.split_first() {
        let (length, word) = recognise(rest, before).unwrap_or((0, ""));
        if length > 0 {
            let (taken, left) = rest.split_at_checked(length).unwrap_or((rest, &[]));
            if word.is_empty() {
                masked.extend(taken);
            } else {
                masked.push_str(word);
            }
            before = taken.last().copied();
            rest = left;
        } else {
            show(*first, &mut masked);
            before = Some(*first);
            rest = after;
        }
    }
    masked
}

/// What begins here: how many characters, and the word that stands for them (none: keep them).
fn recognise(rest: &[char], before: Option<char>) -> Option<(usize, &'static str)> {
    if before.is_none_or(|c| !is_word(c)) {
        let found = bearer(rest)
            .or_else(|| key(rest))
            .or_else(|| email(rest))
            .or_else(|| harmless(rest))
            .or_else(|| opaque(rest));
        if found.is_some() {
            return found;
        }
    }
    phone(rest)
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn run(rest: &[char], inside: impl Fn(char) -> bool) -> usize {
    rest.iter().take_while(|c| inside(**c)).count()
}

fn starts_with(rest: &[char], word: &str) -> bool {
    let mut chars = rest.iter();
    word.chars().all(|wanted| {
        chars
            .next()
            .is_some_and(|c| c.eq_ignore_ascii_case(&wanted))
    })
}

/// `Bearer …` and `Basic …` up to the next white space or quotation mark.
fn bearer(rest: &[char]) -> Option<(usize, &'static str)> {
    let scheme = ["bearer", "basic"]
        .into_iter()
        .find(|scheme| starts_with(rest, scheme))?
        .len();
    let space = run(rest.get(scheme..)?, |c| {
        c.is_whitespace() || matches!(c, ':' | '=')
    });
    let value = run(rest.get(scheme + space..)?, |c| {
        !c.is_whitespace() && !is_quote(c)
    });
    (space > 0 && value > 0).then_some((scheme + space + value, "Bearer [key]"))
}

fn is_quote(c: char) -> bool {
    matches!(
        c,
        '"' | '\'' | '`' | ',' | ';' | '<' | '>' | ')' | ']' | '}'
    )
}

fn key(rest: &[char]) -> Option<(usize, &'static str)> {
    KEY_PREFIXES
        .iter()
        .find(|prefix| starts_with(rest, prefix))?;
    Some((run(rest, |c| is_word(c) || matches!(c, '-' | '.')), "[key]"))
}

/// `local@domain`, also with the sign percent-encoded.
fn email(rest: &[char]) -> Option<(usize, &'static str)> {
    let local = run(rest, |c| {
        is_word(c)
            || matches!(
                c,
                '.' | '+' | '-' | '\'' | '&' | '*' | '~' | '!' | '#' | '$' | '^'
            )
    });
    let after = rest.get(local..)?;
    let sign = match after {
        ['@', ..] | ['＠', ..] => 1,
        ['%', '4', '0', ..] => 3,
        // An encoded plus inside the local part: go on behind it.
        ['%', '2', 'b' | 'B', more @ ..] => {
            return email(more).map(|(length, word)| (local + 3 + length, word));
        }
        _ => return None,
    };
    let domain = run(after.get(sign..)?, |c| is_word(c) || matches!(c, '.' | '-'));
    (local > 0 && domain > 0).then_some((local + sign + domain, "[email]"))
}

/// Things made of digits that say nothing about a person.
fn harmless(rest: &[char]) -> Option<(usize, &'static str)> {
    let word = run(rest, |c| c.is_ascii_alphanumeric() || c == '-');
    let text = rest.get(..word)?;
    let groups: Vec<&[char]> = text.split(|c| *c == '-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    let hex = groups
        .iter()
        .all(|group| group.iter().all(char::is_ascii_hexdigit));
    let lettered = text.iter().any(char::is_ascii_alphabetic);
    if hex && ((lengths == [24] && lettered) || lengths == [8, 4, 4, 4, 12]) {
        return Some((word, ""));
    }
    if starts_with(rest, "127.0.0.1") && !rest.get(9).is_some_and(char::is_ascii_digit) {
        return Some((9, ""));
    }
    date(rest).or_else(|| api_version(rest))
}

/// `2026-03` as it stands in HubSpot's dated paths.
fn api_version(rest: &[char]) -> Option<(usize, &'static str)> {
    let [c, '0', y1, y2, '-', m1, m2, '/', after, ..] = rest else {
        return None;
    };
    let digits = [c, y1, y2, m1, m2].iter().all(|c| c.is_ascii_digit());
    (*c == '2' && digits && after.is_ascii_alphabetic()).then_some((8, ""))
}

/// `2026-06-02`, alone or before a time of day.
fn date(rest: &[char]) -> Option<(usize, &'static str)> {
    let text: String = rest.iter().take(10).collect();
    let mut parts = text.split('-');
    let mut part = |length: usize| {
        let part = parts.next().filter(|part| part.len() == length)?;
        if part.bytes().all(|b| b.is_ascii_digit()) {
            part.parse::<u32>().ok()
        } else {
            None
        }
    };
    let (year, month, day) = (part(4)?, part(2)?, part(2)?);
    let likely =
        (1970..2100).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    let ends = match rest.get(10) {
        None => true,
        Some(next) => !next.is_ascii_digit() && !matches!(next, '-' | '.' | '/'),
    };
    // With a space the digits behind belong to the same number, unless they are a time of day.
    let time = rest.get(10) != Some(&' ')
        || !rest.get(11).is_some_and(char::is_ascii_digit)
        || rest.get(13) == Some(&':');
    (likely && ends && time).then_some((10, ""))
}

/// Long runs of hexadecimal digits or base64.
fn opaque(rest: &[char]) -> Option<(usize, &'static str)> {
    let length = run(rest, |c| {
        c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_')
    });
    let text = rest.get(..length)?;
    // Equal signs only pad the end; elsewhere they part a name from its value.
    let length = length + run(rest.get(length..)?, |c| c == '=');
    let has = |kind: fn(&char) -> bool| text.iter().any(kind);
    let hex = text.iter().all(char::is_ascii_hexdigit);
    let mixed =
        has(char::is_ascii_digit) && has(char::is_ascii_lowercase) && has(char::is_ascii_uppercase);
    ((hex && length >= 32) || (mixed && length >= 24)).then_some((length, "[key]"))
}

/// Six digits or more, with up to two separators between any two of them.
fn phone(rest: &[char]) -> Option<(usize, &'static str)> {
    let first = rest.first()?;
    if !first.is_numeric() && !matches!(first, '+' | '(' | '＋') {
        return None;
    }
    let (mut digits, mut separators, mut length) = (0, 0, 0);
    for (at, c) in rest.iter().enumerate() {
        if c.is_numeric() {
            digits += 1;
            separators = 0;
            length = at + 1;
        } else if is_separator(*c) && separators < 3 {
            separators += 1;
        } else {
            break;
        }
    }
    (digits >= 6).then_some((length, "[number]"))
}

fn is_separator(c: char) -> bool {
    matches!(
        c,
        '+' | '＋' | '-' | '.' | '(' | ')' | '/' | ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}'
    ) || ('\u{2010}'..='\u{2015}').contains(&c)
        || is_invisible(c)
}

/// Characters without a shape that steer how the others are read.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

fn show(c: char, into: &mut String) {
    match c {
        '\n' => into.push_str("\\n"),
        '\r' => into.push_str("\\r"),
        '\t' => into.push_str("\\t"),
        _ if c.is_control() || is_invisible(c) => {
            // Writing to a String can't fail.
            let _ = write!(into, "\\u{{{:x}}}", u32::from(c));
        }
        _ => into.push(c),
    }
}

#[cfg(test)]
mod tests {
    use super::mask;

    #[test]
    fn addresses_are_masked() {
        for text in [
            "ana@example.com",
            "ana.ruiz+tag@mail.example.co.uk",
            "O'Brien@example.org",
            "josé@exämple.de",
            "ana%40example.com",
            "ana%2Btag%40example.com",
            "ana@localhost",
        ] {
            assert_eq!(
                mask(&format!("to <{text}>, done")),
                "to <[email]>, done",
                "{text}"
            );
        }
    }

    #[test]
    fn numbers_are_masked() {
        for text in [
            "+12025550143",
            "+1 (202) 555-0143",
            "202.555.0143",
            "(202)555-0143",
            "0049 / 30 / 123 456",
            "555-0143",
            "+1\u{a0}202\u{2011}555\u{2011}0143",
            "\u{202a}+1 202 555 0143",
            "٠١٢٣٤٥٦٧٨٩",
            "１２０２５５５０１４３",
            "2025550143",
        ] {
            let masked = mask(&format!("to {text}, done"));
            assert!(masked.contains("[number]"), "{masked}");
            assert!(
                !masked
                    .chars()
                    .any(|c| c.is_numeric() && c != '2' && c != '0'),
                "{masked}"
            );
        }
        assert_eq!(mask("to=%2B12025550143"), "to=%2B[number]");
    }

    #[test]
    fn keys_are_masked() {
        for text in [
            "pat-na1-11111111-2222-3333-4444-555555555555",
            "PAT-EU1-abc",
            "tuco_sk_AbCdEf0123456789",
            "tuco_x",
            "0123456789abcdef0123456789abcdef",
            "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4MTIzNDU2",
        ] {
            assert_eq!(mask(&format!("key={text} end")), "key=[key] end", "{text}");
        }
        assert_eq!(
            mask("Authorization: Bearer a.b-c"),
            "Authorization: Bearer [key]"
        );
        assert_eq!(
            mask("{\"auth\":\"bearer x y\"}"),
            "{\"auth\":\"Bearer [key] y\"}"
        );
    }

    #[test]
    fn what_helps_stays_readable() {
        for text in [
            "search took 1234 ms, 5 of 10",
            "2026-06-02T15:00:05.000Z",
            "on 2026-06-02 15:00",
            "id 6b1f00000000000000000a01",
            "correlation 0b7a3c52-1f2e-4d3c-9b8a-123456789012",
            "http://127.0.0.1:8080/crm/objects/2026-03/contacts",
            "crm.objects.contacts.write",
        ] {
            assert_eq!(mask(text), text);
        }
    }

    #[test]
    fn one_event_is_one_line() {
        let masked = mask("a\r\nERROR fake\u{1b}[31m\u{202e}txt\u{2028}\u{7}");
        assert_eq!(
            masked,
            "a\\r\\nERROR fake\\u{1b}[31m\\u{202e}txt\\u{2028}\\u{7}"
        );
    }

    proptest::proptest! {
        #[test]
        fn nothing_that_steers_comes_through(text in "\\PC*|.*|[\u{0}-\u{1f}\u{200b}-\u{2069}a]*") {
            let masked = mask(&text);
            let steers = masked.chars().any(|c| c.is_control() || c == '\u{202e}');
            proptest::prop_assert!(!steers);
        }

        #[test]
        fn no_number_of_six_digits_or_more_comes_through(
            before in "[a-zA-Z :,=]{0,3}", digits in "[1-9]{6,15}", after in "[ ,;a-z]{0,3}",
        ) {
            let masked = mask(&format!("{before}{digits}{after}"));
            proptest::prop_assert!(!masked.contains(&digits));
        }
    }
}
