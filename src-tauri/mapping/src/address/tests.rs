use super::*;

/// Country, national number, its country code, how it is dialled within the country.
const NUMBERS: [(&str, &str, &str, &str); 22] = [
    ("US", "9042956129", "1", "(904) 295-6129"),
    ("CA", "4165550123", "1", "416-555-0123"),
    ("GB", "7911123456", "44", "07911 123456"),
    ("FR", "176360695", "33", "01 76 36 06 95"),
    ("DE", "15123456789", "49", "0151 23456789"),
    ("IT", "3123456789", "39", "312 345 6789"),
    ("ES", "612345678", "34", "612 34 56 78"),
    ("PT", "912345678", "351", "912 345 678"),
    ("NL", "612345678", "31", "06 12345678"),
    ("BE", "470123456", "32", "0470 12 34 56"),
    ("CH", "781234567", "41", "078 123 45 67"),
    ("AT", "664123456", "43", "0664 123456"),
    ("SE", "701234567", "46", "070-123 45 67"),
    ("NO", "40612345", "47", "406 12 345"),
    ("DK", "32123456", "45", "32 12 34 56"),
    ("PL", "512345678", "48", "512 345 678"),
    ("AU", "412345678", "61", "0412 345 678"),
    ("NZ", "211234567", "64", "021 123 4567"),
    ("IN", "8123456789", "91", "08123 456789"),
    ("JP", "9012345678", "81", "090-1234-5678"),
    ("BR", "11961234567", "55", "(11) 96123-4567"),
    ("ZA", "711234567", "27", "071 123 4567"),
];

/// How people write one number.
fn forms(national: &str, code: &str, dialled: &str) -> Vec<String> {
    let spaced: String = national
        .chars()
        .enumerate()
        .flat_map(|(place, c)| {
            if place > 0 && place % 3 == 0 {
                vec![' ', c]
            } else {
                vec![c]
            }
        })
        .collect();
    vec![
        dialled.to_owned(),
        format!("  {dialled} "),
        dialled.replace([' ', '-'], "."),
        format!("+{code}{national}"),
        format!("+{code} {spaced}"),
        format!("+{code}-{}", spaced.replace(' ', "-")),
        format!("+{code}.{}", spaced.replace(' ', ".")),
        format!("00{code}{national}"),
        format!("00{code} {spaced}"),
        format!("+{code} {spaced} ext. 12"),
        format!("+{code} {spaced} x3"),
        format!("tel:+{code}-{}", spaced.replace(' ', "-")),
    ]
}

#[test]
fn two_hundred_and_sixty_written_forms_in_twenty_two_countries_are_one_number_each() {
    let mut tried = 0;
    for (region, national, code, dialled) in NUMBERS {
        for form in forms(national, code, dialled) {
            let phone = Phone::parse(&form, region);
            let e164 = phone.map(|phone| phone.e164);
            assert_eq!(
                e164.as_deref(),
                Some(&*format!("+{code}{national}")),
                "{form} in {region}"
            );
            tried += 1;
        }
    }
    assert!(tried >= 260, "{tried}");
}

#[test]
fn a_number_in_one_form_stays_as_it_is_in_every_country() {
    for (_, national, code, _) in NUMBERS {
        let e164 = format!("+{code}{national}");
        for (region, ..) in NUMBERS {
            assert_eq!(
                Phone::parse(&e164, region).unwrap().e164,
                e164,
                "in {region}"
            );
        }
    }
}

#[test]
fn what_is_no_number_is_none() {
    for text in [
        "",
        "n/a",
        "00004",
        "call me",
        "1234",
        "ada@example.com",
        "+",
        "+0",
        "((((",
        "12345678901234567890",
    ] {
        assert_eq!(Phone::parse(text, "US"), None, "{text}");
    }
}
