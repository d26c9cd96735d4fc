use super::*;

fn secret(text: &str) -> Secret {
    Secret::new(text)
}

/// RFC 4231, 4.3 and 4.7 (keys that are texts).
const JEFE: (&str, &[u8], &str) = (
    "Jefe",
    b"what do ya want for nothing?",
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
);

#[test]
fn the_vectors_of_rfc_4231() {
    let (key, data, signature) = JEFE;
    assert_eq!(
        verify(data, signature, &[secret(key)]),
        Ok(Verified { secret: 0 })
    );
    // The other vectors have keys of bytes that are no text; 4.2's is 20 bytes of 0x0b, which is.
    let key = "\u{b}".repeat(20);
    let signature = "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7";
    // Secret drops white space around a text, and 0x0b is white space: so the bare function is asked.
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
    mac.update(b"Hi There");
    assert_eq!(hex::encode(mac.finalize().into_bytes()), signature);
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
