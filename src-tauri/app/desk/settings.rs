//! Settings of a connection and preferences of the program.

use bridge::rules::JOURNAL_NEEDS_OWN_APP;
use bridge::settings::{SETTINGS, check};
use bridge::store::Method;

use super::Desk;
use crate::view::problem::{Answer, Problem};
use crate::view::settings::{MissingProperty, Preferences, Setting, SettingChange};

impl Desk {
    pub(crate) async fn settings(&self, connection: i64) -> Answer<Vec<Setting>> {
        let method = self.row(connection).await?.method;
        self.engine()?
            .read(move |rows| {
                let stored = rows.settings(connection)?;
                let all = SETTINGS.iter().map(|setting| {
                    let kept = stored
                        .get(setting.key)
                        .and_then(|value| check(setting.key, value).ok());
                    let value = kept.map_or_else(|| setting.default.to_owned(), |(_, value)| value);
                    Setting {
                        key: setting.key.to_owned(),
                        without_effect: without_effect(setting.key, &value, method).to_owned(),
                        value,
                        default_value: setting.default.to_owned(),
                        takes: setting.allowed.into(),
                        meaning: setting.meaning.to_owned(),
                    }
                });
                Ok::<_, Problem>(all.collect())
            })
            .await
    }

    /// All of them, or none where one does not fit.
    pub(crate) async fn change_settings(
        &self,
        connection: i64,
        changes: Vec<SettingChange>,
    ) -> Answer<()> {
        let changes = changes
            .into_iter()
            .map(|change| (change.key, change.value))
            .collect();
        Ok(self.engine()?.change_settings(connection, changes).await?)
    }

    pub(crate) async fn missing_properties(&self, connection: i64) -> Answer<Vec<MissingProperty>> {
        let missing = self.engine()?.missing_properties(connection).await?;
        Ok(missing.into_iter().map(Into::into).collect())
    }

    pub(crate) async fn create_properties(&self, connection: i64) -> Answer<Vec<MissingProperty>> {
        let made = self.engine()?.create_properties(connection).await?;
        Ok(made.into_iter().map(Into::into).collect())
    }

    pub(crate) fn preferences(&self) -> Preferences {
        self.preferences.get()
    }

    pub(crate) fn change_preferences(&self, preferences: Preferences) -> Answer<()> {
        // The page for links is switched by a command of its own, which can fail.
        self.preferences.set(Preferences {
            link_page: self.preferences.get().link_page,
            ..preferences
        })
    }
}

fn without_effect(key: &str, value: &str, method: Method) -> &'static str {
    match (key, value, method) {
        ("rules.journal", "on", Method::Key) => JOURNAL_NEEDS_OWN_APP,
        _ => "",
    }
}
