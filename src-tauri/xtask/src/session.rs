//! A desktop session of the tests' own: home folder, session bus, unlocked keychain, display.
//!
//! The tests meet a real Secret Service and a real window system, and nothing of the person's: not
//! their keychain, not their settings, not their screen. Only Linux needs and gets this; elsewhere
//! the tests run in the session that is there.

use std::io::Write;
use std::path::PathBuf;
use std::process::Child;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::program::{self, Program};

/// How long each part of the session may take to be ready.
const PATIENCE: Duration = Duration::from_secs(30);

/// The programs of a running session, ended when this is dropped.
#[derive(Debug, Default)]
pub(crate) struct Session {
    folder: Option<PathBuf>,
    programs: Vec<Child>,
    variables: Vec<(String, Option<String>)>,
}

impl Session {
    /// Starts a session; `display` says whether windows will be opened in it.
    pub(crate) fn start(display: bool) -> Result<Self> {
        let mut session = Self::default();
        if cfg!(target_os = "linux") {
            session
                .make_folders()
                .context("the tests' own home folder")?;
            session.start_bus().context("the tests' own session bus")?;
            session
                .start_keychain()
                .context("the tests' own keychain")?;
            if display {
                session.start_display().context("the tests' own display")?;
            }
        }
        Ok(session)
    }

    /// What a program must be given to live in this session.
    pub(crate) fn variables(&self) -> &[(String, Option<String>)] {
        &self.variables
    }

    fn set(&mut self, name: &str, value: impl Into<String>) {
        self.variables.push((name.to_owned(), Some(value.into())));
    }

    fn make_folders(&mut self) -> Result<()> {
        // Short, because the path of a socket may have 107 letters at most.
        let folder = std::env::temp_dir().join(format!("tuco-tests-{}", std::process::id()));
        self.folder = Some(folder.clone());
        for (name, path) in [
            ("HOME", ""),
            ("XDG_DATA_HOME", "data"),
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_CACHE_HOME", "cache"),
            ("XDG_STATE_HOME", "state"),
            ("XDG_RUNTIME_DIR", "run"),
        ] {
            let path = folder.join(path);
            make_private(&path)?;
            self.set(name, path.to_string_lossy());
        }
        // The toolchains stay where they are, or each test run would look for them anew.
        if let Some(home) = std::env::home_dir() {
            for (name, usual) in [
                ("CARGO_HOME", ".cargo"),
                ("RUSTUP_HOME", ".rustup"),
                ("PYENV_ROOT", ".pyenv"),
            ] {
                if std::env::var_os(name).is_none() {
                    self.set(name, home.join(usual).to_string_lossy());
                }
            }
        }
        Ok(())
    }

    fn start_bus(&mut self) -> Result<()> {
        let mut bus = leashed("dbus-daemon")
            .args(["--session", "--nofork", "--nopidfile", "--print-address=1"])
            .surroundings(&self.variables)
            .hush()
            .start_heard()?;
        let address = program::first_line(&mut bus, PATIENCE);
        self.programs.push(bus);
        self.set("DBUS_SESSION_BUS_ADDRESS", address?);
        Ok(())
    }

    fn start_keychain(&mut self) -> Result<()> {
        let mut keychain = leashed("gnome-keyring-daemon")
            .args(["--foreground", "--unlock", "--components=secrets"])
            .surroundings(&self.variables)
            .start_quiet()?;
        let password = keychain.stdin.take();
        self.programs.push(keychain);
        // An empty password would not unlock it: the first secret would then open a dialog that
        // nobody sees, and wait for ever.
        password
            .context("the password is handed over on standard input")?
            .write_all(b"a password for tests\n")?;
        let mut waited = Duration::ZERO;
        while !self.owns_secrets() {
            if waited >= PATIENCE {
                bail!("it did not take its name on the bus");
            }
            let pause = Duration::from_millis(100);
            std::thread::sleep(pause);
            waited += pause;
        }
        Ok(())
    }

    fn owns_secrets(&self) -> bool {
        Program::new("dbus-send")
            .args([
                "--session",
                "--print-reply",
                "--dest=org.freedesktop.DBus",
                "/org/freedesktop/DBus",
                "org.freedesktop.DBus.NameHasOwner",
                "string:org.freedesktop.secrets",
            ])
            .surroundings(&self.variables)
            .read()
            .is_ok_and(|reply| reply.contains("boolean true"))
    }

    fn start_display(&mut self) -> Result<()> {
        let mut display = leashed("Xvfb")
            // It chooses a free number by itself and says which.
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1280x900x24",
                "-nolisten",
                "tcp",
            ])
            .surroundings(&self.variables)
            .hush()
            .start_heard()?;
        let number = program::first_line(&mut display, PATIENCE);
        self.programs.push(display);
        self.set("DISPLAY", format!(":{}", number?));
        self.variables.push(("WAYLAND_DISPLAY".to_owned(), None));
        self.set("GDK_BACKEND", "x11");
        self.set("NO_AT_BRIDGE", "1");
        self.set("LIBGL_ALWAYS_SOFTWARE", "1");
        // Without a graphics card the web view's usual way of drawing is some ten times slower.
        self.set("WEBKIT_DISABLE_COMPOSITING_MODE", "1");
        Ok(())
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        while let Some(mut program) = self.programs.pop() {
            program::end(&mut program);
        }
        if let Some(folder) = &self.folder {
            // A program that leaves late may still write there; the system empties the rest.
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

/// A program that the system ends when this one is gone, also when this one is killed. The keychain
/// daemon gets rid of the leash, and then leaves because its bus does.
fn leashed(program: &str) -> Program {
    Program::new("setpriv").args(["--pdeathsig", "TERM", program])
}

fn make_private(path: &std::path::Path) -> Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)?;
    Ok(())
}
