//! What the program remembers of its user, in a small file in the home folder.
//!
//! A file that can't be read counts as not there: preferences are not worth a refusal to start. It is
//! written under another name first, so that a crash leaves the old one.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use bridge::home::Home;

use crate::view::problem::{Answer, Code, Problem};
use crate::view::settings::Preferences;

/// See the module.
pub(crate) struct PreferencesFile {
    path: PathBuf,
    kept: Mutex<Preferences>,
}

impl PreferencesFile {
    pub(crate) fn of(home: &Home) -> Self {
        let path = home.folder().join("window.json");
        let kept = std::fs::read(&path)
            .ok()
            .and_then(|text| serde_json::from_slice(&text).ok())
            .unwrap_or_default();
        Self {
            path,
            kept: Mutex::new(kept),
        }
    }

    pub(crate) fn get(&self) -> Preferences {
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// As on the first day. The file is removed by whoever forgets everything.
    pub(crate) fn forget(&self) {
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Preferences::default();
    }

    pub(crate) fn set(&self, preferences: Preferences) -> Answer<()> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let text = serde_json::to_vec_pretty(&preferences)
            .map_err(|error| Problem::defect(error.to_string()))?;
        let unfinished = self.path.with_extension("json.new");
        std::fs::write(&unfinished, text)
            .and_then(|()| std::fs::rename(&unfinished, &self.path))
            .map_err(|error| {
                Problem::new(
                    Code::Disk,
                    format!(
                        "Your choice could not be saved: {error}. It holds until the program ends."
                    ),
                )
            })?;
        *kept = preferences;
        Ok(())
    }
}
