//! What can be asked for, and its `--help`.

mod messages;
mod people;
mod rules;

pub(crate) use messages::{FallbackWord, OptOut, Send, Templates, Verdict};
pub(crate) use people::{ExtraWord, KindOnly, MappingCommand, PeopleCommand, SideWord, Toward};
pub(crate) use rules::Rules;

use bridge::vault::Keep;
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use std::path::PathBuf;

/// Keeps a Tuco workspace (iMessage, SMS, email) and a HubSpot portal in step: replies and sends
/// become entries on the contacts' timelines, exactly once.
#[derive(Debug, Parser)]
#[command(name = "tuco-hubspot", version)]
#[command(after_help = "\
Try it without an account:
  tuco-hubspot demo

With your own keys, kept nowhere:
  HUBSPOT_TOKEN=pat-… TUCO_API_KEY=tuco_… tuco-hubspot sync --once

Exit codes: 0 done, 1 something failed, 2 wrong use, 3 a person is needed.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options of every command.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// Folder that holds the data file [default: the user's data folder]
    #[arg(
        long,
        global = true,
        env = "TUCO_HUBSPOT_HOME",
        hide_env_values = true,
        value_name = "DIR"
    )]
    pub(crate) home: Option<PathBuf>,
    /// Which connection, where there are several
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) connection: Option<String>,
    /// One line of JSON on stdout, everything else on stderr
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Log every call on stderr, masked (-vv: more)
    #[arg(short, long = "verbose", global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a simulated HubSpot and Tuco on this computer until stopped
    Sandbox(Sandbox),
    /// Show the whole way on the sandbox, without an account: one full round, then the mirrored entries
    Demo(Demo),
    /// Join a HubSpot portal and a Tuco workspace, and keep their keys in the system's keychain
    Connect(Connect),
    /// Forget a connection's keys and end its sign-in at HubSpot; its log and settings stay
    Disconnect {
        /// Remove the app from the HubSpot portal too (sign-ins only)
        #[arg(long)]
        uninstall: bool,
    },
    /// Give a connection another name
    Rename {
        /// The new name
        name: String,
    },
    /// Stop reading and writing for a connection, here and in the window
    Pause,
    /// Go on with a paused connection
    Resume,
    /// Show where keys are kept, and move them
    #[command(subcommand)]
    Keys(Keys),
    /// Check keys, scopes, lines and limits; writes nothing
    Test(Test),
    /// Bring what Tuco reports to the timelines in HubSpot
    Sync(Sync),
    /// Show whether it works: last sync, counts, queue, limits
    Status,
    /// Show and change what is mirrored and how
    #[command(subcommand)]
    Settings(Settings),
    /// List events, newest first
    Log(Log),
    /// Tell why a message is, or is not, in HubSpot
    Explain(Explain),
    /// Write the log as a table for a spreadsheet
    Export(Export),
    /// Send a message, once
    Send(Box<Send>),
    /// What waits for a person: timeline entries that were given up, sends that got no answer
    #[command(subcommand)]
    Parked(Parked),
    /// Who must not be written to: list, add, lift
    #[command(subcommand, name = "optout")]
    OptOut(OptOut),
    /// Texts to be used again: list, import, export
    #[command(subcommand)]
    Templates(Templates),
    /// Show, change and try which HubSpot property and which Tuco field hold the same fact
    #[command(subcommand)]
    Mapping(MappingCommand),
    /// Keep contacts and leads in step, and say who belongs to whom
    #[command(subcommand)]
    People(PeopleCommand),
    /// What follows when something happens to a contact, a company, a deal or a ticket in HubSpot
    #[command(subcommand)]
    Rules(Rules),
    /// Let Tuco report at once, where a tunnel leads to this computer; without it Tuco is asked each round
    #[command(subcommand)]
    Listener(Listener),
    /// Print completions for a shell
    Completions {
        /// Which shell
        shell: Shell,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Connect {
    /// Sign in to HubSpot in the browser, with a HubSpot app of your own, in place of a key
    #[arg(long)]
    pub(crate) sign_in: bool,
    /// Only print the link, and open no browser
    #[arg(long, requires = "sign_in")]
    pub(crate) no_browser: bool,
    /// Where to keep the keys [default: where they are, else the keychain]
    #[arg(long, value_name = "PLACE")]
    pub(crate) keep_in: Option<KeepWord>,
}

#[derive(Debug, Args)]
pub(crate) struct Sandbox {
    /// HubSpot on this port and Tuco on the next; 0 takes any two free ones
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub(crate) port: u16,
    /// The same seed makes the same people
    #[arg(long, default_value_t = 1, value_name = "S")]
    pub(crate) seed: u64,
    /// How many contacts, up to 100000
    #[arg(long, default_value_t = 500, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=100_000))]
    pub(crate) contacts: u32,
    /// How many of them, from the first on, Tuco may know as leads
    #[arg(long, default_value_t = 10_000, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=100_000))]
    pub(crate) leads: u32,
    /// A file of faults to strike with; see docs/sandbox.md
    #[arg(long, value_name = "FILE")]
    pub(crate) faults: Option<PathBuf>,
    /// Answer as fast as asked: no rate limits and no daily caps
    #[arg(long)]
    pub(crate) no_limits: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// The same seed makes the same people
    #[arg(long, default_value_t = 1, value_name = "S")]
    pub(crate) seed: u64,
    /// How many of the mirrored entries to show
    #[arg(long, default_value_t = 25, value_name = "N")]
    pub(crate) limit: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum KeepWord {
    /// The keychain of the operating system
    Keychain,
    /// A file in the home that a passphrase opens
    File,
    /// Nowhere: they have to be given for each run
    Session,
}

impl From<KeepWord> for Keep {
    fn from(word: KeepWord) -> Self {
        match word {
            KeepWord::Keychain => Self::Keychain,
            KeepWord::File => Self::File,
            KeepWord::Session => Self::Session,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Test {
    /// Write a trial entry to this contact's timeline and take it away again
    #[arg(long, value_name = "CONTACT")]
    pub(crate) write_to: Option<String>,
    /// Agree to the trial entry without being asked
    #[arg(long, requires = "write_to")]
    pub(crate) yes: bool,
    /// Tell what differs from the last run
    #[arg(long)]
    pub(crate) compare: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Keys {
    /// Tell where the keys of each connection are kept
    Where,
    /// Move the keys of a connection
    Move {
        /// Where to
        #[arg(long, value_name = "PLACE")]
        to: KeepWord,
    },
    /// Change the passphrase of the file that keys are kept in
    Passphrase,
    /// Delete that file, whose passphrase is forgotten; its keys have to be given anew
    StartOver {
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Debug, Args)]
#[group(skip)]
#[command(group(clap::ArgGroup::new("how").required(true).args(["once", "watch"])))]
pub(crate) struct Sync {
    /// One round, until nothing that is due is left
    #[arg(long)]
    pub(crate) once: bool,
    /// Round after round, until stopped: every 15 seconds on a terminal, every 60 elsewhere
    #[arg(long)]
    pub(crate) watch: bool,
    /// Read all contacts and leads again, where people are kept in step
    #[arg(long, requires = "once")]
    pub(crate) full: bool,
    /// Read contacts again that changed since: 2h, 7d, 2026-01-31, or RFC 3339
    #[arg(long, value_name = "DATE", requires = "once")]
    pub(crate) since: Option<String>,
    /// Read only these, beside contacts what the mapping takes from them
    #[arg(long, value_name = "KINDS", value_delimiter = ',', requires = "once")]
    pub(crate) only: Vec<KindOnly>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Settings {
    /// List all settings with their values and meanings
    Show,
    /// Change one, such as `mirror.delivered on`
    Set {
        /// Its name
        key: String,
        /// Its new value
        value: String,
    },
    /// Write all settings to a file (- for stdout)
    Export {
        /// Where to; TOML
        file: PathBuf,
        /// Also over a file that holds something else
        #[arg(long)]
        replace: bool,
    },
    /// Take settings from a file (- for stdin); all of them, or none if one does not fit
    Import {
        /// Where from; TOML
        file: PathBuf,
    },
    /// Create the contact properties that the keep.* settings ask for
    CreateProperties {
        /// Only list what would be created
        #[arg(long)]
        dry_run: bool,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum KindWord {
    Sent,
    Delivered,
    Failed,
    Fallback,
    Opened,
    Reply,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum StageWord {
    New,
    Queued,
    Written,
    Waiting,
    Skipped,
    Failed,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Listener {
    /// Turn it on, and register it at Tuco; `sync --watch` and the window then listen
    On {
        /// Where the tunnel or relay is that leads here, such as `https://name.example` (empty for none)
        #[arg(long, value_name = "URL")]
        tunnel: Option<String>,
        /// Port of this computer that the tunnel leads to
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
        port: Option<u16>,
    },
    /// Turn it off, and take the webhook away at Tuco
    Off,
    /// Show how it stands and what came in last
    Status,
    /// Send a signed test to it; nothing is written to HubSpot
    Test,
    /// Replace its secret; both hold until Tuco signs with the new one
    Rotate {
        /// Let the old one go now
        #[arg(long)]
        finish: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Log {
    /// Only events that hold these words, in the text, the name, the number or the address
    #[arg(long, value_name = "Q")]
    pub(crate) search: Option<String>,
    /// Not older than: 2h, 7d, 2026-01-31, "2026-01-31 14:00" (the portal's time), or RFC 3339
    #[arg(long, value_name = "T")]
    pub(crate) since: Option<String>,
    /// At most so many
    #[arg(long, default_value_t = 50, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) limit: u32,
    /// Only events of this kind
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: Option<KindWord>,
    /// Only events that stand there: waiting, failed, written, …
    #[arg(long, value_name = "STAGE")]
    pub(crate) stage: Option<StageWord>,
    /// Only events with this reason, such as no_contact or ambiguous
    #[arg(long, value_name = "CODE", value_parser = clap::builder::PossibleValuesParser::new(bridge::reason::Reason::CODES))]
    pub(crate) reason: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Export {
    /// The file to write, as comma-separated values (- for stdout)
    #[arg(long, value_name = "FILE")]
    pub(crate) csv: PathBuf,
    /// Also over a file that is no such export
    #[arg(long)]
    pub(crate) replace: bool,
    /// Not older than: 2h, 7d, 2026-01-31, "2026-01-31 14:00" (the portal's time), or RFC 3339
    #[arg(long, value_name = "T")]
    pub(crate) since: Option<String>,
    /// Only events that hold these words, in the text, the name, the number or the address
    #[arg(long, value_name = "Q")]
    pub(crate) search: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The event's number in the log, or Tuco's id of the message (its first six characters will do)
    pub(crate) message: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ChannelWord {
    Imessage,
    Sms,
    Email,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Outcome {
    /// It stands in Tuco: it is not sent again
    Sent,
    /// It does not stand in Tuco: the same text may be sent anew
    NotSent,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Parked {
    /// List them
    List,
    /// Say what became of a send that got no answer, after a look in Tuco
    Settle {
        /// Its number in the list
        id: i64,
        /// Whether it went out
        outcome: Outcome,
    },
    /// Try an entry again with the next sync
    Retry {
        /// Its number in the list
        id: i64,
    },
    /// Let an entry go: it will not be written
    Drop {
        /// Its number in the list
        id: i64,
    },
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_holds_together() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn sync_wants_exactly_one_way() {
        assert!(Arguments::try_parse_from(["tuco-hubspot", "sync"]).is_err());
        assert!(Arguments::try_parse_from(["tuco-hubspot", "sync", "--once", "--watch"]).is_err());
        assert!(Arguments::try_parse_from(["tuco-hubspot", "sync", "--once", "--json"]).is_ok());
        assert!(
            Arguments::try_parse_from(["tuco-hubspot", "--json", "--home", "x", "status"]).is_ok()
        );
    }
}
