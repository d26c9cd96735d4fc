//! The desktop shell: everything that may say "tauri".
//!
//! It opens the one window, answers the page's commands, keeps the page where it belongs, and stands
//! in the tray. It decides nothing about messages or contacts; that is the engine's work, which runs
//! on a thread of its own for as long as the program does.
//!
//! What can go wrong: the system has no web view (Tauri then fails to build the window, which is
//! told in one sentence), the page never draws (the window is then shown all the same after some
//! seconds, for an empty window can at least be closed), or the engine can't begin because another
//! copy is at work or the data file is of a newer version (the page then says so).

mod arguments;
mod commands;
mod deep_link;
mod desk;
mod dialog;
mod hub;
mod link_page;
#[cfg(all(unix, not(target_os = "macos")))]
mod linux;
mod notify;
mod places;
mod preferences;
mod smoke_test;
mod tray;
mod view;
#[cfg(test)]
mod walls;
mod window;

pub use bridge::hardened::keep_memory_private;
use std::process::ExitCode;

use tauri::{App, AppHandle, Builder, Context, Manager, Wry};
use tauri_plugin_autostart::MacosLauncher;
use tauri_plugin_deep_link::DeepLinkExt;
use tauri_plugin_window_state::StateFlags;
use wire::{Clock, SystemClock};

use crate::arguments::Arguments;
use crate::deep_link::Gate;
use crate::desk::Desk;
use crate::places::Places;

/// Runs the app until it is told to quit.
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
    #[cfg(all(unix, not(target_os = "macos")))]
    linux::settle();
    let places = match Places::of_environment() {
        Ok(places) => places,
        Err(problem) => {
            eprintln!("{}", problem.message);
            return ExitCode::from(2);
        }
    };
    // A second start ends here, before it has touched anything: its plugin stands first.
    let alone = Builder::default().plugin(tauri_plugin_single_instance::init(|app, _, _| {
        // A link among its arguments comes by way of the plugin for links.
        window::show(app);
    }));
    match assemble(alone, arguments, places).build(context()) {
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

/// Configuration, page and what may be called, as they were when the program was built.
fn context() -> Context {
    tauri::generate_context!()
}

/// The whole app; what begins with it is in [`set_up`].
fn assemble(builder: Builder<Wry>, arguments: Arguments, places: Places) -> Builder<Wry> {
    with_plugins(builder, arguments)
        .invoke_handler(commands::all().invoke_handler())
        .manage(smoke_test::Watch::new(arguments.smoke_test))
        .manage(window::Start::new(arguments.hidden))
        .manage(Gate::default())
        .on_window_event(window::on_event)
        .setup(move |app| set_up(app, arguments, places))
}

fn with_plugins(builder: Builder<Wry>, arguments: Arguments) -> Builder<Wry> {
    let at_login = Some(vec!["--hidden"]);
    let builder = builder
        .plugin(tauri_plugin_deep_link::init())
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_opener::init())
        .plugin(tauri_plugin_autostart::init(
            MacosLauncher::LaunchAgent,
            at_login,
        ));
    if arguments.size.is_some() {
        return builder;
    }
    // Whether the window is seen is decided by its page and by the tray, not by the last time.
    let kept = StateFlags::all() & !StateFlags::VISIBLE;
    builder.plugin(
        tauri_plugin_window_state::Builder::default()
            .with_state_flags(kept)
            .build(),
    )
}

fn set_up(
    app: &App,
    arguments: Arguments,
    places: Places,
) -> Result<(), Box<dyn std::error::Error>> {
    let handle = app.handle();
    // The store opens while the page's process begins. The page asks for nothing before this ends: it is
    // answered by the loop that runs afterwards.
    let opening = std::thread::Builder::new()
        .name("opening".to_owned())
        // Whatever asks the engine in a task of its own finds a runtime there.
        .spawn(|| tauri::async_runtime::block_on(async { Desk::open(places) }))?;
    window::open(handle, arguments.size)?;
    let desk = opening
        .join()
        .map_err(|_| "What the program keeps could not be opened.")?;
    app.manage(desk);
    app.manage(tray::make(handle));
    tauri::async_runtime::spawn(tray::follow(handle.clone()));
    tauri::async_runtime::spawn(notify::run(handle.clone()));
    follow_links(handle);
    if arguments.smoke_test {
        smoke_test::limit(handle);
    }
    Ok(())
}

/// Links that started the program, and those that come while it runs.
fn follow_links(app: &AppHandle) {
    let links = app.deep_link();
    for link in links.get_current().ok().flatten().unwrap_or_default() {
        // The window shows itself once it has drawn.
        follow_link(app, link.as_str());
    }
    let handle = app.clone();
    links.on_open_url(move |event| {
        for link in event.urls() {
            if follow_link(&handle, link.as_str()) {
                window::show(&handle);
            }
        }
    });
}

/// Whether it leads anywhere.
fn follow_link(app: &AppHandle, link: &str) -> bool {
    let Some(to) = deep_link::parse(link) else {
        return false;
    };
    let let_through = app.state::<Gate>().lets_through(SystemClock.now());
    if let_through {
        app.state::<Desk>().go(to);
    }
    let_through
}
