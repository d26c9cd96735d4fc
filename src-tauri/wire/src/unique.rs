//! JSON that reads in one way only: no key twice in an object, nothing behind the value.
//!
//! For bodies that somebody has signed. Two readers could each see another of two values, so a body that
//! has both is refused, as is one that is nested deeper than 128 times.

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

/// None for what is no JSON, is nested too deep, or has a key twice.
pub fn unique_json(text: &str) -> Option<Value> {
    let read: Unique = serde_json::from_str(text).ok()?;
    Some(read.0)
}

struct Unique(Value);

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Reader).map(Self)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut all = Vec::new();
        while let Some(Unique(item)) = items.next_element()? {
            all.push(item);
        }
        Ok(Value::Array(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut all = Map::new();
        while let Some(key) = fields.next_key::<String>()? {
            let Unique(value) = fields.next_value()?;
            if all.insert(key, value).is_some() {
                return Err(A::Error::custom("a key twice in one object"));
            }
        }
        Ok(Value::Object(all))
    }
}

#[cfg(test)]
mod tests {
    use super::unique_json;
    use proptest::prelude::*;
    use serde_json::{Map, Value};

    #[test]
    fn what_reads_in_two_ways_is_refused() {
        for text in [
            "",
            "{",
            "NaN",
            "[1,]",
            "{} {}",
            "\u{feff}{}",
            r#"{"a":1,"a":1}"#,
            r#"{"a":1,"\u0061":2}"#,
            r#"[{"b":{"a":1,"c":[],"a":null}}]"#,
        ] {
            assert_eq!(unique_json(text), None, "{text}");
        }
        assert!(unique_json(r#" {"a":[{"b":1},{"b":2}],"b":{"a":null}} "#).is_some());
    }

    #[test]
    fn depth_is_bounded() {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let nested = |depth: usize| format!("{}1{}", open.repeat(depth), close.repeat(depth));
            assert!(unique_json(&nested(100)).is_some());
            for depth in [129, 1_000, 1_000_000] {
                assert_eq!(unique_json(&nested(depth)), None);
                assert_eq!(unique_json(&open.repeat(depth)), None);
            }
        }
    }

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            ".*".prop_map(Value::from),
        ];
        leaf.prop_recursive(6, 64, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map(".*", inner, 0..6)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect::<Map<_, _>>())),
            ]
        })
    }

    proptest! {
        #[test]
        fn whatever_is_written_once_is_read_as_it_is(value in values()) {
            prop_assert_eq!(unique_json(&value.to_string()), Some(value));
        }

        #[test]
        fn any_text_at_all_is_read_or_refused(text in ".*") {
            let _read_or_refused = unique_json(&text);
        }

        /// Nearly JSON: the letters that it is made of, in any order.
        #[test]
        fn nearly_json_is_read_as_the_plain_reader_does_or_refused(
            text in r#"[\[\]{}:,"\\u0-9a-f.eE+\- \n]{0,60}"#
        ) {
            if let Some(read) = unique_json(&text) {
                prop_assert_eq!(serde_json::from_str::<Value>(&text).ok(), Some(read));
            }
        }
    }
}
