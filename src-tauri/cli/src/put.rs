//! Texts that a command puts into a file. Nothing that somebody else wrote is overwritten unseen.

use crate::failure::Failure;
use std::io::Read;
use std::path::Path;

/// Writes a text. Over a file that holds something else it goes only with `replace`: it may have been changed by
/// hand since it was exported, or the name may be another file's. A symbolic link is followed, and what it leads
/// to is what counts.
///
/// # Errors
/// That something else is there, or why it can't be written.
pub(crate) fn text(to: &Path, text: &str, replace: bool) -> Result<(), Failure> {
    if !replace && holds(to, text.len() + 1, |there| there != text.as_bytes()) {
        return Err(taken(to));
    }
    std::fs::write(to, text).map_err(|error| {
        Failure::failed(
            "not_written",
            format!("{} could not be written: {error}.", to.display()),
        )
    })
}

/// Whether a file is there that holds such a thing, by its first bytes. An empty one holds nothing, and what is
/// no file (a pipe, a terminal) keeps nothing.
pub(crate) fn holds(path: &Path, bytes: usize, such: impl FnOnce(&[u8]) -> bool) -> bool {
    if !std::fs::metadata(path).is_ok_and(|about| about.is_file() && about.len() > 0) {
        return false;
    }
    let mut there = Vec::new();
    let read =
        std::fs::File::open(path).and_then(|file| file.take(bytes as u64).read_to_end(&mut there));
    // One that may not be read is somebody's too.
    read.is_err() || such(&there)
}

/// Something else is there.
pub(crate) fn taken(path: &Path) -> Failure {
    Failure::usage(
        "file_exists",
        format!(
            "{} is there already and holds something else, so nothing was written. Choose another name, or add \
             --replace.",
            path.display()
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_wrote_is_overwritten_only_where_that_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("rows.toml");
        let there = || std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, "").unwrap();
        text(&file, "one", false).unwrap();
        text(&file, "one", false).unwrap();
        assert!(text(&file, "two", false).is_err());
        assert_eq!(there(), "one");
        text(&file, "two", true).unwrap();
        assert_eq!(there(), "two");
    }

    #[cfg(unix)]
    #[test]
    fn what_a_link_leads_to_is_not_overwritten_unseen_either() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("notes"), folder.path().join("rows.toml"));
        std::fs::write(&file, "somebody's notes").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        assert!(text(&link, "rows", false).is_err());
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "somebody's notes");
    }
}
