//! What must not stand in any file of the repository: promises to do something later, traces of one
//! person's machine, hosts of package registries, marks of an unfinished merge, secrets. And no
//! source file may grow past the length that one can keep in mind.

use std::path::Path;

use anyhow::{Result, bail};

use crate::place::Place;
use crate::program::Program;

/// The longest that a source file may be, in lines.
const LONGEST: usize = 500;

/// Written in pieces, so that this file does not find itself.
const BANNED: [(&str, &str); 16] = [
    // Alone it is also a kind of task in HubSpot.
    (concat!("// TO", "DO"), "do it, or write an issue"),
    (concat!("# TO", "DO"), "do it, or write an issue"),
    (concat!("TO", "DO:"), "do it, or write an issue"),
    (concat!("TO", "DO("), "do it, or write an issue"),
    (concat!("FIX", "ME"), "mend it, or write an issue"),
    (concat!("XX", "X:"), "mend it, or write an issue"),
    (concat!("<<<<", "<<< "), "a merge was not finished"),
    (concat!("/ro", "ot/"), "a path of somebody's machine"),
    (concat!("/wo", "rk/"), "a path of somebody's machine"),
    (concat!("C:\\", "Users\\"), "a path of somebody's machine"),
    (
        concat!("index.", "crates.io"),
        "the host of a package registry",
    ),
    (
        concat!("static.", "crates.io"),
        "the host of a package registry",
    ),
    (
        concat!("registry.", "npmjs.org"),
        "the host of a package registry",
    ),
    (
        concat!("files.", "pythonhosted.org"),
        "the host of a package registry",
    ),
    (concat!("pypi", ".org"), "the host of a package registry"),
    (concat!("-----BEGIN ", "PRIVATE"), "a secret"),
];

/// Files that tools write: they name what they like and are as long as they must be.
const WRITTEN_BY_TOOLS: [&str; 4] = [
    "Cargo.lock",
    "package-lock.json",
    "requirements.lock",
    "ui/src/bindings.ts",
];

/// Reads every file that git knows.
pub(crate) fn check(place: &Place) -> Result<()> {
    let files = Program::new("git")
        .args(["ls-files", "-z"])
        .dir(&place.root)
        .read()?;
    let mut found = Vec::new();
    for file in files.split('\0').filter(|file| !file.is_empty()) {
        if WRITTEN_BY_TOOLS.iter().any(|name| file.ends_with(name)) {
            continue;
        }
        // A file that was removed and not yet committed is no concern; nor is one that is no text.
        if let Ok(text) = std::fs::read_to_string(place.root.join(file)) {
            found.extend(faults(file, &text));
        }
    }
    if !found.is_empty() {
        bail!("{} found:\n{}", found.len(), found.join("\n"));
    }
    Ok(())
}

fn faults(file: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        for (word, why) in BANNED {
            if line.contains(word) {
                found.push(format!("{file}:{}: \"{word}\": {why}", number + 1));
            }
        }
    }
    let source = Path::new(file)
        .extension()
        .is_some_and(|ending| ["rs", "ts", "svelte"].iter().any(|known| ending == *known));
    let lines = text.lines().count();
    if source && lines > LONGEST {
        found.push(format!(
            "{file}: {lines} lines; {LONGEST} is the most: divide it by subject"
        ));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::faults;

    #[test]
    fn a_banned_word_is_found_with_its_line() {
        let text = concat!("fine\n// TO", "DO later\n");
        let found = faults("a.rs", text);
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("a.rs:2: "), "{found:?}");
    }

    #[test]
    fn a_long_page_is_fine_and_a_long_source_is_not() {
        let text = "line\n".repeat(501);
        assert!(faults("guide.md", &text).is_empty());
        assert_eq!(faults("engine.rs", &text).len(), 1);
    }
}
