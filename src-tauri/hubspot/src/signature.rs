//! Whether a request really comes from HubSpot: the three ways in which it signs what it posts.
//!
//! | way | where | what is signed |
//! |---|---|---|
//! | v1 | CRM webhooks | SHA-256 of secret and body, in hexadecimal digits |
//! | v2 | workflow webhooks, custom actions | SHA-256 of secret, method, address and body, in hexadecimal digits |
//! | v3 | wherever it is sent beside them | HMAC-SHA256 of method, address, body and time stamp, in Base64 |
//!
//! Source: <https://developers.hubspot.com/docs/api/webhooks/validating-requests>. The address is the one
//! that HubSpot called, with its query, from `https://` on; behind a tunnel that is the tunnel's and not
//! the one of the socket. Only v3 covers a time stamp: what v1 and v2 signed once is good for ever, so that
//! whoever takes such requests has to know those that were there before. All is compared in constant time.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use wire::{Secret, Timestamp};

/// A v3 signature older, or from further ahead, than this is refused.
const GOOD_FOR_MS: i64 = 5 * 60 * 1_000;
/// What HubSpot writes plainly in a v3 address although it came percent-encoded.
const PLAIN: [(&str, &str); 12] = [
    ("%3A", ":"),
    ("%2F", "/"),
    ("%3F", "?"),
    ("%40", "@"),
    ("%21", "!"),
    ("%24", "$"),
    ("%27", "'"),
    ("%28", "("),
    ("%29", ")"),
    ("%2A", "*"),
    ("%2C", ","),
    ("%3B", ";"),
];

/// A request as it came.
#[derive(Debug, Clone, Copy)]
pub struct Signed<'r> {
    /// In capital letters.
    pub method: &'r str,
    /// The whole address as HubSpot called it, query included.
    pub address: &'r str,
    /// The bytes as they came.
    pub body: &'r [u8],
}

/// What its headers claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim<'h> {
    /// `X-HubSpot-Signature` where `X-HubSpot-Signature-Version` is `v1`.
    V1(&'h str),
    /// The same header where the version is `v2`.
    V2(&'h str),
    /// `X-HubSpot-Signature-v3` and `X-HubSpot-Request-Timestamp`.
    V3 {
        /// In Base64.
        signature: &'h str,
        /// Milliseconds since 1970, as digits.
        timestamp: &'h str,
    },
}

impl<'h> Claim<'h> {
    /// The strongest claim among the headers; `header` gives one by its lower-case name. None where the
    /// request does not say that it is HubSpot's.
    pub fn of(header: impl Fn(&str) -> Option<&'h str>) -> Option<Self> {
        let third = header("x-hubspot-signature-v3").zip(header("x-hubspot-request-timestamp"));
        if let Some((signature, timestamp)) = third {
            return Some(Self::V3 {
                signature,
                timestamp,
            });
        }
        let signature = header("x-hubspot-signature")?;
        match header("x-hubspot-signature-version") {
            Some("v1") => Some(Self::V1(signature)),
            Some("v2") => Some(Self::V2(signature)),
            _ => None,
        }
    }
}

/// The signature is not good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotHubSpot {
    /// No secret to check with.
    #[error("there is no client secret to check the signature with")]
    NoSecret,
    /// Not of the form that the way asks for.
    #[error("the signature is not of the right form")]
    Malformed,
    /// More than five minutes from now.
    #[error("the time stamp is more than five minutes away")]
    Stale,
    /// Made with another secret, or for another request.
    #[error("the signature does not belong to this request")]
    Mismatch,
}

/// Checks a claim with the app's client secret. `now` is in milliseconds since 1970.
///
/// # Errors
/// See [`NotHubSpot`].
pub fn verify(
    request: Signed<'_>,
    claim: Claim<'_>,
    client_secret: &Secret,
    now: Timestamp,
) -> Result<(), NotHubSpot> {
    if client_secret.is_empty() {
        return Err(NotHubSpot::NoSecret);
    }
    let secret = client_secret.expose().as_bytes();
    let Signed {
        method,
        address,
        body,
    } = request;
    match claim {
        Claim::V1(signature) => digest_is(&[secret, body], signature),
        Claim::V2(signature) => digest_is(
            &[secret, method.as_bytes(), address.as_bytes(), body],
            signature,
        ),
        Claim::V3 {
            signature,
            timestamp,
        } => third(request, signature, timestamp, secret, now),
    }
}

fn digest_is(parts: &[&[u8]], signature: &str) -> Result<(), NotHubSpot> {
    let mut claimed = [0_u8; 32];
    hex::decode_to_slice(signature, &mut claimed).map_err(|_| NotHubSpot::Malformed)?;
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(part);
    }
    let same = digest.finalize().as_slice().ct_eq(&claimed);
    if bool::from(same) {
        Ok(())
    } else {
        Err(NotHubSpot::Mismatch)
    }
}

fn third(
    request: Signed<'_>,
    signature: &str,
    timestamp: &str,
    secret: &[u8],
    now: Timestamp,
) -> Result<(), NotHubSpot> {
    let digits = !timestamp.is_empty() && timestamp.bytes().all(|byte| byte.is_ascii_digit());
    let at: i64 = timestamp
        .parse()
        .ok()
        .filter(|_| digits)
        .ok_or(NotHubSpot::Malformed)?;
    let claimed = STANDARD
        .decode(signature)
        .ok()
        .filter(|bytes| bytes.len() == 32)
        .ok_or(NotHubSpot::Malformed)?;
    if now.saturating_sub(at).saturating_abs() > GOOD_FOR_MS {
        return Err(NotHubSpot::Stale);
    }
    // HMAC takes keys of every length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else {
        return Err(NotHubSpot::NoSecret);
    };
    mac.update(request.method.as_bytes());
    mac.update(plain_address(request.address).as_bytes());
    mac.update(request.body);
    mac.update(timestamp.as_bytes());
    mac.verify_slice(&claimed).map_err(|_| NotHubSpot::Mismatch)
}

/// The address as v3 signs it.
fn plain_address(address: &str) -> String {
    let mut plain = String::with_capacity(address.len());
    let mut rest = address;
    while let Some(at) = rest.find('%') {
        let (before, from) = rest.split_at(at);
        plain.push_str(before);
        let code = from.get(..3).unwrap_or(from);
        let letter = PLAIN
            .iter()
            .find(|(encoded, _)| encoded.eq_ignore_ascii_case(code));
        plain.push_str(letter.map_or(code, |(_, letter)| letter));
        rest = from.get(code.len()..).unwrap_or_default();
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy";
    const NOW: Timestamp = 1_700_000_000_000;

    fn secret() -> Secret {
        Secret::new(SECRET)
    }

    fn request<'r>(method: &'r str, address: &'r str, body: &'r str) -> Signed<'r> {
        Signed {
            method,
            address,
            body: body.as_bytes(),
        }
    }

    #[test]
    fn the_published_samples_are_good() {
        let events = r#"[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,"subscriptionType":"contact.creation","attemptNumber":0,"objectId":123,"changeSource":"CRM","changeFlag":"NEW","appId":54321}]"#;
        let address = "https://www.example.com/webhook_uri";
        let cases = [
            (
                request("POST", address, events),
                Claim::V1("232db2615f3d666fe21a8ec971ac7b5402d33b9a925784df3ca654d05f4817de"),
            ),
            (
                request("GET", address, ""),
                Claim::V2("eee2dddcc73c94d699f5e395f4b9d454a069a6855fbfa152e91e88823087200e"),
            ),
            (
                request("POST", address, r#"{"example_field":"example_value"}"#),
                Claim::V2("9569219f8ba981ffa6f6f16aa0f48637d35d728c7e4d93d0d52efaa512af7900"),
            ),
        ];
        for (request, claim) in cases {
            assert_eq!(verify(request, claim, &secret(), NOW), Ok(()));
            let other = verify(request, claim, &Secret::new("another"), NOW);
            assert_eq!(other, Err(NotHubSpot::Mismatch));
            let longer = Signed {
                body: b"{}",
                ..request
            };
            assert_eq!(
                verify(longer, claim, &secret(), NOW),
                Err(NotHubSpot::Mismatch)
            );
        }
    }

    /// Made with Python's `hmac` over `POST`, the address with `%40` written plainly, body and time stamp.
    const THIRD: &str = "dDU3+YgmJeEsmRu6ZsNTnvETGJh4ev94RNJ6wSu99iE=";

    fn third_of(address: &str, timestamp: &str, now: Timestamp) -> Result<(), NotHubSpot> {
        let claim = Claim::V3 {
            signature: THIRD,
            timestamp,
        };
        verify(
            request("POST", address, r#"{"x":1}"#),
            claim,
            &Secret::new("word"),
            now,
        )
    }

    #[test]
    fn the_third_way_covers_the_address_and_the_time() {
        let address = "https://relay.example/hook?a=b%40c";
        let stamp = "1700000000000";
        assert_eq!(third_of(address, stamp, NOW + 299_999), Ok(()));
        assert_eq!(third_of(address, stamp, NOW - 299_999), Ok(()));
        for now in [NOW + 300_001, NOW - 300_001, 0, i64::MIN, i64::MAX] {
            assert_eq!(third_of(address, stamp, now), Err(NotHubSpot::Stale));
        }
        for other in ["1700000000001", "1699999999999"] {
            assert_eq!(third_of(address, other, NOW), Err(NotHubSpot::Mismatch));
        }
        for broken in [
            "",
            "now",
            "-1700000000000",
            "+1700000000000",
            "1700000000000 ",
            "1e12",
        ] {
            assert_eq!(third_of(address, broken, NOW), Err(NotHubSpot::Malformed));
        }
        let elsewhere = "https://relay.example/hook?a=b%40d";
        assert_eq!(
            third_of(elsewhere, stamp, NOW),
            Err(NotHubSpot::Mismatch),
            "another address"
        );
    }

    #[test]
    fn a_signature_of_the_wrong_form_is_no_mismatch() {
        let request = request("POST", "https://www.example.com/", "{}");
        let longer = "0".repeat(66);
        for text in ["", "zz", "232db2615f3d666f", longer.as_str()] {
            for claim in [
                Claim::V1(text),
                Claim::V2(text),
                Claim::V3 {
                    signature: text,
                    timestamp: "1700000000000",
                },
            ] {
                assert_eq!(
                    verify(request, claim, &secret(), NOW),
                    Err(NotHubSpot::Malformed)
                );
            }
        }
        let none = verify(request, Claim::V1(&"0".repeat(64)), &Secret::new(" "), NOW);
        assert_eq!(none, Err(NotHubSpot::NoSecret));
    }

    #[test]
    fn only_the_twelve_letters_are_written_plainly() {
        assert_eq!(
            plain_address("https://e.example/a%2fb?c=%21%24%27%28%29%2A%2C%3B%3a%3F%40"),
            "https://e.example/a/b?c=!$'()*,;:?@"
        );
        for kept in ["%20%26%3D%23", "%", "%2", "%ä", "100%25"] {
            assert_eq!(plain_address(kept), kept);
        }
    }

    #[test]
    fn the_strongest_claim_is_taken() {
        let of = |pairs: &[(&str, &'static str)]| {
            let pairs = pairs.to_vec();
            Claim::of(move |name| {
                let found = pairs.iter().find(|(header, _)| *header == name);
                found.map(|(_, value)| *value)
            })
        };
        let first = ("x-hubspot-signature", "ab");
        let third = ("x-hubspot-signature-v3", "cd");
        let stamp = ("x-hubspot-request-timestamp", "1");
        let version = |version| ("x-hubspot-signature-version", version);
        assert_eq!(of(&[first, version("v1")]), Some(Claim::V1("ab")));
        assert_eq!(of(&[first, version("v2")]), Some(Claim::V2("ab")));
        assert_eq!(
            of(&[first, version("v1"), third, stamp]),
            Some(Claim::V3 {
                signature: "cd",
                timestamp: "1"
            })
        );
        assert_eq!(of(&[first, version("v9")]), None);
        assert_eq!(of(&[third]), None);
        assert_eq!(of(&[]), None);
    }

    proptest::proptest! {
        /// Nothing that stands in a header makes anything but an answer of it, and none is good by chance.
        #[test]
        fn no_header_at_all_is_taken_for_a_signature(
            signature in ".{0,80}",
            timestamp in ".{0,20}",
            address in ".{0,80}",
            body in proptest::collection::vec(proptest::num::u8::ANY, 0..80),
            now: i64,
        ) {
            let request = Signed { method: "POST", address: &address, body: &body };
            for claim in [
                Claim::V1(&signature),
                Claim::V2(&signature),
                Claim::V3 { signature: &signature, timestamp: &timestamp },
                Claim::V3 { signature: THIRD, timestamp: &timestamp },
            ] {
                proptest::prop_assert!(verify(request, claim, &secret(), now).is_err());
            }
        }
    }
}
