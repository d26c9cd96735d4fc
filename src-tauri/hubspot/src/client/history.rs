//! Records with what their properties were before.

use super::{HubSpot, Plan};
use crate::error::{Error, ErrorKind, Misuse};
use crate::history::Chronicle;
use crate::object_kind::ObjectKind;
use serde_json::{Value, json};

/// With histories HubSpot reads fewer at once.
pub const MOST_CHRONICLES: usize = 50;

impl HubSpot {
    /// Reads up to [`MOST_CHRONICLES`] records by id, with the history of some properties. What does not
    /// exist is absent; the order is nobody's. Asked for nothing, it makes no call.
    pub async fn chronicles(
        &self,
        kind: ObjectKind,
        ids: &[String],
        properties: &[&str],
        with_history: &[&str],
    ) -> Result<Vec<Chronicle>, Error> {
        const NAME: &str = "batch.history";
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        if ids.len() > MOST_CHRONICLES {
            let misuse = Misuse::TooManyInputs {
                given: ids.len(),
                most: MOST_CHRONICLES,
            };
            return Err(Error::new(ErrorKind::Misuse(misuse), NAME));
        }
        let inputs: Vec<Value> = ids.iter().map(|id| json!({"id": id})).collect();
        let body = json!({
            "properties": properties,
            "propertiesWithHistory": with_history,
            "inputs": inputs,
        });
        let url = self.objects_url(kind, &["batch", "read"], &[]);
        self.ask(Plan::post(NAME, url, body), |body, _| {
            let results = body.get("results")?.as_array()?;
            Some(results.iter().filter_map(Chronicle::read).collect())
        })
        .await
    }
}
