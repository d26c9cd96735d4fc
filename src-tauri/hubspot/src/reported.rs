//! What HubSpot posts to an address of ours: events of its records, and what workflows send.
//!
//! | kind | how it comes |
//! |---|---|
//! | record | a list of up to a hundred events of an app's subscriptions |
//! | action | an object with a `callbackId`, from an action of an app in a workflow |
//! | workflow | any other object, from "send a webhook" in a workflow |
//!
//! Reading takes bytes whose [signature](crate::signature) was found good. It refuses what is no JSON that
//! reads one way only: not UTF-8, nested too deep, or a key twice in one object. The refusal of what is not
//! UTF-8 matters: v1 and v2 are plain SHA-256 sums behind a secret, to which a stranger can add bytes
//! without knowing it, and the first of them is never UTF-8.
//!
//! A repeat has to be known for good, because v1 and v2 cover no time. HubSpot sends again with another
//! `attemptNumber` and in another list, so each event has a [sum](ReportedEvent::sum) of its own over what
//! stays the same.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use wire::{Timestamp, unique_json};

/// Events of one request; HubSpot sends a hundred at most.
const MOST_EVENTS: usize = 1_000;
/// Longer names and values are cut; the whole stands in the body.
const LONGEST: usize = 1_000;

/// Where an event comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportedKind {
    /// Something happened to a record.
    Record,
    /// A workflow came to an action of the app.
    Action,
    /// A workflow sends a webhook.
    Workflow,
}

impl ReportedKind {
    /// The word that is stored and printed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Action => "action",
            Self::Workflow => "workflow",
        }
    }

    /// The kind for a stored word.
    pub fn parse(word: &str) -> Option<Self> {
        let all = [Self::Record, Self::Action, Self::Workflow];
        all.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// One event.
#[derive(Clone, PartialEq, Eq)]
pub struct ReportedEvent {
    /// Where it comes from.
    pub kind: ReportedKind,
    /// Such as `contact.propertyChange`; empty for what a workflow sends.
    pub name: String,
    /// The portal, where it names one.
    pub portal_id: Option<String>,
    /// Such as `contact` or `0-1`; empty where it is not told.
    pub object_type: String,
    /// The record; empty where none is named.
    pub object_id: String,
    /// The property that changed, and its new value.
    pub property: String,
    /// The new value.
    pub value: String,
    /// The workflow, where it is named.
    pub workflow_id: String,
    /// When, by HubSpot's clock.
    pub occurred_at: Option<Timestamp>,
    /// The whole event, written anew.
    pub body: String,
    /// The same for every repeat, and for nothing else.
    pub sum: [u8; 32],
}

impl std::fmt::Debug for ReportedEvent {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("ReportedEvent")
            .field("kind", &self.kind)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// Why a body is no report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the body can't be read without doubt")]
pub struct Unreadable;

/// Reads a body whose signature was found good. In the order in which they stand there.
///
/// # Errors
/// [`Unreadable`]: nothing of it is taken then.
pub fn read_reported(body: &[u8]) -> Result<Vec<ReportedEvent>, Unreadable> {
    let text = std::str::from_utf8(body).map_err(|_| Unreadable)?;
    match unique_json(text).ok_or(Unreadable)? {
        Value::Array(events) if (1..=MOST_EVENTS).contains(&events.len()) => {
            events.into_iter().map(record).collect()
        }
        Value::Object(fields) => Ok(vec![of_workflow(&fields)]),
        _ => Err(Unreadable),
    }
}

fn record(event: Value) -> Result<ReportedEvent, Unreadable> {
    let Value::Object(mut fields) = event else {
        return Err(Unreadable);
    };
    let body = Value::Object(fields.clone()).to_string();
    let name = word(&fields, "subscriptionType");
    if name.is_empty() {
        return Err(Unreadable);
    }
    fields.remove("attemptNumber");
    let of_name = name.split_once('.').map_or("", |(kind, _)| kind);
    let told = word(&fields, "objectTypeId");
    Ok(ReportedEvent {
        kind: ReportedKind::Record,
        portal_id: portal(&fields, "portalId"),
        object_type: if told.is_empty() {
            of_name.to_owned()
        } else {
            told
        },
        object_id: word(&fields, "objectId"),
        property: word(&fields, "propertyName"),
        value: word(&fields, "propertyValue"),
        workflow_id: String::new(),
        occurred_at: moment(&fields, "occurredAt"),
        sum: sum("record", Value::Object(fields).to_string().as_bytes()),
        name,
        body,
    })
}

fn of_workflow(fields: &Map<String, Value>) -> ReportedEvent {
    let nothing = Map::new();
    let inner = |name: &str| fields.get(name).and_then(Value::as_object);
    let (origin, context) = (inner("origin"), inner("context"));
    let object = inner("object").unwrap_or(&nothing);
    let callback = word(fields, "callbackId");
    let body = Value::Object(fields.clone()).to_string();
    let first = |names: &[&str]| {
        let words = names.iter().map(|name| word(fields, name));
        words.into_iter().find(|word| !word.is_empty())
    };
    let (kind, sum) = if callback.is_empty() {
        (ReportedKind::Workflow, sum("workflow", body.as_bytes()))
    } else {
        // The same for every attempt at one action of one run.
        (ReportedKind::Action, sum("action", callback.as_bytes()))
    };
    let own = word(object, "objectId");
    ReportedEvent {
        kind,
        name: String::new(),
        portal_id: origin
            .and_then(|origin| portal(origin, "portalId"))
            .or_else(|| first(&["portalId", "portal-id"])),
        object_type: word(object, "objectType"),
        object_id: if own.is_empty() {
            first(&["objectId", "hs_object_id", "vid"]).unwrap_or_default()
        } else {
            own
        },
        property: String::new(),
        value: String::new(),
        workflow_id: context.map_or(String::new(), |context| word(context, "workflowId")),
        occurred_at: None,
        body,
        sum,
    }
}

/// Kinds are apart, so that no event is taken for one of another kind.
pub(crate) fn sum(kind: &str, of: &[u8]) -> [u8; 32] {
    let mut digest = Sha256::new();
    for part in ["hubspot".as_bytes(), kind.as_bytes()] {
        digest.update(part);
        digest.update([0]);
    }
    digest.update(of);
    digest.finalize().into()
}

/// A text or a number, as a text; empty for everything else.
fn word(fields: &Map<String, Value>, name: &str) -> String {
    match fields.get(name) {
        Some(Value::String(text)) => text.chars().take(LONGEST).collect(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

fn portal(fields: &Map<String, Value>, name: &str) -> Option<String> {
    Some(word(fields, name)).filter(|portal| !portal.is_empty())
}

fn moment(fields: &Map<String, Value>, name: &str) -> Option<Timestamp> {
    word(fields, name).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(body: &Value) -> Vec<ReportedEvent> {
        read_reported(body.to_string().as_bytes()).unwrap()
    }

    fn changed(attempt: u32) -> Value {
        json!({
            "eventId": 1, "subscriptionId": 12, "portalId": 4_400_001, "appId": 54,
            "occurredAt": 1_780_416_603_000_i64, "subscriptionType": "contact.propertyChange",
            "attemptNumber": attempt, "objectId": 501, "propertyName": "lifecyclestage",
            "propertyValue": "customer", "changeSource": "CRM",
        })
    }

    #[test]
    fn events_of_records_come_in_a_list() {
        let events = read(&json!([
            changed(0),
            {"subscriptionType": "object.creation", "objectTypeId": "2-33", "objectId": "9",
             "portalId": "4400001", "occurredAt": "1780416603000"},
        ]));
        let [first, second] = events.as_slice() else {
            unreachable!("there are two");
        };
        assert_eq!(first.kind, ReportedKind::Record);
        assert_eq!(first.portal_id.as_deref(), Some("4400001"));
        assert_eq!(
            (first.object_type.as_str(), first.object_id.as_str()),
            ("contact", "501")
        );
        assert_eq!(
            (first.property.as_str(), first.value.as_str()),
            ("lifecyclestage", "customer")
        );
        assert_eq!(first.occurred_at, Some(1_780_416_603_000));
        assert_eq!(
            (second.object_type.as_str(), second.object_id.as_str()),
            ("2-33", "9")
        );
        assert_eq!(second.occurred_at, first.occurred_at);
    }

    #[test]
    fn another_attempt_is_the_same_event_and_another_event_is_not() {
        let sum = |event: Value| read(&json!([event]))[0].sum;
        assert_eq!(sum(changed(0)), sum(changed(7)));
        for (name, value) in [
            ("eventId", json!(2)),
            ("objectId", json!(502)),
            ("occurredAt", json!(1_780_416_603_001_i64)),
            ("propertyValue", json!("lead")),
            ("subscriptionId", json!(13)),
            ("portalId", json!(4_400_002)),
        ] {
            let mut other = changed(0);
            other[name] = value;
            assert_ne!(sum(other), sum(changed(0)), "{name}");
        }
    }

    #[test]
    fn a_workflow_sends_an_object_with_or_without_a_callback() {
        let action = json!({
            "callbackId": "ap-1-56-7-0", "origin": {"portalId": 4_400_001, "actionDefinitionId": 2},
            "context": {"source": "WORKFLOWS", "workflowId": 77},
            "object": {"objectId": 501, "objectType": "CONTACT", "properties": {"email": "a@b.c"}},
            "inputFields": {"text": "Hello"},
        });
        let [read_action] = &read(&action)[..] else {
            unreachable!("there is one");
        };
        assert_eq!(read_action.kind, ReportedKind::Action);
        assert_eq!(read_action.portal_id.as_deref(), Some("4400001"));
        assert_eq!(
            (
                read_action.object_type.as_str(),
                read_action.object_id.as_str(),
                read_action.workflow_id.as_str()
            ),
            ("CONTACT", "501", "77")
        );
        let mut again = action.clone();
        again["inputFields"]["text"] = json!("Hello again");
        assert_eq!(
            read(&again)[0].sum,
            read_action.sum,
            "one callback, one event"
        );

        let plain = json!({"vid": 501, "portal-id": 4_400_001, "properties": {}});
        let plain = &read(&plain)[0];
        assert_eq!(plain.kind, ReportedKind::Workflow);
        assert_eq!(plain.object_id, "501");
        assert_eq!(plain.portal_id.as_deref(), Some("4400001"));
        assert_eq!(read(&json!({"text": "x"}))[0].portal_id, None);
        assert_ne!(plain.sum, read_action.sum);
    }

    #[test]
    fn what_reads_in_two_ways_is_refused() {
        let deep = format!("[{}1{}]", "[".repeat(200), "]".repeat(200));
        for body in [
            "",
            "1",
            "null",
            "\"x\"",
            "[]",
            "[1]",
            "[{}]",
            r#"[{"subscriptionType":""}]"#,
            r#"[{"subscriptionType":"contact.creation","objectId":1,"objectId":2}]"#,
            r#"{"callbackId":"a","callbackI\u0064":"b"}"#,
            r#"{"a":1} {"a":1}"#,
            &deep,
        ] {
            assert_eq!(read_reported(body.as_bytes()), Err(Unreadable), "{body}");
        }
        let many = format!("[{}]", vec!["{}"; MOST_EVENTS + 1].join(","));
        assert_eq!(read_reported(many.as_bytes()), Err(Unreadable));
        // What can be added behind a sum without its secret begins with this byte.
        assert_eq!(read_reported(b"{}\x80\x00"), Err(Unreadable));
    }

    #[test]
    fn nobody_is_named_in_a_debug_line() {
        let event = &read(&json!({"vid": 501, "properties": {"email": "ana@example.com"}}))[0];
        let told = format!("{event:?}");
        assert!(!told.contains("ana@") && !told.contains("501"), "{told}");
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_at_all_are_read_or_refused(
            body in proptest::collection::vec(proptest::num::u8::ANY, 0..400)
        ) {
            let _read_or_refused = read_reported(&body);
        }

        /// An event with something else in the place of any of its fields.
        #[test]
        fn any_field_may_hold_anything(
            name in "subscriptionType|eventId|portalId|objectId|occurredAt|callbackId|origin|object|context",
            text in ".{0,2000}",
            number: f64,
            kind in 0..5_u8,
            in_list: bool,
        ) {
            let mut event = changed(0);
            event[&name] = match kind {
                0 => json!(null),
                1 => json!(text),
                2 => json!(number),
                3 => json!([text]),
                _ => json!({"portalId": number, "objectId": text, "workflowId": text}),
            };
            let body = if in_list { json!([event]) } else { event };
            if let Ok(events) = read_reported(body.to_string().as_bytes()) {
                proptest::prop_assert_eq!(events.len(), 1);
                for event in events {
                    proptest::prop_assert!(event.object_id.chars().count() <= LONGEST);
                    let body: Value = serde_json::from_str(&event.body).unwrap();
                    proptest::prop_assert!(body.is_object());
                }
            }
        }
    }
}
