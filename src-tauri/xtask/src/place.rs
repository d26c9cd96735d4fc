//! Where things are: the checkout, what is built from it, and the tools that are kept between runs.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::program::Program;

/// The folders that the commands work in.
#[derive(Debug)]
pub(crate) struct Place {
    /// The root of the checkout.
    pub(crate) root: PathBuf,
    /// Cargo's target folder, wherever it was put.
    pub(crate) target: PathBuf,
}

impl Place {
    /// Asks cargo, which knows about `CARGO_TARGET_DIR` and every config file.
    pub(crate) fn find() -> Result<Self> {
        // As cargo says it now: a target folder that is shared holds programs of checkouts that are gone.
        let here = std::env::var_os("CARGO_MANIFEST_DIR")
            .unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = Path::new(&here)
            .ancestors()
            .nth(2)
            .context("xtask stands two folders below the root")?
            .to_path_buf();
        let answer = Program::new("cargo")
            .args(["metadata", "--no-deps", "--format-version", "1"])
            .dir(&root)
            .read()?;
        let metadata: Value = serde_json::from_str(&answer).context("cargo metadata is JSON")?;
        let target = metadata
            .get("target_directory")
            .and_then(Value::as_str)
            .context("cargo metadata names the target folder")?;
        Ok(Self {
            target: PathBuf::from(target),
            root,
        })
    }

    /// A program as `cargo build` leaves it.
    pub(crate) fn built(&self, name: &str) -> PathBuf {
        self.target
            .join("debug")
            .join(name)
            .with_extension(std::env::consts::EXE_EXTENSION)
    }

    /// Where tools that cargo compiles are kept, outside the checkout, so that a fresh clone on the
    /// same machine finds them again.
    pub(crate) fn tools(&self) -> PathBuf {
        let cache = std::env::var_os("XDG_CACHE_HOME")
            .map(PathBuf::from)
            .or_else(|| std::env::home_dir().map(|home| home.join(".cache")));
        cache.map_or_else(
            || self.target.join("tools"),
            |cache| cache.join("tuco-for-hubspot/tools"),
        )
    }
}
