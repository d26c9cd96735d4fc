//! One file a command: ask the engine or the store, and say what came of it.

mod completions;
mod connect;
mod demo;
mod explain;
mod export;
mod log;
mod parked;
mod sandbox;
mod send;
mod settings;
mod status;
mod sync;
mod test;
mod watch;

use crate::arguments::{Arguments, Command};
use crate::console::Console;
use crate::failure::{Exit, Failure};

/// Does what was asked for.
pub(crate) async fn run(arguments: &Arguments, console: &Console) -> Result<Exit, Failure> {
    let global = &arguments.global;
    match &arguments.command {
        Command::Sandbox(wanted) => sandbox::run(wanted, console).await,
        Command::Demo(wanted) => demo::run(wanted, console).await,
        Command::Connect => connect::run(global, console).await,
        Command::Test => test::run(global, console).await,
        Command::Sync(wanted) if wanted.watch => watch::run(global, console).await,
        Command::Sync(_) => sync::run(global, console).await,
        Command::Status => status::run(global, console),
        Command::Settings(wanted) => settings::run(wanted, global, console).await,
        Command::Log(wanted) => log::run(wanted, global, console),
        Command::Explain(wanted) => explain::run(wanted, global, console),
        Command::Export(wanted) => export::run(wanted, global, console),
        Command::Send(wanted) => send::run(wanted, global, console).await,
        Command::Parked(wanted) => parked::run(wanted, global, console),
        Command::Completions { shell } => completions::run(*shell),
    }
}
