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

    /// The text itself, for the one place that sends or stores it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// True where nothing but white space was given.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
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
