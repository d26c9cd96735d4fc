//! Who somebody is, for the guard: the contact in HubSpot, and what they said last.

use crate::compose::Recipient;
use crate::engine::Engine;
use crate::event::person_key;
use crate::find::{PROPERTIES, read_contact};
use crate::optout;
use crate::person::{Contact, Person, Phone, email};
use crate::planted::Defect;
use crate::refusal;
use crate::settings::Settings;
use crate::trouble::Trouble;
use hubspot::{ObjectKind, Record};
use tuco::RepliesQuery;
use wire::{RetryClass, Timestamp};

/// Whom a message is for, as far as it is known.
#[derive(Debug, Clone, Default)]
pub(crate) struct Who {
    /// The contact, where there is exactly one.
    pub(crate) contact_id: Option<String>,
    /// Its name; may be empty.
    pub(crate) name: String,
    /// The contact was asked for by its id, and there is none.
    pub(crate) gone: bool,
    /// E.164.
    pub(crate) phone: Option<String>,
    /// Lower case.
    pub(crate) email: Option<String>,
    /// Every key by which an opt-out of this person may stand: numbers, addresses, `lead:…`, `contact:…`.
    pub(crate) keys: Vec<String>,
    /// What HubSpot has on every contact with this address.
    pub(crate) records: Vec<Record>,
    /// When they last wrote.
    pub(crate) replied_at: Option<Timestamp>,
}

impl Who {
    /// A property of the one contact.
    pub(crate) fn property(&self, name: &str) -> Option<&str> {
        match self.records.as_slice() {
            [only] => only.text(name),
            _ => None,
        }
    }

    /// The person, as events name whom they are about.
    pub(super) fn people(&self) -> Vec<String> {
        let addresses = [
            person_key(None, self.phone.as_deref(), None),
            person_key(None, None, self.email.as_deref()),
        ];
        let leads = self.keys.iter().filter(|key| key.starts_with("lead:"));
        leads
            .cloned()
            .chain(addresses.into_iter().flatten())
            .collect()
    }

    fn add_key(&mut self, key: String) {
        if !self.keys.contains(&key) {
            self.keys.push(key);
        }
    }

    fn add_contact(&mut self, contact: &Contact) {
        let ids = contact.former_ids.iter().chain([&contact.id]);
        for id in ids {
            self.add_key(format!("contact:{id}"));
        }
        for address in contact.phones.iter().chain(&contact.emails) {
            self.add_key(address.clone());
        }
    }
}

impl Engine {
    /// Looks the person up in HubSpot, and hears what Tuco knows of them. What was said is stored before
    /// this answers.
    pub(crate) async fn who(&self, to: &Recipient) -> Result<Who, Trouble> {
        let settings = self.settings()?;
        let mut who = self.in_hubspot(to, &settings).await?;
        if !who.gone {
            self.hear(&mut who, &settings).await?;
        }
        Ok(who)
    }

    async fn in_hubspot(&self, to: &Recipient, settings: &Settings) -> Result<Who, Trouble> {
        let region = settings.phone_region.as_str();
        let mut who = Who::default();
        let ids: Vec<String> = match to {
            Recipient::Contact(id) => vec![id.clone()],
            Recipient::Phone(number) => {
                who.phone = Phone::parse(number, region).map(|phone| phone.e164);
                self.contacts_of(who.phone.as_deref(), None, region).await?
            }
            Recipient::Email(address) => {
                who.email = email(address);
                self.contacts_of(None, who.email.as_deref(), region).await?
            }
        };
        let wanted = wanted(settings);
        let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
        let by_id = matches!(to, Recipient::Contact(_));
        for id in &ids {
            let hubspot = &self.outside.hubspot;
            let record = self
                .attempt(|| hubspot.record(ObjectKind::Contacts, id, &wanted))
                .await?
                .filter(|record| !record.archived);
            let Some(record) = record else { continue };
            self.add_record(&mut who, record, (ids.len() == 1, by_id), settings)?;
        }
        who.gone = by_id && who.records.is_empty();
        for address in [who.phone.clone(), who.email.clone()].into_iter().flatten() {
            who.add_key(address);
        }
        Ok(who)
    }

    /// What HubSpot has on a contact. `only`: it is the one contact that there is; `by_id`: it was asked for
    /// by its number, so that its addresses are the person's.
    fn add_record(
        &self,
        who: &mut Who,
        record: Record,
        (only, by_id): (bool, bool),
        settings: &Settings,
    ) -> Result<(), Trouble> {
        let region = settings.phone_region.as_str();
        let contact = read_contact(&record, region, &[]);
        who.add_contact(&contact);
        self.take_from_hubspot(&record, &contact, settings)?;
        if only {
            who.contact_id = Some(record.id.clone());
            who.name.clone_from(&contact.name);
            if by_id {
                who.phone = phone_of(&record, &contact, region);
                who.email = contact.emails.iter().next().cloned();
                if let Some(main) = record.text("email").and_then(email) {
                    who.email = Some(main);
                }
            }
        }
        who.records.push(record);
        Ok(())
    }

    /// What has to be read of contacts, so that [`Self::who_read`] knows them: these places of a text beside
    /// what the guard goes by.
    pub(crate) fn to_read(&self, of_the_text: &[&str]) -> Result<Vec<String>, Trouble> {
        let mut names = wanted(&self.settings()?);
        for name in of_the_text {
            if !names.iter().any(|one| one == name) {
                names.push((*name).to_owned());
            }
        }
        Ok(names)
    }

    /// A contact that was read together with others, with what is stored of what they said. Good for a look
    /// ahead; before a send [`Self::who`] asks.
    pub(crate) fn who_read(&self, record: Record) -> Result<Who, Trouble> {
        let settings = self.settings()?;
        let mut who = Who::default();
        self.add_record(&mut who, record, (true, true), &settings)?;
        let id = self.id();
        let addresses: Vec<String> = [who.phone.clone(), who.email.clone()]
            .into_iter()
            .flatten()
            .collect();
        for address in addresses {
            let replies = self.read(|rows| rows.newest_replies_of(id, &address, 1))?;
            let replied = replies.first().map(|event| event.sighting.occurred_at);
            who.replied_at = who.replied_at.max(replied);
            who.add_key(address);
        }
        Ok(who)
    }

    async fn contacts_of(
        &self,
        phone: Option<&str>,
        mail: Option<&str>,
        region: &str,
    ) -> Result<Vec<String>, Trouble> {
        let person = Person {
            key: String::new(),
            claimed: Vec::new(),
            phones: phone
                .and_then(|phone| Phone::parse(phone, region))
                .into_iter()
                .collect(),
            emails: mail.map(str::to_owned).into_iter().collect(),
        };
        if person.is_nobody() {
            return Ok(Vec::new());
        }
        let pool = self.find(std::slice::from_ref(&person), region).await?;
        Ok(pool
            .of(&person)
            .into_iter()
            .map(|contact| contact.id)
            .collect())
    }

    /// The person, at the addresses that a message was kept for, whatever the contact has by now: an opt-out of
    /// those is asked for too.
    pub(crate) async fn who_at(
        &self,
        to: &Recipient,
        phone: Option<&str>,
        mail: Option<&str>,
    ) -> Result<Who, Trouble> {
        let mut who = self.who(to).await?;
        if who.gone {
            return Ok(who);
        }
        let is_heard = match phone {
            Some(_) => who.phone.as_deref() == phone,
            None => who.email.as_deref() == mail,
        };
        who.phone = phone.map(str::to_owned);
        who.email = mail.map(str::to_owned);
        for address in [phone, mail].into_iter().flatten() {
            who.add_key(address.to_owned());
        }
        if !is_heard {
            self.hear(&mut who, &self.settings()?).await?;
        }
        Ok(who)
    }

    /// Whatever this person said since the last poll, and Tuco's own list, before the guard looks.
    async fn hear(&self, who: &mut Who, settings: &Settings) -> Result<(), Trouble> {
        let region = settings.phone_region.as_str();
        if who.phone.is_none() && who.email.is_none() || self.planted(Defect::RulesFirst) {
            return Ok(());
        }
        let tuco = &self.outside.tuco;
        let query = RepliesQuery {
            phone: who.phone.clone(),
            email: who.email.clone().filter(|_| who.phone.is_none()),
            page: 1,
            limit: 100,
            ..RepliesQuery::default()
        };
        match self.attempt(|| tuco.replies(&query)).await {
            Ok(page) => {
                for item in &page.items {
                    who.replied_at = who.replied_at.max(Some(item.at));
                    if let Some(lead) = &item.lead_id {
                        who.add_key(format!("lead:{lead}"));
                    }
                }
                let mut said = optout::said_in(&page.items);
                said.sort_by_key(|one| one.occurred_at);
                let (id, now) = (self.id(), self.now());
                self.write(|rows| {
                    said.iter()
                        .try_for_each(|one| optout::take(rows, id, one, region, now))
                })?;
            }
            Err(Trouble::Tuco(error)) if refusal::is_tuco_refusal(&error) => {}
            Err(trouble) => return Err(trouble),
        }
        let Some(phone) = who.phone.clone() else {
            return Ok(());
        };
        // The list's shape is not documented; where it can't be read, Tuco's own check still stands.
        match self
            .attempt(|| tuco.dnc_list(1, 50, Some(phone.as_str())))
            .await
        {
            Ok(page) => self.take_from_tuco(&page.items, Some(&phone), region),
            Err(Trouble::Tuco(error)) if error.retry_class() == RetryClass::Permanent => Ok(()),
            Err(trouble) => Err(trouble),
        }
    }
}

/// A mobile number before another one.
fn phone_of(record: &Record, contact: &Contact, region: &str) -> Option<String> {
    [
        "hs_calculated_mobile_number",
        "mobilephone",
        "hs_calculated_phone_number",
        "phone",
    ]
    .into_iter()
    .filter_map(|name| Phone::parse(record.text(name)?, region))
    .map(|phone| phone.e164)
    .find(|phone| contact.phones.contains(phone))
    .or_else(|| contact.phones.iter().next().cloned())
}

/// What is read of a contact before a send.
fn wanted(settings: &Settings) -> Vec<String> {
    let sending = &settings.sending;
    let own = [
        sending.zone_property.clone(),
        sending.consent_property.clone(),
        sending.opt_out_property.clone(),
        Some(optout::OPTED_OUT_AT.to_owned()),
        Some(optout::OPTED_IN_AT.to_owned()),
        Some("company".to_owned()),
        Some("lifecyclestage".to_owned()),
    ];
    PROPERTIES
        .iter()
        .map(|name| (*name).to_owned())
        .chain(own.into_iter().flatten())
        .collect()
}
