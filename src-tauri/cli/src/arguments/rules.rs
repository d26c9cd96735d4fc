//! What can be asked for about rules.

use clap::Subcommand;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum Rules {
    /// List them, with what each is for and whether it is on
    List,
    /// Show one: as a sentence, as a file, and what stands against turning it on
    Show {
        /// Its name
        name: String,
    },
    /// Take them from a file (- for stdin); all of them, or none if one can't be read. None is turned on
    Import {
        /// Where from; TOML
        file: PathBuf,
    },
    /// Write them to a file (- for stdout)
    Export {
        /// Where to; TOML
        #[arg(default_value = "-")]
        file: PathBuf,
        /// Also over a file that holds something else
        #[arg(long)]
        replace: bool,
    },
    /// Tell what is wrong with a file of rules, with the line, and what each rule lacks; keeps nothing
    Check {
        /// Which; TOML (- for stdin)
        file: PathBuf,
    },
    /// Tell who would have been reached; sends and keeps nothing
    DryRun {
        /// Its name
        name: String,
        /// How far back
        #[arg(long, default_value_t = 7, value_parser = clap::value_parser!(u16).range(1..=30))]
        days: u16,
    },
    /// Turn one on; what happened before sets nothing off
    Enable {
        /// Its name
        name: String,
        /// Where no terminal can be asked: that so many people a day are meant
        #[arg(long, value_name = "N")]
        people: Option<usize>,
    },
    /// Turn one off; what it has still to do is not done
    Disable {
        /// Its name
        #[arg(required_unless_present = "all")]
        name: Option<String>,
        /// All of them
        #[arg(long, conflicts_with = "name")]
        all: bool,
    },
    /// Run one that is on on those who fit it already, each once; counts first who they are
    Backfill {
        /// Its name
        name: String,
        /// Only tell who, and what stands against each
        #[arg(long)]
        dry_run: bool,
        /// Where no terminal can be asked: that so many people are meant
        #[arg(long, value_name = "N", conflicts_with = "dry_run")]
        people: Option<usize>,
        /// Whoever was not looked at yet is not
        #[arg(long, conflicts_with_all = ["dry_run", "people"])]
        stop: bool,
    },
    /// Tell what one says to a contact now, as if it had just been set off; sends and keeps nothing
    Test {
        /// Its name
        name: String,
        /// A contact's id, phone number or e-mail address
        #[arg(long, value_name = "WHO")]
        to: String,
    },
    /// Remove one that is off, with what it said
    Remove {
        /// Its name
        name: String,
    },
    /// "Send with Tuco": what a HubSpot workflow needs to ask for a message, and how to build one
    Workflow {
        /// Make the properties in HubSpot, and keep the rule that answers
        #[arg(long)]
        create: bool,
    },
    /// What rules asked HubSpot and Tuco for, today and in the last seven days, by rule
    Budget,
    /// What rules said to what happened, the newest first, and what came of it
    Runs {
        /// Of this rule alone
        name: Option<String>,
        /// How many
        #[arg(long, default_value_t = 50)]
        limit: u32,
    },
    /// Print rules to start from
    Examples,
}
