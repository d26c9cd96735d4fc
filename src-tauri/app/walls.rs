//! The walls round the page, tried from the outside: the real app with its real web view and the real
//! list of what may be called, asked as a page would ask.
//!
//! The questions are handed over where Tauri takes them from the web view, with the address of the
//! frame that asks, so that any address can be tried. What a page in the web view can do by itself is
//! tried by `ui/tests/window/walls.test.ts`.

mod calls;
mod fuzz;
mod grants;
mod hostile;
mod links;
mod witness;

use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use bridge::home::Home;
use bridge::vault::SessionOnly;
use sandbox::launch::{Launch, Launched};
use serde_json::Value;
use tauri::ipc::{CallbackFn, InvokeBody, InvokeResponse, InvokeResponseBody};
use tauri::webview::InvokeRequest;
use tauri::{AppHandle, Builder, Manager, RunEvent, Url, WebviewWindow};
use tempfile::TempDir;

use crate::arguments::Arguments;
use crate::desk::Desk;
use crate::places::Places;
use crate::view::activity::{Filter, PageStart};
use crate::view::connection::{LoopState, PastedKeys};

/// A command that has not answered by then has come to a bad end.
const PATIENCE: Duration = Duration::from_secs(60);

/// The address of our own page.
const OWN: &str = if cfg!(windows) {
    "http://tauri.localhost/"
} else {
    "tauri://localhost/"
};

/// The running app with a connection to a sandbox that is paused, so that nothing changes by itself.
struct Stage {
    app: AppHandle,
    connection: i64,
    event: i64,
    folder: TempDir,
    launched: Launched,
    turn: Mutex<()>,
}

/// What came back.
#[derive(Debug)]
enum Reply {
    Yes(String),
    No(Value),
    /// A panic answers with silence.
    Nothing,
}

impl Stage {
    /// The one app of this process. There can't be two, for a process has one thread for windows.
    fn get() -> &'static Self {
        static STAGE: OnceLock<Stage> = OnceLock::new();
        STAGE.get_or_init(Self::set)
    }

    fn set() -> Self {
        let launch = Launch {
            contacts: 60,
            ..Launch::default()
        };
        let launched = tauri::async_runtime::block_on(launch.start()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let places = Places::on_loopback(
            Home::at(Some(folder.path().join("home"))).unwrap(),
            &launched.endpoints.hubspot_url,
            &launched.endpoints.tuco_url,
            Arc::new(SessionOnly::default()),
        )
        .unwrap();
        let app = start(places);
        let keys = PastedKeys {
            hub_spot: launched.endpoints.hubspot_token.clone(),
            tuco: launched.endpoints.tuco_api_key.clone(),
        };
        let (connection, event) = tauri::async_runtime::block_on(settle(&app, keys));
        Self {
            app,
            connection,
            event,
            folder,
            launched,
            turn: Mutex::default(),
        }
    }

    /// Tests of one process take turns.
    fn turn(&self) -> MutexGuard<'_, ()> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn main(&self) -> WebviewWindow {
        self.app.get_webview_window("main").unwrap()
    }

    /// Asks as a frame of this address in this window would.
    fn ask(&self, window: &WebviewWindow, from: &str, command: &str, body: InvokeBody) -> Reply {
        let (tell, told) = channel();
        let request = InvokeRequest {
            cmd: command.to_owned(),
            callback: CallbackFn(1),
            error: CallbackFn(2),
            url: from.parse::<Url>().unwrap(),
            body,
            headers: tauri::http::HeaderMap::default(),
            invoke_key: self.app.invoke_key().to_owned(),
        };
        let respond = move |_, _, response, _, _| {
            let _ = tell.send(match response {
                InvokeResponse::Ok(InvokeResponseBody::Json(text)) => Reply::Yes(text),
                InvokeResponse::Ok(InvokeResponseBody::Raw(bytes)) => {
                    Reply::Yes(format!("{} bytes", bytes.len()))
                }
                InvokeResponse::Err(error) => Reply::No(error.0),
            });
        };
        window.clone().on_message(request, Box::new(respond));
        answer(&told)
    }

    /// Asks as the app's own page does.
    fn ask_own(&self, command: &str, arguments: Value) -> Reply {
        self.ask(&self.main(), OWN, command, InvokeBody::Json(arguments))
    }
}

fn answer(told: &Receiver<Reply>) -> Reply {
    match told.recv_timeout(PATIENCE) {
        Ok(reply) => reply,
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => Reply::Nothing,
    }
}

/// The app as it is, on a thread of its own and beside any copy that runs already.
fn start(places: Places) -> AppHandle {
    let (tell, told) = channel();
    std::thread::spawn(move || {
        let arguments = Arguments {
            hidden: true,
            // With a size, nothing is remembered of the window.
            size: Some((1280.0, 800.0)),
            ..Arguments::default()
        };
        let app = crate::assemble(Builder::default().any_thread(), arguments, places)
            .build(crate::context())
            .unwrap();
        app.run_return(move |app, event| match event {
            RunEvent::Ready => drop(tell.send(app.clone())),
            // Between two windows there is none.
            RunEvent::ExitRequested { api, .. } => api.prevent_exit(),
            _ => {}
        });
    });
    told.recv_timeout(PATIENCE)
        .expect("the app runs on the tests' display")
}

/// Connects, waits for a round and pauses. The connection and an event of its log.
async fn settle(app: &AppHandle, keys: PastedKeys) -> (i64, i64) {
    let desk = app.state::<Desk>().inner().clone();
    let connection = desk.save_connection(keys, None).await.unwrap().connection;
    let reached = async |wanted: fn(&LoopState, bool) -> bool| {
        let waiting = async {
            loop {
                let one = desk.snapshot().await.connections.remove(0);
                if wanted(&one.state, one.last_round_at.is_some()) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(25)).await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.unwrap();
    };
    reached(|state, round| round && matches!(state, LoopState::Idle { .. })).await;
    desk.pause(connection, true).await.unwrap();
    reached(|state, _| *state == LoopState::Paused).await;
    let page = desk
        .activity_page(connection, Filter::default(), PageStart::Newest, 1)
        .await
        .unwrap();
    (connection, page.rows[0].id)
}
