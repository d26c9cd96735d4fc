//! Texts of strangers, to be shown as text.
//!
//! A name or a message can hold whatever somebody likes: escape sequences that repaint a terminal, marks that
//! turn the reading direction of a sentence it stands in, ten thousand line breaks. Nothing of that is left
//! here.

/// One line: white space of any kind becomes a single blank, and what [steers] is left out.
pub fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(4_096));
    for c in text.chars() {
        if c.is_whitespace() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else if !steers(c) {
            out.push(c);
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Control characters (C0, C1), marks and overrides of the reading direction, and invisible ones. What joins
/// letters and emoji is none of them.
pub fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{061c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_steers_what_it_is_shown_in() {
        let hostile =
            "\u{1b}[2J\u{1b}]0;title\u{7}hi\r\n\u{202e}evil\u{2066}\u{9b}31m\u{200f} there\t\t!";
        let safe = one_line(hostile);
        assert_eq!(safe, "[2J]0;titlehi evil31m there !");
        assert!(!safe.chars().any(steers));
    }

    #[test]
    fn scripts_and_emoji_stay() {
        for text in [
            "مرحبا",
            "שלום",
            "こんにちは",
            "👩\u{200d}👩\u{200d}👧",
            "नमस्ते",
        ] {
            assert_eq!(one_line(text), text);
        }
    }
}
