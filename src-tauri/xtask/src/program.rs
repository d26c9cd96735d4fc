//! Another program that is started and waited for, never for longer than its limit.
//!
//! Standard input is closed: nothing here may stop to ask. The one exception is `sudo`, which asks
//! for its password at the terminal itself.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::place::Place;

/// How often a running program is looked at.
const GLANCE: Duration = Duration::from_millis(50);

/// How long a program may take to leave after it was asked to.
const FAREWELL: Duration = Duration::from_secs(10);

/// A command line that was not started yet.
#[derive(Debug)]
pub(crate) struct Program {
    command: Command,
    limit: Duration,
}

/// What a program left behind.
#[derive(Debug)]
pub(crate) struct Ending {
    /// Whether it ended by itself and with exit code 0.
    pub(crate) success: bool,
    /// What it wrote: its standard output, then its standard error.
    pub(crate) text: String,
}

impl Program {
    /// A program looked up on the path, with a limit of five minutes.
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(program);
        command.stdin(Stdio::null());
        Self {
            command,
            limit: Duration::from_secs(300),
        }
    }

    /// Cargo at the root of the checkout, with an hour for a cold build.
    pub(crate) fn cargo(place: &Place) -> Self {
        Self::new("cargo")
            .dir(&place.root)
            .limit(Duration::from_secs(3600))
    }

    /// npm in the folder of the page.
    pub(crate) fn npm(place: &Place) -> Self {
        // On Windows npm is a script, which is not found without its ending.
        let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
        Self::new(npm)
            .dir(place.root.join("ui"))
            .limit(Duration::from_secs(900))
    }

    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    pub(crate) fn args<A: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.command.args(args);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Sets what has a value and removes what has none.
    pub(crate) fn surroundings(mut self, variables: &[(String, Option<String>)]) -> Self {
        for (name, value) in variables {
            match value {
                Some(value) => self.command.env(name, value),
                None => self.command.env_remove(name),
            };
        }
        self
    }

    pub(crate) fn dir(mut self, dir: impl AsRef<Path>) -> Self {
        self.command.current_dir(dir);
        self
    }

    pub(crate) fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Runs it in sight of the person; anything but exit code 0 is an error.
    pub(crate) fn run(mut self) -> Result<()> {
        let line = self.announce();
        let mut child = self
            .command
            .spawn()
            .with_context(|| format!("{line} did not start"))?;
        let status = wait(&mut child, self.limit, &line)?;
        if !status.success() {
            bail!("{line} ended with {status}");
        }
        Ok(())
    }

    /// Runs it in sight of the person and keeps what it wrote; how it ended is for the caller.
    pub(crate) fn watch(mut self) -> Result<Ending> {
        let line = self.announce();
        self.command.stdout(Stdio::piped()).stderr(Stdio::piped());
        // Both texts are read by this program too, so colours are left out.
        self.command
            .env("NO_COLOR", "1")
            .env("CARGO_TERM_COLOR", "never");
        let mut child = self
            .command
            .spawn()
            .with_context(|| format!("{line} did not start"))?;
        let out = child
            .stdout
            .take()
            .map(|pipe| copy(pipe, std::io::stdout()));
        let err = child
            .stderr
            .take()
            .map(|pipe| copy(pipe, std::io::stderr()));
        let status = wait(&mut child, self.limit, &line);
        let text = [out, err]
            .into_iter()
            .flatten()
            .filter_map(|copier| copier.join().ok())
            .collect::<Vec<_>>()
            .join("\n");
        match status {
            Ok(status) => Ok(Ending {
                success: status.success(),
                text,
            }),
            Err(error) => {
                eprintln!("{error:#}");
                Ok(Ending {
                    success: false,
                    text,
                })
            }
        }
    }

    /// Runs it out of sight and answers with what it wrote to standard output.
    pub(crate) fn read(mut self) -> Result<String> {
        let line = self.line();
        self.command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self
            .command
            .spawn()
            .with_context(|| format!("{line} did not start"))?;
        let out = child.stdout.take().map(|pipe| copy(pipe, std::io::sink()));
        let err = child.stderr.take().map(|pipe| copy(pipe, std::io::sink()));
        let status = wait(&mut child, self.limit, &line)?;
        let [out, err] = [out, err].map(|copier| {
            copier
                .and_then(|copier| copier.join().ok())
                .unwrap_or_default()
        });
        if !status.success() {
            bail!("{line} ended with {status}: {}", err.trim());
        }
        Ok(out)
    }

    /// Whether it is there and ends with exit code 0, out of sight.
    pub(crate) fn works(self) -> bool {
        self.read().is_ok()
    }

    /// Starts it and hands it over; the caller ends it.
    fn start(mut self) -> Result<Child> {
        let line = self.line();
        self.command
            .spawn()
            .with_context(|| format!("{line} did not start"))
    }

    /// The same, with its standard output for the caller to read.
    pub(crate) fn start_heard(mut self) -> Result<Child> {
        self.command.stdout(Stdio::piped());
        self.start()
    }

    /// Drops what it complains of. The parts of a desktop complain much, and of nothing.
    pub(crate) fn hush(mut self) -> Self {
        self.command.stderr(Stdio::null());
        self
    }

    /// The same, out of sight, and with its standard input open for the caller to write to.
    pub(crate) fn start_quiet(mut self) -> Result<Child> {
        self.command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        self.start()
    }

    fn announce(&self) -> String {
        let line = self.line();
        eprintln!("\n> {line}");
        line
    }

    /// The command line as a person would type it, near enough to repeat it.
    fn line(&self) -> String {
        let words = std::iter::once(self.command.get_program()).chain(self.command.get_args());
        words
            .map(|word| word.to_string_lossy())
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// The first line that a started program writes, or an error when it takes too long.
pub(crate) fn first_line(child: &mut Child, limit: Duration) -> Result<String> {
    let out = child
        .stdout
        .take()
        .context("standard output was not kept")?;
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let mut out = BufReader::new(out);
        let mut line = String::new();
        let read = out.read_line(&mut line).map(|_| line);
        // Nobody may be waiting any more, which is no trouble of this thread's.
        let _ = sender.send(read);
        // What follows is read and dropped, for a full pipe would stop the program.
        let _ = std::io::copy(&mut out, &mut std::io::sink());
    });
    let line = receiver
        .recv_timeout(limit)
        .with_context(|| format!("no line came within {} s", limit.as_secs()))??;
    if line.is_empty() {
        bail!("the program ended before it wrote a line");
    }
    Ok(line.trim_end().to_owned())
}

/// Asks a started program to leave, and makes it leave if it does not.
pub(crate) fn end(child: &mut Child) {
    if cfg!(unix) {
        // Asked first, so that cargo and nextest can end the programs that they started.
        let asked = Command::new("kill").arg(child.id().to_string()).status();
        if asked.is_ok() && wait_quietly(child, FAREWELL).is_some() {
            return;
        }
    }
    // A program that has ended already refuses this, which is what is wanted.
    let _ = child.kill();
    let _ = child.wait();
}

fn wait(child: &mut Child, limit: Duration, line: &str) -> Result<ExitStatus> {
    if let Some(status) = wait_quietly(child, limit) {
        return Ok(status);
    }
    end(child);
    bail!(
        "{line} took longer than {} s and was ended",
        limit.as_secs()
    );
}

fn wait_quietly(child: &mut Child, limit: Duration) -> Option<ExitStatus> {
    let mut waited = Duration::ZERO;
    loop {
        if let Ok(Some(status)) = child.try_wait() {
            return Some(status);
        }
        if waited >= limit {
            return None;
        }
        std::thread::sleep(GLANCE);
        waited += GLANCE;
    }
}

/// Passes on what comes, a whole line at a time, so that two outputs do not mix within one.
fn copy(
    from: impl Read + Send + 'static,
    mut to: impl Write + Send + 'static,
) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut from = BufReader::new(from);
        let mut kept = Vec::new();
        let mut line = Vec::new();
        while let Ok(1..) = from.read_until(b'\n', &mut line) {
            // A terminal that is gone does not make the tests fail.
            let _ = to.write_all(&line).and_then(|()| to.flush());
            kept.append(&mut line);
        }
        String::from_utf8_lossy(&kept).into_owned()
    })
}

#[cfg(all(test, unix))]
mod tests {
    use std::time::Duration;

    use super::Program;

    #[test]
    fn what_takes_too_long_is_ended_and_named() {
        let endless = Program::new("sleep")
            .arg("600")
            .limit(Duration::from_millis(100));
        let error = endless.run().unwrap_err().to_string();
        assert!(error.starts_with("sleep 600 took longer than"), "{error}");
    }

    #[test]
    fn a_failure_is_told_with_what_the_program_wrote() {
        let failing = Program::new("sh").args(["-c", "echo no room >&2; exit 3"]);
        let error = failing.read().unwrap_err().to_string();
        assert!(error.contains("no room") && error.contains('3'), "{error}");
    }

    #[test]
    fn both_outputs_are_kept_of_a_watched_program() {
        let ending = Program::new("sh")
            .args(["-c", "echo one; echo two >&2"])
            .watch()
            .unwrap();
        assert!(ending.success);
        assert!(
            ending.text.contains("one") && ending.text.contains("two"),
            "{}",
            ending.text
        );
    }
}
