//! How many segments a text message takes, as carriers count them (3GPP TS 23.038).
//!
//! A text of the GSM alphabet has 160 units in one segment and 153 in each of several; a character of
//! the extension table takes two, which are never parted. Anything else makes the whole text UCS-2: 70
//! and 67 units of UTF-16, and a pair is never parted either. iMessage and email know no segments.

/// See [`count`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alphabet {
    /// The GSM 7-bit default alphabet and its extension.
    Gsm7,
    /// UTF-16 code units.
    Ucs2,
}

/// What a text takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segments {
    /// Which alphabet it needs.
    pub alphabet: Alphabet,
    /// Units in it.
    pub units: usize,
    /// Segments; none for an empty text.
    pub segments: usize,
    /// Units that the last segment has left.
    pub left: usize,
    /// The first character that keeps the text from the smaller alphabet: the hint to whoever writes.
    pub because_of: Option<char>,
}

const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?\
                     ¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const EXTENSION: &str = "\u{c}^{}\\[~]|€";

fn gsm_units(c: char) -> Option<usize> {
    // The most common ones need no search.
    if c.is_ascii_alphanumeric() || c == ' ' {
        return Some(1);
    }
    if BASIC.contains(c) {
        Some(1)
    } else {
        EXTENSION.contains(c).then_some(2)
    }
}

/// See the module.
pub fn count(text: &str) -> Segments {
    let because_of = text.chars().find(|c| gsm_units(*c).is_none());
    let (alphabet, one, several) = match because_of {
        None => (Alphabet::Gsm7, 160, 153),
        Some(_) => (Alphabet::Ucs2, 70, 67),
    };
    let units_of = |c: char| match alphabet {
        Alphabet::Gsm7 => gsm_units(c).unwrap_or(1),
        Alphabet::Ucs2 => c.len_utf16(),
    };
    let units: usize = text.chars().map(units_of).sum();
    if units <= one {
        return Segments {
            alphabet,
            units,
            segments: usize::from(units > 0),
            left: one - units,
            because_of,
        };
    }
    let (mut segments, mut filled) = (1, 0);
    for needed in text.chars().map(units_of) {
        if filled + needed > several {
            segments += 1;
            filled = 0;
        }
        filled += needed;
    }
    Segments {
        alphabet,
        units,
        segments,
        left: several - filled,
        because_of,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> (Alphabet, usize, usize, usize) {
        let counted = count(text);
        (
            counted.alphabet,
            counted.units,
            counted.segments,
            counted.left,
        )
    }

    #[test]
    fn the_borders_are_where_carriers_have_them() {
        use Alphabet::{Gsm7, Ucs2};
        assert_eq!(of(""), (Gsm7, 0, 0, 160));
        assert_eq!(of(&"a".repeat(160)), (Gsm7, 160, 1, 0));
        assert_eq!(of(&"a".repeat(161)), (Gsm7, 161, 2, 145));
        assert_eq!(of(&"a".repeat(306)), (Gsm7, 306, 2, 0));
        assert_eq!(of(&"€".repeat(80)), (Gsm7, 160, 1, 0));
        assert_eq!(of(&"é".repeat(70)), (Gsm7, 70, 1, 90));
        assert_eq!(of(&"ê".repeat(70)), (Ucs2, 70, 1, 0));
        assert_eq!(of(&"ê".repeat(71)), (Ucs2, 71, 2, 63));
        assert_eq!(of(&"👍".repeat(35)), (Ucs2, 70, 1, 0));
        // 67 is odd: a pair does not fit in the last unit.
        assert_eq!(of(&"👍".repeat(36)), (Ucs2, 72, 2, 61));
        // 152 units and then two that are never parted.
        let text = format!("{}€{}", "a".repeat(152), "a".repeat(10));
        assert_eq!(of(&text), (Gsm7, 164, 2, 141));
        assert_eq!(count("naïve").because_of, Some('ï'));
    }
}
