//! `completions`: what a shell needs to complete the command line.

use crate::arguments::Arguments;
use crate::failure::{Exit, Failure};
use clap::CommandFactory;
use clap_complete::Shell;
use std::io::Write;

pub(super) fn run(shell: Shell) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(
        shell,
        &mut Arguments::command(),
        "tuco-hubspot",
        &mut script,
    );
    // A closed pipe is nobody's fault.
    let _ = std::io::stdout().lock().write_all(&script);
    Ok(Exit::Done)
}
