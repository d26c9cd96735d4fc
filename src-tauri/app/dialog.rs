//! The system's own dialogs for choosing a file, opened from here: the page never names a path.

use std::path::PathBuf;

use rfd::{AsyncFileDialog, FileHandle};
use tauri::{AppHandle, Manager};
use tokio::sync::oneshot;

use crate::view::problem::{Answer, Problem};

/// Where to save. Cancelling is a problem of its own code.
pub(crate) async fn save(app: &AppHandle, name: &str, ending: &'static str) -> Answer<PathBuf> {
    let name = name.to_owned();
    ask(app, move |dialog| {
        Box::pin(
            dialog
                .set_file_name(name)
                .add_filter(ending, &[ending])
                .save_file(),
        )
    })
    .await
}

/// Which file to open.
pub(crate) async fn open(app: &AppHandle) -> Answer<PathBuf> {
    ask(app, |dialog| Box::pin(dialog.pick_file())).await
}

type Chosen = std::pin::Pin<Box<dyn Future<Output = Option<FileHandle>> + Send>>;

/// Some systems let only the main thread open a dialog.
async fn ask(
    app: &AppHandle,
    show: impl FnOnce(AsyncFileDialog) -> Chosen + Send + 'static,
) -> Answer<PathBuf> {
    let (tell, told) = oneshot::channel();
    let handle = app.clone();
    app.run_on_main_thread(move || {
        let mut dialog = AsyncFileDialog::new();
        if let Some(window) = handle.get_webview_window("main") {
            dialog = dialog.set_parent(&window);
        }
        let chosen = show(dialog);
        tauri::async_runtime::spawn(async move {
            // Whoever asked may be gone.
            let _ = tell.send(chosen.await);
        });
    })
    .map_err(|error| Problem::defect(error.to_string()))?;
    let chosen = told.await.ok().flatten().ok_or_else(Problem::cancelled)?;
    Ok(chosen.path().to_owned())
}
