//! Texts of strangers, fit for a terminal.

pub(crate) use wire::plain::one_line as shown;
use wire::plain::steers;

/// Sentences, each line for itself, with nothing in them that steers the terminal.
pub(crate) fn tame(text: &str) -> String {
    text.chars().filter(|c| *c == '\n' || !steers(*c)).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_steers_nothing_and_keeps_its_lines() {
        assert_eq!(tame("a\u{1b}[2J\u{202e}b\r\nc"), "a[2Jb\nc");
    }

    #[test]
    fn a_cut_text_says_so() {
        assert_eq!(cut("abcdef", 4), "abc…");
        assert_eq!(cut("abcd", 4), "abcd");
    }
}
