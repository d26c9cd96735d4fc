//! The icon beside the clock: how it stands, Open, Sync now, Pause, Quit.
//!
//! On Linux the icon needs a library that may be missing; then there is no tray, and closing the
//! window ends the program instead of hiding it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use tauri::menu::{Menu, MenuItem, PredefinedMenuItem};
use tauri::tray::{TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Manager, Wry};

use crate::desk::Desk;
use crate::view::connection::{Connection, LoopState, Mode};
use crate::window;

/// The state line changes no more often than this.
const BEAT: Duration = Duration::from_millis(500);

/// Whether there is a tray to hide in.
pub(crate) struct Tray {
    items: Option<Items>,
}

#[derive(Clone)]
struct Items {
    state: MenuItem<Wry>,
    pause: MenuItem<Wry>,
}

impl Tray {
    pub(crate) fn is_there(&self) -> bool {
        self.items.is_some()
    }
}

/// Makes the icon, or does without.
pub(crate) fn make(app: &AppHandle) -> Tray {
    // The binding of the library panics where the library is missing.
    let made = catch_unwind(AssertUnwindSafe(|| build(app)));
    let items = match made {
        Ok(Ok(items)) => Some(items),
        Ok(Err(error)) => {
            eprintln!(
                "There is no icon beside the clock: {error}. Closing the window ends the program."
            );
            None
        }
        Err(_) => {
            eprintln!(
                "There is no icon beside the clock: libayatana-appindicator3 is missing. Closing the \
                 window ends the program."
            );
            None
        }
    };
    Tray { items }
}

fn build(app: &AppHandle) -> tauri::Result<Items> {
    let item =
        |id: &str, text: &str, enabled| MenuItem::with_id(app, id, text, enabled, None::<&str>);
    let state = item("state", "Starting", false)?;
    let open = item("open", "Open Tuco for HubSpot", true)?;
    let sync = item("sync", "Sync now", true)?;
    let pause = item("pause", "Pause", true)?;
    let quit = item("quit", "Quit", true)?;
    let line = PredefinedMenuItem::separator(app)?;
    let menu = Menu::with_items(app, &[&state, &open, &sync, &pause, &line, &quit])?;
    let mut icon = TrayIconBuilder::with_id("main")
        .tooltip("Tuco for HubSpot")
        .menu(&menu)
        .show_menu_on_left_click(false)
        .on_menu_event(|app, event| pressed(app, event.id.as_ref()))
        .on_tray_icon_event(|icon, event| {
            if let TrayIconEvent::DoubleClick { .. } = event {
                window::show(icon.app_handle());
            }
        });
    if let Some(picture) = app.default_window_icon() {
        icon = icon.icon(picture.clone());
    }
    icon.build(app)?;
    Ok(Items { state, pause })
}

fn pressed(app: &AppHandle, id: &str) {
    match id {
        "open" => window::show(app),
        "quit" => window::quit(app),
        "sync" | "pause" => {
            let desk = app.state::<Desk>().inner().clone();
            let pause = id == "pause";
            tauri::async_runtime::spawn(async move { for_all(&desk, pause).await });
        }
        _ => {}
    }
}

/// Sync now, or Pause and Resume, for every connection.
async fn for_all(desk: &Desk, pause: bool) {
    let connections = desk.snapshot().await.connections;
    let any_runs = connections.iter().any(|one| !one.paused);
    for one in connections {
        let done = if pause {
            desk.pause(one.id, any_runs).await
        } else {
            desk.sync_now(one.id).await
        };
        if let Err(problem) = done {
            eprintln!("{}", problem.message);
        }
    }
}

/// Keeps the state line true for as long as the program runs.
pub(crate) async fn follow(app: AppHandle) {
    let Some(items) = app.state::<Tray>().items.clone() else {
        return;
    };
    let desk = app.state::<Desk>().inner().clone();
    let mut news = desk.hub.listen();
    let mut shown = String::new();
    loop {
        let snapshot = desk.snapshot().await;
        let text = state_line(&snapshot.connections, snapshot.mode);
        let word = if !snapshot.connections.is_empty()
            && snapshot.connections.iter().all(|one| one.paused)
        {
            "Resume"
        } else {
            "Pause"
        };
        if shown != text {
            shown.clone_from(&text);
            // A menu that is gone with the program needs no text.
            let _ = items.state.set_text(&text);
            let _ = items.pause.set_text(word);
        }
        if let Err(tokio::sync::broadcast::error::RecvError::Closed) = news.recv().await {
            return;
        }
        tokio::time::sleep(BEAT).await;
        while news.try_recv().is_ok() {}
    }
}

/// The worst of all connections, in a few words.
fn state_line(connections: &[Connection], mode: Mode) -> String {
    let words = |state: &LoopState| match state {
        LoopState::NeedsSignIn { .. } => (0, "A key is needed"),
        LoopState::Stopped { .. } => (1, "Stopped by a problem"),
        LoopState::Offline { .. } => (2, "Offline"),
        LoopState::Waiting { .. } => (3, "Waiting for a service"),
        LoopState::Running { .. } => (4, "Syncing"),
        LoopState::Idle { .. } => (5, "In step"),
        LoopState::Paused => (6, "Paused"),
    };
    let worst = connections.iter().map(|one| words(&one.state)).min();
    let words = worst.map_or("Not connected yet", |(_, words)| words);
    match mode {
        Mode::Real => words.to_owned(),
        Mode::Sandbox => format!("Sandbox: {words}"),
    }
}
