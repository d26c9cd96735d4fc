//! Phone numbers and email addresses as Tuco compares them: E.164 and lower case.

/// A phone number in E.164, read as Tuco reads it: North America where no country is given. `None`
/// if too few or too many digits are left.
#[must_use]
pub fn phone(raw: &str) -> Option<String> {
    let raw = raw.trim();
    // An extension is no part of the number.
    let main = raw.split(['x', 'X', ';', '#', ',']).next().unwrap_or(raw);
    let digits: String = main.chars().filter(char::is_ascii_digit).collect();
    let international = main.trim_start_matches(['(', ' ']).starts_with('+');
    let full = if international {
        digits
    } else if let Some(rest) = digits.strip_prefix("00") {
        rest.to_owned()
    } else if digits.len() == 10 {
        format!("1{digits}")
    } else {
        digits
    };
    (8..=15).contains(&full.len()).then(|| format!("+{full}"))
}

/// An email address in lower case, if it looks like one.
#[must_use]
pub fn email(raw: &str) -> Option<String> {
    let trimmed = raw.trim();
    let (name, host) = trimmed.split_once('@')?;
    let plausible =
        !name.is_empty() && host.contains('.') && !trimmed.contains(char::is_whitespace);
    plausible.then(|| trimmed.to_lowercase())
}

/// Either of the two, whichever the text looks like.
#[must_use]
pub fn any(raw: &str) -> Option<String> {
    email(raw).or_else(|| phone(raw))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_forms_of_one_number_are_one_number() {
        for raw in [
            "(904) 295-6129",
            "904.295.6129 x3",
            "+1 904 295 6129",
            "19042956129",
        ] {
            assert_eq!(phone(raw).as_deref(), Some("+19042956129"), "{raw}");
        }
        for raw in ["0033 1 76 36 06 95", "+33176360695"] {
            assert_eq!(phone(raw).as_deref(), Some("+33176360695"), "{raw}");
        }
        assert_eq!(phone("call me"), None);
    }
}
