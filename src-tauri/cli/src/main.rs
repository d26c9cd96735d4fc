//! `tuco-hubspot`: the same engine as the window, without a window.
//!
//! Reads its arguments, opens the home, asks the engine, and says what came of it: for people in
//! sentences and tables, for scripts in one line of JSON. It decides nothing itself, keeps nothing
//! itself, and takes no key as an argument. Exit codes: 0 done, 1 something failed, 2 wrong use,
//! 3 a person is needed.

mod arguments;
mod commands;
mod console;
mod counted;
mod failure;
mod given;
mod home;
mod logging;
mod put;
mod session;
mod shown;
mod stop;
mod surroundings;
mod table;
mod vault;
mod waiting;
mod zone;

use crate::arguments::Arguments;
use crate::console::Console;
use crate::failure::{Exit, Failure};
use clap::{CommandFactory, Parser};
use std::process::ExitCode;

/// What is given back is wiped first, also what libraries made of a secret on its way to a service.
#[global_allocator]
static WIPING: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

/// What is wrong, without the usage that follows it.
fn first_line(text: &str) -> String {
    let line = text.split("\n\n").next().unwrap_or_default();
    let words: Vec<&str> = line.split_whitespace().collect();
    words.join(" ").trim_start_matches("error: ").to_owned()
}

fn main() -> ExitCode {
    bridge::hardened::keep_memory_private();
    if std::env::args_os().len() <= 1 {
        let help = Arguments::command().render_help();
        Console::new(false).note(&help.to_string());
        return Exit::Usage.into();
    }
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are no errors and go to stdout; a closed pipe is nobody's fault.
            let _ = error.print();
            if error.use_stderr() && std::env::args_os().any(|word| word == "--json") {
                Console::new(true)
                    .refused(&Failure::usage("usage", first_line(&error.to_string())));
            }
            return if error.use_stderr() {
                Exit::Usage.into()
            } else {
                Exit::Done.into()
            };
        }
    };
    logging::start(arguments.global.verbose);
    let console = Console::new(arguments.global.json);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    let outcome = match runtime {
        Ok(runtime) => {
            let outcome = runtime.block_on(commands::run(&arguments, &console));
            // A call that is still under way must not hold the program up.
            runtime.shutdown_background();
            outcome
        }
        Err(error) => Err(Failure::failed(
            "no_threads",
            format!("The program could not start: {error}."),
        )),
    };
    match outcome {
        Ok(exit) => exit.into(),
        Err(failure) => {
            console.failed(&failure);
            failure.exit.into()
        }
    }
}
