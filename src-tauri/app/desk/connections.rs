//! Connections: keys come in and are kept; pause, rename, remove, fields read anew.

use bridge::running::{Fields, Saved};
use bridge::store::ConnectionRow;
use wire::Secret;

use super::Desk;
use super::log::good_name;
use crate::view::connection::{PastedKeys, SavedKeys};
use crate::view::problem::{Answer, Problem};
use crate::view::story::missing;

/// Longer texts are not keys.
const LONGEST_KEY: usize = 4_096;
/// A clock that is off by more than this is told about.
const SKEW_MS: i64 = 5 * 60 * 1_000;
/// A key took the place of a sign-in that HubSpot could not be told about.
const OLD_SIGN_IN_LEFT: &str = "The old sign-in could not be ended at HubSpot, and is forgotten here. Remove the \
     app from the portal if nothing else uses it: Settings, Integrations, Connected Apps.";

impl Desk {
    /// Asks whose the keys are, and keeps them in the keychain.
    pub(crate) async fn save_connection(
        &self,
        pasted: PastedKeys,
        name: Option<String>,
    ) -> Answer<SavedKeys> {
        let keys = self.keys_of(pasted)?;
        let name = name.map(|name| good_name(&name)).transpose()?;
        let saved = self.engine()?.save_keys(keys, name).await?;
        self.forget_pasted();
        Ok(self.saved_keys(saved))
    }

    /// New keys take the place of a connection's old ones. Those of another portal or workspace are refused.
    pub(crate) async fn replace_keys(
        &self,
        connection: i64,
        pasted: PastedKeys,
    ) -> Answer<SavedKeys> {
        let keys = self.keys_of(pasted)?;
        let saved = self.engine()?.replace_keys(connection, keys).await?;
        self.forget_pasted();
        Ok(self.saved_keys(saved))
    }

    /// What came of keys, for the page. Whether they were kept is remembered until they are.
    pub(super) fn saved_keys(&self, saved: Saved) -> SavedKeys {
        let id = saved.connection.id;
        let why = saved.not_kept.map(|error| error.to_string());
        self.note_unkept(id, why.clone());
        let old_left = saved.old_sign_in_left.then(|| OLD_SIGN_IN_LEFT.to_owned());
        let warnings = [clock_warning(saved.clock_ahead_ms), old_left];
        SavedKeys {
            connection: id,
            name: saved.connection.name,
            not_kept: why
                .map(|why| format!("{why} Until the program ends, the keys work all the same."))
                .unwrap_or_default(),
            warning: warnings.into_iter().flatten().collect::<Vec<_>>().join(" "),
        }
    }

    /// Reads anew what the portal and the workspace have. What was found, in words.
    pub(crate) async fn refresh_fields(&self, connection: i64) -> Answer<String> {
        let found = self.engine()?.refresh_fields(connection).await?;
        Ok(fields_in_words(found))
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

/// A secret that somebody pasted; `what` is its name, `hint` what it looks like.
pub(super) fn key(text: String, what: &str, hint: &str) -> Answer<Secret> {
    if text.len() > LONGEST_KEY {
        return Err(Problem::input(format!(
            "This is too long for {what}. Copy it alone. {hint}"
        )));
    }
    let secret = Secret::pasted(text);
    if secret.is_empty() {
        return Err(Problem::input(format!("{what} is missing. {hint}")));
    }
    Ok(secret)
}

fn clock_warning(ahead_ms: Option<i64>) -> Option<String> {
    let ahead = ahead_ms.filter(|ahead| ahead.abs() > SKEW_MS)?;
    let word = if ahead > 0 { "ahead of" } else { "behind" };
    Some(format!(
        "The clock of this computer is {} minutes {word} HubSpot's. Entries keep Tuco's times, but how \
         far back to look and when to try again follow this clock: set it by the network.",
        ahead.abs() / 60_000
    ))
}

fn fields_in_words(found: Fields) -> String {
    let counted = |many: usize, one: &str, more: &str| match many {
        1 => format!("1 {one}"),
        many => format!("{many} {more}"),
    };
    let lines = counted(found.lines, "line", "lines");
    let sends = match (found.lines, found.active_lines) {
        (0, _) => " The workspace has no line yet, so nothing can be sent.",
        (_, 0) => {
            " None of the lines is active: replies are read, and nothing can be sent until one is switched on in Tuco."
        }
        _ => "",
    };
    format!(
        "{} of contacts and {lines} were read.{sends}",
        counted(found.properties, "property", "properties")
    )
}
