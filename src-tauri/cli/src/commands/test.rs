//! `test`: ordered checks with what was found and what to do. Writes nothing to either service, but for
//! a trial entry where `--write-to` names a contact and somebody agrees.

use crate::arguments::{Global, Test};
use crate::console::{Console, Tone};
use crate::failure::{Exit, Failure};
use crate::{home, session, surroundings};
use bridge::connect::{Access, Keys};
use bridge::links;
use bridge::listener::{self, trial};
use bridge::settings::Settings;
use bridge::store::{ConnectionRow, StoreError, TestRun};
use bridge::tester::computer::{self, Hearing};
use bridge::tester::{self, Check, InUse, Mark, Subject, Verdict};
use serde_json::json;
use std::io::IsTerminal;

pub(super) async fn run(
    wanted: &Test,
    global: &Global,
    console: &Console,
) -> Result<Exit, Failure> {
    let access = surroundings::access()?;
    let given = surroundings::given_keys()?;
    let write_to = asked(wanted, console)?;
    let mut checks = vec![home::check(global)];
    let row = known_connection(global, given.is_some())?;
    let (keychain, keys) = keys(given, row.as_ref(), &access, global, console);
    checks.push(keychain);
    if let Some(keys) = keys {
        let subject = Subject {
            settings: row.as_ref().and_then(|row| settings(row, global)),
            in_use: row
                .as_ref()
                .and_then(|row| in_use(row, global))
                .unwrap_or_default(),
            expected: row.clone(),
            write_to,
        };
        checks.extend(tester::test_telling(&access, &keys, &subject, &|_| {}).await);
    }
    checks.push(computer::listener(
        hearing(row.as_ref(), global, console).await,
    ));
    checks.push(computer::links(&links::registered(), false));
    let verdict = tester::verdict(&checks);
    let before = last_run(row.as_ref(), global);
    let changes = before
        .as_ref()
        .filter(|_| wanted.compare)
        .map(|before| tester::compare(&before.checks, &checks));
    keep(row.as_ref(), &checks, global);
    let mut told = json!({"ok": verdict == Verdict::Works, "checks": checks});
    if let (Some(changes), Some(told)) = (&changes, told.as_object_mut()) {
        told.insert("changes".to_owned(), json!(changes));
    }
    console.json(&told);
    show(&checks, verdict, console);
    if wanted.compare {
        show_changes(changes.as_deref(), console);
    }
    Ok(match verdict {
        Verdict::Works => Exit::Done,
        Verdict::NeedsPerson => Exit::NeedsPerson,
        Verdict::Broken => Exit::Failed,
    })
}

/// Knocks at the listener, whichever copy of the program has it open.
async fn hearing(row: Option<&ConnectionRow>, global: &Global, console: &Console) -> Hearing {
    let kept = row.and_then(|row| {
        let store = home::open_to_read(global).ok()?;
        let webhook = store.read().webhook(row.id).ok()??;
        webhook.enabled.then_some((row, webhook))
    });
    let Some((row, webhook)) = kept else {
        return Hearing::Off;
    };
    let secrets = match super::listener::secrets(&row.key, global, console).await {
        Ok(secrets) => secrets,
        Err(failure) => return Hearing::Shut(failure.message),
    };
    let Some(secret) = secrets.first() else {
        return Hearing::NotRegistered;
    };
    let started = surroundings::now();
    match trial::send(webhook.port, &webhook.path, secret, started).await {
        Ok((_, word)) => Hearing::Heard {
            verdict: listener::Verdict::parse(&word).unwrap_or(listener::Verdict::Unreadable),
            latency_ms: surroundings::now().saturating_sub(started),
        },
        Err(error) => Hearing::Shut(format!(
            "Nobody listens on port {} of this computer ({error}).",
            webhook.port
        )),
    }
}

/// The contact for the trial entry, confirmed. Without one nothing is written and nobody is asked.
fn asked(wanted: &Test, console: &Console) -> Result<Option<String>, Failure> {
    let Some(contact) = &wanted.write_to else {
        return Ok(None);
    };
    if contact.is_empty() || !contact.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Failure::usage(
            "bad_contact",
            "--write-to takes a contact's id in HubSpot, such as 501: the number at the end of its address.",
        ));
    }
    if wanted.yes {
        return Ok(Some(contact.clone()));
    }
    if !std::io::stdin().is_terminal() {
        return Err(Failure::usage(
            "not_confirmed",
            "A trial entry is written only when somebody agrees: add --yes.",
        ));
    }
    console.note(&format!(
        "Write a trial entry to the timeline of contact {contact} and take it away again? [y/N]"
    ));
    let mut answer = String::new();
    let _nothing_typed = std::io::stdin().read_line(&mut answer);
    if answer.trim().eq_ignore_ascii_case("y") {
        Ok(Some(contact.clone()))
    } else {
        Err(Failure::usage(
            "not_confirmed",
            "Nothing was written and nothing was tested.",
        ))
    }
}

fn settings(row: &ConnectionRow, global: &Global) -> Option<Settings> {
    let store = home::open_to_read(global).ok()?;
    let stored = store.read().settings(row.id).ok()?;
    Some(Settings::from_stored(&stored, &row.phone_region))
}

fn in_use(row: &ConnectionRow, global: &Global) -> Option<InUse> {
    let store = home::open_to_read(global).ok()?;
    tester::in_use(&store.read(), row.id).ok()
}

fn last_run(row: Option<&ConnectionRow>, global: &Global) -> Option<TestRun> {
    let store = home::open_to_read(global).ok()?;
    store.read().test_runs(row?.id, 1).ok()?.into_iter().next()
}

/// Where another copy is at work on the home, the run is not kept: a test holds nobody up.
fn keep(row: Option<&ConnectionRow>, checks: &[Check], global: &Global) {
    let Some(row) = row else { return };
    if let Ok(mut writing) = home::open_to_write(global, &Console::new(true)) {
        let now = surroundings::now();
        let kept = writing
            .store
            .write(|rows| rows.keep_test_run(row.id, checks, now));
        // It was shown, which is what was asked for.
        let _kept: Result<i64, StoreError> = kept;
    }
}

fn show_changes(changes: Option<&[tester::Change]>, console: &Console) {
    let word = |mark: Option<Mark>| match mark {
        Some(Mark::Ok) => "ok",
        Some(Mark::Warning) => "a warning",
        Some(Mark::Failed) => "failed",
        Some(Mark::NotNeeded) => "not needed",
        Some(Mark::Skipped) => "not asked",
        None => "not there",
    };
    match changes {
        None => console.say("There is no earlier run to compare with."),
        Some([]) => console.say("Nothing differs from the last run."),
        Some(changes) => {
            console.say("Since the last run:");
            for change in changes {
                console.say(&format!(
                    "  {}: {}, was {}",
                    crate::shown::shown(&change.title),
                    word(change.after),
                    word(change.before)
                ));
            }
        }
    }
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
    global: &Global,
    console: &Console,
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
    match session::kept_keys(row, access, global, console) {
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
            Mark::NotNeeded => ("–", Tone::Quiet),
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
        if !check.consequence.is_empty() {
            console.say(&format!("    {}", crate::shown::shown(&check.consequence)));
        }
        if let Some(id) = &check.correlation_id {
            let id = format!("    HubSpot's correlation id: {}", crate::shown::shown(id));
            console.say(&console.paint(&id, Tone::Quiet));
        }
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
