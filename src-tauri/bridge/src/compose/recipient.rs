//! Who somebody is, for whoever writes to them: the contact in HubSpot, what Tuco knows, and what stands
//! in the way. Where the services do not answer, what the log knows.

use super::Recipient;
use super::fields::full_name;
use super::merge_field::may_not_be_read;
use crate::by_hand::HandError;
use crate::conversation;
use crate::engine::Engine;
use crate::guard::Who;
use crate::optout;
use crate::settings::Settings;
use crate::store::{OptOutRow, Reader, StoreError};
use crate::trouble::{Outlook, Trouble};
use message::zone::Whereabouts;
use wire::Timestamp;

/// See the module.
#[derive(Debug, Clone)]
pub struct Card {
    /// HubSpot's id.
    pub contact_id: String,
    /// May be empty.
    pub name: String,
    /// Main address.
    pub email: Option<String>,
    /// The number that is written to.
    pub phone: Option<String>,
    /// The company's name, as the contact has it.
    pub company: Option<String>,
    /// What else is known: a name and a value each.
    pub facts: Vec<(String, String)>,
    /// When we wrote last.
    pub last_contacted_at: Option<Timestamp>,
    /// When they wrote last.
    pub last_replied_at: Option<Timestamp>,
    /// Where they are taken to be.
    pub whereabouts: Whereabouts,
    /// The opt-out that is in force.
    pub opt_out: Option<OptOutRow>,
    /// Something that they wrote waits to be read by a person.
    pub review: Option<i64>,
    /// Whether they agreed; none where nobody asks.
    pub consent: Option<bool>,
}

impl Engine {
    /// Looks somebody up, and hears what they said last.
    ///
    /// # Errors
    /// [`HandError::NoSuchContact`] where the portal has no such contact; else why nothing is known.
    pub async fn card(&self, contact: &str) -> Result<Card, HandError> {
        let to = Recipient::Contact(contact.to_owned());
        let settings = self.settings().map_err(Trouble::from)?;
        let who = match self.who(&to).await {
            Ok(who) if who.gone => return Err(HandError::NoSuchContact(contact.to_owned())),
            Ok(who) => who,
            Err(trouble) => {
                let known = self.known_here(contact, &settings);
                return match (trouble.outlook(), known) {
                    (Outlook::TryAgain, Ok(Some(card))) => Ok(card),
                    _ => Err(trouble.into()),
                };
            }
        };
        self.remember_person(&to, &who);
        let facts = self.facts_of_card(&who).await?;
        let mut card = self
            .card_of(contact, &who, &settings)
            .map_err(Trouble::from)?;
        card.facts = facts;
        Ok(card)
    }

    async fn facts_of_card(&self, who: &Who) -> Result<Vec<(String, String)>, Trouble> {
        let owner = match self.owner_of(who).await {
            Ok(owner) => owner.map(|owner| full_name(&owner)),
            Err(trouble) if may_not_be_read(&trouble) => None,
            Err(trouble) => return Err(trouble),
        };
        let stage = who.property("lifecyclestage").map(str::to_owned);
        let facts = [("Owner", owner), ("Lifecycle stage", stage.map(in_words))];
        Ok(facts
            .into_iter()
            .filter_map(|(label, value)| Some((label.to_owned(), value?)))
            .filter(|(_, value)| !value.trim().is_empty())
            .collect())
    }

    fn card_of(&self, contact: &str, who: &Who, settings: &Settings) -> Result<Card, StoreError> {
        let id = self.id();
        let connection = self.connection();
        let sending = &settings.sending;
        let contact_id = who.contact_id.as_deref().unwrap_or(contact);
        let property = sending.zone_property.as_deref();
        let (opt_out, review, spoken) = self.read(|rows| {
            Ok((
                rows.opt_out_in_force(id, &who.keys)?,
                review_of(&rows, id, &who.keys)?,
                conversation::last_spoken(&rows, id, contact_id)?,
            ))
        })?;
        let consent = sending.consent_property.as_deref().map(|name| {
            !who.records.is_empty()
                && who
                    .records
                    .iter()
                    .all(|record| record.text(name).is_some_and(optout::says_yes))
        });
        Ok(Card {
            contact_id: contact_id.to_owned(),
            name: who.name.clone(),
            email: who.email.clone(),
            phone: who.phone.clone(),
            company: who.property("company").map(str::to_owned),
            facts: Vec::new(),
            last_contacted_at: spoken.out,
            last_replied_at: spoken.back.max(who.replied_at),
            whereabouts: Whereabouts::find(
                property.and_then(|name| who.property(name)),
                who.phone.as_deref(),
                &connection.time_zone,
                self.now(),
            ),
            opt_out,
            review,
            consent,
        })
    }

    /// What the log knows of somebody. None where it knows nothing.
    fn known_here(&self, contact: &str, settings: &Settings) -> Result<Option<Card>, StoreError> {
        let id = self.id();
        let known = self.read(|rows| conversation::known_person(&rows, id, contact))?;
        let Some(known) = known else { return Ok(None) };
        let who = Who {
            contact_id: Some(contact.to_owned()),
            name: known.name,
            keys: [
                Some(format!("contact:{contact}")),
                known.phone.clone(),
                known.email.clone(),
            ]
            .into_iter()
            .flatten()
            .collect(),
            phone: known.phone,
            email: known.email,
            ..Who::default()
        };
        self.card_of(contact, &who, settings).map(Some)
    }
}

fn review_of(rows: &Reader<'_>, id: i64, keys: &[String]) -> Result<Option<i64>, StoreError> {
    if rows.held_by_review(id, keys)?.is_none() {
        return Ok(None);
    }
    let open = rows.open_reviews(id)?;
    Ok(open
        .iter()
        .find(|row| {
            let lead = row.of.lead_id.as_ref().map(|lead| format!("lead:{lead}"));
            [row.of.phone.as_ref(), row.of.email.as_ref(), lead.as_ref()]
                .into_iter()
                .flatten()
                .any(|address| keys.contains(address))
        })
        .map(|row| row.id))
}

/// HubSpot's word for a stage, as a person reads it; a stage of the portal's own is a number.
fn in_words(stage: String) -> String {
    match stage.as_str() {
        "subscriber" => "Subscriber".to_owned(),
        "lead" => "Lead".to_owned(),
        "marketingqualifiedlead" => "Marketing qualified lead".to_owned(),
        "salesqualifiedlead" => "Sales qualified lead".to_owned(),
        "opportunity" => "Opportunity".to_owned(),
        "customer" => "Customer".to_owned(),
        "evangelist" => "Evangelist".to_owned(),
        "other" => "Other".to_owned(),
        _ => stage,
    }
}
