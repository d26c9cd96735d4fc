//! Whether the system opens `tuco-hubspot://` links with this program.
//!
//! It only looks, in the lists that the freedesktop specifications name; it changes nothing and runs
//! nothing. On other systems whoever runs the window can ask the system itself.

use std::path::{Path, PathBuf};

/// The scheme of our links.
pub const SCHEME: &str = "tuco-hubspot";

/// Who opens our links.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Registered {
    /// The program of this name.
    By(String),
    /// Nobody.
    Nobody,
    /// This can't be seen from here.
    Unseen,
}

/// Looks at this computer.
pub fn registered() -> Registered {
    if !cfg!(all(unix, not(target_os = "macos"))) {
        return Registered::Unseen;
    }
    registered_in(&folders())
}

/// Where the lists are, the user's own before the system's.
fn folders() -> Vec<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let home = variable("HOME").map(PathBuf::from).unwrap_or_default();
    let own =
        |name: &str, usual: &str| variable(name).map_or_else(|| home.join(usual), PathBuf::from);
    let shared = |name: &str, usual: &str| -> Vec<PathBuf> {
        let all = variable(name).unwrap_or_else(|| usual.into());
        std::env::split_paths(&all).collect()
    };
    let mut folders = vec![own("XDG_CONFIG_HOME", ".config")];
    folders.extend(shared("XDG_CONFIG_DIRS", "/etc/xdg"));
    let mut data = vec![own("XDG_DATA_HOME", ".local/share")];
    data.extend(shared("XDG_DATA_DIRS", "/usr/local/share:/usr/share"));
    folders.extend(data.into_iter().map(|folder| folder.join("applications")));
    folders
}

/// The first folder that names somebody decides.
fn registered_in(folders: &[PathBuf]) -> Registered {
    let named = |file: &str| {
        folders
            .iter()
            .find_map(|folder| opener(&std::fs::read_to_string(folder.join(file)).ok()?))
    };
    // The lists of choices go before the lists of what is installed.
    named("mimeapps.list")
        .or_else(|| named("mimeinfo.cache"))
        .or_else(|| folders.iter().find_map(|folder| entry(folder)))
        .map_or(Registered::Nobody, Registered::By)
}

/// The program that a list names for our scheme.
fn opener(list: &str) -> Option<String> {
    let (_, names) = list
        .lines()
        .filter_map(|line| line.split_once('='))
        .find(|(kind, _)| {
            kind.trim()
                .strip_prefix("x-scheme-handler/")
                .is_some_and(|scheme| scheme == SCHEME)
        })?;
    let first = names
        .split(';')
        .map(str::trim)
        .find(|name| !name.is_empty());
    first.map(str::to_owned)
}

/// A program that says so itself and stands in no list yet.
fn entry(folder: &Path) -> Option<String> {
    let wanted = format!("x-scheme-handler/{SCHEME}");
    let entries = std::fs::read_dir(folder).ok()?;
    entries.flatten().find_map(|entry| {
        let path = entry.path();
        if path.extension()? != "desktop" {
            return None;
        }
        let text = std::fs::read_to_string(&path).ok()?;
        let kinds = text
            .lines()
            .find_map(|line| line.strip_prefix("MimeType="))?;
        kinds
            .split(';')
            .any(|kind| kind.trim() == wanted)
            .then(|| entry.file_name().to_string_lossy().into_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_goes_before_what_is_installed_and_that_before_a_file_in_no_list() {
        let home = tempfile::tempdir().unwrap();
        let own = home.path().join("own");
        let shared = home.path().join("shared");
        let folders = [own.clone(), shared.clone()];
        for folder in &folders {
            std::fs::create_dir(folder).unwrap();
        }
        assert_eq!(registered_in(&folders), Registered::Nobody);
        std::fs::write(
            shared.join("plain.desktop"),
            "[Desktop Entry]\nMimeType=text/html;x-scheme-handler/tuco-hubspot;\n",
        )
        .unwrap();
        assert_eq!(
            registered_in(&folders),
            Registered::By("plain.desktop".to_owned())
        );
        std::fs::write(
            shared.join("mimeinfo.cache"),
            "[MIME Cache]\nx-scheme-handler/tuco=wrong.desktop;\n\
             x-scheme-handler/tuco-hubspot=installed.desktop;\n",
        )
        .unwrap();
        assert_eq!(
            registered_in(&folders),
            Registered::By("installed.desktop".to_owned())
        );
        std::fs::write(
            own.join("mimeapps.list"),
            "[Default Applications]\nx-scheme-handler/tuco-hubspot=chosen.desktop\n",
        )
        .unwrap();
        assert_eq!(
            registered_in(&folders),
            Registered::By("chosen.desktop".to_owned())
        );
    }
}
