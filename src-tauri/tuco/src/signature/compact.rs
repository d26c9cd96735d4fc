//! JSON written anew without white space, as `JSON.stringify(JSON.parse(text))` writes it.
//!
//! Keys keep their order (JavaScript would sort keys that are whole numbers; such a body is simply
//! not verified). A key twice in an object is refused: two readers could each see another value.

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::collections::BTreeSet;
use std::fmt;

/// None for what is no JSON, or reads in more than one way.
pub(super) fn rewrite(body: &[u8]) -> Option<Vec<u8>> {
    let written: Written = serde_json::from_slice(body).ok()?;
    Some(written.0.into_bytes())
}

/// A value, already written.
struct Written(String);

impl<'de> Deserialize<'de> for Written {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Writer).map(Self)
    }
}

struct Writer;

fn quoted<E: Error>(text: &str) -> Result<String, E> {
    serde_json::to_string(text).map_err(E::custom)
}

impl<'de> Visitor<'de> for Writer {
    type Value = String;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<String, E> {
        Ok("null".to_owned())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<String, E> {
        // Outside of this JavaScript writes an exponent, in a form of its own.
        if value != 0.0 && !(1e-6..1e21).contains(&value.abs()) {
            return Err(E::custom("a number that is written in several ways"));
        }
        // Rust's shortest form of a number is JavaScript's; minus nought is written as nought.
        Ok((value + 0.0).to_string())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<String, E> {
        quoted(value)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<String, A::Error> {
        let mut written = Vec::new();
        while let Some(Written(item)) = items.next_element()? {
            written.push(item);
        }
        Ok(format!("[{}]", written.join(",")))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<String, A::Error> {
        let (mut written, mut keys) = (Vec::new(), BTreeSet::new());
        while let Some(key) = fields.next_key::<String>()? {
            let Written(value) = fields.next_value()?;
            written.push(format!("{}:{value}", quoted::<A::Error>(&key)?));
            if !keys.insert(key) {
                return Err(A::Error::custom("a key twice in one object"));
            }
        }
        Ok(format!("{{{}}}", written.join(",")))
    }
}
