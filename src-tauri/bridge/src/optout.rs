//! Words by which a person says "no more".
//!
//! Only a whole message counts, blind to case, punctuation and space: "I'll stop by at 3" opts nobody
//! out. The words are the seven of the FCC's rule on revocation (47 CFR 64.1200(a)(10): stop, quit,
//! end, revoke, opt out, cancel, unsubscribe), STOPALL, which carriers know, and those that Tuco itself
//! acts on.

const WORDS: &[&str] = &[
    "stop",
    "quit",
    "end",
    "revoke",
    "optout",
    "cancel",
    "unsubscribe",
    "stopall",
    "removeme",
    "donotcontact",
];

/// True where the whole message is one of the words.
pub fn is_opt_out(text: &str) -> bool {
    // No word is longer; a long message is not one.
    if text.len() > 200 {
        return false;
    }
    let bare: String = text
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    WORDS.contains(&bare.as_str())
}

#[cfg(test)]
mod tests {
    use super::is_opt_out;

    #[test]
    fn whole_messages_only() {
        for text in [
            "STOP",
            "stop.",
            " Quit ",
            "END.",
            "revoke",
            "cancel",
            "Opt out",
            "opt-out!",
            "S T O P",
            "Stop All",
            "UNSUBSCRIBE",
            "remove me",
            "Do not contact",
        ] {
            assert!(is_opt_out(text), "{text}");
        }
        for text in [
            "I'll stop by at 3",
            "Don't stop",
            "",
            "👍",
            "cancel my 3 pm",
            "the end",
            "nonstop",
            "please remove me from your texts",
        ] {
            assert!(!is_opt_out(text), "{text}");
        }
    }
}
