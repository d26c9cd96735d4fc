//! Numbers, written in different ways. They are kept as text: no digit is lost to a binary fraction.

use super::Stop;

/// A number as HubSpot writes it: digits, at most one point, maybe a sign.
struct Digits {
    negative: bool,
    whole: String,
    fraction: String,
}

fn read(text: &str) -> Option<Digits> {
    let text = text.trim();
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.chars().all(|c| c.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !digits(whole) || !digits(fraction) {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    Some(Digits {
        negative,
        whole: if whole.is_empty() { "0" } else { whole }.to_owned(),
        fraction: fraction.to_owned(),
    })
}

impl Digits {
    fn rounded(mut self, decimals: usize) -> Self {
        if self.fraction.len() <= decimals {
            while self.fraction.len() < decimals {
                self.fraction.push('0');
            }
            return self;
        }
        let up = self
            .fraction
            .as_bytes()
            .get(decimals)
            .is_some_and(|digit| *digit >= b'5');
        self.fraction.truncate(decimals);
        if up {
            let all = format!("{}{}", self.whole, self.fraction);
            let more = increment(&all);
            let split = more.len().saturating_sub(decimals);
            self.whole = more.chars().take(split).collect();
            self.fraction = more.chars().skip(split).collect();
        }
        self
    }

    fn is_zero(&self) -> bool {
        self.whole
            .chars()
            .chain(self.fraction.chars())
            .all(|c| c == '0')
    }
}

/// One more, in digits.
fn increment(digits: &str) -> String {
    let mut out: Vec<u8> = digits.bytes().collect();
    for digit in out.iter_mut().rev() {
        if *digit == b'9' {
            *digit = b'0';
        } else {
            *digit += 1;
            return out.into_iter().map(char::from).collect();
        }
    }
    format!("1{}", out.into_iter().map(char::from).collect::<String>())
}

pub(super) fn forward(
    text: &str,
    decimals: Option<u32>,
    thousands: &str,
    point: &str,
) -> Result<String, Stop> {
    let mut digits = read(text).ok_or(Stop::NoNumber)?;
    if let Some(decimals) = decimals {
        digits = digits.rounded(usize::try_from(decimals.min(20)).unwrap_or(20));
    }
    let mut out = String::new();
    if digits.negative && !digits.is_zero() {
        out.push('-');
    }
    let len = digits.whole.len();
    for (place, digit) in digits.whole.chars().enumerate() {
        if place > 0 && (len - place).is_multiple_of(3) {
            out.push_str(thousands);
        }
        out.push(digit);
    }
    if !digits.fraction.is_empty() {
        out.push_str(if point.is_empty() { "." } else { point });
        out.push_str(&digits.fraction);
    }
    Ok(out)
}

pub(super) fn back(text: &str, thousands: &str, point: &str) -> Result<String, Stop> {
    let point = if point.is_empty() { "." } else { point };
    let (whole, fraction) = text.trim().split_once(point).unwrap_or((text.trim(), ""));
    let whole = if thousands.is_empty() {
        whole.to_owned()
    } else {
        whole.replace(thousands, "")
    };
    let joined = if fraction.is_empty() {
        whole
    } else {
        format!("{whole}.{fraction}")
    };
    forward(&joined, None, "", ".")
}
