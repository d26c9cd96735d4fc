//! One file a command: ask the engine or the store, and say what came of it.

mod completions;
mod connect;
mod connections;
mod demo;
mod explain;
mod export;
mod hearing;
mod keys;
mod listener;
mod log;
mod many;
mod mapping;
mod optout;
mod parked;
mod people;
mod rules;
mod sandbox;
mod send;
mod settings;
mod sign_in;
mod status;
mod sync;
mod templates;
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
        Command::Connect(wanted) if wanted.sign_in => sign_in::run(wanted, global, console).await,
        Command::Connect(wanted) => connect::run(wanted, global, console).await,
        Command::Disconnect { uninstall } => sign_in::disconnect(*uninstall, global, console).await,
        Command::Rename { name } => connections::rename(name, global, console),
        Command::Pause => connections::pause(true, global, console),
        Command::Resume => connections::pause(false, global, console),
        Command::Keys(wanted) => keys::run(wanted, global, console),
        Command::Test(wanted) => test::run(wanted, global, console).await,
        Command::Sync(wanted) if wanted.watch => watch::run(global, console).await,
        Command::Sync(wanted) => sync::run(wanted, global, console).await,
        Command::Status => status::run(global, console),
        Command::Settings(wanted) => settings::run(wanted, global, console).await,
        Command::Log(wanted) => log::run(wanted, global, console),
        Command::Explain(wanted) => explain::run(wanted, global, console),
        Command::Export(wanted) => export::run(wanted, global, console),
        Command::Send(wanted) => send::run(wanted, global, console).await,
        Command::Mapping(wanted) => mapping::run(wanted, global, console).await,
        Command::People(wanted) => people::run(wanted, global, console).await,
        Command::Parked(wanted) => parked::run(wanted, global, console),
        Command::OptOut(wanted) => optout::run(wanted, global, console).await,
        Command::Templates(wanted) => templates::run(wanted, global, console),
        Command::Rules(wanted) => rules::run(wanted, global, console).await,
        Command::Listener(wanted) => listener::run(wanted, global, console).await,
        Command::Completions { shell } => completions::run(*shell),
    }
}
