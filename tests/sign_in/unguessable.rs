//! What nobody may guess.

use crate::scene::Scene;
use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn a_million_draws_are_a_million_values() {
    const DRAWS: usize = 1_000_000;
    let mut seen: Vec<[u8; 32]> = (0..DRAWS)
        .map(|_| wire::surroundings::unguessable::<32>().unwrap())
        .collect();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), DRAWS);
}

#[tokio::test]
async fn a_link_holds_256_bits_of_state_and_of_verifier_and_never_the_same_twice() {
    let scene = Scene::set().await;
    let mut seen = BTreeSet::new();
    for _ in 0..200 {
        let attempt = scene.begin().await.unwrap();
        let pairs: Vec<(String, String)> = attempt.link().query_pairs().into_owned().collect();
        let of = |name: &str| pairs.iter().find(|(key, _)| key == name).unwrap().1.clone();
        let state = of("state");
        assert_eq!(hex_bits(&state), 256);
        assert_eq!(of("code_challenge").len(), 43, "SHA-256 in base64url");
        assert!(seen.insert(state) && seen.insert(of("code_challenge")));
    }
}

fn hex_bits(text: &str) -> usize {
    assert!(text.bytes().all(|byte| byte.is_ascii_hexdigit()));
    text.len() * 4
}

/// Where somebody from outside sends what is held against a secret. A measured time would say more about
/// the machine than about the code, so what is looked at is the code: each place asks the library.
#[test]
fn what_strangers_send_is_compared_in_constant_time() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    let source = root.map(|folder| folder.join("src-tauri"));
    let source = source.into_iter().find(|folder| folder.is_dir()).unwrap();
    for (file, call, times) in [
        ("bridge/src/sign_in/callback.rs", ".ct_eq(", 1),
        ("bridge/src/listener/door.rs", ".ct_eq(", 2),
        ("hubspot/src/signature.rs", ".ct_eq(", 1),
        ("hubspot/src/signature.rs", ".verify_slice(", 1),
        ("tuco/src/signature.rs", ".verify_slice(", 1),
    ] {
        let text = std::fs::read_to_string(source.join(file)).unwrap();
        assert_eq!(text.matches(call).count(), times, "{call} in {file}");
    }
    // Elsewhere two secrets are compared only where both are our own.
    let ours = [
        "bridge/src/keys.rs",
        "cli/src/vault.rs",
        "hubspot/src/oauth/session.rs",
    ];
    let mut found = BTreeSet::new();
    let mut folders = vec![source.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(&source).unwrap().display().to_string();
            if path.is_dir() {
                folders.push(path);
            } else if name.ends_with(".rs") && !name.contains("test") {
                let text = std::fs::read_to_string(&path).unwrap();
                let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
                let compared = |line: &str| {
                    line.contains("expose()") && (line.contains(" == ") || line.contains(" != "))
                };
                if code.lines().any(compared) {
                    found.insert(name);
                }
            }
        }
    }
    assert_eq!(found.into_iter().collect::<Vec<_>>(), ours);
}
