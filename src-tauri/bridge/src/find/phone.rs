//! Contacts by phone number.
//!
//! HubSpot keeps, for `phone` and `mobilephone` only, a searchable form: the national number without
//! country code. One search asks for about a hundred numbers in both. Whoever is not found so may be
//! typed in a way that HubSpot could not read, or stand in a property of the portal's own: those are
//! looked for one by one, by the ways in which such a number is written.

use super::Pool;
use super::contact::{PROPERTIES, read_contact};
use crate::engine::Engine;
use crate::person::{Contact, Person, Phone};
use crate::trouble::Trouble;
use futures_util::{StreamExt as _, TryStreamExt as _};
use hubspot::{Filter, ObjectKind, Search};
use std::collections::BTreeSet;

const PHONE: &str = "hs_searchable_calculated_phone_number";
const MOBILE: &str = "hs_searchable_calculated_mobile_number";
/// Room for everything of a search's body that is not a number: HubSpot takes 3,000 characters.
const ROOM_FOR_NUMBERS: usize = 2_100;
/// Searches under way at a time.
const AT_ONCE: usize = 5;
/// Numbers that are looked for one by one in a look; the others come next time.
const ONE_BY_ONE: usize = 60;
/// Properties of the portal's own that are searched, and the day for which their list is believed.
const OWN_PROPERTIES: usize = 3;
const BELIEVED_MS: i64 = 24 * 60 * 60 * 1_000;
const CURSOR: &str = "phone_properties";

impl Engine {
    pub(super) async fn find_by_phone(
        &self,
        people: &[Person],
        region: &str,
        pool: &mut Pool,
    ) -> Result<(), Trouble> {
        let numbers: BTreeSet<Phone> = people
            .iter()
            .flat_map(|person| person.phones.iter().cloned())
            .collect();
        let chunks = chunks(&numbers);
        let searches = chunks.iter().map(|chunk| {
            let search = Search::new()
                .group([Filter::one_of(PHONE, chunk)])
                .group([Filter::one_of(MOBILE, chunk)]);
            self.found_by(search, region, &[])
        });
        // As many at once as HubSpot takes in a second, since an answer may take nearly as long.
        let mut found = futures_util::stream::iter(searches).buffered(AT_ONCE);
        while let Some(contacts) = found.try_next().await? {
            contacts.into_iter().for_each(|contact| pool.add(contact));
        }
        let left: Vec<Phone> = numbers
            .into_iter()
            .filter(|phone| !pool.has_phone(&phone.e164))
            .take(ONE_BY_ONE)
            .collect();
        if left.is_empty() {
            return Ok(());
        }
        let own = self.own_phone_properties().await?;
        for phone in left {
            for search in one_by_one(&phone, &own) {
                let found = self.found_by(search, region, &own).await?;
                found.into_iter().for_each(|contact| pool.add(contact));
                if pool.has_phone(&phone.e164) {
                    break;
                }
            }
        }
        Ok(())
    }

    async fn found_by(
        &self,
        search: Search,
        region: &str,
        own: &[String],
    ) -> Result<Vec<Contact>, Trouble> {
        let mut found = Vec::new();
        let properties = PROPERTIES
            .iter()
            .copied()
            .chain(own.iter().map(String::as_str));
        let mut search = search.properties(properties);
        // A hundred numbers have a handful of contacts each; more pages than this are junk values.
        for _ in 0..5 {
            let hubspot = &self.outside.hubspot;
            let page = match self
                .attempt(|| hubspot.search(ObjectKind::Contacts, &search))
                .await
            {
                Ok(page) => page,
                // A portal of another shape may not have every property: no match by this way.
                Err(Trouble::HubSpot(error))
                    if error.retry_class() == wire::RetryClass::Permanent =>
                {
                    return Ok(found);
                }
                Err(trouble) => return Err(trouble),
            };
            let kept = page.records.iter().filter(|record| !record.archived);
            found.extend(kept.map(|record| read_contact(record, region, own)));
            if page.after.is_none() {
                break;
            }
            search = search.after(page.after);
        }
        Ok(found)
    }

    /// The portal's own properties of contacts that look as if they held numbers.
    pub(crate) async fn own_phone_properties(&self) -> Result<Vec<String>, Trouble> {
        let id = self.id();
        if let Some((stored, at)) = self.read(|rows| rows.cursor_and_time(id, CURSOR))?
            && self.now() < at.saturating_add(BELIEVED_MS)
        {
            return Ok(stored
                .split(',')
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
                .collect());
        }
        let hubspot = &self.outside.hubspot;
        let all = match self
            .attempt(|| hubspot.properties(ObjectKind::Contacts))
            .await
        {
            Ok(all) => all,
            // Without the right to read definitions only the two usual properties are searched.
            Err(Trouble::HubSpot(error)) if error.retry_class() == wire::RetryClass::Permanent => {
                Vec::new()
            }
            Err(trouble) => return Err(trouble),
        };
        let own: Vec<String> = all
            .iter()
            .filter(|property| holds_numbers(property))
            .map(|property| property.name.clone())
            .take(OWN_PROPERTIES)
            .collect();
        self.write(|rows| rows.set_cursor(id, CURSOR, &own.join(","), self.now()))?;
        Ok(own)
    }
}

fn holds_numbers(property: &hubspot::Property) -> bool {
    let name = property.name.to_lowercase();
    let known = matches!(name.as_str(), "phone" | "mobilephone" | "fax");
    if known || name.starts_with("hs_") || name.starts_with("tuco_") || property.calculated {
        return false;
    }
    let words = ["phone", "mobile", "cell", "whatsapp", "telephone"];
    let named = words.iter().any(|word| name.contains(word));
    property.field_type == "phonenumber"
        || property.value_type == "phone_number"
        || (named && property.value_type == "string")
}

/// National numbers, as many as fit into one search twice.
fn chunks(numbers: &BTreeSet<Phone>) -> Vec<Vec<String>> {
    let mut chunks: Vec<Vec<String>> = Vec::new();
    let mut room = 0;
    let nationals: BTreeSet<&String> = numbers.iter().map(|phone| &phone.national).collect();
    for national in nationals {
        // Quotes and a comma, in both lists.
        let cost = 2 * (national.len() + 3);
        if room < cost || chunks.is_empty() {
            chunks.push(Vec::new());
            room = ROOM_FOR_NUMBERS;
        }
        if let Some(chunk) = chunks.last_mut() {
            chunk.push(national.clone());
            room -= cost;
        }
    }
    chunks
}

/// The ways to find a number that HubSpot's searchable form does not hold, the cheapest first.
fn one_by_one(phone: &Phone, own: &[String]) -> Vec<Search> {
    let ending = format!("*{}", phone.national);
    let usual = Search::new()
        .group([Filter::contains_token(PHONE, &ending)])
        .group([Filter::contains_token(MOBILE, &ending)])
        .group([Filter::contains_token("phone", &ending)])
        .group([Filter::contains_token("mobilephone", &ending)])
        .group([Filter::eq("phone", &phone.e164)]);
    // As people type them, the digits stand in groups: look for the last groups.
    let groups = typed_groups(phone);
    let names = ["phone", "mobilephone"]
        .into_iter()
        .chain(own.iter().map(String::as_str));
    let typed = names.take(5).fold(Search::new(), |search, name| {
        search.group(
            groups
                .iter()
                .map(|digits| Filter::contains_token(name, digits)),
        )
    });
    let mut searches = vec![usual, typed];
    if !own.is_empty() {
        searches.push(own.iter().fold(Search::new(), |search, name| {
            search.group([Filter::contains_token(name, &ending)])
        }));
    }
    searches
}

/// The groups of digits in which a number is usually written: 904 295 6129 in North America, pairs from
/// the end elsewhere. At most three, so that five properties stay under HubSpot's 18 filters.
fn typed_groups(phone: &Phone) -> Vec<String> {
    let digits: Vec<char> = phone.national.chars().collect();
    let sizes: &[usize] = if phone.e164.starts_with("+1") {
        &[4, 3, 3]
    } else {
        &[2, 2, 2]
    };
    let mut end = digits.len();
    let mut groups = Vec::new();
    for size in sizes {
        let start = end.saturating_sub(*size);
        if let Some(group) = digits.get(start..end).filter(|group| group.len() == *size) {
            groups.push(group.iter().collect());
        }
        end = start;
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_stays_under_three_thousand_characters() {
        let numbers: BTreeSet<Phone> = (0..1_000)
            .filter_map(|n| Phone::parse(&format!("+1202555{n:04}"), "US"))
            .collect();
        assert!(numbers.len() > 900);
        let all: usize = chunks(&numbers).iter().map(Vec::len).sum();
        assert_eq!(all, numbers.len(), "nobody is left out");
        for chunk in chunks(&numbers) {
            let search = Search::new()
                .group([Filter::one_of(PHONE, &chunk)])
                .group([Filter::one_of(MOBILE, &chunk)])
                .properties(PROPERTIES.iter().copied());
            assert!(
                search.body_len() <= hubspot::MAX_BODY,
                "{}",
                search.body_len()
            );
        }
        assert!(
            chunks(&numbers).len() <= 13,
            "about eighty numbers, each in two lists"
        );
    }

    #[test]
    fn numbers_are_split_as_people_type_them() {
        let phone = |text| Phone::parse(text, "US").unwrap();
        assert_eq!(typed_groups(&phone("+19042956129")), ["6129", "295", "904"]);
        assert_eq!(typed_groups(&phone("+33176360695")), ["95", "06", "36"]);
    }
}
