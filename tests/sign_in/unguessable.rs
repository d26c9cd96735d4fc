//! What nobody may guess.

use crate::scene::Scene;
use std::collections::BTreeSet;

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
