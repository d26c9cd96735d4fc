//! The desktop shell: everything that may say "tauri".
//!
//! It opens the one window, answers the page's commands and keeps the page where it belongs. It
//! decides nothing about messages or contacts; that is the engine's work. At this stage the engine
//! is reached from the command line, and the window says so.
//!
//! What can go wrong: the system has no web view (Tauri then fails to build the window, which is
//! told in one sentence), or the page never draws (the window is then shown all the same after some
//! seconds, for an empty window can at least be closed).

#![expect(
    dead_code,
    reason = "words of the contract whose commands come with the next slice"
)]

mod arguments;
mod commands;
mod desk;
mod hub;
mod places;
mod preferences;
mod smoke_test;
mod view;
mod window;

use std::process::ExitCode;

use tauri::Manager;

use crate::arguments::Arguments;
use crate::desk::Desk;
use crate::places::Places;

/// Runs the app until its window is closed.
///
/// `words` are the program's arguments without its name. The exit code is 2 for wrong use and 1
/// where the window could not be opened or the smoke test failed.
pub fn run(words: impl IntoIterator<Item = String>) -> ExitCode {
    let arguments = match Arguments::parse(words) {
        Ok(arguments) => arguments,
        Err(refusal) => {
            eprintln!("{refusal}");
            return ExitCode::from(2);
        }
    };
    let places = match Places::of_environment() {
        Ok(places) => places,
        Err(problem) => {
            eprintln!("{}", problem.message);
            return ExitCode::from(2);
        }
    };
    let smoke_test = arguments.smoke_test;
    let app = tauri::Builder::default()
        .invoke_handler(commands::all().invoke_handler())
        .manage(smoke_test::Watch::new(smoke_test))
        .setup(move |app| {
            app.manage(Desk::open(places));
            window::open(app.handle(), arguments.size)?;
            if smoke_test {
                smoke_test::limit(app.handle());
            }
            Ok(())
        })
        .build(tauri::generate_context!());
    match app {
        Ok(app) => {
            let code = app.run_return(|_, _| {});
            u8::try_from(code).map_or(ExitCode::FAILURE, ExitCode::from)
        }
        Err(error) => {
            eprintln!("The window could not be opened: {error}.");
            ExitCode::FAILURE
        }
    }
}
