//! What a person has beside them in HubSpot: as it is kept, and read anew.

use bridge::people::{beside, discovery, setup};
use bridge::store::ConnectionRow;
use hubspot::ObjectKind;
use url::Url;

use super::Desk;
use crate::places::Places;
use crate::view::people::{BesideSection, PersonBeside};
use crate::view::problem::{Answer, Problem};

impl Desk {
    /// As it was read last; at once, and without a network.
    pub(crate) async fn person_beside(&self, connection: i64, person: i64) -> Answer<PersonBeside> {
        let contact = self.entry(connection, person).await?.contact;
        let method = self.row(connection).await?.method;
        self.engine()?
            .read(move |rows| {
                let Some(contact) = contact else {
                    return Ok::<_, Problem>(PersonBeside::default());
                };
                let sections = beside::kept(rows, connection, &contact.id)?;
                let (portal, _) = discovery::kept(rows, connection)?;
                let shown = |section| BesideSection::of(section, &portal, method);
                Ok(PersonBeside {
                    on: setup(rows, connection)?.also.any(),
                    sections: sections.into_iter().map(shown).collect(),
                })
            })
            .await
    }

    /// Read anew where that was not done lately, or now.
    pub(crate) async fn read_person_beside(
        &self,
        connection: i64,
        person: i64,
        now: bool,
    ) -> Answer<PersonBeside> {
        if let Some(contact) = self.entry(connection, person).await?.contact {
            self.engine()?
                .read_beside(connection, contact.id, now)
                .await?;
        }
        self.person_beside(connection, person).await
    }

    /// The page of a record that stands beside a person, which is HubSpot's own and nobody else's.
    pub(crate) async fn beside_page(
        &self,
        connection: i64,
        person: i64,
        kind: &str,
        id: &str,
    ) -> Answer<Url> {
        let contact = self.entry(connection, person).await?.contact;
        let row = self.row(connection).await?;
        contact
            .and_then(|contact| page_of(&self.places(), &row, &contact.id, kind, id))
            .ok_or_else(|| Problem::input("Nothing like that stands beside the person in HubSpot."))
    }
}

/// What stands on a timeline has no page of its own: the contact's is opened at that entry.
fn page_of(
    places: &Places,
    row: &ConnectionRow,
    contact: &str,
    kind: &str,
    id: &str,
) -> Option<Url> {
    match ObjectKind::ALL.into_iter().find(|one| one.path() == kind) {
        Some(known @ (ObjectKind::Companies | ObjectKind::Deals | ObjectKind::Tickets)) => {
            places.record_page(row, known.type_id(), id)
        }
        Some(
            known @ (ObjectKind::Emails
            | ObjectKind::Calls
            | ObjectKind::Meetings
            | ObjectKind::Notes),
        ) => {
            let mut page = places.contact_page(row, contact)?;
            places.record_page(row, known.type_id(), id)?;
            page.query_pairs_mut().append_pair("engagement", id);
            Some(page)
        }
        Some(_) => None,
        // A custom object is named by its number.
        None => places.record_page(row, kind, id),
    }
}
