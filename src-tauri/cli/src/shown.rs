//! Texts of strangers, fit for a terminal.
//!
//! A message can hold whatever its sender likes: escape sequences that repaint the screen, characters
//! that turn the reading direction, ten thousand line breaks. Nothing of that reaches the terminal.

/// One line: white space of any kind becomes a single blank, characters that steer the terminal or the
/// reading direction, or that can't be seen at all, are left out.
pub(crate) fn shown(text: &str) -> String {
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

/// At most so many characters, the last one an ellipsis where something was left out.
pub(crate) fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut out: String = text.chars().take(most.saturating_sub(1)).collect();
    out.push('…');
    out
}

/// Control characters (C0, C1), marks and overrides of the reading direction, and invisible ones.
fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{061c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_steers_the_terminal() {
        let hostile =
            "\u{1b}[2J\u{1b}]0;title\u{7}hi\r\n\u{202e}evil\u{2066}\u{9b}31m\u{200f} there\t\t!";
        let safe = shown(hostile);
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
            assert_eq!(shown(text), text);
        }
    }

    #[test]
    fn a_cut_text_says_so() {
        assert_eq!(cut("abcdef", 4), "abc…");
        assert_eq!(cut("abcd", 4), "abcd");
    }
}
