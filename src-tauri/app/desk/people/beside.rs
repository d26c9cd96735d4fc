//! What a person has beside them in HubSpot: as it is kept, and read anew.

use bridge::people::{beside, discovery, setup};

use super::Desk;
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
}
