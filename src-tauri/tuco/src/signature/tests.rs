use super::*;

fn secret(text: &str) -> Secret {
    Secret::new(text)
}

/// RFC 4231, 4.3, whose key is a text.
const JEFE: (&str, &[u8], &str) = (
    "Jefe",
    b"what do ya want for nothing?",
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
);

/// RFC 4231, 4.2 to 4.8. Of the fifth it gives the first 128 bits only, so what is compared of it here was
/// made whole with Python's `hmac`, and its beginning is the one that is printed there.
#[test]
fn the_vectors_of_rfc_4231() {
    let (text, what, signature) = JEFE;
    assert_eq!(
        verify(what, signature, &[secret(text)]),
        Ok(Verified { secret: 0 })
    );
    let counted: Vec<u8> = (1..=25).collect();
    let longer: &[u8] = b"Test Using Larger Than Block-Size Key - Hash Key First";
    let longest: &[u8] = b"This is a test using a larger than block-size key and a larger than \
        block-size data. The key needs to be hashed before being used by the HMAC algorithm.";
    let vectors: [(&[u8], &[u8], &str); 7] = [
        (
            &[0x0b; 20],
            b"Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        ),
        (text.as_bytes(), what, signature),
        (
            &[0xaa; 20],
            &[0xdd; 50],
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
        ),
        (
            &counted,
            &[0xcd; 50],
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
        ),
        (
            &[0x0c; 20],
            b"Test With Truncation",
            "a3b6167473100ee06e0c796c2955552bfa6f7c0a6a8aef8b93f860aab0cd20c5",
        ),
        (
            &[0xaa; 131],
            longer,
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        ),
        (
            &[0xaa; 131],
            longest,
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
        ),
    ];
    for (key, data, printed) in vectors {
        let mut signature = [0; 32];
        hex::decode_to_slice(printed, &mut signature).unwrap();
        assert!(is_of(key, data, &signature), "{printed}");
        for at in 0..32 {
            let mut other = signature;
            other[at] ^= 1;
            assert!(!is_of(key, data, &other), "{printed} at {at}");
        }
        let more = [key, b"x"].concat();
        assert!(!is_of(&more, data, &signature), "another key");
        assert!(!is_of(key, &[data, b"x"].concat(), &signature));
    }
}

#[test]
fn several_secrets_during_a_rotation() {
    let (key, data, signature) = JEFE;
    let secrets = [secret("old"), secret(""), secret(key)];
    assert_eq!(
        verify(data, signature, &secrets),
        Ok(Verified { secret: 2 })
    );
    assert_eq!(
        verify(data, signature, &secrets[..2]),
        Err(Refused::Mismatch)
    );
    assert_eq!(
        verify(data, signature, &secrets[1..2]),
        Err(Refused::NoSecret)
    );
    assert_eq!(verify(data, signature, &[]), Err(Refused::NoSecret));
}

#[test]
fn the_header_is_exactly_64_digits() {
    let (key, data, signature) = JEFE;
    let secrets = [secret(key)];
    let good = [format!("  {signature}\t"), signature.to_uppercase()];
    for header in good {
        assert!(verify(data, &header, &secrets).is_ok(), "{header}");
    }
    let short = signature.get(..62).unwrap();
    for header in [
        "",
        short,
        &format!("sha256={signature}"),
        &format!("{signature}00"),
        &"é".repeat(32),
    ] {
        assert_eq!(
            verify(data, header, &secrets),
            Err(Refused::Malformed),
            "{header}"
        );
    }
    assert_eq!(
        verify(data, &"0".repeat(64), &secrets),
        Err(Refused::Mismatch)
    );
}

#[test]
fn one_other_byte_is_another_body() {
    let (key, data, signature) = JEFE;
    for at in 0..data.len() {
        let mut other = data.to_vec();
        other[at] ^= 1;
        assert_eq!(
            verify(&other, signature, &[secret(key)]),
            Err(Refused::Mismatch)
        );
    }
}

fn sign(body: &[u8], key: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(body);
    hex::encode(mac.finalize().into_bytes())
}

#[test]
fn a_reformatted_body_is_verified_as_it_was_signed() {
    let signed = r#"{"b":"Sounds good é/ \n","a":[1,0,1.5,-2,true,null,{}],"at":1780416600000}"#;
    let came = r#" { "b" : "Sounds good \u00e9\/ \n", "a":[1.0, -0.0, 1.50,-2 ,true,null , { }],
        "at": 1780416600000 }"#;
    let signature = sign(signed.as_bytes(), "key");
    assert_eq!(
        verify(came.as_bytes(), &signature, &[secret("key")]),
        Err(Refused::Mismatch)
    );
    let (verified, bytes) =
        verify_reserialised(came.as_bytes(), &signature, &[secret("key")]).unwrap();
    assert_eq!((verified.secret, bytes.as_slice()), (0, signed.as_bytes()));
}

#[test]
fn a_body_that_two_readers_would_read_differently_is_refused() {
    for body in [
        r#"{"leadId":"a","leadId":"b"}"#,
        r#"{"data":[{"x":1,"\u0078":2}]}"#,
        r#"{"a":1} {"a":2}"#,
        r#"{"a":1e300}"#,
        r#"{"a":NaN}"#,
        "",
        &"[".repeat(10_000),
    ] {
        let signature = sign(body.as_bytes(), "key");
        let refused = verify_reserialised(body.as_bytes(), &signature, &[secret("key")]);
        assert_eq!(refused.map(drop), Err(Refused::Ambiguous));
    }
}

proptest::proptest! {
    /// What is compact already stays as it is, whatever texts it holds.
    #[test]
    fn compact_json_is_its_own_form(texts in proptest::collection::vec(".*", 0..4), number: i64) {
        let body = serde_json::json!({"texts": texts, "z": {"number": number}}).to_string();
        let signature = sign(body.as_bytes(), "key");
        let (_, bytes) =
            verify_reserialised(body.as_bytes(), &signature, &[secret("key")]).unwrap();
        proptest::prop_assert_eq!(bytes, body.into_bytes());
    }
}

/// 87 cases have whole tags, 33 of them right; the rest are cut to half, which is never taken.
#[test]
fn the_vectors_of_wycheproof() {
    let bytes = |text: &str| hex::decode(text.trim_matches('-')).unwrap();
    let (mut taken, mut whole, mut cut) = (0, 0, 0);
    let cases = include_str!("wycheproof.txt").lines();
    for case in cases.filter(|line| !line.starts_with('#')) {
        let [key, message, tag, result] = case.split(' ').collect::<Vec<_>>()[..] else {
            panic!("{case}");
        };
        match <[u8; 32]>::try_from(bytes(tag)) {
            Ok(signature) => {
                whole += 1;
                let same = is_of(&bytes(key), &bytes(message), &signature);
                assert_eq!(same, result == "valid", "{case}");
                taken += usize::from(same);
            }
            Err(short) => {
                cut += 1;
                assert_eq!(short.len(), 16, "{case}");
                let refused = verify(&bytes(message), tag, &[secret("any")]);
                assert_eq!(refused, Err(Refused::Malformed), "{case}");
            }
        }
    }
    assert_eq!((taken, whole, cut), (33, 87, 87));
}
