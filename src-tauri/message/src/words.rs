//! Words by which a person says "no more", and "again".
//!
//! Only a whole message counts, blind to case, punctuation, space and the width of its letters: "I'll stop
//! by at 3" opts nobody out. A word that stands apart, above a signature or a quoted mail, is for a person
//! to read. The words are the seven of the FCC's rule on revocation (47 CFR 64.1200(a)(10): stop, quit,
//! end, revoke, opt out, cancel, unsubscribe), STOPALL, which carriers know, and those that Tuco itself
//! acts on. Whatever asks for the same in other words is for a person to read ("please remove me").

const OPT_OUT: &[&str] = &[
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

const OPT_IN: &[&str] = &["start", "unstop", "subscribe"];

/// Around an opt-out word these change nothing: "stop please", "ok STOP now, thanks".
const FILLERS: &[&str] = &[
    "please",
    "pls",
    "plz",
    "thanks",
    "thank",
    "thx",
    "you",
    "ty",
    "now",
    "ok",
    "okay",
    "hi",
    "hello",
    "hey",
    "just",
    "kindly",
    "it",
    "this",
    "these",
    "immediately",
    "already",
    "seriously",
    "sir",
    "maam",
    "guys",
    "again",
    "can",
    "could",
    "would",
];

/// Anywhere in a message these ask for an end of it.
const FREE_WORDING: &[&str] = &[
    "remove me",
    "remove my number",
    "remove my name",
    "remove us",
    "delete my number",
    "take me off",
    "take my number off",
    "unsubscribe me",
    "want to unsubscribe",
    "like to unsubscribe",
    "how do i unsubscribe",
    "opt me out",
    "opt out",
    "opting out",
    "do not contact",
    "dont contact",
    "do not text",
    "dont text",
    "do not message",
    "dont message",
    "do not call or text",
    "stop texting",
    "stop messaging",
    "stop contacting",
    "stop sending",
    "stop writing",
    "stop the texts",
    "stop the messages",
    "stop these texts",
    "stop these messages",
    "stop all texts",
    "stop all messages",
    "stop bothering",
    "stop harassing",
    "quit texting",
    "quit messaging",
    "no more texts",
    "no more messages",
    "no longer wish to receive",
    "no longer want to receive",
    "dont want to receive",
    "do not want to receive",
    "dont want any more texts",
    "dont want your texts",
    "dont want your messages",
    "never text me",
    "never contact me",
    "leave me alone",
    "lose my number",
    "revoke my consent",
    "withdraw my consent",
];

/// What a message says about being written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// No more. In force at once.
    OptOut,
    /// Again. Undoes only what the same person said.
    OptIn,
    /// "Yes": again, if that is what the last message asked for.
    Yes,
    /// No more, it seems, in words of their own. A person reads it, and nothing is sent meanwhile.
    Review,
    /// Nothing about it.
    Nothing,
}

/// Mail and phones put this below what somebody wrote; what follows it is not theirs.
const BELOW: &[&str] = &[">", "--", "__", "sent from ", "get outlook", "sent via "];

/// What a message says about being written to.
pub fn heard(text: &str) -> Heard {
    let tokens = tokens(text);
    match heard_alone(text, &tokens) {
        Heard::Nothing => {}
        said => return said,
    }
    let line = format!(" {} ", tokens.join(" "));
    let asks = FREE_WORDING
        .iter()
        .any(|phrase| line.contains(&format!(" {phrase} ")));
    if asks || stands_apart(text) {
        Heard::Review
    } else {
        Heard::Nothing
    }
}

/// True where an opt-out word is the first line of several, or a paragraph of its own.
fn stands_apart(text: &str) -> bool {
    let own: Vec<&str> = text
        .lines()
        .map(str::trim)
        .take_while(|line| {
            let line = line.to_lowercase();
            !BELOW.iter().any(|begins| line.starts_with(begins)) && !line.ends_with(" wrote:")
        })
        .collect();
    let first = own.iter().find(|line| !line.is_empty());
    if first.is_some_and(|line| heard_alone(line, &tokens(line)) == Heard::OptOut) {
        return true;
    }
    own.split(|line| line.is_empty()).any(|paragraph| {
        let paragraph = paragraph.join(" ");
        matches!(
            heard_alone(&paragraph, &tokens(&paragraph)),
            Heard::OptOut | Heard::Review
        )
    })
}

/// What a text says that is nothing but a word, with some around it that change nothing.
fn heard_alone(text: &str, tokens: &[String]) -> Heard {
    let bare = tokens.concat();
    // No word is longer; a long message is not one.
    if text.len() <= 200 {
        if OPT_OUT.contains(&bare.as_str()) {
            return Heard::OptOut;
        }
        if OPT_IN.contains(&bare.as_str()) {
            return Heard::OptIn;
        }
        if bare == "yes" {
            return Heard::Yes;
        }
        let core: String = tokens
            .iter()
            .filter(|token| !FILLERS.contains(&token.as_str()))
            .map(String::as_str)
            .collect();
        let core = core.strip_suffix("me").unwrap_or(&core);
        if OPT_OUT.contains(&core) || core == "stoptext" || core == "stoptexts" {
            return Heard::Review;
        }
    }
    Heard::Nothing
}

/// True where the whole message is one of the words.
pub fn is_opt_out(text: &str) -> bool {
    heard(text) == Heard::OptOut
}

/// True where a message that means nothing of the kind holds one of the words: whoever looks only for
/// words may have taken it for an opt-out.
pub fn may_be_misread(text: &str) -> bool {
    heard(text) == Heard::Nothing
        && tokens(text)
            .iter()
            .any(|token| OPT_OUT.contains(&token.as_str()))
}

/// True where one of our own messages asks the person to answer "yes".
pub fn asks_for_yes(text: &str) -> bool {
    let tokens = tokens(text);
    tokens.windows(2).any(|pair| match pair {
        [verb, yes] => {
            yes == "yes"
                && ["reply", "text", "answer", "respond", "send", "say", "with"]
                    .contains(&verb.as_str())
        }
        _ => false,
    })
}

/// Lower-case words of letters and digits; an apostrophe joins, all else parts.
fn tokens(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for c in text.chars().map(narrow) {
        if c.is_alphanumeric() {
            if let Some(word) = words.last_mut() {
                word.extend(c.to_lowercase());
            }
        } else if !matches!(c, '\'' | '’' | '‘' | '`')
            && words.last().is_some_and(|word| !word.is_empty())
        {
            words.push(String::new());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The plain letter for the wide one that keyboards of East Asia write.
fn narrow(c: char) -> char {
    match u32::from(c) {
        code @ 0xff01..=0xff5e => char::from_u32(code - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_message_that_is_a_word_opts_out() {
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
            "ＳＴＯＰ",
            "ｓｔｏｐ！",
        ] {
            assert_eq!(heard(text), Heard::OptOut, "{text}");
        }
    }

    #[test]
    fn a_harmless_sentence_opts_nobody_out_and_holds_nothing() {
        for text in [
            "I'll stop by at 3",
            "Don't stop",
            "",
            "👍",
            "cancel my 3 pm",
            "the end",
            "nonstop",
            "Can you stop by the office and end the call early?",
            "We want to end the contract with our old vendor",
            "Please cancel the meeting on Monday",
            "I can't quit smiling",
            "bus stop",
            "Hi,\nwe can look at it together in the\nend.\nAna",
            "Sounds good\n\nOn Mon, 5 Jan 2026 Harbor wrote:\n> Reply\n>\n> STOP",
            "Yes, Monday\n\n--\nStop\nHarbor Street 5",
        ] {
            assert_eq!(heard(text), Heard::Nothing, "{text}");
        }
        assert!(may_be_misread("I'll stop by at 3"));
        assert!(!may_be_misread("See you at 3"));
        assert!(!may_be_misread("STOP"));
    }

    #[test]
    fn free_wording_is_for_a_person() {
        for text in [
            "please remove me from your texts",
            "Please stop",
            "stop please!!",
            "ok STOP now, thank you",
            "Take me off this list",
            "don’t text me again",
            "Do not text this number",
            "I no longer wish to receive these",
            "stop texting me",
            "Leave me alone",
            "How do I unsubscribe?",
            "Stop it",
            "STOP\n\nSent from my iPhone",
            "Stop\r\nAna Ruiz",
            "Please stop\n\n--\nAna Ruiz",
            "Hello,\n\nunsubscribe\n\nAna",
            "STOP\n\nOn Mon, 5 Jan 2026 Harbor wrote:\n> Our offer of the week",
        ] {
            assert_eq!(heard(text), Heard::Review, "{text}");
        }
    }

    #[test]
    fn opt_in_words_are_whole_messages_too() {
        assert_eq!(heard("Start"), Heard::OptIn);
        assert_eq!(heard("UNSTOP!"), Heard::OptIn);
        assert_eq!(heard("yes"), Heard::Yes);
        assert_eq!(heard("Yes, Monday works"), Heard::Nothing);
        assert_eq!(heard("Let's start on Monday"), Heard::Nothing);
        assert!(asks_for_yes("Reply YES to get our reminders again"));
        assert!(!asks_for_yes("Was that a yes?"));
    }
}
