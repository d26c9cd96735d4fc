//! Bad luck: networks, disks and files. Each has its own sentence, and nothing is lost.

use crate::theatre::{Theatre, bare, finish};
use serde_json::json;
use std::io::{Seek, SeekFrom, Write};

#[test]
fn a_captive_portal_is_recognised() {
    let theatre = Theatre::open();
    let rule = json!([{"side": "hubspot", "fault": "html200"}]);
    theatre.control("POST", "faults", &rule);
    let run = theatre.run(&["test", "--json"]);
    assert_eq!(run.code, 1, "{}", run.out);
    assert!(run.out.contains("sign-in page of a hotel"), "{}", run.out);
}

#[test]
fn no_network_is_told_for_each_side() {
    let theatre = Theatre::open();
    // Nothing listens on port 9 of this machine, as good as no network.
    for (name, word) in [("HUBSPOT_API_URL", "HubSpot"), ("TUCO_API_URL", "Tuco")] {
        let run = finish(
            theatre
                .command(&["test", "--json"])
                .env(name, "http://127.0.0.1:9"),
        );
        assert_eq!(run.code, 1, "{}", run.out);
        assert!(
            run.out.contains(&format!("{word} could not be reached")),
            "{}",
            run.out
        );
    }
}

#[test]
fn without_a_network_a_sync_says_so_while_it_tries_and_ends_soon() {
    let theatre = Theatre::open();
    let mut command = theatre.command(&["sync", "--once", "--json"]);
    command
        .env("HUBSPOT_API_URL", "http://127.0.0.1:9")
        .env("TUCO_API_URL", "http://127.0.0.1:7");
    let run = finish(&mut command);
    assert_eq!(
        (run.code, run.error_code().as_str()),
        (1, "no_network"),
        "{}",
        run.err
    );
    assert!(
        run.err.contains("HubSpot could not be reached") && run.err.contains("Trying again for"),
        "{}",
        run.err
    );
    assert_eq!(
        run.json()["requests"]["hubspot"],
        4,
        "four tries are enough: {}",
        run.out
    );
    let back = theatre.run(&["sync", "--once", "--json"]);
    assert_eq!(back.code, 0, "{}", back.err);
}

#[test]
fn a_clock_two_days_off_is_told_and_the_work_goes_on() {
    let theatre = Theatre::open();
    // The sandbox's clock is moved, not this machine's: what counts is that they differ.
    theatre.control(
        "POST",
        "clock",
        &json!({"advance_ms": 2 * 24 * 60 * 60 * 1_000}),
    );
    let run = theatre.run(&["sync", "--once", "--json"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains("behind HubSpot's"), "{}", run.err);
}

#[test]
fn a_newer_data_file_is_left_alone() {
    let theatre = Theatre::synced();
    // Bytes 60 to 64 of an SQLite file are its user version, big-endian.
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .open(theatre.database())
        .unwrap();
    file.seek(SeekFrom::Start(60)).unwrap();
    file.write_all(&9_999_u32.to_be_bytes()).unwrap();
    drop(file);
    let before = std::fs::read(theatre.database()).unwrap();
    for words in [
        &["sync", "--once", "--json"][..],
        &["status", "--json"],
        &["log", "--json"],
    ] {
        let run = theatre.run(words);
        assert_eq!(
            (run.code, run.error_code().as_str()),
            (1, "newer_database"),
            "{}",
            run.err
        );
        assert!(run.err.contains("newer version"), "{}", run.err);
    }
    assert_eq!(
        std::fs::read(theatre.database()).unwrap(),
        before,
        "not a byte was changed"
    );
}

#[test]
fn a_damaged_data_file_is_moved_aside_and_nothing_is_written_twice() {
    let theatre = Theatre::synced();
    let before = theatre
        .timeline()
        .iter()
        .filter(|entry| entry["kind"] == "communication")
        .count();
    std::fs::write(theatre.database(), vec![0x5a; 100_000]).unwrap();
    for rest in ["bridge.db-wal", "bridge.db-shm"] {
        let _ = std::fs::remove_file(theatre.home().join(rest));
    }
    let run = theatre.run(&["sync", "--once", "--json"]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains("was damaged"), "{}", run.err);
    let aside = std::fs::read_dir(theatre.home()).unwrap().any(|file| {
        let file = file.unwrap();
        file.file_name() != "bridge.db" && file.metadata().unwrap().len() == 100_000
    });
    assert!(aside, "the damaged file is still there");
    let after = theatre
        .timeline()
        .iter()
        .filter(|entry| entry["kind"] == "communication")
        .count();
    assert_eq!(
        after, before,
        "HubSpot refuses what it has already, by its key"
    );
}

#[test]
fn a_home_that_is_a_file_is_no_home() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "text").unwrap();
    let run = finish(&mut bare(&file, &["status", "--json"]));
    assert_eq!(
        (run.code, run.error_code().as_str()),
        (1, "not_a_folder"),
        "{}",
        run.err
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_can_not_be_written_is_named() {
    let theatre = Theatre::open();
    // Nobody, not even root, makes a folder there.
    let mut command =
        theatre.command(&["sync", "--once", "--json", "--home", "/proc/tuco-hubspot"]);
    let run = finish(&mut command);
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(run.err.contains("/proc/tuco-hubspot"), "{}", run.err);
}

#[test]
fn nothing_connected_yet_is_not_an_error_of_status() {
    let home = tempfile::tempdir().unwrap();
    let run = finish(&mut bare(home.path(), &["status", "--json"]));
    assert_eq!(run.code, 0);
    assert_eq!(run.json()["connected"], false);
    let words = finish(&mut bare(home.path(), &["status"]));
    assert!(words.out.contains("tuco-hubspot connect"), "{}", words.out);
}

#[test]
fn without_a_keychain_connect_says_so_and_the_connection_stands() {
    let theatre = Theatre::open();
    let run = theatre.run(&["connect", "--json"]);
    assert_eq!(run.code, 0, "{} {}", run.out, run.err);
    assert_eq!(run.json()["keys_kept"], false, "{}", run.out);
    assert!(run.err.contains("HUBSPOT_TOKEN"), "{}", run.err);
    assert_eq!(theatre.run(&["sync", "--once"]).code, 0);
}

/// A limit on the size of files stands for a disk that fills up in the middle of a sync.
#[cfg(unix)]
#[test]
fn a_disk_that_fills_up_is_told_and_nothing_is_lost_or_written_twice() {
    let theatre = Theatre::open();
    let command = theatre.command(&[]);
    let program = command.get_program().to_owned();
    let mut limited = std::process::Command::new("sh");
    limited.args(["-c", "trap '' XFSZ; ulimit -f 500; exec \"$@\"", "sh"]);
    limited.arg(&program).args(["sync", "--once", "--json"]);
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => limited.env(name, value),
            None => limited.env_remove(name),
        };
    }
    limited.stdin(std::process::Stdio::null());
    let full = finish(&mut limited);
    assert_eq!(
        (full.code, full.error_code().as_str()),
        (1, "disk_failed"),
        "{}",
        full.err
    );
    assert!(
        full.err.contains("a quota or limit is used up")
            && full.err.contains("What was saved before is safe"),
        "{}",
        full.err
    );
    assert_eq!(theatre.run(&["status", "--json"]).code, 0, "it can be read");

    let after = theatre.run(&["sync", "--once", "--json"]);
    assert_eq!(after.code, 0, "{}", after.err);
    let log = theatre.log(&["--stage", "written", "--limit", "100000"]);
    assert_eq!(
        theatre.timeline().len(),
        log.len(),
        "one entry an event, those from before the disk was full included"
    );
}
