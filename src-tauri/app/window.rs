//! The one window, and the walls round its page.
//!
//! The page may neither leave the app's own address nor open a second window: a link in a message
//! must never turn the window into a browser.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tauri::webview::{NewWindowResponse, WebviewWindowBuilder};
use tauri::{AppHandle, Manager, Url, WebviewWindow, Window, WindowEvent};

use crate::desk::Desk;
use crate::notify;
use crate::tray::Tray;

/// How long the window waits for its page before it is shown as it is.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// How long the running effect may take when the program ends.
const LEAVING: Duration = Duration::from_secs(5);

/// Opens the window that `tauri.conf.json` describes, hidden. The page shows it when it has drawn.
pub(crate) fn open(app: &AppHandle, size: Option<(f64, f64)>) -> tauri::Result<()> {
    let config = app
        .config()
        .app
        .windows
        .first()
        .cloned()
        .unwrap_or_default();
    let label = config.label.clone();
    let mut builder = WebviewWindowBuilder::from_config(app, &config)?
        .on_navigation(is_own_address)
        .on_new_window(|_, _| NewWindowResponse::Deny);
    if let Some((width, height)) = size {
        builder = builder.inner_size(width, height);
    }
    builder.build()?;
    // In the tray there is nothing to wait for.
    if !app.state::<Start>().hidden.load(Ordering::Relaxed) {
        show_in_the_end(app.clone(), label);
    }
    Ok(())
}

/// Whether the window stays hidden until somebody asks for it.
pub(crate) struct Start {
    hidden: AtomicBool,
}

impl Start {
    pub(crate) fn new(hidden: bool) -> Self {
        Self {
            hidden: AtomicBool::new(hidden),
        }
    }
}

/// The page has drawn: the window is shown, unless the program began in the tray.
pub(crate) fn drawn(window: &WebviewWindow) -> tauri::Result<()> {
    if window.state::<Start>().hidden.load(Ordering::Relaxed) {
        return Ok(());
    }
    window.show()
}

/// Shows the window and puts it in front.
pub(crate) fn show(app: &AppHandle) {
    let Some(window) = app.get_webview_window("main") else {
        return;
    };
    app.state::<Start>().hidden.store(false, Ordering::Relaxed);
    let shown = window
        .show()
        .and_then(|()| window.unminimize())
        .and_then(|()| window.set_focus());
    if let Err(error) = shown {
        eprintln!("The window could not be shown: {error}.");
    }
}

/// Ends the program, after at most five seconds for what is under way.
pub(crate) fn quit(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        app.state::<Desk>().close(LEAVING).await;
        app.exit(0);
    });
}

/// Closing hides where there is a tray to come back from; focus says whether somebody looks.
pub(crate) fn on_event(window: &Window, event: &WindowEvent) {
    let app = window.app_handle();
    match event {
        WindowEvent::CloseRequested { api, .. } => {
            api.prevent_close();
            if app.state::<Tray>().is_there() {
                hide(window);
            } else {
                quit(app);
            }
        }
        WindowEvent::Focused(focused) => {
            let (desk, focused) = (app.state::<Desk>().inner().clone(), *focused);
            tauri::async_runtime::spawn(async move { desk.watched(focused).await });
        }
        _ => {}
    }
}

/// The first time it is said where the program has gone.
fn hide(window: &Window) {
    if let Err(error) = window.hide() {
        eprintln!("The window could not be hidden: {error}.");
    }
    let app = window.app_handle();
    let desk = app.state::<Desk>();
    let mut preferences = desk.preferences();
    if !preferences.tray_told {
        preferences.tray_told = true;
        notify::show(
            app,
            "Tuco for HubSpot goes on",
            "It keeps both sides in step from the icon beside the clock. Quit there to end it.",
        );
        if let Err(problem) = desk.change_preferences(preferences) {
            eprintln!("{}", problem.message);
        }
    }
}

/// A page that never draws must not leave a program that nobody can see or close.
fn show_in_the_end(app: AppHandle, label: String) {
    std::thread::spawn(move || {
        std::thread::sleep(PATIENCE);
        if let Some(window) = app.get_webview_window(&label)
            && !window.is_visible().unwrap_or(true)
            && let Err(error) = window.show()
        {
            eprintln!("The window could not be shown: {error}.");
        }
    });
}

/// Whether an address belongs to the app's own page.
///
/// Tauri serves the page from `tauri://localhost`, on Windows from `http://tauri.localhost`; in
/// development it comes from Vite's server. The isolation frame is let through by Tauri itself.
fn is_own_address(url: &Url) -> bool {
    let served = match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        "http" | "https" => cfg!(windows) && url.host_str() == Some("tauri.localhost"),
        _ => false,
    };
    let developed = tauri::is_dev()
        && url.scheme() == "http"
        && url.host_str() == Some("127.0.0.1")
        && url.port() == Some(5173);
    served || developed
}

#[cfg(test)]
mod tests {
    use super::is_own_address;

    fn allowed(url: &str) -> bool {
        is_own_address(&url.parse().unwrap())
    }

    #[cfg(not(windows))]
    #[test]
    fn the_page_may_move_within_itself() {
        assert!(allowed("tauri://localhost/"));
        assert!(allowed("tauri://localhost/index.html#/activity"));
    }

    #[test]
    fn the_page_may_not_leave() {
        for url in [
            "https://example.com/",
            "http://localhost/",
            "http://tauri.localhost.example.com/",
            "http://tauri.evil.test/",
            "tauri://evil.test/",
            "file:///etc/passwd",
            "data:text/html,hello",
            "javascript:alert(1)",
            "blob:tauri://localhost/1",
            "about:blank",
        ] {
            assert!(!allowed(url), "{url} must be refused");
        }
    }
}
