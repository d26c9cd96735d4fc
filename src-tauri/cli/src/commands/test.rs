//! `test`: ordered checks with what was found and what to do. Writes nothing.

use crate::arguments::Global;
use crate::console::{Console, Tone};
use crate::failure::{Exit, Failure};
use crate::{home, session, surroundings};
use bridge::connect::{Access, Keys};
use bridge::store::ConnectionRow;
use bridge::tester::{self, Check, Mark, Verdict};
use serde_json::json;

pub(super) async fn run(global: &Global, console: &Console) -> Result<Exit, Failure> {
    let access = surroundings::access()?;
    let given = surroundings::given_keys()?;
    let mut checks = vec![home::check(global)];
    let row = known_connection(global, given.is_some())?;
    let (keychain, keys) = keys(given, row.as_ref(), &access);
    checks.push(keychain);
    if let Some(keys) = keys {
        checks.extend(tester::test(&access, &keys, row.as_ref()).await);
    }
    let verdict = tester::verdict(&checks);
    console.json(&json!({"ok": verdict == Verdict::Works, "checks": checks}));
    show(&checks, verdict, console);
    Ok(match verdict {
        Verdict::Works => Exit::Done,
        Verdict::NeedsPerson => Exit::NeedsPerson,
        Verdict::Broken => Exit::Failed,
    })
}

/// The connection that the keys should be of. With keys of the environment only one that was named
/// decides, since theirs may not be made yet.
fn known_connection(global: &Global, given: bool) -> Result<Option<ConnectionRow>, Failure> {
    let Ok(store) = home::open_to_read(global) else {
        return Ok(None);
    };
    let rows = store.read();
    if given {
        let Some(name) = &global.connection else {
            return Ok(None);
        };
        return Ok(rows.connection_by_name(name)?);
    }
    match session::choose(&rows, global) {
        Ok(row) => Ok(Some(row)),
        Err(failure) if failure.exit == Exit::Usage => Err(failure),
        Err(_) => Ok(None),
    }
}

fn keys(
    given: Option<Keys>,
    row: Option<&ConnectionRow>,
    access: &Access,
) -> (Check, Option<Keys>) {
    const TITLE: &str = "Keychain";
    if given.is_some() {
        let found = "not needed: both keys are given in the environment";
        return (Check::new("keychain", TITLE, Mark::Ok, found), given);
    }
    let Some(row) = row else {
        let mut check = Check::new(
            "keychain",
            TITLE,
            Mark::Failed,
            "nothing is connected in this home yet",
        )
        .advise("Run tuco-hubspot connect, or set HUBSPOT_TOKEN and TUCO_API_KEY.");
        check.needs_person = true;
        return (check, None);
    };
    match session::kept_keys(row, access) {
        Ok(keys) => {
            let found = format!("holds the keys of \"{}\"", row.name);
            (Check::new("keychain", TITLE, Mark::Ok, found), Some(keys))
        }
        Err(failure) => {
            let mut check = Check::new("keychain", TITLE, Mark::Failed, failure.message);
            check.needs_person = true;
            (check, None)
        }
    }
}

fn show(checks: &[Check], verdict: Verdict, console: &Console) {
    for check in checks {
        let (sign, tone) = match check.mark {
            Mark::Ok => ("✔", Tone::Good),
            Mark::Warning => ("!", Tone::Warn),
            Mark::Failed => ("✘", Tone::Bad),
            Mark::Skipped => ("·", Tone::Quiet),
        };
        let latency = check
            .latency_ms
            .map(|ms| console.paint(&format!("  {ms} ms"), Tone::Quiet))
            .unwrap_or_default();
        let title = crate::shown::shown(&check.title);
        let found = crate::shown::shown(&check.found);
        console.say(&format!(
            "{} {title}: {found}{latency}",
            console.paint(sign, tone)
        ));
        if !check.advice.is_empty() {
            console.say(&format!(
                "    {}",
                console.paint(&crate::shown::shown(&check.advice), Tone::Strong)
            ));
        }
    }
    let warnings = checks
        .iter()
        .filter(|check| check.mark == Mark::Warning)
        .count();
    let failed = checks
        .iter()
        .filter(|check| check.mark == Mark::Failed)
        .count();
    let sum = match (verdict, warnings) {
        (Verdict::Works, 0) => console.paint("Everything works.", Tone::Good),
        (Verdict::Works, 1) => console.paint("It works, with one thing to know.", Tone::Warn),
        (Verdict::Works, more) => console.paint(
            &format!("It works, with {more} things to know."),
            Tone::Warn,
        ),
        (_, _) => console.paint(
            &format!("{failed} of {} checks failed.", checks.len()),
            Tone::Bad,
        ),
    };
    console.say(&format!("\n{sum}"));
}
