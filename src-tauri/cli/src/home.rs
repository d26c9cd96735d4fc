//! The home of a run: its folder, its lock and its data file, with a sentence for each misfortune.

use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;
use crate::surroundings;
use bridge::home::{Home, HomeError, WriteLock};
use bridge::store::{ReadStore, Store};
use bridge::tester::{Check, Mark};
use std::path::{Path, PathBuf};

pub(crate) use bridge::home::WriteLock as Lock;

/// The one writer of a home.
pub(crate) struct Writing {
    pub(crate) lock: WriteLock,
    pub(crate) store: Store,
}

pub(crate) fn at(wanted: Option<PathBuf>) -> Result<Home, Failure> {
    Home::at(wanted).map_err(|error| in_words(&error))
}

fn in_words(error: &HomeError) -> Failure {
    let code = match error {
        HomeError::NoPlace { .. } => "no_home",
        HomeError::NotAFolder { .. } => "not_a_folder",
        HomeError::NotWritable { .. } => "read_only",
        HomeError::DiskFull { .. } => "disk_full",
        HomeError::Busy { .. } => "busy_home",
        HomeError::Other { .. } => "bad_home",
    };
    Failure::failed(code, error.to_string())
}

/// The folder.
pub(crate) fn folder(global: &Global) -> Result<PathBuf, Failure> {
    Ok(at(global.home.clone())?.folder().to_owned())
}

/// Takes the lock and opens the data file, making both where they are missing.
pub(crate) fn open_to_write(global: &Global, console: &Console) -> Result<Writing, Failure> {
    open(&at(global.home.clone())?, console)
}

/// The same for a folder that is known.
pub(crate) fn open_folder_to_write(folder: &Path, console: &Console) -> Result<Writing, Failure> {
    open(&at(Some(folder.to_owned()))?, console)
}

fn open(home: &Home, console: &Console) -> Result<Writing, Failure> {
    let lock = home.lock_for_writing().map_err(|error| in_words(&error))?;
    let opened = Store::open(&home.database(), surroundings::now())?;
    if let Some(moved) = opened.damaged_moved_to {
        console.warn(&format!(
            "The data file was damaged. It was moved aside to {} (not deleted), and what could be read of it was \
             carried over; what is missing is read from Tuco again.",
            moved.display()
        ));
    }
    Ok(Writing {
        lock,
        store: opened.store,
    })
}

/// A reader beside whatever runs.
pub(crate) fn open_to_read(global: &Global) -> Result<ReadStore, Failure> {
    Ok(ReadStore::open(&at(global.home.clone())?.database())?)
}

/// Whether the folder can be written, by writing to it.
pub(crate) fn check(global: &Global) -> Check {
    const TITLE: &str = "Home folder";
    match try_to_write(global) {
        Ok(folder) => Check::new(
            "home",
            TITLE,
            Mark::Ok,
            format!("{} can be written", folder.display()),
        ),
        Err(failure) => Check::new("home", TITLE, Mark::Failed, failure.message),
    }
}

fn try_to_write(global: &Global) -> Result<PathBuf, Failure> {
    let folder = folder(global)?;
    let trial = folder.join(format!(".trial-{}", surroundings::random_name()));
    let written = std::fs::write(&trial, b"trial").and_then(|()| std::fs::remove_file(&trial));
    written.map_err(|error| {
        Failure::failed(
            "read_only",
            format!(
                "{} can't be written: {error}. Choose another folder with --home.",
                folder.display()
            ),
        )
    })?;
    Ok(folder)
}
