//! What must never be written down.

use crate::theatre::Theatre;

#[test]
fn a_log_of_every_call_holds_neither_keys_nor_people() {
    let theatre = Theatre::synced();
    let phone = theatre.somebody();
    theatre.reply(&phone, "unmistakable words");
    for verbose in ["-v", "-vv"] {
        let run = theatre.run(&[verbose, "sync", "--once", "--json"]);
        assert_eq!(run.code, 0, "{}", run.err);
        assert!(
            run.err.contains("account.details"),
            "calls are named: {}",
            run.err
        );
        let number = phone.trim_start_matches('+');
        for word in [
            theatre.told("hubspot_token"),
            theatre.told("tuco_api_key"),
            "unmistakable",
            number,
        ] {
            assert!(!run.err.contains(word), "{word} in {}", run.err);
        }
    }
}

#[test]
fn no_file_of_the_home_holds_a_key() {
    let theatre = Theatre::synced();
    for file in std::fs::read_dir(theatre.home()).unwrap() {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        for key in [theatre.told("hubspot_token"), theatre.told("tuco_api_key")] {
            let found = bytes
                .windows(key.len())
                .any(|window| window == key.as_bytes());
            assert!(!found, "{} holds a key", path.display());
        }
    }
}
