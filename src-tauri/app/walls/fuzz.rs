//! Arguments that nobody would send who means well: no panic, nothing half written, no key in an
//! answer, and the app goes on.

use serde_json::{Value, json};
use tauri::ipc::InvokeBody;

use super::calls::{self, Call, Sort};
use super::hostile;
use super::witness::Witness;
use super::{OWN, Reply, Stage};

/// A command that asks a service is tried with every so-many-th value, for the service sets the pace.
const STRIDE: usize = 31;
/// So many tests share the commands: most of the time is a service's pace, which each waits for in its own world.
const PARTS: usize = 8;

/// Where in a value something else can stand: pointers to its leaves and to all that holds them.
fn spots(value: &Value, here: &str) -> Vec<String> {
    let mut all = vec![here.to_owned()];
    match value {
        Value::Object(fields) => all.extend(
            fields
                .iter()
                .flat_map(|(name, inner)| spots(inner, &format!("{here}/{name}"))),
        ),
        Value::Array(items) => all.extend(
            items
                .iter()
                .enumerate()
                .flat_map(|(at, inner)| spots(inner, &format!("{here}/{at}"))),
        ),
        _ => {}
    }
    all
}

/// The arguments with something else in one spot.
fn spoilt(arguments: &Value, spot: &str, by: &Value) -> Value {
    let mut arguments = arguments.clone();
    if let Some(place) = arguments.pointer_mut(spot) {
        place.clone_from(by);
    }
    arguments
}

struct Trial<'a> {
    stage: &'a Stage,
    witness: Witness,
    asked: usize,
    faults: Vec<String>,
}

impl Trial<'_> {
    fn ask(&mut self, call: &Call, body: InvokeBody) {
        self.asked += 1;
        let said: String = format!("{body:?}").chars().take(300).collect();
        let reply = self.stage.ask(&self.stage.main(), OWN, call.name, body);
        let fault = match &reply {
            Reply::Nothing => Some("no answer".to_owned()),
            Reply::No(problem) if problem["code"] == "defect" => Some(format!("{problem}")),
            Reply::No(_) => {
                let changed = self.witness.changed();
                (!changed.is_empty()).then(|| format!("refused, and yet changed: {changed}"))
            }
            Reply::Yes(_) => {
                self.witness.accept();
                None
            }
        };
        let endpoints = &self.stage.launched.endpoints;
        let text = match reply {
            Reply::Yes(text) => text,
            Reply::No(problem) => problem.to_string(),
            Reply::Nothing => String::new(),
        };
        let tells = [&endpoints.hubspot_token, &endpoints.tuco_api_key]
            .into_iter()
            .any(|key| text.contains(key.as_str()));
        let fault = fault.or_else(|| tells.then(|| "a key is in the answer".to_owned()));
        if let Some(fault) = fault {
            self.faults.push(format!("{} {said}: {fault}", call.name));
        }
        assert!(self.faults.len() < 10, "{:#?}", self.faults);
    }
}

/// Tries every place in the arguments of every command whose turn it is, so many apart: each part is a test,
/// and they run beside each other, each with a world of its own.
fn no_argument_breaks_a_command_or_leaves_half_a_change(part: usize) {
    let stage = Stage::get();
    let _turn = stage.turn();
    let texts: Vec<Value> = hostile::texts().into_iter().map(Value::String).collect();
    assert!(texts.len() > 500, "{}", texts.len());
    let values = hostile::values();
    let mut witness = Witness::new(&stage.folder.path().join("home"));
    stage.ask_own(
        "rename_connection",
        json!({"connection": stage.connection, "name": "Another name"}),
    );
    assert!(
        witness.changed().contains("Another name"),
        "what is written is seen"
    );
    let mut trial = Trial {
        stage,
        witness,
        asked: 0,
        faults: Vec::new(),
    };
    let mut light = calls::all(stage);
    light.retain(|call| call.sort != Sort::Heavy);
    // What is read from a portal once and kept is read now: no refusal below is blamed for it.
    for call in &light {
        stage.ask_own(call.name, call.arguments.clone());
    }
    trial.witness.accept();
    // By places in arguments and not by commands: those that wait for a service are then in every part.
    let places = light.iter().flat_map(|call| {
        let spots = spots(&call.arguments, "").into_iter();
        spots.map(move |spot| (call, spot))
    });
    for (call, spot) in places.skip(part).step_by(PARTS) {
        trial.ask(call, InvokeBody::Raw(vec![0xff, 0, 0x7b]));
        let all = values.iter().chain(&texts);
        let stride = if call.sort == Sort::Asks { STRIDE } else { 1 };
        for by in all.step_by(stride) {
            let arguments = spoilt(&call.arguments, &spot, by);
            trial.ask(call, InvokeBody::Json(arguments));
        }
    }
    assert!(trial.faults.is_empty(), "{:#?}", trial.faults);
    assert!(trial.asked > 1_000, "{}", trial.asked);
    let snapshot = stage.ask_own("snapshot", json!({}));
    assert!(
        matches!(&snapshot, Reply::Yes(text) if text.contains("\"cannotWork\":null")),
        "{snapshot:?}"
    );
}

macro_rules! parts {
    ($($name:ident: $part:literal,)*) => {$(
        #[test]
        #[ignore = "needs a display: cargo xtask test brings one"]
        fn $name() {
            no_argument_breaks_a_command_or_leaves_half_a_change($part);
        }
    )*};
}

parts! {
    no_argument_breaks_the_first_eighth_of_the_commands: 0,
    no_argument_breaks_the_second_eighth_of_the_commands: 1,
    no_argument_breaks_the_third_eighth_of_the_commands: 2,
    no_argument_breaks_the_fourth_eighth_of_the_commands: 3,
    no_argument_breaks_the_fifth_eighth_of_the_commands: 4,
    no_argument_breaks_the_sixth_eighth_of_the_commands: 5,
    no_argument_breaks_the_seventh_eighth_of_the_commands: 6,
    no_argument_breaks_the_last_eighth_of_the_commands: 7,
}

#[test]
#[ignore = "needs a display: cargo xtask test brings one"]
fn no_answer_to_any_command_holds_a_key() {
    let stage = Stage::get();
    let _turn = stage.turn();
    let endpoints = &stage.launched.endpoints;
    let mut yes = 0;
    for call in calls::all(stage) {
        if call.sort == Sort::Heavy {
            continue;
        }
        let reply = stage.ask_own(call.name, call.arguments);
        let text = format!("{reply:?}");
        yes += usize::from(matches!(reply, Reply::Yes(_)));
        for key in [&endpoints.hubspot_token, &endpoints.tuco_api_key] {
            assert!(!text.contains(key.as_str()), "{}", call.name);
        }
    }
    // Most of them answer with something, so that something was looked at.
    assert!(yes > 25, "{yes}");
}
