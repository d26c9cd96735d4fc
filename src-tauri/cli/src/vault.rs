//! Where keys are kept, as the commands need it: keychain, passphrase file, or nowhere.
//!
//! The passphrase is asked for on a terminal, without showing it, or comes from the environment for
//! one run. It is never an argument.

use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;
use crate::home;
use crate::surroundings::{self, PASSPHRASE};
use bridge::connect::{Access, Keys};
use bridge::home::Home;
use bridge::vault::{FileState, Keep, Stores, Vault, VaultError};
use std::io::IsTerminal;
use std::sync::{Arc, OnceLock};
use wire::Secret;

/// A wrong passphrase on a terminal may be mistyped.
const TRIES: u32 = 3;

/// The places of this home.
pub(crate) fn stores(global: &Global) -> Result<Arc<Stores>, Failure> {
    // A run has one home, and asks once for the passphrase of its file.
    static OF_THIS_RUN: OnceLock<Arc<Stores>> = OnceLock::new();
    let home = home(global)?;
    Ok(OF_THIS_RUN
        .get_or_init(|| Arc::new(Stores::of(&home)))
        .clone())
}

fn home(global: &Global) -> Result<Home, Failure> {
    home::at(global.home.clone())
}

/// The keys of a connection; nothing where none, or only some of them, were kept.
pub(crate) fn read(
    name: &str,
    access: &Access,
    global: &Global,
    console: &Console,
) -> Result<Option<Keys>, Failure> {
    let stores = opened(name, global, console)?;
    let kept = stores.load(name).map_err(|error| in_words(&error))?;
    let vault: Arc<dyn Vault> = stores;
    Ok(kept.and_then(|kept| Keys::from_secrets(kept, access, &vault, name)))
}

/// The places, with the file open where a connection's keys are in it.
pub(crate) fn opened(
    name: &str,
    global: &Global,
    console: &Console,
) -> Result<Arc<Stores>, Failure> {
    let stores = stores(global)?;
    if stores.needs_passphrase(name).unwrap_or_default() {
        unlock(&stores, console)?;
    }
    Ok(stores)
}

/// Makes the file ready before anything else is asked for, where keys are to be kept in it.
pub(crate) fn prepare(
    keep: Option<Keep>,
    global: &Global,
    console: &Console,
) -> Result<Arc<Stores>, Failure> {
    let stores = stores(global)?;
    if let Some(keep) = keep {
        stores.prefer(keep);
    }
    if keep == Some(Keep::File) {
        match stores.file().state().map_err(|error| in_words(&error))? {
            FileState::Absent => create(&stores, console)?,
            FileState::Locked => unlock(&stores, console)?,
            FileState::Open => {}
        }
    }
    Ok(stores)
}

/// Keeps the keys of a connection: where it was wished, else where they are.
pub(crate) fn write(
    stores: &Stores,
    name: &str,
    keys: &Keys,
    keep: Option<Keep>,
    console: &Console,
) -> Result<Result<Keep, VaultError>, Failure> {
    let secrets = keys.to_secrets();
    if keep.is_none() && stores.needs_passphrase(name).unwrap_or_default() {
        unlock(stores, console)?;
    }
    let kept = match keep {
        Some(keep) => stores.store_in(keep, name, &secrets),
        None => stores.store(name, &secrets),
    };
    Ok(kept.and_then(|()| stores.place(name)))
}

/// Opens the passphrase file.
pub(crate) fn unlock(stores: &Stores, console: &Console) -> Result<(), Failure> {
    if let Some(given) = surroundings::given_passphrase(PASSPHRASE)? {
        return stores
            .file()
            .unlock(&given)
            .map_err(|error| in_words(&error));
    }
    let mut tries = 0;
    loop {
        let typed = ask(console, "Passphrase of the file with the keys:")?;
        tries += 1;
        match stores.file().unlock(&typed) {
            Err(VaultError::WrongPassphrase) if tries < TRIES => {
                console.warn(&VaultError::WrongPassphrase.to_string());
            }
            outcome => return outcome.map_err(|error| in_words(&error)),
        }
    }
}

fn create(stores: &Stores, console: &Console) -> Result<(), Failure> {
    let passphrase = new_passphrase(console)?;
    stores
        .file()
        .create(&passphrase)
        .map_err(|error| in_words(&error))
}

/// Twice, so that a slip of the finger locks nobody out.
pub(crate) fn new_passphrase(console: &Console) -> Result<Secret, Failure> {
    if let Some(given) = surroundings::given_passphrase(PASSPHRASE)? {
        return Ok(given);
    }
    let first = ask(
        console,
        "New passphrase, of at least 12 characters. It is kept nowhere: without it the keys have to be given anew.",
    )?;
    let second = ask(console, "The same once more:")?;
    if first.expose() == second.expose() {
        Ok(first)
    } else {
        Err(Failure::usage(
            "passphrases_differ",
            "The two passphrases differ. Nothing was changed.",
        ))
    }
}

/// A passphrase from the terminal.
pub(crate) fn ask(console: &Console, question: &str) -> Result<Secret, Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::needs_person(
            "file_locked",
            VaultError::FileLocked.to_string(),
        ));
    }
    console.note(question);
    rpassword::prompt_password("  (it is not shown) ")
        .map(Secret::new)
        .map_err(|error| {
            Failure::usage(
                "no_passphrase",
                format!("The passphrase could not be read: {error}."),
            )
        })
}

/// A place that failed, as a command tells it.
pub(crate) fn in_words(error: &VaultError) -> Failure {
    Failure::needs_person(
        match error {
            VaultError::FileLocked => "file_locked",
            VaultError::WrongPassphrase => "wrong_passphrase",
            VaultError::ShortPassphrase => "short_passphrase",
            _ => "keychain",
        },
        error.to_string(),
    )
}
