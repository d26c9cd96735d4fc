//! Phone numbers and e-mail addresses in the one form in which they are compared.

use std::str::FromStr;

/// A phone number that is known to be one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Phone {
    /// `+` and digits.
    pub e164: String,
    /// Without country code: what HubSpot's searchable properties hold.
    pub national: String,
}

impl Phone {
    /// Reads a number as people type it. `region` (ISO 3166, such as `US`) is used where the number
    /// names no country. Extensions are dropped: they are not part of what a message is sent to.
    pub fn parse(written: &str, region: &str) -> Option<Self> {
        let written = written.trim();
        // Longer than any number with its extension and separators: not a number, and not worth parsing.
        if written.is_empty() || written.len() > 60 {
            return None;
        }
        let country = phonenumber::country::Id::from_str(region).ok();
        parse_valid(country, written).or_else(|| {
            // 00 is the international prefix of most of the world, whatever the region's own is.
            let digits = written.strip_prefix("00")?;
            parse_valid(None, &format!("+{digits}"))
        })
    }
}

/// Without a country in the text, only what is valid in the region is a number. With one it is enough
/// that the length can be right: number plans grow faster than their descriptions.
fn parse_valid(country: Option<phonenumber::country::Id>, written: &str) -> Option<Phone> {
    // Where the text names its country, the region must stay out of it: the library would take the 1 of
    // +33 1 76 for the prefix of North America.
    let country = country.filter(|_| !written.starts_with('+'));
    let number = phonenumber::parse(country, written).ok()?;
    let e164 = format!(
        "+{}{}{}",
        number.code().value(),
        "0".repeat(usize::from(number.national().zeros())),
        number.national().value()
    );
    let national = e164
        .strip_prefix(&format!("+{}", number.code().value()))?
        .to_owned();
    let possible = written.starts_with('+') && (7..=14).contains(&national.len());
    (possible || phonenumber::is_valid(&number)).then_some(Phone { e164, national })
}

/// An e-mail address in the form that HubSpot stores and compares.
pub fn email(written: &str) -> Option<String> {
    let address = written.trim().to_lowercase();
    let (local, domain) = address.split_once('@')?;
    let plausible = !local.is_empty()
        && domain.contains('.')
        && !domain.contains('@')
        && !address.chars().any(|c| c.is_whitespace() || c.is_control());
    plausible.then_some(address)
}

/// True for something that can be a country: two letters such as `US`.
pub fn is_region(code: &str) -> bool {
    phonenumber::country::Id::from_str(code).is_ok()
}

#[cfg(test)]
mod tests;
