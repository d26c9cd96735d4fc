//! Proof that the real window paints its real page, for tests.
//!
//! With `--smoke-test` the program opens its window as always. When the page has drawn, shown the
//! window, waited for a frame and called back, the program prints one line with the heading that
//! the page drew. It then stays until its standard input ends, which leaves the test time for a
//! picture, and exits 0. Where the page does not call back in [`LIMIT`], it exits 1.

use std::io::Read;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tauri::{AppHandle, Manager, WebviewWindow};

/// How long the page may take from the start of the program to its first frame.
const LIMIT: Duration = Duration::from_secs(60);

/// Whether the program runs as a smoke test, and whether the page has painted.
pub(crate) struct Watch {
    asked: bool,
    painted: AtomicBool,
}

impl Watch {
    /// A watch that does something only where a smoke test was asked for.
    pub(crate) fn new(asked: bool) -> Self {
        Self {
            asked,
            painted: AtomicBool::new(false),
        }
    }

    /// The page has painted: says so once, and ends the program when standard input ends.
    pub(crate) fn painted(&self, window: &WebviewWindow, heading: &str) {
        if !self.asked || self.painted.swap(true, Ordering::SeqCst) {
            return;
        }
        let visible = window.is_visible().unwrap_or(false);
        println!("painted: {heading} (visible: {visible})");
        let app = window.app_handle().clone();
        std::thread::spawn(move || {
            let mut rest = Vec::new();
            let read = std::io::stdin().read_to_end(&mut rest);
            app.exit(i32::from(read.is_err()));
        });
    }
}

/// Ends the program as failed if the page has not painted in time.
pub(crate) fn limit(app: &AppHandle) {
    let app = app.clone();
    std::thread::spawn(move || {
        std::thread::sleep(LIMIT);
        if !app.state::<Watch>().painted.load(Ordering::SeqCst) {
            eprintln!("The page did not paint within {} seconds.", LIMIT.as_secs());
            app.exit(1);
        }
    });
}
