//! Many records in one call.

use super::{HubSpot, Plan};
use crate::batch::{self, BatchOutcome, MAX_INPUTS};
use crate::error::{self, Error, ErrorKind, Misuse};
use crate::lenient;
use crate::object_kind::ObjectKind;
use crate::record::{NewRecord, Record, RecordUpdate};
use serde_json::{Value, json};
use wire::Repeat;

impl HubSpot {
    /// Reads up to a hundred records by id or by a unique property. Repetitions are asked for once,
    /// addresses in lower case. What does not exist is absent; the order is nobody's.
    ///
    /// `kind` is one of [`ObjectKind`], or the type id of a custom object. Asked for nothing, it makes no
    /// call.
    pub async fn batch_read(
        &self,
        kind: impl AsRef<str>,
        id_property: Option<&str>,
        ids: &[String],
        properties: &[&str],
    ) -> Result<Vec<Record>, Error> {
        const NAME: &str = "batch.read";
        let ids = ids.iter().map(|id| id.trim()).filter(|id| !id.is_empty());
        let ids = lenient::without_repetitions(ids.map(|id| match id_property {
            Some("email") => id.to_lowercase(),
            _ => id.to_owned(),
        }));
        if ids.is_empty() {
            return Ok(vec![]);
        }
        check_len(ids.len(), NAME)?;
        let inputs: Vec<Value> = ids.iter().map(|id| json!({"id": id})).collect();
        let mut body = json!({"properties": properties, "inputs": inputs});
        if let (Some(id_property), Some(body)) = (id_property, body.as_object_mut()) {
            body.insert("idProperty".into(), json!(id_property));
        }
        let url = self.objects_url(kind, &["batch", "read"], &[]);
        let outcome = self.run(Plan::post(NAME, url, body)).await?;
        match batch::first_failure(&outcome, NAME) {
            Some(failure) => Err(failure),
            None => Ok(outcome.records),
        }
    }

    /// Makes up to a hundred records.
    ///
    /// With a trace id on every input each is answered for alone. `repeat` says whether making the
    /// call again would make the records again: [`Repeat::Once`], unless a unique property among
    /// theirs has HubSpot refuse the second.
    pub async fn batch_create(
        &self,
        kind: ObjectKind,
        inputs: &[NewRecord],
        repeat: Repeat,
    ) -> Result<BatchOutcome, Error> {
        let inputs: Vec<Value> = inputs.iter().map(|input| input.to_json(true)).collect();
        self.write("batch.create", kind, "create", inputs, repeat)
            .await
    }

    /// Changes up to a hundred records by id. Ids from before a merge are refused here.
    pub async fn batch_update(
        &self,
        kind: ObjectKind,
        inputs: &[RecordUpdate],
    ) -> Result<BatchOutcome, Error> {
        let inputs = inputs.iter().map(|input| input.to_json(None)).collect();
        self.write("batch.update", kind, "update", inputs, Repeat::Safe)
            .await
    }

    /// Changes or makes up to a hundred records, found by a unique property; each result says by
    /// [`Record::new`] which it was. Carries no ties.
    pub async fn batch_upsert(
        &self,
        kind: ObjectKind,
        id_property: &str,
        inputs: &[RecordUpdate],
    ) -> Result<BatchOutcome, Error> {
        let inputs = inputs
            .iter()
            .map(|input| input.to_json(Some(id_property)))
            .collect();
        self.write("batch.upsert", kind, "upsert", inputs, Repeat::Safe)
            .await
    }

    async fn write(
        &self,
        name: &'static str,
        kind: ObjectKind,
        verb: &str,
        inputs: Vec<Value>,
        repeat: Repeat,
    ) -> Result<BatchOutcome, Error> {
        if inputs.is_empty() {
            return Ok(BatchOutcome::default());
        }
        check_len(inputs.len(), name)?;
        let url = self.objects_url(kind, &["batch", verb], &[]);
        let plan = Plan::post(name, url, json!({"inputs": inputs})).repeat(repeat);
        self.run(plan).await
    }

    async fn run(&self, plan: Plan) -> Result<BatchOutcome, Error> {
        let repeat = plan.repeat;
        self.ask(plan, |body, response| {
            batch::read(body, repeat, error::correlation_header(response).as_ref())
        })
        .await
    }
}

fn check_len(given: usize, call: &'static str) -> Result<(), Error> {
    if given <= MAX_INPUTS {
        return Ok(());
    }
    let misuse = Misuse::TooManyInputs {
        given,
        most: MAX_INPUTS,
    };
    Err(Error::new(ErrorKind::Misuse(misuse), call))
}
