//! What is checked of this computer. Whoever can see it hands in what was found; the words are the same
//! everywhere.

use super::{Check, Mark};
use crate::links::{Registered, SCHEME};
use crate::listener::Verdict;
use crate::vault::Keep;
use std::path::Path;

/// What came of a signed test that was sent to the listener.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hearing {
    /// The listener is off, as it is from the start.
    Off,
    /// It is on, and nobody listens. In whole sentences: why.
    Shut(String),
    /// It listens, and Tuco was not told to report there.
    NotRegistered,
    /// It answered.
    Heard {
        /// What it made of the test.
        verdict: Verdict,
        /// How long that took.
        latency_ms: i64,
    },
}

/// Whether the listener can be reached, as far as that can be tried from this computer.
pub fn listener(hearing: Hearing) -> Check {
    const NAME: &str = "computer.listener";
    const TITLE: &str = "Webhook listener reachable";
    const WITHOUT: &str =
        "What Tuco reports is seen a round later. Nothing is missed: Tuco is asked anyway.";
    let warning = |found: &str, cause: &str| {
        Check::new(NAME, TITLE, Mark::Warning, found).because(cause, WITHOUT)
    };
    match hearing {
        Hearing::Off => Check::new(
            NAME,
            TITLE,
            Mark::NotNeeded,
            "the listener is off; Tuco is asked every round",
        ),
        Hearing::Shut(why) => warning("it is on, and nobody listens", &why).advise(
            "Keep the window or `tuco-hubspot sync --watch` running; see the reason above if it does.",
        ),
        Hearing::NotRegistered => warning(
            "it listens, and Tuco does not report to it",
            "the address was not registered at Tuco",
        )
        .advise("Give the address of your tunnel and press Register at Tuco, or turn the listener off."),
        Hearing::Heard {
            verdict,
            latency_ms,
        } if verdict.is_good() => Check::new(
            NAME,
            TITLE,
            Mark::Ok,
            "a signed test arrived; the tunnel itself can't be tried from here",
        )
        .took(latency_ms),
        Hearing::Heard {
            verdict,
            latency_ms,
        } => warning("a signed test was turned away", verdict.in_words())
            .advise("Replace the secret of the listener, then test again.")
            .took(latency_ms),
    }
}

/// Whether links lead here. Who has no window needs none.
pub fn links(registered: &Registered, needed: bool) -> Check {
    const NAME: &str = "computer.links";
    const TITLE: &str = "Deep links registered";
    match registered {
        Registered::By(program) => Check::new(
            NAME,
            TITLE,
            Mark::Ok,
            format!("{SCHEME}:// is opened by {program}"),
        ),
        Registered::Unseen => Check::new(
            NAME,
            TITLE,
            Mark::NotNeeded,
            "this system tells that to its own settings only",
        ),
        Registered::Nobody if !needed => Check::new(
            NAME,
            TITLE,
            Mark::NotNeeded,
            format!("no program opens {SCHEME}:// links; the window's package brings that"),
        ),
        Registered::Nobody => Check::new(
            NAME,
            TITLE,
            Mark::Warning,
            format!("no program opens {SCHEME}:// links"),
        )
        .because(
            "the program was started without being installed, or the system's list was not read anew",
            "A link in HubSpot or in a mail does nothing. Everything else works.",
        )
        .advise("In the window press Settings, Links, Register links; or install the package."),
    }
}

/// Whether the folder of the data can be written, by writing to it.
pub fn folder(folder: &Path) -> Check {
    const TITLE: &str = "Home folder";
    let trial = folder.join(".trial");
    let written = std::fs::write(&trial, b"trial").and_then(|()| std::fs::remove_file(&trial));
    match written {
        Ok(()) => Check::new(
            "home",
            TITLE,
            Mark::Ok,
            format!("{} can be written", folder.display()),
        ),
        Err(error) => Check::new(
            "home",
            TITLE,
            Mark::Failed,
            format!("{} can't be written: {error}", folder.display()),
        )
        .because(
            "the disk is full, or the folder belongs to somebody else",
            "Nothing can be stored, so nothing is read or written.",
        )
        .advise("Make room on the disk, or give yourself the right to write there."),
    }
}

/// Where the keys of a connection are, or in whole sentences why they can't be had.
pub fn keys(kept: Result<Keep, String>, connection: &str) -> Check {
    const NAME: &str = "keychain";
    const TITLE: &str = "Keychain";
    let holds = |place: &str| {
        let found = format!("{place} holds the keys of \"{connection}\"");
        Check::new(NAME, TITLE, Mark::Ok, found)
    };
    match kept {
        Ok(Keep::Keychain) => holds("the system's keychain"),
        Ok(Keep::File) => holds("the passphrase file"),
        Ok(Keep::Session) => Check::new(
            NAME,
            TITLE,
            Mark::Warning,
            format!("the keys of \"{connection}\" are in memory only"),
        )
        .because(
            "no keychain took them",
            "When the program ends they are gone and have to be given again.",
        )
        .advise("Keep them in a passphrase file, or start a keychain and give them again."),
        Err(why) => Check::new(NAME, TITLE, Mark::Failed, why)
            .because(
                "the keys can't be read",
                "Neither service is asked. What Tuco reports is kept until it goes on.",
            )
            .advise("Give the keys again under Connections, or unlock where they are.")
            .for_a_person(),
    }
}

/// The program has the keys, and where they are kept they can't be had at the moment.
pub fn keys_out_of_reach(why: String) -> Check {
    Check::new("keychain", "Keychain", Mark::Warning, why)
        .because(
            "where the keys are kept does not give them at the moment",
            "The connection goes on with the keys in memory. At the next start they would be missing.",
        )
        .advise("Mend that before the program ends, or give the keys again under Connections.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_check_that_is_not_well_says_what_follows_and_what_to_do() {
        let nowhere = Path::new("/nowhere/at/all");
        let refused = Hearing::Heard {
            verdict: Verdict::NoSecret,
            latency_ms: 2,
        };
        for check in [
            listener(Hearing::Shut("The port is taken.".to_owned())),
            listener(Hearing::NotRegistered),
            listener(refused),
            links(&Registered::Nobody, true),
            folder(nowhere),
            keys(Ok(Keep::Session), "Shop"),
            keys(Err("The keychain is locked.".to_owned()), "Shop"),
            keys_out_of_reach("The keychain is locked.".to_owned()),
        ] {
            assert!(
                matches!(check.mark, Mark::Warning | Mark::Failed),
                "{check:?}"
            );
            for words in [&check.cause, &check.consequence, &check.advice] {
                assert!(!words.is_empty(), "{check:?}");
            }
        }
    }

    #[test]
    fn a_listener_that_is_off_and_a_system_that_tells_nothing_are_no_fault() {
        for check in [
            listener(Hearing::Off),
            links(&Registered::Unseen, true),
            links(&Registered::Nobody, false),
        ] {
            assert_eq!(check.mark, Mark::NotNeeded);
        }
    }
}
