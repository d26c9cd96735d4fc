//! The log: pages, stories, and a person's word on what is in it.

use bridge::explain::{Facts, chain, others};
use bridge::mirror::iso;
use bridge::region;
use bridge::settings::Settings;
use bridge::store::{ConnectionRow, Reader, StoreError};

use url::Url;

use super::Desk;
use crate::view::activity::{Filter, FoundContact, KeptView, Page, PageStart};
use crate::view::problem::{Answer, Problem};
use crate::view::story::{ParkedEntry, Story, Told, UnknownSend, missing};

/// The page asks for no more rows at once than this.
const MOST_ROWS: usize = 500;
/// More given-up entries than this are not looked through by hand.
const MOST_PARKED: usize = 1_000;
/// More contacts are not shown at once.
const MOST_CONTACTS: usize = 8;
/// Longer names are not names.
const LONGEST_NAME: usize = 80;

impl Desk {
    pub(crate) async fn activity_page(
        &self,
        connection: i64,
        filter: Filter,
        start: PageStart,
        limit: u32,
    ) -> Answer<Page> {
        let filter = filter.of(connection);
        let limit = usize::try_from(limit)
            .unwrap_or(MOST_ROWS)
            .clamp(1, MOST_ROWS);
        self.engine()?
            .read(move |rows| Ok(rows.activity(&filter, start.into(), limit)?.into()))
            .await
    }

    pub(crate) async fn activity_count(
        &self,
        connection: i64,
        filter: Filter,
    ) -> Answer<Option<u64>> {
        let filter = filter.of(connection);
        self.engine()?
            .read(move |rows| Ok(rows.activity_count(&filter)?))
            .await
    }

    pub(crate) async fn event_story(&self, connection: i64, event: i64) -> Answer<Story> {
        let places = self.places();
        self.engine()?
            .read(move |rows| {
                let row = rows.connection(connection)?.ok_or_else(missing)?;
                let event = rows
                    .event(event)?
                    .filter(|event| event.connection_id == connection)
                    .ok_or_else(missing)?;
                let effects = rows.effects_by_event(event.id)?;
                let settings = settings_of(rows, &row)?;
                let also = others(rows, &event)?;
                let told = chain(&Facts {
                    event: &event,
                    effects: &effects,
                    also: &also,
                    settings: &settings,
                    connection: &row,
                    clock: &iso,
                });
                let contact_url = event
                    .contact_id
                    .as_deref()
                    .and_then(|contact| places.contact_page(&row, contact))
                    .map(String::from);
                let mut same_message =
                    rows.events_of_message(connection, &event.sighting.message_id)?;
                same_message.retain(|other| other.id != event.id);
                Ok(Story::from(Told {
                    event,
                    effects,
                    chain: told,
                    contact_url,
                    same_message,
                }))
            })
            .await
    }

    /// The event of a message that says most: its reply or send, for a link that names a message.
    pub(crate) async fn event_of_message(
        &self,
        connection: i64,
        message: String,
    ) -> Answer<Option<i64>> {
        self.engine()?
            .read(move |rows| {
                let events = rows.events_of_message(connection, &message)?;
                Ok::<_, Problem>(events.first().map(|event| event.id))
            })
            .await
    }

    /// The page of a contact, which is HubSpot's own and nobody else's.
    pub(crate) async fn contact_page(&self, connection: i64, contact: &str) -> Answer<Url> {
        let row = self.row(connection).await?;
        let page = self.places().contact_page(&row, contact);
        page.ok_or_else(|| Problem::input("This is not the number of a contact in HubSpot."))
    }

    pub(crate) async fn replay(&self, connection: i64, event: i64) -> Answer<()> {
        Ok(self.engine()?.replay(connection, event).await?)
    }

    pub(crate) async fn contact_search(
        &self,
        connection: i64,
        words: String,
    ) -> Answer<Vec<FoundContact>> {
        let found = self.engine()?.contacts(connection, words).await?;
        Ok(found.into_iter().map(Into::into).collect())
    }

    pub(crate) async fn known_contacts(
        &self,
        connection: i64,
        words: String,
    ) -> Answer<Vec<FoundContact>> {
        self.engine()?
            .read(move |rows| {
                let known = rows.known_contacts(connection, &words, MOST_CONTACTS)?;
                Ok::<_, Problem>(known.into_iter().map(Into::into).collect())
            })
            .await
    }

    pub(crate) async fn link_event(
        &self,
        connection: i64,
        event: i64,
        contact: String,
    ) -> Answer<()> {
        Ok(self.engine()?.link(connection, event, contact).await?)
    }

    pub(crate) async fn parked(&self, connection: i64) -> Answer<Vec<ParkedEntry>> {
        self.engine()?
            .read(move |rows| {
                let parked = rows.parked_effects(connection, MOST_PARKED)?;
                Ok::<_, Problem>(parked.into_iter().map(Into::into).collect())
            })
            .await
    }

    pub(crate) async fn settle_parked(
        &self,
        connection: i64,
        effect: i64,
        retry: bool,
    ) -> Answer<()> {
        Ok(self
            .engine()?
            .settle_parked(connection, effect, retry)
            .await?)
    }

    pub(crate) async fn unknown_sends(&self, connection: i64) -> Answer<Vec<UnknownSend>> {
        self.engine()?
            .read(move |rows| {
                let sends = rows.unknown_sends(connection)?;
                Ok::<_, Problem>(sends.into_iter().map(Into::into).collect())
            })
            .await
    }

    pub(crate) async fn settle_send(
        &self,
        connection: i64,
        send: i64,
        went_out: bool,
    ) -> Answer<()> {
        Ok(self
            .engine()?
            .settle_send(connection, send, went_out)
            .await?)
    }

    pub(crate) async fn kept_views(&self, connection: i64) -> Answer<Vec<KeptView>> {
        self.engine()?
            .read(move |rows| {
                let views = rows.views(connection)?;
                // A filter that an older version wrote and this one does not read is left out.
                let read = views.into_iter().filter_map(|view| {
                    Some(KeptView {
                        id: view.id,
                        name: view.name,
                        filter: serde_json::from_str(&view.filter).ok()?,
                    })
                });
                Ok::<_, Problem>(read.collect())
            })
            .await
    }

    pub(crate) async fn keep_view(
        &self,
        connection: i64,
        name: String,
        filter: Filter,
    ) -> Answer<i64> {
        let name = good_name(&name)?;
        let filter =
            serde_json::to_string(&filter).map_err(|error| Problem::defect(error.to_string()))?;
        Ok(self.engine()?.keep_view(connection, name, filter).await?)
    }

    pub(crate) async fn forget_view(&self, connection: i64, view: i64) -> Answer<()> {
        Ok(self.engine()?.forget_view(connection, view).await?)
    }
}

/// The settings of a connection, without an engine.
pub(super) fn settings_of(
    rows: &Reader<'_>,
    connection: &ConnectionRow,
) -> Result<Settings, StoreError> {
    let stored = rows.settings(connection.id)?;
    let guessed = if connection.phone_region.is_empty() {
        region::guess(&connection.time_zone, None)
    } else {
        &connection.phone_region
    };
    Ok(Settings::from_stored(&stored, guessed))
}

/// A name that somebody typed, without white space around it.
pub(super) fn good_name(name: &str) -> Answer<String> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control)
    {
        return Err(Problem::input(format!(
            "A name has 1 to {LONGEST_NAME} characters on one line. Choose another one."
        )));
    }
    Ok(name.to_owned())
}
