//! The one window, and the walls round its page.
//!
//! The page may neither leave the app's own address nor open a second window: a link in a message
//! must never turn the window into a browser.

use std::time::Duration;

use tauri::webview::{NewWindowResponse, WebviewWindowBuilder};
use tauri::{AppHandle, Manager, Url};

/// How long the window waits for its page before it is shown as it is.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

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
    show_in_the_end(app.clone(), label);
    Ok(())
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
