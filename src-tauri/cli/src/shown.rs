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

/// A number with what it counts: `1 lead`, `2 leads`.
pub(crate) fn counted(number: impl std::fmt::Display, one: &str, more: &str) -> String {
    let number = number.to_string();
    let what = if number == "1" { one } else { more };
    format!("{number} {what}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_steers_nothing_and_keeps_its_lines() {
        assert_eq!(tame("a\u{1b}[2J\u{202e}b\r\nc"), "a[2Jb\nc");
    }

    #[test]
    fn one_is_one_and_everything_else_is_several() {
        let conflicts = |many: u64| counted(many, "conflict", "conflicts");
        assert_eq!(
            [0, 1, 2, 11].map(conflicts),
            ["0 conflicts", "1 conflict", "2 conflicts", "11 conflicts"]
        );
    }

    #[test]
    fn a_cut_text_says_so() {
        assert_eq!(cut("abcdef", 4), "abc…");
        assert_eq!(cut("abcd", 4), "abcd");
    }
}
