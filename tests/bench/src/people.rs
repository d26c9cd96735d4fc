//! Reading all contacts of a portal, and what changed since: this program, HubSpot's official Node client
//! and the Singer tap, each a process of its own, one after the other, against the same served sandbox,
//! which enforces HubSpot's limits and takes its time for every answer.

use crate::process::{Ran, Sandbox, run};
use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

const CONTACTS: &str = "/crm/objects/2026-09/contacts";
/// So many are changed between the first read and the second.
const CHANGED: usize = 50;
/// What a search asks for at a time.
const PAGE: usize = 100;

/// One reading.
struct Read {
    who: &'static str,
    contacts: u32,
    answer_ms: u32,
    second: bool,
    ran: Ran,
    calls: u64,
    refused: u64,
    /// Contacts that it should have read and did not.
    lost: u64,
    /// Contacts that it read more than once.
    doubled: u64,
}

/// What is measured.
pub(crate) struct Plan {
    /// The command line, as it is released.
    pub(crate) program: PathBuf,
    /// Where the other readers are.
    pub(crate) peers: PathBuf,
    /// Sizes of portals, in contacts, from small to large.
    pub(crate) contacts: Vec<u32>,
    /// Times of an answer in milliseconds; the others read with the first alone.
    pub(crate) answers_ms: Vec<u32>,
}

struct Scene<'a> {
    sandbox: Sandbox,
    plan: &'a Plan,
    folder: TempDir,
    contacts: u32,
    answer_ms: u32,
}

/// The page.
pub(crate) fn measure(plan: &Plan) -> anyhow::Result<String> {
    let mut reads = Vec::new();
    let largest = plan.contacts.last().copied().unwrap_or_default();
    for contacts in plan.contacts.iter().copied() {
        for answer_ms in plan.answers_ms.iter().copied() {
            let first = plan.answers_ms.first() == Some(&answer_ms);
            if !first && contacts != largest {
                continue;
            }
            let scene = Scene::set(plan, contacts, answer_ms)?;
            scene.ours(&mut reads)?;
            if first && contacts == largest {
                scene.node(&mut reads)?;
                scene.tap(&mut reads)?;
            }
        }
    }
    Ok(tell(&reads))
}

impl<'a> Scene<'a> {
    fn set(plan: &'a Plan, contacts: u32, answer_ms: u32) -> anyhow::Result<Self> {
        eprintln!("{contacts} contacts, {answer_ms} ms an answer …");
        let sandbox = Sandbox::start(&plan.program, contacts)?;
        slow(&sandbox, answer_ms)?;
        // What is measured is reading: this Tuco lets no lead be changed, at two a second.
        let still = json!({"tuco": {"lead_update": "absent"}});
        sandbox.ask("POST", "/_sandbox/options", &still)?;
        Ok(Self {
            sandbox,
            plan,
            folder: tempfile::tempdir()?,
            contacts,
            answer_ms,
        })
    }

    /// First and second read by `sync --once`, after people were turned on; the dry run before that is not
    /// measured, nor the first round of messages.
    fn ours(&self, reads: &mut Vec<Read>) -> anyhow::Result<()> {
        let home = self.folder.path().join("home");
        let said = self.folder.path().join("said");
        let go = |words: &[&str]| run(&mut self.sandbox.command(&home, words), &said);
        go(&["sync", "--once", "--json"])?;
        go(&["people", "enable", "--direction", "to-tuco", "--json"])?;
        for second in [false, true] {
            let due = if second {
                self.change()?
            } else {
                self.everybody()?
            };
            self.sandbox
                .ask("DELETE", "/_sandbox/requests", &Value::Null)?;
            let ran = go(&["sync", "--once", "--json"])?;
            let told: Value = serde_json::from_str(&std::fs::read_to_string(&said)?)?;
            let read = told.pointer("/people/read").and_then(Value::as_u64);
            let read = read.with_context(|| format!("no people in {told}"))?;
            let due = u64::try_from(due.len())?;
            reads.push(self.read("Tuco for HubSpot", second, ran, due.saturating_sub(read), 0)?);
        }
        Ok(())
    }

    fn node(&self, reads: &mut Vec<Read>) -> anyhow::Result<()> {
        let said = self.folder.path().join("node");
        let due = self.everybody()?;
        let mut command = Command::new("node");
        command.arg(self.plan.peers.join("node/read.mjs"));
        let ran = self.other(&mut command, &said)?;
        let told: Value = serde_json::from_str(&std::fs::read_to_string(&said)?)?;
        let ids = told.get("ids").and_then(Value::as_array);
        let ids = ids.into_iter().flatten().filter_map(Value::as_str);
        let (lost, doubled) = judge(&due, ids.map(str::to_owned));
        reads.push(self.read("@hubspot/api-client 13.5.0", false, ran, lost, doubled)?);
        Ok(())
    }

    fn tap(&self, reads: &mut Vec<Read>) -> anyhow::Result<()> {
        let python = self.plan.peers.join("python/.venv-bench/bin/python");
        let state = self.folder.path().join("state.json");
        for second in [false, true] {
            let due = if second {
                self.change()?
            } else {
                self.everybody()?
            };
            let said = self.folder.path().join("tap");
            let mut command = Command::new(&python);
            command.arg(self.plan.peers.join("python/tap.py"));
            if second {
                command.arg(&state);
            }
            let ran = self.other(&mut command, &said)?;
            let (ids, last) = singer(&said)?;
            std::fs::write(&state, last.to_string())?;
            let (lost, doubled) = judge(&due, ids);
            reads.push(self.read("tap-hubspot 4.5.0", second, ran, lost, doubled)?);
        }
        Ok(())
    }

    fn other(&self, command: &mut Command, said: &Path) -> anyhow::Result<Ran> {
        self.sandbox
            .ask("DELETE", "/_sandbox/requests", &Value::Null)?;
        command
            .env("HUBSPOT_API_URL", self.sandbox.told("hubspot_url"))
            .env("HUBSPOT_TOKEN", self.sandbox.told("hubspot_token"));
        run(command, said)
    }

    fn read(
        &self,
        who: &'static str,
        second: bool,
        ran: Ran,
        lost: u64,
        doubled: u64,
    ) -> anyhow::Result<Read> {
        let asked = self
            .sandbox
            .ask("GET", "/_sandbox/requests", &Value::Null)?;
        let count = |name: &str| asked.pointer(name).and_then(Value::as_u64);
        // A long run tells what it has, also if it is ended before its page is written.
        eprintln!("  {who}, {:.1} s", ran.took.wall.as_secs_f64());
        Ok(Read {
            who,
            contacts: self.contacts,
            answer_ms: self.answer_ms,
            second,
            ran,
            calls: count("/hubspot/total").context("calls are counted")?,
            refused: count("/hubspot/refused_429").context("refusals are counted")?,
            lost,
            doubled,
        })
    }

    /// Every contact's id, read without limits and without waiting.
    fn everybody(&self) -> anyhow::Result<BTreeSet<String>> {
        self.unhindered(|| {
            let mut ids = BTreeSet::new();
            let mut after = String::new();
            loop {
                let path = format!("{CONTACTS}?limit={PAGE}{after}");
                let page = self.sandbox.ask("GET", &path, &Value::Null)?;
                ids.extend(ids_of(&page));
                let next = page.pointer("/paging/next/after").and_then(Value::as_str);
                let Some(next) = next else { return Ok(ids) };
                after = format!("&after={next}");
            }
        })
    }

    /// Gives some contacts another job, and waits until the search knows. Whose they are.
    fn change(&self) -> anyhow::Result<BTreeSet<String>> {
        let some: BTreeSet<String> = self.everybody()?.into_iter().take(CHANGED).collect();
        self.unhindered(|| {
            let inputs: Vec<Value> = some
                .iter()
                .map(|id| json!({"id": id, "properties": {"jobtitle": "Pilot"}}))
                .collect();
            let body = json!({"inputs": inputs});
            let path = format!("{CONTACTS}/batch/update");
            self.sandbox.ask("POST", &path, &body)?;
            let pilots = json!({"limit": 1, "filterGroups": [{"filters": [
                {"propertyName": "jobtitle", "operator": "EQ", "value": "Pilot"}]}]});
            loop {
                let path = format!("{CONTACTS}/search");
                let found = self.sandbox.ask("POST", &path, &pilots)?;
                let total = found.get("total").and_then(Value::as_u64);
                if total.unwrap_or_default() >= u64::try_from(CHANGED)? {
                    return Ok(());
                }
                std::thread::sleep(std::time::Duration::from_millis(200));
            }
        })?;
        Ok(some)
    }

    /// What the judge asks must not use up what the reader may, and need not wait.
    fn unhindered<T>(&self, work: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
        let switch = |on: bool| {
            let rate = if on { 190 } else { 0 };
            let switches = json!({"limits": on, "rate_per_10s": rate});
            self.sandbox.ask("POST", "/_sandbox/options", &switches)
        };
        switch(false)?;
        self.sandbox
            .ask("DELETE", "/_sandbox/faults", &Value::Null)?;
        let done = work()?;
        slow(&self.sandbox, self.answer_ms)?;
        switch(true)?;
        Ok(done)
    }
}

/// HubSpot takes this long for every answer, in milliseconds.
fn slow(sandbox: &Sandbox, answer_ms: u32) -> anyhow::Result<()> {
    let late = json!({"rules": [{"side": "hubspot", "fault": {"delay": {"ms": answer_ms}}}]});
    sandbox.ask("POST", "/_sandbox/faults", &late)?;
    Ok(())
}

fn ids_of(page: &Value) -> Vec<String> {
    let records = page.get("results").and_then(Value::as_array);
    let ids = records
        .into_iter()
        .flatten()
        .filter_map(|one| one.get("id"));
    ids.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// How many of those due are not there, and how many are there again.
fn judge(due: &BTreeSet<String>, ids: impl IntoIterator<Item = String>) -> (u64, u64) {
    let (mut seen, mut doubled) = (BTreeSet::new(), 0);
    for id in ids {
        doubled += u64::from(!seen.insert(id));
    }
    (due.difference(&seen).count() as u64, doubled)
}

/// The ids of the records and the last state in a file of Singer's lines.
fn singer(said: &Path) -> anyhow::Result<(Vec<String>, Value)> {
    let (mut ids, mut state) = (Vec::new(), json!({}));
    for line in BufReader::new(std::fs::File::open(said)?).lines() {
        let line: Value = serde_json::from_str(&line?)?;
        match line.get("type").and_then(Value::as_str) {
            Some("RECORD") => {
                let id = line.pointer("/record/id").and_then(Value::as_str);
                ids.push(id.context("a record without an id")?.to_owned());
            }
            Some("STATE") => state = line.get("value").cloned().unwrap_or_default(),
            _ => {}
        }
    }
    ensure!(!ids.is_empty(), "the tap emitted nothing");
    Ok((ids, state))
}

fn tell(reads: &[Read]) -> String {
    let mut page = format!(
        "## Reading contacts\n\n\
         Each reader is a process of its own; the sandbox is another, allows 190 calls in ten seconds and \
         takes its time for every answer. Tuco knows a few hundred of the contacts and lets no lead be changed: what is \
         measured is reading. A first read of this program is a whole `sync --once` after \
         people were turned on: whose keys these are, messages, leads and matching included. Before a second \
         read {CHANGED} contacts were changed. Of this program's calls in a second read one or two are for what changed; \
         the others ask whose keys these are and for contacts that waiting messages may concern, and every ten \
         minutes archived contacts are listed, a hundred a call. The official client has no second read. Rows lost or doubled are \
         judged by the sandbox's own list.\n\n\
         | reader | contacts | an answer | read | time | calls | 429 | lost | doubled | memory at most |\n\
         |---|---|---|---|---|---|---|---|---|---|\n"
    );
    for one in reads {
        let memory = one
            .ran
            .peak_mb
            .map_or_else(|| "?".to_owned(), |mb| format!("{mb:.0} MB"));
        // Writing to a text cannot fail.
        let _written = writeln!(
            page,
            "| {} | {} | {} ms | {} | {:.1} s | {} | {} | {} | {} | {memory} |",
            one.who,
            one.contacts,
            one.answer_ms,
            if one.second { "second" } else { "first" },
            one.ran.took.wall.as_secs_f64(),
            one.calls,
            one.refused,
            one.lost,
            one.doubled,
        );
    }
    page.push_str(&growth(reads));
    page.push_str(
        "\nGoals: 100,000 contacts for the first time in 59 s at 20 ms an answer, and no 429; a second read in 3 \
         calls; no more than 10 MB more for 100,000 contacts than for 10,000.\n",
    );
    page
}

fn growth(reads: &[Read]) -> String {
    let ours = |one: &&Read| one.who == "Tuco for HubSpot" && !one.second;
    let peaks: Vec<f64> = reads
        .iter()
        .filter(ours)
        .filter_map(|one| one.ran.peak_mb)
        .collect();
    match peaks.as_slice() {
        [small, large, ..] => format!("\nThe largest portal takes {:.1} MB more.\n", large - small),
        _ => String::new(),
    }
}
