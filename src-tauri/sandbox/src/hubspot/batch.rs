//! Many records in one request. Without trace ids a batch is all or nothing; with a trace id on every
//! input each is answered on its own, in a 207 if one failed. Answers come in an order of their own.

use super::Portal;
use super::errors::{self, Refusal, duplicate_ids, missing_field, some_missing};
use super::kind::Kind;
use super::objects::{after_write, not_unique, sound};
use super::record::Record;
use super::render::{self, Wanted};
use super::route::{Answer, Call};
use super::validation::{self, Checked, stamp};
use super::write::{Claims, Clash, id_text};
use crate::message::HttpResponse;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;

/// How many records one request may name.
const MOST: usize = 100;

/// What one batch has come to so far.
#[derive(Debug, Default)]
struct Outcome {
    results: Vec<Value>,
    errors: Vec<Value>,
}

impl Outcome {
    /// One entry of `errors`.
    fn refuse(&mut self, refusal: Refusal, trace: Option<&str>) {
        let refusal = match trace {
            Some(trace) => refusal.context("objectWriteTraceId", &[trace.to_owned()]),
            None => refusal,
        };
        self.errors.push(Value::Object(refusal.body));
    }

    fn answer(mut self, portal: &mut Portal, status: u16, now: i64) -> Answer {
        if portal.options.shuffle_batches {
            portal.dice.shuffle(&mut self.results);
        }
        let mut body = json!({
            "status": "COMPLETE",
            "results": self.results,
            "startedAt": stamp(now),
            "completedAt": stamp(now),
        });
        let partial = !self.errors.is_empty();
        if let (true, Value::Object(body)) = (partial, &mut body) {
            body.insert("numErrors".to_owned(), self.errors.len().into());
            body.insert("errors".to_owned(), self.errors.into());
        }
        Ok(HttpResponse::json(
            if partial { 207 } else { status },
            &body,
        ))
    }
}

/// The inputs of a body, of which there may be no more than `most`.
pub(crate) fn inputs_of(body: &Value, most: usize) -> Result<&Vec<Value>, Refusal> {
    let inputs = body
        .get("inputs")
        .and_then(Value::as_array)
        .ok_or_else(|| missing_field("inputs"))?;
    if inputs.len() > most {
        let count = inputs.len();
        return Err(Refusal::validation(format!(
            "The maximum number of inputs supported in a batch request is {most}. Received {count} \
             inputs."
        )));
    }
    Ok(inputs)
}

/// The trace ids, if every input has one of its own.
fn traces(inputs: &[Value]) -> Option<Vec<String>> {
    let traces: Vec<String> = inputs
        .iter()
        .filter_map(|input| input.get("objectWriteTraceId").and_then(Value::as_str))
        .filter(|trace| !trace.is_empty())
        .map(ToOwned::to_owned)
        .collect();
    let different: BTreeSet<&String> = traces.iter().collect();
    (!inputs.is_empty() && different.len() == inputs.len()).then_some(traces)
}

fn refuse_duplicates(ids: &[String]) -> Result<(), Refusal> {
    let mut seen = BTreeSet::new();
    let mut twice: Vec<String> = Vec::new();
    for id in ids {
        if !seen.insert(id) && !twice.contains(id) {
            twice.push(id.clone());
        }
    }
    if twice.is_empty() {
        Ok(())
    } else {
        Err(duplicate_ids(&twice))
    }
}

fn ids_of(inputs: &[Value]) -> Result<Vec<String>, Refusal> {
    inputs
        .iter()
        .map(|input| {
            input
                .get("id")
                .map(id_text)
                .ok_or_else(|| missing_field("id"))
        })
        .collect()
}

/// One input of a batch that writes.
#[derive(Debug)]
struct Work<'a> {
    input: &'a Value,
    trace: Option<&'a str>,
    /// The record to change, or nothing to make one.
    before: Option<Arc<Record>>,
    /// What names the record in an upsert: put in if the input leaves it out.
    key: Option<(Arc<str>, String)>,
    /// Whether the answer says `new`.
    tells_new: bool,
    /// Whether the input's associations count.
    links: bool,
}

/// Writes a batch: input by input with trace ids, else all or nothing.
fn write(
    portal: &mut Portal,
    call: &Call<'_>,
    kind: Kind,
    work: &[Work<'_>],
    status: u16,
    mut outcome: Outcome,
) -> Answer {
    let mut all = Vec::with_capacity(work.len());
    for one in work {
        all.push(examine(portal, call, kind, one)?);
    }
    if work.iter().all(|one| one.trace.is_some()) {
        for (one, checked) in work.iter().zip(&all) {
            match settle(portal, call, kind, one, checked) {
                Ok(result) => outcome.results.push(result),
                Err(clash) => {
                    let refusal = match clash {
                        Clash::Contact(id) => errors::contact_exists(Some(id))
                            .context("existingId", &[id.to_string()]),
                        Clash::Value(refusal) => refusal,
                    };
                    outcome.refuse(refusal, one.trace);
                }
            }
        }
        return outcome.answer(portal, status, call.now);
    }
    let problems: Vec<_> = all
        .iter()
        .flat_map(|checked| checked.problems.clone())
        .collect();
    if let Some(refusal) = validation::refusal(portal.options.portal_id, &problems, true) {
        return Err(refusal);
    }
    let mut claims = Claims::new();
    let mut ready = Vec::with_capacity(work.len());
    for (one, checked) in work.iter().zip(&all) {
        let prepared = prepare(portal, kind, one, checked, &mut claims);
        ready.push(prepared.map_err(|clash| match clash {
            Clash::Contact(id) => {
                errors::contact_exists(portal.options.batch_conflict_names_id.then_some(id))
            }
            Clash::Value(refusal) => refusal,
        })?);
    }
    for ((one, checked), (id, links)) in work.iter().zip(&all).zip(&ready) {
        match one.before {
            Some(_) => portal.apply(kind, *id, &checked.values, call.now),
            None => portal.make(kind, *id, &checked.values, links, call.now),
        }
        outcome
            .results
            .extend(result(portal, kind, *id, one, checked));
    }
    outcome.answer(portal, status, call.now)
}

fn examine(
    portal: &Portal,
    call: &Call<'_>,
    kind: Kind,
    one: &Work<'_>,
) -> Result<Checked, Refusal> {
    let properties = validation::properties_of(one.input)?;
    let before = one.before.as_deref();
    let mut checked = validation::check(portal, kind, call.version, before, properties)?;
    if let (None, Some((name, value))) = (&one.before, &one.key)
        && !checked.values.iter().any(|(set, _)| set == name)
    {
        checked.values.push((Arc::clone(name), value.clone()));
    }
    Ok(checked)
}

/// Everything that can still refuse an input once its values hold; then the id that it gets.
fn prepare(
    portal: &mut Portal,
    kind: Kind,
    one: &Work<'_>,
    checked: &Checked,
    claims: &mut Claims,
) -> Result<(u64, super::write::Links), Clash> {
    sound(portal, checked).map_err(Clash::Value)?;
    if let Some(before) = &one.before {
        portal.check_unique(kind, before.id, false, &checked.values, claims)?;
        return Ok((before.id, Vec::new()));
    }
    validation::required(kind, checked).map_err(Clash::Value)?;
    let links = if one.links {
        portal.check_links(kind, one.input).map_err(Clash::Value)?
    } else {
        Vec::new()
    };
    let id = portal.next_id(kind);
    portal.check_unique(kind, id, true, &checked.values, claims)?;
    Ok((id, links))
}

/// Prepares one input and writes it at once.
fn settle(
    portal: &mut Portal,
    call: &Call<'_>,
    kind: Kind,
    one: &Work<'_>,
    checked: &Checked,
) -> Result<Value, Clash> {
    let (id, links) = prepare(portal, kind, one, checked, &mut Claims::new())?;
    match one.before {
        Some(_) => portal.apply(kind, id, &checked.values, call.now),
        None => portal.make(kind, id, &checked.values, &links, call.now),
    }
    result(portal, kind, id, one, checked).ok_or_else(|| Clash::Value(errors::not_found()))
}

fn result(
    portal: &Portal,
    kind: Kind,
    id: u64,
    one: &Work<'_>,
    checked: &Checked,
) -> Option<Value> {
    let mut body = after_write(portal, kind, id, checked)?;
    if one.tells_new {
        body.insert("new".to_owned(), one.before.is_none().into());
    }
    if let Some(trace) = one.trace {
        body.insert("objectWriteTraceId".to_owned(), trace.into());
    }
    Some(Value::Object(body))
}

/// `POST …/batch/create`.
pub(crate) fn create(portal: &mut Portal, call: &Call<'_>, kind: Kind) -> Answer {
    let body = call.json()?;
    let inputs = inputs_of(&body, MOST)?;
    let traces = traces(inputs);
    let work: Vec<Work<'_>> = inputs
        .iter()
        .enumerate()
        .map(|(place, input)| Work {
            input,
            trace: trace_at(traces.as_ref(), place),
            before: None,
            key: None,
            tells_new: false,
            links: true,
        })
        .collect();
    write(portal, call, kind, &work, 201, Outcome::default())
}

fn trace_at(traces: Option<&Vec<String>>, place: usize) -> Option<&str> {
    traces
        .and_then(|traces| traces.get(place))
        .map(String::as_str)
}

/// `POST …/batch/update`: by id, or by a unique property that is not the email. An id that was merged
/// away is not followed.
pub(crate) fn update(portal: &mut Portal, call: &Call<'_>, kind: Kind) -> Answer {
    let body = call.json()?;
    let inputs = inputs_of(&body, MOST)?;
    let ids = ids_of(inputs)?;
    refuse_duplicates(&ids)?;
    let traces = traces(inputs);
    let mut work = Vec::with_capacity(inputs.len());
    let mut outcome = Outcome::default();
    let mut missing = Vec::new();
    for (place, (input, id)) in inputs.iter().zip(&ids).enumerate() {
        let property = input
            .get("idProperty")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let shelf = portal.shelf(kind);
        let found = match property {
            "" | "hs_object_id" => id.parse::<u64>().ok(),
            "email" => return Err(not_unique(kind, "email")),
            other if shelf.taken.contains_key(other) => shelf.owner_of(other, id),
            other => return Err(not_unique(kind, other)),
        };
        let before = found.and_then(|id| shelf.live.get(&id)).map(Arc::clone);
        let trace = trace_at(traces.as_ref(), place);
        match (before, trace) {
            (Some(before), _) => work.push(Work {
                input,
                trace,
                before: Some(before),
                key: None,
                tells_new: false,
                links: false,
            }),
            (None, Some(_)) => {
                outcome.refuse(some_missing(kind, std::slice::from_ref(id)), trace);
            }
            (None, None) => missing.push(id.clone()),
        }
    }
    if !missing.is_empty() {
        outcome.refuse(some_missing(kind, &missing), None);
    }
    write(portal, call, kind, &work, 200, outcome)
}

/// `POST …/batch/upsert`: by email or by a property of a unique value. Associations do not count.
pub(crate) fn upsert(portal: &mut Portal, call: &Call<'_>, kind: Kind) -> Answer {
    let body = call.json()?;
    let inputs = inputs_of(&body, MOST)?;
    let traces = traces(inputs);
    let mut ids = ids_of(inputs)?;
    let mut names = Vec::with_capacity(inputs.len());
    for (input, id) in inputs.iter().zip(&mut ids) {
        let property = input
            .get("idProperty")
            .and_then(Value::as_str)
            .ok_or_else(|| missing_field("idProperty"))?
            .to_lowercase();
        let Some((name, _)) = portal.shelf(kind).taken.get_key_value(property.as_str()) else {
            return Err(not_unique(kind, &property));
        };
        if property == "email" {
            *id = id.to_lowercase();
        }
        names.push(Arc::clone(name));
    }
    refuse_duplicates(&ids)?;
    let mut work = Vec::with_capacity(inputs.len());
    for (place, ((input, id), name)) in inputs.iter().zip(&ids).zip(names).enumerate() {
        if &*name == "email" && validation::email(id).is_err() {
            let problem = validation::email(id).err().into_iter().collect::<Vec<_>>();
            if let Some(refusal) = validation::refusal(portal.options.portal_id, &problem, true) {
                return Err(refusal);
            }
        }
        let shelf = portal.shelf(kind);
        let before = shelf
            .owner_of(&name, id)
            .and_then(|owner| shelf.live.get(&owner));
        work.push(Work {
            input,
            trace: trace_at(traces.as_ref(), place),
            before: before.map(Arc::clone),
            key: Some((name, id.clone())),
            tells_new: true,
            links: false,
        });
    }
    write(portal, call, kind, &work, 200, Outcome::default())
}

/// `POST …/batch/read`: by id, or by a unique property.
pub(crate) fn read(portal: &mut Portal, call: &Call<'_>, kind: Kind) -> Answer {
    let body = call.json()?;
    let inputs = inputs_of(&body, MOST)?;
    let ids = ids_of(inputs)?;
    let names = |field: &str| -> Vec<String> {
        let list = body
            .get(field)
            .and_then(Value::as_array)
            .map(Vec::as_slice)
            .unwrap_or_default();
        list.iter()
            .filter_map(Value::as_str)
            .map(ToOwned::to_owned)
            .collect()
    };
    let wanted = Wanted::named(names("properties"));
    let history = names("propertiesWithHistory");
    let property = body
        .get("idProperty")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let shelf = portal.shelf(kind);
    let by_value = !matches!(property, "" | "hs_object_id");
    if by_value && !shelf.taken.contains_key(property) {
        return Err(not_unique(kind, property));
    }
    let follows = portal.options.batch_read_follows_merges;
    let records = if call.flag("archived") {
        &shelf.archived
    } else {
        &shelf.live
    };
    let mut outcome = Outcome::default();
    let mut missing = Vec::new();
    let mut seen = BTreeSet::new();
    for id in ids {
        let found = if by_value {
            let value = if property == "email" {
                id.to_lowercase()
            } else {
                id.clone()
            };
            shelf.owner_of(property, &value)
        } else {
            let id = id.parse::<u64>().ok();
            id.map(|id| {
                shelf
                    .merged
                    .get(&id)
                    .filter(|_| follows)
                    .copied()
                    .unwrap_or(id)
            })
        };
        match found.and_then(|id| records.get(&id)) {
            Some(record) if seen.insert(record.id) => {
                let mut shown = render::record(portal, record, &wanted);
                if !history.is_empty() {
                    let values = render::history(portal, record, &history);
                    shown.insert("propertiesWithHistory".to_owned(), values);
                }
                outcome.results.push(Value::Object(shown));
            }
            Some(_) => {}
            None => missing.push(id),
        }
    }
    if !missing.is_empty() {
        outcome.refuse(some_missing(kind, &missing), None);
    }
    outcome.answer(portal, 200, call.now)
}

/// `POST …/batch/archive`: 204, also for what is not there.
pub(crate) fn archive(portal: &mut Portal, call: &Call<'_>, kind: Kind) -> Answer {
    let body = call.json()?;
    let inputs = inputs_of(&body, MOST)?;
    for id in ids_of(inputs)? {
        if let Ok(id) = id.parse::<u64>() {
            portal.archive_record(kind, id, call.now);
        }
    }
    Ok(HttpResponse::empty(204))
}
