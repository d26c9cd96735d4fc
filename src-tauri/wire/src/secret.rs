//! A string that can't be printed.

use std::fmt;
use zeroize::Zeroizing;

/// A token, key or password.
///
/// It has no `Display` and no `Serialize`, its `Debug` is a fixed word, and its memory is wiped when
/// it is dropped. [`Secret::expose`] is the only way to the text, so that every use can be found.
///
/// None of these compiles: printed, written as JSON, made a text in three ways, taken for one, its inside
/// touched, or compared, which would take the longer the more of it is right.
///
/// ```compile_fail,E0277
/// println!("{}", wire::Secret::new("word"));
/// ```
///
/// ```compile_fail,E0277
/// serde_json::to_string(&wire::Secret::new("word")).unwrap();
/// ```
///
/// ```compile_fail,E0599
/// let text = wire::Secret::new("word").to_string();
/// ```
///
/// ```compile_fail,E0277
/// let text: String = wire::Secret::new("word").into();
/// ```
///
/// ```compile_fail,E0308
/// let text: String = wire::Secret::new("word");
/// ```
///
/// ```compile_fail,E0308
/// let text: &str = &wire::Secret::new("word");
/// ```
///
/// ```compile_fail,E0616
/// let inside = wire::Secret::new("word").0;
/// ```
///
/// ```compile_fail,E0369
/// let same = wire::Secret::new("word") == wire::Secret::new("word");
/// ```
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Wraps a secret. Surrounding white space, as a careless paste brings it, is dropped.
    pub fn new(text: impl Into<String>) -> Self {
        let text = Zeroizing::new(text.into());
        Self(Zeroizing::new(text.trim().to_owned()))
    }

    /// A key as somebody copied it: what an editor, a page of documentation or a shell puts around one is
    /// dropped, which is a byte order mark, `Authorization:` and `Bearer`, and quotation marks.
    pub fn pasted(text: impl Into<String>) -> Self {
        let text = Zeroizing::new(text.into());
        let blank = |c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}');
        let mut key = text.trim_matches(blank);
        // They may stand in one another, such as "Bearer …" in quotation marks.
        loop {
            let shorter = without_word(key, "authorization:")
                .or_else(|| without_word(key, "bearer "))
                .or_else(|| without_quotes(key));
            match shorter {
                Some(shorter) => key = shorter.trim_matches(blank),
                None => return Self::new(key),
            }
        }
    }

    /// The text itself, for the one place that sends or stores it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// True where nothing but white space was given.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn without_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let (before, after) = text.split_at_checked(word.len())?;
    before.eq_ignore_ascii_case(word).then_some(after)
}

fn without_quotes(text: &str) -> Option<&str> {
    [
        ('"', '"'),
        ('\'', '\''),
        ('`', '`'),
        ('\u{201c}', '\u{201d}'),
    ]
    .into_iter()
    .find_map(|(open, close)| text.strip_prefix(open)?.strip_suffix(close))
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[secret]")
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn a_key_is_found_in_what_somebody_copied_with_it() {
        for copied in [
            "pat-na1-word",
            "  pat-na1-word\r\n",
            "\u{feff}pat-na1-word",
            "\"pat-na1-word\"",
            "'pat-na1-word'\n",
            "`pat-na1-word`",
            "\u{201c}pat-na1-word\u{201d}",
            "Bearer pat-na1-word",
            "bearer  pat-na1-word",
            "Authorization: Bearer pat-na1-word",
            "\"Authorization: Bearer pat-na1-word\"",
            "Authorization: 'Bearer pat-na1-word' ",
        ] {
            assert_eq!(
                Secret::pasted(copied).expose(),
                "pat-na1-word",
                "{copied:?}"
            );
        }
        // What belongs to a key stays: half a pair, or something within.
        for whole in ["\"pat", "bearer", "pat\"na\"1", "é", "'", "pat-na1\nword"] {
            assert_eq!(Secret::pasted(whole).expose(), whole);
        }
        assert!(Secret::pasted("\u{feff} \"\" ").is_empty());
    }

    #[test]
    fn nothing_is_printed() {
        let secret = Secret::new("  pat-na1-word\n");
        assert_eq!(
            format!("{secret:?} {:#?}", Some(&secret)),
            "[secret] Some(\n    [secret],\n)"
        );
        assert_eq!(secret.expose(), "pat-na1-word");
        assert!(Secret::new(" \t").is_empty());
    }
}
