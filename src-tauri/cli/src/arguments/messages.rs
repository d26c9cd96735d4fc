//! What can be asked for about messages.

use super::ChannelWord;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct Send {
    /// A contact's id in HubSpot, a phone number beginning with +, or an e-mail address
    #[arg(
        long,
        value_name = "WHO",
        conflicts_with = "list",
        required_unless_present = "list"
    )]
    pub(crate) to: Option<String>,
    /// Many people: comma-separated values with a column to, and maybe text, template, channel and line (- for stdin)
    #[arg(long, value_name = "FILE")]
    pub(crate) list: Option<PathBuf>,
    /// What to say (- reads it from stdin), with fields such as {{contact.firstname|there}}
    #[arg(long, value_name = "T", conflicts_with = "template")]
    pub(crate) text: Option<String>,
    /// A template, by its name or as FOLDER/NAME
    #[arg(long, value_name = "NAME")]
    pub(crate) template: Option<String>,
    /// By which way [default: iMessage where it reaches]
    #[arg(long, value_name = "WAY")]
    pub(crate) channel: Option<ChannelWord>,
    /// From which line, by Tuco's id of it [default: Tuco chooses]
    #[arg(long, value_name = "LINE")]
    pub(crate) line: Option<String>,
    /// A file by its public https address, at most two
    #[arg(long, value_name = "URL")]
    pub(crate) attach: Vec<String>,
    /// Not before: 2h, 2026-01-31 14:00 (the portal's time), or RFC 3339
    #[arg(long, value_name = "TIME", conflicts_with = "list")]
    pub(crate) at: Option<String>,
    /// What happens where an iMessage fails: one of these, never two [default: the setting send.fallback]
    #[arg(long, value_name = "WAY")]
    pub(crate) fallback: Option<FallbackWord>,
    /// Only show what would happen
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Reasons to set aside: quiet_hours, line_full, duplicate, too_many
    #[arg(long = "override", value_name = "REASONS", value_delimiter = ',')]
    pub(crate) overrides: Vec<String>,
    /// Why they are set aside; it is kept with who and when
    #[arg(long, value_name = "TEXT")]
    pub(crate) why: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FallbackWord {
    /// Nothing
    None,
    /// Tuco's own text message, over Twilio
    Tuco,
    /// A text message from here, on the same line
    Sms,
    /// A task for the contact's owner in HubSpot
    Task,
}

#[derive(Debug, Subcommand)]
pub(crate) enum OptOut {
    /// List who is opted out, and what waits to be read by a person
    List {
        /// Those that were lifted too
        #[arg(long)]
        all: bool,
    },
    /// Opt somebody out, here, in Tuco and in HubSpot
    Add {
        /// A contact's id, a phone number beginning with +, or an e-mail address
        who: String,
        /// Why
        #[arg(long, value_name = "TEXT")]
        why: Option<String>,
    },
    /// Let somebody be written to again
    Lift {
        /// A contact's id, a phone number beginning with +, or an e-mail address
        who: String,
        /// Why: kept as the proof
        #[arg(long, value_name = "TEXT")]
        why: String,
    },
    /// Say what a reply meant that waits to be read
    Decide {
        /// Its number in the list
        id: i64,
        /// What it meant
        verdict: Verdict,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Verdict {
    /// No more messages
    OptedOut,
    /// Nothing of the kind
    Harmless,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Templates {
    /// List them
    List,
    /// Take them from a file (- for stdin); all of them, or none if one can't be used
    Import {
        /// Where from; TOML
        file: PathBuf,
    },
    /// Write them to a file (- for stdout)
    Export {
        /// Where to; TOML
        file: PathBuf,
        /// Also over a file that holds something else
        #[arg(long)]
        replace: bool,
    },
}
