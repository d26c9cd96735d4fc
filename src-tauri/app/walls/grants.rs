//! Who may call: our own window from our own page, and nobody else.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::{Duration, Instant};

use serde_json::Value;
use tauri::ipc::InvokeBody;
use tauri::{WebviewUrl, WebviewWindow, WebviewWindowBuilder};

use super::{OWN, PATIENCE, Reply, Stage, calls};

/// Addresses that are not our page's, among them those that look like it.
const ELSEWHERE: [&str; 16] = [
    "http://tauri.evil.test/",
    "https://tauri.evil.test/",
    "http://tauri.localhost.evil.test/",
    "http://evil.test/tauri://localhost/",
    "http://tauri@evil.test/",
    "http://127.0.0.1.evil.test:5173/",
    "http://localhost/",
    "http://127.0.0.1/",
    "http://127.0.0.1:8080/",
    "http://[::1]/",
    "tauri://evil.test/",
    "tauri://localhost.evil.test/",
    "file:///etc/passwd",
    "data:text/html,hello",
    "about:blank",
    "about:srcdoc",
];

fn refused(reply: &Reply) -> bool {
    match reply {
        // Debug builds say why at length, others in short.
        Reply::No(Value::String(why)) => why.contains("not allowed") || why.contains("not found"),
        _ => false,
    }
}

/// Calls everything, and says what was not refused.
fn let_through(stage: &Stage, window: &WebviewWindow, from: &str) -> Vec<&'static str> {
    calls::all(stage)
        .into_iter()
        .filter(|call| {
            let body = InvokeBody::Json(call.arguments.clone());
            !refused(&stage.ask(window, from, call.name, body))
        })
        .map(|call| call.name)
        .collect()
}

#[test]
#[ignore = "needs a display: cargo xtask test brings one"]
fn every_command_that_is_granted_is_tried_here() {
    let stage = Stage::get();
    let granted = include_str!("../../permissions/main-window.toml");
    let granted: BTreeSet<&str> = granted
        .lines()
        .filter_map(|line| line.trim().strip_prefix('"')?.strip_suffix("\","))
        .collect();
    let tried: BTreeSet<&str> = calls::all(stage).iter().map(|call| call.name).collect();
    assert_eq!(granted, tried);
}

#[test]
#[ignore = "needs a display: cargo xtask test brings one"]
fn a_window_that_is_not_listed_may_call_nothing() {
    let stage = Stage::get();
    let _turn = stage.turn();
    for label in ["other", "main2", "Main", "main-1"] {
        let window = WebviewWindowBuilder::new(&stage.app, label, WebviewUrl::default())
            .visible(false)
            .build()
            .unwrap();
        assert_eq!(
            let_through(stage, &window, OWN),
            Vec::<&str>::new(),
            "{label}"
        );
        window.destroy().unwrap();
    }
}

#[test]
#[ignore = "needs a display: cargo xtask test brings one"]
fn a_frame_from_elsewhere_in_our_own_window_may_call_nothing() {
    let stage = Stage::get();
    let _turn = stage.turn();
    for from in ELSEWHERE {
        let through = let_through(stage, &stage.main(), from);
        assert_eq!(through, Vec::<&str>::new(), "{from}");
    }
    assert!(
        matches!(stage.ask_own("about", Value::Null), Reply::Yes(_)),
        "our own page may call all the same"
    );
}

#[test]
#[ignore = "needs a display: cargo xtask test brings one"]
fn nothing_of_tauri_or_its_plugins_can_be_called() {
    let stage = Stage::get();
    let _turn = stage.turn();
    for command in [
        "plugin:opener|open_url",
        "plugin:opener|open_path",
        "plugin:autostart|enable",
        "plugin:notification|notify",
        "plugin:deep-link|register",
        "plugin:window-state|save_window_state",
        "plugin:event|listen",
        "plugin:event|emit",
        "plugin:window|create",
        "plugin:window|close",
        "plugin:window|set_title",
        "plugin:webview|create_webview_window",
        "plugin:webview|internal_toggle_devtools",
        "plugin:path|resolve_directory",
        "plugin:app|version",
        "plugin:resources|close",
        "plugin:menu|new",
        "plugin:tray|new",
        "plugin:image|from_path",
        "plugin:shell|execute",
        "plugin:fs|read_file",
        "plugin:http|fetch",
        "no_such_command",
        "Snapshot",
        "snapshot ",
        "../snapshot",
    ] {
        let body = InvokeBody::Json(Value::Object(serde_json::Map::new()));
        let reply = stage.ask(&stage.main(), OWN, command, body);
        assert!(refused(&reply), "{command}: {reply:?}");
    }
}

#[test]
#[ignore = "needs a display: cargo xtask test brings one"]
fn a_page_from_elsewhere_in_a_window_of_our_name_may_call_nothing() {
    let stage = Stage::get();
    let _turn = stage.turn();
    // Every host's pages come from here, so that the address is that of the attacker.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = format!("http://{}/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            serve(stream.unwrap());
        }
    });
    stage.main().destroy().unwrap();
    until("our own window is gone", || {
        tauri::Manager::get_webview_window(&stage.app, "main")
            .is_none()
            .then_some(())
    });
    let page = WebviewUrl::External("http://tauri.evil.test/".parse().unwrap());
    let window = WebviewWindowBuilder::new(&stage.app, "main", page)
        .proxy_url(proxy.parse().unwrap())
        .visible(false)
        .build()
        .unwrap();
    let read = |script: &str| {
        let (tell, told) = std::sync::mpsc::channel();
        window
            .eval_with_callback(script, move |answer| drop(tell.send(answer)))
            .unwrap();
        told.recv_timeout(PATIENCE).unwrap_or_default()
    };
    until("the page from elsewhere is there", || {
        read("String(document.title + location.host)")
            .contains("Eviltauri.evil.test")
            .then_some(())
    });
    let names: Vec<&str> = calls::all(stage).iter().map(|call| call.name).collect();
    let script = format!(
        "window.answers = {{}}; window.asked = 0;
         for (const name of {names:?}) {{
           window.asked += 1;
           try {{
             window.__TAURI_INTERNALS__.invoke(name, {{connection: {}}}).then(
               () => {{ answers[name] = 'done'; }}, (e) => {{ answers[name] = 'refused'; }});
           }} catch (e) {{ answers[name] = 'refused'; }}
         }}
         // The plain ways that stand behind it.
         for (const name of {names:?}) {{
           fetch('ipc://localhost/' + name, {{method: 'POST', body: '{{}}'}}).then(
             (a) => {{ if (a.ok) answers['ipc ' + name] = 'done'; }}, () => {{}});
           try {{ window.ipc.postMessage(JSON.stringify({{cmd: name, callback: 1, error: 2, payload: {{}}}})); }}
           catch (e) {{ }}
         }}
         String(asked)",
        stage.connection
    );
    let asked = read(&script);
    assert!(asked.contains(&names.len().to_string()), "{asked}");
    // The isolation frame may keep silent where the page is not ours; it must not be a yes.
    let end = now() + Duration::from_secs(3);
    let mut answers = String::new();
    while now() < end {
        answers = read("JSON.stringify(window.answers)");
        std::thread::sleep(Duration::from_millis(100));
    }
    assert!(!answers.contains("done"), "{answers}");
    window.destroy().unwrap();
    until("the page from elsewhere is gone", || {
        tauri::Manager::get_webview_window(&stage.app, "main")
            .is_none()
            .then_some(())
    });
    crate::window::open(&stage.app, Some((1280.0, 800.0))).unwrap();
    assert!(matches!(stage.ask_own("about", Value::Null), Reply::Yes(_)));
}

#[expect(clippy::disallowed_methods, reason = "a test's own patience")]
fn now() -> Instant {
    Instant::now()
}

fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let end = now() + PATIENCE;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(now() < end, "it never came to this: {what}");
        std::thread::sleep(Duration::from_millis(25));
    }
}

/// One answer to whatever is asked.
fn serve(mut stream: std::net::TcpStream) {
    let mut asked = [0; 4_096];
    let _ = stream.read(&mut asked);
    let page = "<!doctype html><title>Evil</title><p>Press here.";
    let _ = write!(
        stream,
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{page}",
        page.len()
    );
}
