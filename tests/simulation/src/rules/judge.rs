//! What rules said and did, beside what happened.

use super::Tally;
use super::story::{Does, Event, Kind, MOST_LAG_MS, Person, RULES, Span, Story, What};
use bridge::store::rule_run::{RuleRunRow, RunStep};
use bridge::store::{ReadStore, SendRow, SendState};
use sandbox::tuco::{SendMade, Status};
use sandbox::world::World;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// HubSpot tells its time in whole seconds: what happens so soon after a rule was turned on may set it off or not.
const ARMING_MS: i64 = 3_000;

/// What the file holds.
struct Kept {
    /// By rule.
    runs: BTreeMap<String, Vec<RuleRunRow>>,
    /// Messages of rules, by intent.
    sends: BTreeMap<String, SendRow>,
}

fn kept(path: &Path) -> anyhow::Result<Kept> {
    let store = ReadStore::open(path)?;
    let rows = store.read();
    let connection = rows.connections()?.into_iter().next();
    let id = connection.map_or(0, |one| one.id);
    let mut runs: BTreeMap<String, Vec<RuleRunRow>> = BTreeMap::new();
    for rule in rows.rules(id)? {
        let said = rows.rule_runs(id, Some(rule.id), 100_000)?;
        runs.insert(rule.name, said);
    }
    let sends = rows.newest_sends(id, 100_000)?;
    let sends = sends
        .into_iter()
        .filter_map(|row| Some((row.intent.clone()?, row)));
    Ok(Kept {
        runs,
        sends: sends.collect(),
    })
}

pub(super) fn judge(
    world: &World,
    path: &Path,
    story: &Story,
    tally: &mut Tally,
) -> anyhow::Result<()> {
    let kept = kept(path)?;
    let made = world.workspace.sends_made();
    tally.events = u64::try_from(story.events.len())?;
    tally.opted_out = u64::try_from(out(story).count())?;
    tally.sent = u64::try_from(made.len())?;
    let nothing = Vec::new();
    for kind in &RULES {
        let runs = kept.runs.get(kind.name).unwrap_or(&nothing);
        let count = |state| runs.iter().filter(|run| run.state == state).count();
        tally.runs += u64::try_from(runs.len())?;
        tally.done += u64::try_from(count(RunStep::Done))?;
        tally.unknown += u64::try_from(count(RunStep::Unknown))?;
        let mut broken = Vec::new();
        set_off_by_what_happened(story, kind, runs, &mut broken);
        nothing_lost(story, kind, runs, &mut broken);
        ended(story, kind, runs, &mut broken);
        match kind.does {
            Does::Send(text) => sent(kind, runs, (&kept, &made), text, &mut broken),
            Does::Make(..) => made_once(world, story, kind, runs, &mut broken),
        }
        let words = broken.into_iter();
        tally
            .violations
            .extend(words.map(|words| format!("{}: {words}", kind.name)));
    }
    for person in out(story) {
        heard(person, &made, tally);
    }
    Ok(())
}

fn out(story: &Story) -> impl Iterator<Item = &Person> {
    story.people.iter().filter(|one| one.opted_out.is_some())
}

fn spans<'a>(story: &'a Story, kind: &Kind) -> impl Iterator<Item = &'a Span> {
    story.spans.get(kind.name).into_iter().flatten()
}

fn told(event: &Event) -> String {
    let Event {
        what, contact, at, ..
    } = event;
    format!("{what:?} of {contact} at {at}")
}

/// Whether the run is about this.
fn about(run: &RuleRunRow, event: &Event) -> bool {
    run.happened_at == event.at
        && run.record == event.record.to_string()
        && run.contact_id == event.contact.to_string()
}

/// Every run is set off by something that happened while the rule was on, and was seen while it was on.
fn set_off_by_what_happened(
    story: &Story,
    kind: &Kind,
    runs: &[RuleRunRow],
    broken: &mut Vec<String>,
) {
    let mut seen = BTreeSet::new();
    for run in runs {
        let key = (&run.contact_id, &run.record, run.happened_at);
        if !seen.insert(key) {
            broken.push(format!("{key:?} set it off twice"));
        }
        let wanted = |event: &&Event| (kind.wants)(&event.what) && about(run, event);
        if !story.events.iter().any(|event| wanted(&event)) {
            broken.push(format!("{key:?} set it off and never happened"));
            continue;
        }
        let seen_at = run.seen_at.saturating_sub(story.off);
        let on = spans(story, kind).any(|span| {
            span.from < run.happened_at && run.happened_at < span.until && seen_at <= span.until
        });
        if !on {
            broken.push(format!(
                "{key:?} set it off, seen at {seen_at}, while it was not on"
            ));
        }
    }
}

/// What a whole round could have seen while the rule was on has its run.
fn nothing_lost(story: &Story, kind: &Kind, runs: &[RuleRunRow], broken: &mut Vec<String>) {
    let lag = i64::try_from(MOST_LAG_MS).unwrap_or(i64::MAX);
    for event in story.events.iter().filter(|one| (kind.wants)(&one.what)) {
        let shown = match event.what {
            What::Joined => event.at,
            _ => event.at.saturating_add(lag),
        };
        // Who was off the list again by then was on it unseen.
        let until = match event.what {
            What::Joined => story
                .left
                .iter()
                .filter(|(contact, at)| *contact == event.contact && *at > event.at)
                .map(|(_, at)| *at)
                .min()
                .unwrap_or(i64::MAX),
            _ => i64::MAX,
        };
        let span = spans(story, kind)
            .find(|span| span.from.saturating_add(ARMING_MS) < event.at && event.at < span.until);
        let Some(span) = span else { continue };
        let until = until.min(span.until);
        let looked = story.clean.iter().any(|at| shown < *at && *at < until);
        if looked && !runs.iter().any(|run| about(run, event)) {
            broken.push(format!("lost: {}", told(event)));
        }
    }
}

/// Every run came to an end, and to one that the story explains.
fn ended(story: &Story, kind: &Kind, runs: &[RuleRunRow], broken: &mut Vec<String>) {
    for run in runs {
        let of = (&run.contact_id, run.happened_at);
        let is_out = out(story).any(|one| one.contact.to_string() == run.contact_id);
        let explained = match run.state {
            RunStep::Done => true,
            RunStep::Waiting | RunStep::Doing => false,
            RunStep::Unknown => matches!(kind.does, Does::Make(..)),
            RunStep::Refused => kind.spares_ms > 0,
            RunStep::LeftOut => match run.reason.as_str() {
                "opted_out" => is_out,
                "duplicate" => matches!(kind.does, Does::Send(_)),
                _ => false,
            },
            RunStep::Expired => kind.name == "Silver",
            RunStep::Stopped => spans(story, kind).any(|span| span.until < i64::MAX),
            // Looked for in vain, and too late to be sent again.
            RunStep::Failed => run.reason == "never_arrived" && matches!(kind.does, Does::Send(_)),
        };
        if !explained {
            broken.push(format!(
                "{of:?} ended as {} ({}): {}",
                run.state, run.reason, run.words
            ));
        }
    }
    spared(kind, runs, broken);
}

/// Nobody is meant again too soon.
fn spared(kind: &Kind, runs: &[RuleRunRow], broken: &mut Vec<String>) {
    let acted = |run: &&RuleRunRow| run.state == RunStep::Done;
    let mut last: BTreeMap<&str, i64> = BTreeMap::new();
    for run in runs.iter().rev().filter(acted) {
        let before = last.insert(&run.contact_id, run.seen_at);
        if before.is_some_and(|before| run.seen_at - before < kind.spares_ms) {
            broken.push(format!("{} was meant again too soon", run.contact_id));
        }
    }
}

/// Each message is one run's, once, and a run that is done has its message.
fn sent(
    kind: &Kind,
    runs: &[RuleRunRow],
    (kept, made): (&Kept, &[SendMade]),
    text: &str,
    broken: &mut Vec<String>,
) {
    let mut times: BTreeMap<&str, u32> = BTreeMap::new();
    for one in made.iter().filter(|one| one.text == text) {
        let key = one.batch_id.as_deref().unwrap_or_default();
        *times.entry(key).or_default() += u32::from(one.status != Status::Failed);
    }
    for (key, times) in &times {
        if *times > 1 {
            broken.push(format!("the message {key} went out {times} times"));
        }
    }
    let mut known = BTreeSet::new();
    for run in runs {
        let intent = format!("rule:{}:{}:0", run.rule_id, run.fact);
        let row = kept.sends.get(&intent);
        let went = row.is_some_and(|row| times.contains_key(row.key.as_str()));
        known.extend(row.map(|row| row.key.as_str()));
        let of = (&run.contact_id, run.happened_at);
        let state = row.map(|row| row.state);
        match run.state {
            RunStep::Done if row.is_none() => {
                broken.push(format!("{of:?} is done without a message"));
            }
            RunStep::Done if !went && is_out(state) => {
                broken.push(format!(
                    "{of:?} is done, and its message {state:?} never went out"
                ));
            }
            RunStep::Done | RunStep::Stopped => {}
            other if went => broken.push(format!("{of:?} is {other} and went out")),
            _ => {}
        }
        if matches!(state, Some(SendState::Queued | SendState::Sending)) {
            broken.push(format!("the message of {of:?} is forgotten as {state:?}"));
        }
    }
    for key in times.keys().filter(|key| !known.contains(*key)) {
        broken.push(format!("the message {key} is of no run of {}", kind.name));
    }
}

/// Told to have left.
fn is_out(state: Option<SendState>) -> bool {
    !matches!(
        state,
        Some(SendState::Refused | SendState::Failed | SendState::Cancelled | SendState::Unknown)
    )
}

/// As many notes or tasks as runs that are done; one more for each of which nobody knows.
fn made_once(
    world: &World,
    story: &Story,
    kind: &Kind,
    runs: &[RuleRunRow],
    broken: &mut Vec<String>,
) {
    let Does::Make(what, property, text) = kind.does else {
        return;
    };
    let timeline = world.portal.timeline();
    for person in &story.people {
        let of = |entry: &&sandbox::hubspot::TimelineEntry| {
            entry.kind == what
                && entry.contact_ids.contains(&person.contact)
                && entry
                    .properties
                    .get(property)
                    .is_some_and(|one| one == text)
        };
        let there = timeline.iter().filter(of).count();
        let id = person.contact.to_string();
        let own = || runs.iter().filter(|run| run.contact_id == id);
        let done = own().filter(|run| run.state == RunStep::Done).count();
        let open = own().filter(|run| run.state == RunStep::Unknown).count();
        if there < done || there > done + open {
            broken.push(format!(
                "{there} times made for {id}, with {done} runs done and {open} unknown"
            ));
        }
    }
}

/// Nothing is sent to somebody who had opted out.
fn heard(person: &Person, made: &[SendMade], tally: &mut Tally) {
    let Some(since) = person.opted_out else {
        return;
    };
    for one in made {
        if one.to.as_deref() == Some(person.phone.as_str()) && one.created_at > since {
            tally.violations.push(format!(
                "\"{}\" went to {} at {}, who had opted out at {since}",
                one.text, person.contact, one.created_at
            ));
        }
    }
}
