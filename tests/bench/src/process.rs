//! Programs of their own: how long they take and how much memory they hold at most.

use crate::measure::{Took, Watch};
use anyhow::{Context as _, bail, ensure};
use serde_json::Value;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// How often memory is looked at.
const LOOK: Duration = Duration::from_millis(50);
/// The longest that a program may take.
const LONGEST: Duration = Duration::from_secs(20 * 60);

/// What a program came to.
pub(crate) struct Ran {
    /// From its start to its end.
    pub(crate) took: Took,
    /// Megabytes at the most; none where the system does not say.
    pub(crate) peak_mb: Option<f64>,
}

/// Runs it to its end; what it says on stdout goes to a file.
pub(crate) fn run(command: &mut Command, out: &Path) -> anyhow::Result<Ran> {
    let complaints = out.with_extension("err");
    let watch = Watch::start();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(File::create(out)?)
        .stderr(File::create(&complaints)?)
        .spawn()
        .with_context(|| format!("{command:?} does not start"))?;
    let mut peak_mb = None;
    let status = loop {
        peak_mb = peak(child.id()).or(peak_mb);
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if watch.took().wall > LONGEST {
            child.kill()?;
            child.wait()?;
            bail!("it took longer than {} minutes", LONGEST.as_secs() / 60);
        }
        std::thread::sleep(LOOK);
    };
    let took = watch.took();
    if !status.success() {
        let said = std::fs::read_to_string(&complaints).unwrap_or_default();
        bail!("{status}: {said}");
    }
    Ok(Ran { took, peak_mb })
}

fn peak(process: u32) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u32 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(f64::from(kilobytes) / 1_000.0)
}

/// The command's sandbox. Dropping it ends it.
pub(crate) struct Sandbox {
    child: Child,
    told: Value,
    program: PathBuf,
}

impl Sandbox {
    /// So many contacts, few of which Tuco knows, and every limit that HubSpot has.
    pub(crate) fn start(program: &Path, contacts: u32) -> anyhow::Result<Self> {
        let mut child = Command::new(program)
            .args(["sandbox", "--json", "--contacts", &contacts.to_string()])
            .args(["--leads", "500"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("its words")?).read_line(&mut line)?;
        Ok(Self {
            child,
            told: serde_json::from_str(&line).context("the sandbox does not start")?,
            program: program.to_owned(),
        })
    }

    /// One of the things that it told when it began.
    pub(crate) fn told(&self, name: &str) -> &str {
        self.told.get(name).and_then(Value::as_str).unwrap_or("")
    }

    /// The command of this program for a home, with both keys.
    pub(crate) fn command(&self, home: &Path, words: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(words)
            .env("TUCO_HUBSPOT_HOME", home)
            .env("HUBSPOT_API_URL", self.told("hubspot_url"))
            .env("TUCO_API_URL", self.told("tuco_url"))
            .env("HUBSPOT_TOKEN", self.told("hubspot_token"))
            .env("TUCO_API_KEY", self.told("tuco_api_key"));
        command
    }

    /// Asks its HubSpot, or one of its own controls.
    pub(crate) fn ask(&self, method: &str, path: &str, body: &Value) -> anyhow::Result<Value> {
        let host = self.told("hubspot_url").replace("http://", "");
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let mut stream = TcpStream::connect(&host)?;
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            self.told("hubspot_token"),
            body.len()
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let (head, body) = answer.split_once("\r\n\r\n").context("no whole answer")?;
        ensure!(head.contains(" 20"), "{method} {path}: {answer}");
        Ok(serde_json::from_str(body).unwrap_or_default())
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // It may have ended by itself, which is as good.
        let _ended = self.child.kill();
        let _waited = self.child.wait();
    }
}
