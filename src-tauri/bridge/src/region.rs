//! The country that a portal's phone numbers are read in, guessed from what its account tells.
//!
//! HubSpot names no country. The time zone decides, else the currency, else the United States. The
//! guess is shown and can be overruled by a setting.

/// ISO 3166 code for a time zone name such as `US/Eastern` or `Europe/Paris`, and a currency.
pub fn guess(time_zone: &str, currency: Option<&str>) -> &'static str {
    by_time_zone(time_zone)
        .or_else(|| by_currency(currency?))
        .unwrap_or("US")
}

/// True for something that can be a region: the setting's check.
pub fn is_region(code: &str) -> bool {
    code.parse::<phonenumber::country::Id>().is_ok()
}

fn by_time_zone(name: &str) -> Option<&'static str> {
    let (area, place) = name.split_once('/')?;
    let place = place.rsplit('/').next().unwrap_or(place);
    Some(match (area, place) {
        ("US", _) => "US",
        ("Canada", _) => "CA",
        ("Australia", _) => "AU",
        ("Mexico", _) => "MX",
        ("Brazil", _) => "BR",
        ("Chile", _) => "CL",
        (
            "America",
            "New_York" | "Chicago" | "Denver" | "Los_Angeles" | "Phoenix" | "Detroit" | "Anchorage"
            | "Boise" | "Indianapolis" | "Louisville" | "Juneau",
        )
        | ("Pacific", "Honolulu") => "US",
        (
            "America",
            "Toronto" | "Vancouver" | "Montreal" | "Halifax" | "Winnipeg" | "Edmonton" | "Regina"
            | "St_Johns",
        ) => "CA",
        ("America", "Mexico_City" | "Tijuana" | "Monterrey" | "Cancun") => "MX",
        ("America", "Sao_Paulo" | "Bahia" | "Fortaleza" | "Recife" | "Manaus") => "BR",
        ("America", "Bogota") => "CO",
        ("America", "Lima") => "PE",
        ("America", "Santiago") => "CL",
        ("America", "Buenos_Aires" | "Cordoba") => "AR",
        ("America", "Puerto_Rico") => "PR",
        ("Europe", "London" | "Belfast") => "GB",
        ("Europe", "Dublin") => "IE",
        ("Europe", "Paris") => "FR",
        ("Europe", "Berlin") => "DE",
        ("Europe", "Madrid") => "ES",
        ("Europe", "Rome") => "IT",
        ("Europe", "Lisbon") => "PT",
        ("Europe", "Amsterdam") => "NL",
        ("Europe", "Brussels") => "BE",
        ("Europe", "Luxembourg") => "LU",
        ("Europe", "Zurich") => "CH",
        ("Europe", "Vienna") => "AT",
        ("Europe", "Stockholm") => "SE",
        ("Europe", "Oslo") => "NO",
        ("Europe", "Copenhagen") => "DK",
        ("Europe", "Helsinki") => "FI",
        ("Europe", "Warsaw") => "PL",
        ("Europe", "Prague") => "CZ",
        ("Europe", "Bratislava") => "SK",
        ("Europe", "Budapest") => "HU",
        ("Europe", "Bucharest") => "RO",
        ("Europe", "Sofia") => "BG",
        ("Europe", "Athens") => "GR",
        ("Europe" | "Asia", "Istanbul") => "TR",
        ("Europe", "Kiev" | "Kyiv") => "UA",
        ("Europe", "Vilnius") => "LT",
        ("Europe", "Riga") => "LV",
        ("Europe", "Tallinn") => "EE",
        ("Asia", "Jerusalem" | "Tel_Aviv") => "IL",
        ("Asia", "Dubai") => "AE",
        ("Asia", "Riyadh") => "SA",
        ("Asia", "Kolkata" | "Calcutta") => "IN",
        ("Asia", "Singapore") => "SG",
        ("Asia", "Hong_Kong") => "HK",
        ("Asia", "Tokyo") => "JP",
        ("Asia", "Seoul") => "KR",
        ("Asia", "Shanghai") => "CN",
        ("Asia", "Manila") => "PH",
        ("Asia", "Jakarta") => "ID",
        ("Asia", "Bangkok") => "TH",
        ("Asia", "Kuala_Lumpur") => "MY",
        ("Pacific", "Auckland") => "NZ",
        ("Africa", "Johannesburg") => "ZA",
        ("Africa", "Lagos") => "NG",
        ("Africa", "Nairobi") => "KE",
        ("Africa", "Cairo") => "EG",
        _ => return None,
    })
}

fn by_currency(code: &str) -> Option<&'static str> {
    Some(match code {
        "USD" => "US",
        "CAD" => "CA",
        "GBP" => "GB",
        "AUD" => "AU",
        "NZD" => "NZ",
        "CHF" => "CH",
        "SEK" => "SE",
        "NOK" => "NO",
        "DKK" => "DK",
        "PLN" => "PL",
        "INR" => "IN",
        "BRL" => "BR",
        "MXN" => "MX",
        "JPY" => "JP",
        "ZAR" => "ZA",
        "EUR" => "DE",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zone_before_currency_before_default() {
        assert_eq!(guess("US/Eastern", None), "US");
        assert_eq!(guess("Europe/Paris", Some("USD")), "FR");
        assert_eq!(guess("America/Indiana/Indianapolis", Some("EUR")), "US");
        assert_eq!(guess("Etc/UTC", Some("GBP")), "GB");
        assert_eq!(guess("", None), "US");
    }

    #[test]
    fn every_guess_is_a_region() {
        for zone in chrono_tz::TZ_VARIANTS {
            assert!(is_region(guess(zone.name(), None)), "{zone}");
        }
        assert!(!is_region("Bavaria"));
    }
}
