//! Files: exports, copies for safety, forgetting, and what a support desk may see.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bridge::event::Event;
use bridge::export::{ExportError, GoOn, write_csv_file};
use bridge::mirror::iso;
use bridge::restored;
use bridge::store::{Store, back_up, check_backup};
use wire::{Clock, SystemClock};

use super::{Current, Desk};
use crate::view::activity::Filter;
use crate::view::connection::Mode;
use crate::view::notice::News;
use crate::view::problem::{Answer, Code, Problem};
use crate::view::safety::{
    ContactedHost, ExportProgress, Exported, Storage, StoredFile, WrittenFile,
};

/// What has to be typed before everything is forgotten.
pub(crate) const FORGET: &str = "forget everything";
/// How long a running round may take to end before the data file is taken away under it.
const PATIENCE: Duration = Duration::from_secs(5);

impl Desk {
    /// Writes what the filter lets through. `told` hears how far it is after each page.
    pub(crate) async fn export_csv(
        &self,
        connection: i64,
        filter: Filter,
        path: PathBuf,
        told: impl Fn(ExportProgress) + Send + 'static,
    ) -> Answer<Exported> {
        let filter = filter.of(connection);
        let stop = Arc::new(AtomicBool::new(false));
        *self.stop_export() = Some(stop.clone());
        let target = path.clone();
        let done: Answer<u64> = self
            .engine()?
            .read(move |rows| {
                let of = rows.activity_count(&filter)?;
                let mut tell = |rows| {
                    told(ExportProgress { rows, of });
                    if stop.load(Ordering::Relaxed) {
                        GoOn::Stop
                    } else {
                        GoOn::Yes
                    }
                };
                Ok(write_csv_file(rows, &filter, &target, &mut tell)?)
            })
            .await;
        *self.stop_export() = None;
        Ok(Exported {
            path: path.display().to_string(),
            rows: done?,
        })
    }

    /// Stops the export that is under way.
    pub(crate) fn cancel_export(&self) {
        if let Some(stop) = self.stop_export().as_ref() {
            stop.store(true, Ordering::Relaxed);
        }
    }

    pub(crate) fn storage(&self) -> Answer<Storage> {
        let home = self.places().home;
        let mut files = Vec::new();
        for entry in std::fs::read_dir(home.folder()).map_err(|error| disk(&error))? {
            let entry = entry.map_err(|error| disk(&error))?;
            // A file that is gone by now takes no room.
            if let Some(found) = entry.metadata().ok().filter(std::fs::Metadata::is_file) {
                files.push(StoredFile {
                    name: entry.file_name().to_string_lossy().into_owned(),
                    bytes: found.len(),
                });
            }
        }
        files.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Storage {
            folder: home.folder().display().to_string(),
            bytes: files.iter().map(|file| file.bytes).sum(),
            files,
        })
    }

    /// A copy of the data file, proved by opening it. Keys are not in it.
    pub(crate) async fn back_up(&self, path: PathBuf) -> Answer<WrittenFile> {
        let database = self.places().home.database();
        off_thread(move || {
            let bytes = back_up(&database, &path)?;
            Ok(WrittenFile {
                path: path.display().to_string(),
                bytes,
            })
        })
        .await
    }

    /// Puts a copy in the data file's place. What stood there is kept beside it; the answer says where.
    pub(crate) async fn restore(&self, copy: PathBuf) -> Answer<String> {
        self.only_outside_the_sandbox()?;
        let places = self.places();
        let database = places.home.database();
        let checked = copy.clone();
        off_thread(move || Ok(check_backup(&checked)?)).await?;
        self.halt().await?;
        let kept = beside(&database, &format!("replaced-{}", stamp()));
        let swapped = swap(&database, &copy, &kept);
        self.go_on(Current::start(Mode::Real, places, &self.hub));
        swapped?;
        // Where the copy is refused after all, every answer says why, and the old file is beside it.
        self.engine()?;
        Ok(kept.display().to_string())
    }

    /// Removes keys, data file, copies and preferences. What stands in HubSpot and Tuco stays.
    pub(crate) async fn forget_everything(&self, typed: &str) -> Answer<()> {
        self.only_outside_the_sandbox()?;
        if typed.trim() != FORGET {
            return Err(Problem::input(format!(
                "To remove everything from this computer, type: {FORGET}"
            )));
        }
        let engine = self.engine()?;
        let rows = engine
            .read(|rows| Ok::<_, Problem>(rows.connections()?))
            .await?;
        for row in rows {
            engine.remove(row.id).await?;
        }
        self.halt().await?;
        self.forget_pasted();
        let places = self.places();
        let removed = remove_all(places.home.folder());
        self.preferences.forget();
        self.close_link_page();
        self.go_on(Current::start(Mode::Real, places, &self.hub));
        removed
    }

    pub(crate) fn hosts(&self) -> Vec<ContactedHost> {
        self.places()
            .hosts()
            .into_iter()
            .map(|(host, why)| ContactedHost {
                host,
                why: why.to_owned(),
            })
            .collect()
    }

    fn only_outside_the_sandbox(&self) -> Answer<()> {
        match self.mode() {
            Mode::Real => Ok(()),
            Mode::Sandbox => Err(Problem::new(
                Code::WrongPlace,
                "This is about your own data. Leave the sandbox first.",
            )),
        }
    }

    async fn halt(&self) -> Answer<()> {
        if let Ok(engine) = self.engine()
            && !engine.stop(PATIENCE).await
        {
            return Err(Problem::new(
                Code::TryAgain,
                "A round is still under way. Nothing was changed; try again in a moment.",
            ));
        }
        Ok(())
    }

    fn go_on(&self, current: Current) {
        *self
            .current
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner) = current;
        self.hub.tell(News::Mode);
    }

    /// What a support desk may see: versions, states, counts and settings, with every name, number,
    /// address, text and key left out or masked.
    pub(crate) async fn diagnostics(&self) -> Answer<String> {
        let snapshot = self.snapshot().await;
        let mut text = format!(
            "Tuco for HubSpot {} on {} {}\nwritten {}\n",
            env!("CARGO_PKG_VERSION"),
            std::env::consts::OS,
            std::env::consts::ARCH,
            iso(snapshot.now)
        );
        if let Some(problem) = &snapshot.cannot_work {
            text.push_str(&format!(
                "cannot work: {:?} {}\n",
                problem.code, problem.detail
            ));
        }
        for (number, one) in (1..).zip(&snapshot.connections) {
            text.push_str(&format!(
                "\nconnection {number}: {:?}, made {}, last round {}, once by {:?}, messages {:?}\n\
                 last error: {}\n\
                 calls today: {} HubSpot, {} Tuco; events {}, written {}, waiting {}, queue {}, parked {}\n",
                state_word(&one.state),
                iso(one.created_at),
                one.last_round_at.map(iso).unwrap_or_default(),
                one.once_by,
                one.messages_listed,
                wire::redact::mask(&one.last_error),
                one.hub_spot_calls,
                one.tuco_calls,
                one.events,
                one.written,
                one.waiting,
                one.queue,
                one.parked,
            ));
            text.push_str(&self.details(one.id).await?);
        }
        for file in self.storage()?.files {
            text.push_str(&format!("file {}: {} bytes\n", file.name, file.bytes));
        }
        Ok(text)
    }

    async fn details(&self, connection: i64) -> Answer<String> {
        self.engine()?
            .read(move |rows| {
                let mut text = String::new();
                for (key, value) in rows.settings(connection)? {
                    text.push_str(&format!("setting {key} = {value}\n"));
                }
                for group in rows.event_counts(connection)?.groups {
                    text.push_str(&format!(
                        "events {} {} {}: {}\n",
                        group.kind, group.stage, group.reason_code, group.events
                    ));
                }
                let filter = Filter::default().of(connection);
                let newest = rows.activity(&filter, bridge::store::Start::Newest, 50)?;
                newest
                    .events
                    .iter()
                    .for_each(|event| text.push_str(&without_people(event)));
                Ok::<_, Problem>(text)
            })
            .await
    }

    /// Writes the diagnostics into a file.
    pub(crate) async fn save_diagnostics(&self, path: PathBuf) -> Answer<WrittenFile> {
        let text = self.diagnostics().await?;
        std::fs::write(&path, &text).map_err(|error| disk(&error))?;
        Ok(WrittenFile {
            path: path.display().to_string(),
            bytes: u64::try_from(text.len()).unwrap_or_default(),
        })
    }
}

/// Nothing of this is about a person.
fn without_people(event: &Event) -> String {
    let sighting = &event.sighting;
    format!(
        "event {}: {} {} {} {} {} text {} looks {}\n",
        event.id,
        iso(sighting.occurred_at),
        sighting.kind,
        sighting.channel,
        sighting.source,
        event.stage,
        sighting.text_state,
        event.looks
    )
}

fn state_word(state: &crate::view::connection::LoopState) -> String {
    use crate::view::connection::LoopState;
    match state {
        LoopState::Idle { .. } => "idle".to_owned(),
        LoopState::Running { .. } => "running".to_owned(),
        LoopState::Waiting { why, .. } => format!("waiting {}", why.code),
        LoopState::Offline { why, .. } => format!("offline {}", why.code),
        LoopState::NeedsSignIn { why } => format!("needs sign-in {}", why.code),
        LoopState::Paused => "paused".to_owned(),
        LoopState::Stopped { why, .. } => format!("stopped {}", why.code),
    }
}

impl From<ExportError> for Problem {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::Stopped => Self::cancelled(),
            ExportError::File(error) => disk(&error),
            ExportError::Store(error) => error.into(),
        }
    }
}

pub(super) fn disk(error: &std::io::Error) -> Problem {
    Problem::new(
        Code::Disk,
        format!("The file or folder could not be used: {error}. Nothing was changed."),
    )
}

async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Answer<T> + Send + 'static,
) -> Answer<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Problem::defect(error.to_string()))?
}

/// `bridge.db` and `x` make `bridge.db.x`.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

fn stamp() -> String {
    iso(SystemClock.now())
        .chars()
        .filter(char::is_ascii_digit)
        .take(14)
        .collect()
}

/// The old file goes aside with its companions; the copy comes under another name first, so that the
/// place of the data file is never half filled.
fn swap(database: &Path, copy: &Path, kept: &Path) -> Answer<()> {
    let unfinished = beside(database, "restoring");
    std::fs::copy(copy, &unfinished).map_err(|error| disk(&error))?;
    {
        // Before it takes its place: a crash in between must not leave a file that believes itself.
        let now = SystemClock.now();
        let mut store = Store::open(&unfinished, now)?.store;
        restored::distrust(&mut store, now)?;
    }
    for ending in ["-wal", "-shm", ""] {
        let of = |path: &Path| {
            let mut name = path.as_os_str().to_owned();
            name.push(ending);
            PathBuf::from(name)
        };
        match std::fs::rename(of(database), of(kept)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(disk(&error)),
            _ => {}
        }
    }
    std::fs::rename(&unfinished, database).map_err(|error| disk(&error))
}

/// Our own files in the folder, and the folder of logs. Somebody else's are left alone.
fn remove_all(folder: &Path) -> Answer<()> {
    for entry in std::fs::read_dir(folder).map_err(|error| disk(&error))? {
        let entry = entry.map_err(|error| disk(&error))?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let ours = (name.starts_with("bridge.") && name != "bridge.lock")
            || name.starts_with("window.json");
        if ours {
            std::fs::remove_file(entry.path()).map_err(|error| disk(&error))?;
        }
    }
    match std::fs::remove_dir_all(folder.join("logs")) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(disk(&error)),
        _ => Ok(()),
    }
}
