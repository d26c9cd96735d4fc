//! What the system must have, how to see that it has it, and how to get it.
//!
//! Only Debian and Ubuntu are served, by apt. Elsewhere what is missing is named, with what it is
//! for, and nothing is changed: other people's machines are not guessed at.

use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::program::Program;

/// Something that the system must have.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Need {
    /// What it is for, as the end of "needed for".
    purpose: &'static str,
    proof: Proof,
    /// The packages of Debian and Ubuntu that bring it.
    packages: &'static [&'static str],
}

/// How to see that something is there.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Proof {
    /// A command line that ends with exit code 0.
    Works(&'static [&'static str]),
    /// A program on the path. Some have no harmless way of being called.
    OnPath(&'static str),
    /// A package by name, for what shows nowhere else.
    Package(&'static str),
}

/// A C compiler, for SQLite and the cryptography.
pub(crate) const COMPILER: Need = Need {
    purpose: "building",
    proof: Proof::Works(&["cc", "--version"]),
    packages: &["build-essential"],
};

/// Node, for building the page.
pub(crate) const NODE: Need = Need {
    purpose: "building the page",
    proof: Proof::Works(&["node", "--version"]),
    packages: &["nodejs", "npm"],
};

/// What the window is built with.
pub(crate) const WEBKIT: &[Need] = &[
    Need {
        purpose: "finding the libraries of the window",
        proof: Proof::Works(&["pkg-config", "--version"]),
        packages: &["pkg-config"],
    },
    Need {
        purpose: "the web view of the window",
        proof: Proof::Works(&["pkg-config", "--exists", "webkit2gtk-4.1"]),
        packages: &["libwebkit2gtk-4.1-dev"],
    },
    Need {
        purpose: "the icon beside the clock",
        proof: Proof::Works(&["pkg-config", "--exists", "ayatana-appindicator3-0.1"]),
        packages: &["libayatana-appindicator3-dev"],
    },
];

/// A session bus and a keychain of the tests' own.
pub(crate) const KEYCHAIN: &[Need] = &[
    Need {
        purpose: "a session bus for the tests",
        proof: Proof::OnPath("dbus-daemon"),
        packages: &["dbus"],
    },
    Need {
        purpose: "a keychain for the tests",
        proof: Proof::OnPath("gnome-keyring-daemon"),
        packages: &["gnome-keyring"],
    },
];

/// A display of the tests' own, and pictures of it.
pub(crate) const DISPLAY: &[Need] = &[
    Need {
        purpose: "a display for the tests",
        proof: Proof::OnPath("Xvfb"),
        packages: &["xvfb"],
    },
    Need {
        purpose: "pictures of the window",
        proof: Proof::OnPath("import"),
        packages: &["imagemagick"],
    },
    Need {
        purpose: "letters in the window",
        proof: Proof::Package("fonts-dejavu-core"),
        packages: &["fonts-dejavu-core"],
    },
];

/// What drives the real window.
pub(crate) const DRIVER: &[Need] = &[
    Need {
        purpose: "driving the page in the window",
        proof: Proof::OnPath("WebKitWebDriver"),
        packages: &["webkit2gtk-driver"],
    },
    Need {
        purpose: "answering the system's own dialogs",
        proof: Proof::OnPath("xdotool"),
        packages: &["xdotool"],
    },
    Need {
        purpose: "looking into the keychain from outside",
        proof: Proof::OnPath("secret-tool"),
        packages: &["libsecret-tools"],
    },
];

/// What a package is tried with.
pub(crate) const PACKAGE: &[Need] = &[
    Need {
        purpose: "trying the package's place in the menu",
        proof: Proof::OnPath("desktop-file-validate"),
        packages: &["desktop-file-utils"],
    },
    Need {
        purpose: "asking who opens a link",
        proof: Proof::OnPath("gio"),
        packages: &["libglib2.0-bin"],
    },
];

/// HubSpot's own Python client, which the sandbox is tested with, is installed into a folder apart.
pub(crate) const PYTHON: Need = Need {
    purpose: "the test with HubSpot's Python client",
    proof: Proof::Works(&["python3", "-c", "import ensurepip, venv"]),
    packages: &["python3", "python3-venv"],
};

/// The browser that the page is tried in, with everything behind it made up, and that signs in for the
/// window.
pub(crate) const BROWSER: Need = Need {
    purpose: "the tests of the page and of the sign-in",
    proof: Proof::OnPath("chromium"),
    packages: &["chromium"],
};

/// Whether a window could be seen by somebody.
pub(crate) fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

/// Whether the window can be built here.
pub(crate) fn has_webkit() -> bool {
    !cfg!(target_os = "linux") || WEBKIT.iter().all(|need| need.proof.holds())
}

/// Sees to it that everything needed is there, or says what is missing.
pub(crate) fn provide(needs: &[Need]) -> Result<()> {
    let lacking = lacking(needs);
    if lacking.is_empty() {
        return Ok(());
    }
    if !is_debian() {
        bail!("{}", plea(&lacking));
    }
    install(&lacking)?;
    let still = self::lacking(&lacking);
    if !still.is_empty() {
        bail!("apt has run, and yet {}", plea(&still));
    }
    Ok(())
}

/// Node that is too old fails late and says nothing that helps, so its version is looked at first.
pub(crate) fn provide_node() -> Result<()> {
    provide(&[NODE])?;
    let answer = Program::new("node").arg("--version").read()?;
    if !is_new_enough(&answer) {
        bail!(
            "Node {} is here; the page is built with Node 20.19 or newer. Install one that is, \
             and start again",
            answer.trim()
        );
    }
    Ok(())
}

fn is_new_enough(version: &str) -> bool {
    let mut numbers = version
        .trim()
        .trim_start_matches('v')
        .split('.')
        .map(str::parse::<u32>);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => (major, minor) >= (20, 19),
        _ => false,
    }
}

impl Proof {
    fn holds(self) -> bool {
        match self {
            Self::Works(words) => words
                .split_first()
                .is_some_and(|(program, options)| Program::new(program).args(options).works()),
            Self::OnPath(program) => std::env::var_os("PATH").is_some_and(|path| {
                std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
            }),
            // Elsewhere the package has another name, or the thing comes with the system.
            Self::Package(package) => !is_debian() || is_installed(package),
        }
    }
}

fn is_installed(package: &str) -> bool {
    Program::new("dpkg-query")
        .args(["--show", "--showformat=${db:Status-Abbrev}", package])
        .read()
        .is_ok_and(|state| state.starts_with("ii"))
}

/// Windows and macOS bring a web view, a keychain and a display of their own.
fn lacking(needs: &[Need]) -> Vec<Need> {
    let by_system = |need: &&Need| {
        cfg!(target_os = "linux") || need.packages == NODE.packages || need == &&PYTHON
    };
    needs
        .iter()
        .filter(by_system)
        .filter(|need| !need.proof.holds())
        .copied()
        .collect()
}

fn is_debian() -> bool {
    cfg!(target_os = "linux")
        && Program::new("apt-get").arg("--version").works()
        && Program::new("dpkg-query").arg("--version").works()
}

fn plea(lacking: &[Need]) -> String {
    let list: Vec<String> = lacking
        .iter()
        .map(|need| format!("  {:<28} for {}", need.packages.join(" "), need.purpose))
        .collect();
    format!(
        "this system lacks the following (named as Debian names them). Install them and start \
         again:\n{}",
        list.join("\n")
    )
}

fn install(lacking: &[Need]) -> Result<()> {
    let packages: Vec<&str> = lacking
        .iter()
        .flat_map(|need| need.packages)
        .copied()
        .collect();
    eprintln!("Installing with apt: {}.", packages.join(" "));
    apt(&["update"])
        .and_then(|()| {
            apt(&[
                &["install", "--yes", "--no-install-recommends"][..],
                &packages,
            ]
            .concat())
        })
        .with_context(|| plea(lacking))
}

fn apt(words: &[&str]) -> Result<()> {
    const NEVER_ASK: &str = "DEBIAN_FRONTEND=noninteractive";
    let root = Program::new("id").arg("-u").read()?.trim() == "0";
    let program = if root {
        Program::new("env")
    } else if Program::new("sudo").arg("--version").works() {
        Program::new("sudo").arg("env")
    } else {
        bail!("apt needs root, and this system has no sudo");
    };
    program
        .args([NEVER_ASK, "apt-get", "--quiet"])
        // Another apt may be at work on a machine that has just started.
        .args(["-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3"])
        .args(words)
        .limit(Duration::from_secs(1800))
        .run()
}

#[cfg(test)]
mod tests {
    use super::{COMPILER, NODE, is_new_enough, plea};

    #[test]
    fn node_is_judged_by_its_numbers_and_not_as_text() {
        assert!(is_new_enough("v20.19.0\n"));
        assert!(is_new_enough("v100.0.0"));
        assert!(!is_new_enough("v20.9.0"));
        assert!(!is_new_enough("v18.19.0"));
        assert!(!is_new_enough("what?"));
    }

    #[test]
    fn what_is_missing_is_named_with_its_purpose() {
        let plea = plea(&[COMPILER, NODE]);
        assert!(plea.contains("build-essential") && plea.contains("for building the page"));
    }
}
