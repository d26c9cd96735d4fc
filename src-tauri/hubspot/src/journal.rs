//! What the change journal holds: subscriptions to changes, and files of changes in their order.
//!
//! Reading is lenient as everywhere: an entry that can't be read is passed over. What stands in a file only
//! says which record changed, so entries of one record are one report.

use crate::lenient;
use crate::object_kind::ObjectKind;
use crate::reported::{ReportedEvent, ReportedKind};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Which changes are wanted of a kind of record: new ones, and changes of these properties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watch {
    /// The kind.
    pub kind: ObjectKind,
    /// Internal names.
    pub properties: BTreeSet<String>,
}

/// A subscription as HubSpot tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// HubSpot's id.
    pub id: String,
    /// The portal that it is for; none where it names none.
    pub portal_id: Option<String>,
    /// Such as `0-1`.
    pub object_type: String,
    /// Such as `UPDATE`.
    pub actions: BTreeSet<String>,
    /// Internal names.
    pub properties: BTreeSet<String>,
}

/// What comes after an offset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Nothing yet.
    Nothing,
    /// HubSpot does not know the offset any more: it keeps three days.
    Expired,
    /// A file of changes. Fetched without credentials.
    File {
        /// Where it is, as HubSpot says; not checked yet.
        address: String,
        /// The offset behind it.
        offset: String,
    },
}

const ACTIONS: [&str; 2] = ["CREATE", "UPDATE"];

impl Watch {
    /// Whether a subscription brings all of this.
    pub fn is_covered_by(&self, subscription: &Subscription) -> bool {
        subscription.object_type == self.kind.type_id()
            && ACTIONS
                .iter()
                .all(|one| subscription.actions.contains(*one))
            && self.properties.is_subset(&subscription.properties)
    }

    /// HubSpot wants a property named also where only new records are.
    pub(crate) fn body(&self, portal_id: u64) -> Value {
        let properties: Vec<&str> = if self.properties.is_empty() {
            vec![self.kind.created_property()]
        } else {
            self.properties.iter().map(String::as_str).collect()
        };
        json!({
            "subscriptionType": "OBJECT",
            "portalId": portal_id,
            "objectTypeId": self.kind.type_id(),
            "actions": ACTIONS,
            "properties": properties,
        })
    }
}

impl Subscription {
    /// None where it is not about records, or not whole.
    pub(crate) fn read(value: &Value) -> Option<Self> {
        let kind = lenient::text(value.get("subscriptionType"))?;
        let set = |name: &str| lenient::texts(value.get(name)).into_iter().collect();
        (kind == "OBJECT").then_some(())?;
        Some(Self {
            id: lenient::id(value.get("id"))?,
            portal_id: lenient::id(value.get("portalId")),
            object_type: lenient::id(value.get("objectTypeId"))?,
            actions: set("actions"),
            properties: set("properties"),
        })
    }
}

impl Next {
    pub(crate) fn read(value: &Value) -> Option<Self> {
        Some(Self::File {
            address: lenient::filled(value.get("url"))?,
            offset: lenient::filled(value.get("currentOffset"))?,
        })
    }
}

/// What a file reports of a portal, the oldest first: of each record that was made or changed one report. None
/// where it is no file of the journal.
pub(crate) fn read_file(body: &Value, portal_id: &str) -> Option<Vec<ReportedEvent>> {
    let entries = body.get("journalEvents")?.as_array()?;
    let mut reports: Vec<ReportedEvent> = Vec::new();
    let mut known: BTreeMap<(String, String), usize> = BTreeMap::new();
    for report in entries.iter().filter_map(report) {
        if report.portal_id.as_deref() != Some(portal_id) {
            continue;
        }
        let record = (report.object_type.clone(), report.object_id.clone());
        if let Some(before) = known.get(&record).and_then(|place| reports.get_mut(*place)) {
            *before = report;
        } else {
            known.insert(record, reports.len());
            reports.push(report);
        }
    }
    Some(reports)
}

fn report(entry: &Value) -> Option<ReportedEvent> {
    let name = match lenient::text(entry.get("action"))?.as_str() {
        "CREATE" => "object.creation",
        "UPDATE" => "object.propertyChange",
        "RESTORE" => "object.restore",
        _ => return None,
    };
    let changes = entry.get("propertyChanges").and_then(Value::as_object);
    let first = changes.and_then(|changes| changes.iter().next());
    Some(ReportedEvent {
        kind: ReportedKind::Record,
        portal_id: lenient::id(entry.get("portalId")),
        object_type: lenient::id(entry.get("objectTypeId"))?,
        object_id: lenient::id(entry.get("objectId"))?,
        property: first.map(|(name, _)| name.clone()).unwrap_or_default(),
        value: first
            .and_then(|(_, value)| lenient::text(Some(value)))
            .unwrap_or_default(),
        workflow_id: String::new(),
        occurred_at: lenient::timestamp(entry.get("occurredAt")),
        sum: crate::reported::sum("journal", entry.to_string().as_bytes()),
        name: name.to_owned(),
        body: entry.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(portal: u64, action: &str, id: u64) -> Value {
        json!({
            "type": "crmObject", "portalId": portal, "occurredAt": "2026-06-02T16:10:03Z",
            "action": action, "objectTypeId": "0-1", "objectId": id,
            "propertyChanges": {"jobtitle": "gold"},
        })
    }

    #[test]
    fn a_file_reports_each_record_of_the_portal_once_and_no_other() {
        let body = json!({"offset": "a", "publishedAt": 1, "journalEvents": [
            entry(7, "UPDATE", 501), entry(8, "UPDATE", 502), entry(7, "DELETE", 503),
            entry(7, "CREATE", 504), entry(7, "UPDATE", 501), 12, {"action": "UPDATE"},
            {"action": "UPDATE", "objectTypeId": "0-1", "objectId": 505},
        ]});
        let reports = read_file(&body, "7").unwrap();
        let told: Vec<(&str, &str)> = reports
            .iter()
            .map(|report| (report.name.as_str(), report.object_id.as_str()))
            .collect();
        assert_eq!(
            told,
            [("object.propertyChange", "501"), ("object.creation", "504")]
        );
        assert_eq!(reports[0].property, "jobtitle");
        assert_eq!(reports[0].occurred_at, Some(1_780_416_603_000));
        assert_eq!(read_file(&json!({"error": 1}), "7"), None);
    }

    #[test]
    fn a_subscription_covers_what_it_brings_and_not_less() {
        let subscription = |properties: &[&str], actions: &[&str]| {
            Subscription::read(&json!({
                "id": 12, "subscriptionType": "OBJECT", "portalId": 7, "objectTypeId": "0-1",
                "actions": actions, "properties": properties,
            }))
            .unwrap()
        };
        let watch = Watch {
            kind: ObjectKind::Contacts,
            properties: ["jobtitle".to_owned()].into(),
        };
        let both = ["CREATE", "UPDATE"];
        assert!(watch.is_covered_by(&subscription(&["city", "jobtitle"], &both)));
        assert!(!watch.is_covered_by(&subscription(&["city"], &both)));
        assert!(!watch.is_covered_by(&subscription(&["jobtitle"], &["UPDATE"])));
        let deals = Watch {
            kind: ObjectKind::Deals,
            ..watch
        };
        assert!(!deals.is_covered_by(&subscription(&["jobtitle"], &both)));
        assert_eq!(
            Watch {
                properties: BTreeSet::new(),
                ..deals
            }
            .body(7)["properties"],
            json!(["createdate"])
        );
        let other = json!({"id": 1, "subscriptionType": "LIST_MEMBERSHIP", "objectTypeId": "0-1"});
        assert_eq!(Subscription::read(&other), None);
    }
}
