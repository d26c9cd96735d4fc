//! Connections: keys come in, are tried and kept; pause, rename, remove.

use bridge::connect::Keys;
use bridge::running::Saved;
use bridge::settings::Settings;
use bridge::store::ConnectionRow;
use bridge::tester;
use wire::Secret;

use super::Desk;
use super::log::good_name;
use crate::view::connection::{Check, PastedKeys, SavedKeys, Verdict};
use crate::view::problem::{Answer, Problem};
use crate::view::story::missing;

/// Longer texts are not keys.
const LONGEST_KEY: usize = 4_096;
/// A clock that is off by more than this is told about.
const SKEW_MS: i64 = 5 * 60 * 1_000;

impl Desk {
    /// Tries keys that are not kept yet. Each check is told as soon as it is known.
    pub(crate) async fn check_keys(
        &self,
        pasted: PastedKeys,
        tell: impl Fn(Check) + Send + Sync + 'static,
    ) -> Answer<Verdict> {
        let keys = keys_of(pasted)?;
        self.test(keys, None, tell).await
    }

    /// Tries the keys that a connection has.
    pub(crate) async fn check_connection(
        &self,
        connection: i64,
        tell: impl Fn(Check) + Send + Sync + 'static,
    ) -> Answer<Verdict> {
        let row = self.row(connection).await?;
        let keys = self.engine()?.keys(connection).await?;
        self.test(keys, Some(row), tell).await
    }

    async fn test(
        &self,
        keys: Keys,
        expected: Option<ConnectionRow>,
        tell: impl Fn(Check) + Send + Sync + 'static,
    ) -> Answer<Verdict> {
        let access = self.places().access()?;
        let subject = self.subject(expected).await?;
        let checks = tester::test_telling(&access, &keys, &subject, &|check| {
            tell(check.into());
        })
        .await;
        let verdict = tester::verdict(&checks);
        if let Some(row) = subject.expected {
            // It was shown, which is what was asked for; the next run has nothing to compare with then.
            let _kept = self.engine()?.keep_test(row.id, checks).await;
        }
        Ok(verdict.into())
    }

    /// What is switched on decides what is needed.
    async fn subject(&self, expected: Option<ConnectionRow>) -> Answer<tester::Subject> {
        let Some(row) = expected else {
            return Ok(tester::Subject::default());
        };
        let id = row.id;
        let stored = self
            .engine()?
            .read(move |rows| Ok::<_, Problem>(rows.settings(id)?))
            .await?;
        Ok(tester::Subject {
            settings: Some(Settings::from_stored(&stored, &row.phone_region)),
            expected: Some(row),
            write_to: None,
        })
    }

    /// Asks whose the keys are, and keeps them in the keychain.
    pub(crate) async fn save_connection(
        &self,
        pasted: PastedKeys,
        name: Option<String>,
    ) -> Answer<SavedKeys> {
        let keys = keys_of(pasted)?;
        let name = name.map(|name| good_name(&name)).transpose()?;
        Ok(saved_keys(self.engine()?.save_keys(keys, name).await?))
    }

    pub(crate) async fn rename_connection(&self, connection: i64, name: String) -> Answer<()> {
        Ok(self.engine()?.rename(connection, good_name(&name)?).await?)
    }

    /// Forgets a connection whose name was typed once more.
    pub(crate) async fn remove_connection(&self, connection: i64, typed: String) -> Answer<()> {
        self.name_typed(connection, &typed).await?;
        Ok(self.engine()?.remove(connection).await?)
    }

    /// What can't be undone needs the connection's name.
    pub(super) async fn name_typed(&self, connection: i64, typed: &str) -> Answer<()> {
        let row = self.row(connection).await?;
        if typed.trim() == row.name.trim() {
            return Ok(());
        }
        Err(Problem::input(format!(
            "To remove the connection, type its name: {}",
            row.name
        )))
    }

    pub(crate) async fn pause(&self, connection: i64, paused: bool) -> Answer<()> {
        Ok(self.engine()?.pause(connection, paused).await?)
    }

    pub(crate) async fn sync_now(&self, connection: i64) -> Answer<()> {
        Ok(self.engine()?.sync_now(connection).await?)
    }

    pub(super) async fn row(&self, connection: i64) -> Answer<ConnectionRow> {
        self.engine()?
            .read(move |rows| Ok(rows.connection(connection)?.ok_or_else(missing)?))
            .await
    }
}

fn keys_of(pasted: PastedKeys) -> Answer<Keys> {
    Ok(Keys {
        hubspot: key(pasted.hub_spot, "HubSpot's key", "It begins with pat-.")?.into(),
        tuco: key(pasted.tuco, "Tuco's key", "It begins with tuco_.")?,
    })
}

/// A secret that somebody pasted; `what` is its name, `hint` what it looks like.
pub(super) fn key(text: String, what: &str, hint: &str) -> Answer<Secret> {
    if text.len() > LONGEST_KEY {
        return Err(Problem::input(format!(
            "This is too long for {what}. Copy it alone. {hint}"
        )));
    }
    let secret = Secret::new(text);
    if secret.is_empty() {
        return Err(Problem::input(format!("{what} is missing. {hint}")));
    }
    Ok(secret)
}

/// What came of keys, for the page.
pub(super) fn saved_keys(saved: Saved) -> SavedKeys {
    SavedKeys {
        connection: saved.connection.id,
        name: saved.connection.name,
        not_kept: saved
            .not_kept
            .map(|error| format!("{error} Until the program ends, the keys work all the same."))
            .unwrap_or_default(),
        clock_warning: clock_warning(saved.clock_ahead_ms),
    }
}

fn clock_warning(ahead_ms: Option<i64>) -> String {
    let Some(ahead) = ahead_ms.filter(|ahead| ahead.abs() > SKEW_MS) else {
        return String::new();
    };
    let word = if ahead > 0 { "ahead of" } else { "behind" };
    format!(
        "The clock of this computer is {} minutes {word} HubSpot's. Entries keep Tuco's times, but how \
         far back to look and when to try again follow this clock: set it by the network.",
        ahead.abs() / 60_000
    )
}
