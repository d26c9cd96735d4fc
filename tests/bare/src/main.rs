//! The smallest Tauri app: one window, one heading, one command.
//!
//! The benchmarks of the window are compared with it, for much of the time and memory of any such app
//! is the web view's. When its page has painted it prints a line, as the window does with
//! `--smoke-test`, and it ends when its standard input does.

use std::io::Read;

use tauri::AppHandle;

fn main() -> tauri::Result<()> {
    tauri::Builder::default()
        .invoke_handler(tauri::generate_handler![painted])
        .run(tauri::generate_context!())
}

/// The page has painted its first frame.
#[tauri::command]
fn painted(app: AppHandle) {
    println!("painted: Bare");
    std::thread::spawn(move || {
        let mut rest = Vec::new();
        let read = std::io::stdin().read_to_end(&mut rest);
        app.exit(i32::from(read.is_err()));
    });
}
