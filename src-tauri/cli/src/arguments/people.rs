//! What `mapping`, `people` and the reading of people take.

use clap::{Subcommand, ValueEnum};
use std::path::PathBuf;

/// What people sync reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum KindOnly {
    Contacts,
    Companies,
    Deals,
    Tickets,
    Objects,
}

#[derive(Debug, Subcommand)]
pub(crate) enum MappingCommand {
    /// List the rows, and what is wrong with them
    Show,
    /// Write the mapping to a file (- for stdout)
    Export {
        /// Where to; TOML
        file: PathBuf,
        /// Also over a file that holds something else
        #[arg(long)]
        replace: bool,
    },
    /// Take a mapping from a file (- for stdin); the one before is kept
    Import {
        /// Where from; TOML
        file: PathBuf,
    },
    /// Tell what is wrong with a file, and change nothing
    Check {
        /// Which file; TOML
        file: PathBuf,
    },
    /// Show what the mapping makes of one contact or lead, both ways, and write nothing
    Try {
        /// The contact's id
        #[arg(long, value_name = "ID", conflicts_with = "lead")]
        contact: Option<String>,
        /// The lead's id
        #[arg(long, value_name = "ID")]
        lead: Option<String>,
        /// With the mapping of this file
        #[arg(long, value_name = "FILE", conflicts_with = "write")]
        file: Option<PathBuf>,
        /// Write it, for this one person
        #[arg(long)]
        write: bool,
    },
    /// List the mappings that held
    Versions,
    /// Go back to the mapping before, or to an earlier one
    Undo {
        /// Its number; 0 is the one from the start
        version: Option<i64>,
    },
    /// List mappings to begin with, or take one
    Preset {
        /// Its word
        name: Option<String>,
    },
    /// Ask the portal for its properties, pipelines, owners and lists again
    Refresh,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Toward {
    ToTuco,
    ToHubspot,
    Both,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SideWord {
    Tuco,
    Hubspot,
}

/// What can be read beside a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExtraWord {
    Companies,
    Deals,
    Tickets,
    Engagements,
    Objects,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PeopleCommand {
    /// Keep contacts and leads in step; counts first what it would do
    Enable {
        /// Which way
        #[arg(long, value_name = "WAY")]
        direction: Toward,
        /// Where somebody is made who is on the other side only
        #[arg(long, value_name = "SIDES", value_delimiter = ',')]
        create: Vec<SideWord>,
        /// Only who is on this list, or fits: lifecyclestage=customer
        #[arg(long, value_name = "LIST|FILTER")]
        only: Option<String>,
        /// The Tuco list for new leads, by its id
        #[arg(long, value_name = "ID")]
        lead_list: Option<String>,
        /// Only count
        #[arg(long)]
        dry_run: bool,
        /// Agree without being asked
        #[arg(long)]
        yes: bool,
    },
    /// Stop it; links and what was written stay
    Disable,
    /// List people: linked, unmatched, held, or a reason such as ambiguous
    List {
        /// Which
        which: Option<String>,
        /// At most so many
        #[arg(long, default_value_t = 50, value_name = "N")]
        limit: usize,
    },
    /// Show one person: both records, and what is read beside the contact
    Show {
        /// The contact's id
        #[arg(
            long,
            value_name = "ID",
            conflicts_with = "lead",
            required_unless_present = "lead"
        )]
        contact: Option<String>,
        /// The lead's id
        #[arg(long, value_name = "ID")]
        lead: Option<String>,
        /// Read it now, also where that was done in the last five minutes
        #[arg(long, conflicts_with = "offline")]
        fresh: bool,
        /// Ask nobody, and show what was read last
        #[arg(long)]
        offline: bool,
    },
    /// List what else is read of a person, what it needs and costs; turn it on or off
    Extras {
        /// Turn on: companies, deals, tickets, engagements, objects
        #[arg(long, value_name = "WHAT", value_delimiter = ',')]
        on: Vec<ExtraWord>,
        /// Turn off, and forget what was read
        #[arg(long, value_name = "WHAT", value_delimiter = ',')]
        off: Vec<ExtraWord>,
    },
    /// List facts that both sides had changed, with both values
    Conflicts {
        /// At most so many
        #[arg(long, default_value_t = 50, value_name = "N")]
        limit: usize,
    },
    /// Put back what lost a conflict
    Undo {
        /// Its number
        conflict: i64,
    },
    /// Say that a lead is a contact
    Link {
        /// The contact's id
        contact: String,
        /// The lead's id
        lead: String,
    },
    /// Say that the two are not the same person
    Unlink {
        /// The contact's or the lead's id
        id: String,
    },
    /// Move a timeline entry to the contact that it belongs to
    Move {
        /// The event's number, as the log shows it
        event: i64,
        /// The right contact's id
        contact: String,
        /// All entries of this person that stand on the same contact, and whatever comes later
        #[arg(long)]
        thread: bool,
        /// Agree without being asked
        #[arg(long)]
        yes: bool,
    },
    /// Compare the totals of both sides with what is known here
    Reconcile {
        /// Read what is missing, forget what is gone
        #[arg(long)]
        repair: bool,
    },
}
