//! What answers tell about limits.
//!
//! HubSpot: `X-HubSpot-RateLimit-Max`, `-Interval-Milliseconds`, `-Remaining`, `-Daily`,
//! `-Daily-Remaining` (usage guidelines); searches carry none of them. Both: `Retry-After`
//! (RFC 9110, 10.2.3). Values that make no sense are passed over.

use super::line::Line;
use super::window::{Daily, millis};
use super::{PATIENCE, Turn};
use crate::surroundings::Timestamp;
use crate::transport::{HeaderMap, Response, StatusCode};
use std::time::Duration;

/// No wait that a server names is taken to be longer.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 60 * 60);

/// How long the server asks to wait: `Retry-After` in seconds or as a date, which is read against the
/// answer's own `Date`, since our clock may be wrong.
pub fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers
        .get(http::header::RETRY_AFTER)?
        .to_str()
        .ok()?
        .trim();
    let wait = match text.parse::<f64>() {
        Ok(seconds) if seconds >= 0.0 => Duration::try_from_secs_f64(seconds.min(1e9)).ok()?,
        Ok(_) => return None,
        Err(_) => {
            let sent = headers.get(http::header::DATE)?.to_str().ok()?;
            let seconds = http_date(text)?.saturating_sub(http_date(sent)?);
            Duration::from_secs(u64::try_from(seconds).ok()?)
        }
    };
    Some(wait.min(LONGEST_WAIT))
}

/// Holds back what the server asked to hold back.
pub(super) fn heed(line: &mut Line, turn: &Turn, response: &Response, now: Timestamp) {
    let asked = (!response.status.is_success())
        .then(|| retry_after(&response.headers))
        .flatten();
    let refused = response.status == StatusCode::TOO_MANY_REQUESTS;
    if !refused && asked.is_none() {
        return;
    }
    let everything = refused && contains(&response.body, b"TEN_SECONDLY");
    for window in line.of(if everything { u32::MAX } else { turn.blamed }) {
        let wait = asked.unwrap_or(window.span.min(PATIENCE));
        window.hold(now.saturating_add(millis(wait)));
    }
}

/// HubSpot's own headers, and the one thing that only the body of a refusal tells.
pub(super) fn learn(
    line: &mut Line,
    turn: &Turn,
    response: &Response,
    now: Timestamp,
    wall: Timestamp,
) {
    let told = |name: &str| number(&response.headers, name);
    let limit = told("x-hubspot-ratelimit-max").filter(|limit| (1..=1_000_000).contains(limit));
    let span = told("x-hubspot-ratelimit-interval-milliseconds")
        .filter(|span| (1_000..=60_000).contains(span))
        .map(Duration::from_millis);
    let remaining = told("x-hubspot-ratelimit-remaining");
    for window in line
        .windows
        .iter_mut()
        .filter(|window| window.name == "all")
    {
        let Some(limit) = limit.and_then(|limit| u32::try_from(limit).ok()) else {
            continue;
        };
        window.limit = limit;
        window.span = span.unwrap_or(window.span);
        if let Some(remaining) = remaining.and_then(|left| u32::try_from(left).ok()) {
            // The server counted after the call had started, so what it counted of ours is at most
            // what held a place then, and whatever has started since. The rest is somebody else's.
            let ours = window.taken(turn.started);
            let others = limit.saturating_sub(remaining).saturating_sub(ours);
            (0..others.min(limit)).for_each(|_| window.start(None, now));
        }
    }
    let daily = told("x-hubspot-ratelimit-daily").zip(told("x-hubspot-ratelimit-daily-remaining"));
    let until = line.day_ends(wall);
    if let Some((limit, remaining)) = daily {
        line.daily = Some(Daily {
            limit,
            remaining,
            until,
        });
    } else if response.status == StatusCode::TOO_MANY_REQUESTS
        && contains(&response.body, b"\"DAILY\"")
    {
        let limit = line.daily.map_or(1, |daily| daily.limit.max(1));
        line.daily = Some(Daily {
            limit,
            remaining: 0,
            until,
        });
    }
}

fn number(headers: &HeaderMap, name: &str) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

fn contains(body: &[u8], word: &[u8]) -> bool {
    body.windows(word.len()).any(|part| part == word)
}

/// Seconds since 1970 of `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7, the form that is sent).
fn http_date(text: &str) -> Option<i64> {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let mut words = text.split_once(", ")?.1.split(' ');
    let day: i64 = words
        .next()?
        .parse()
        .ok()
        .filter(|day| (1..=31).contains(day))?;
    let name = words.next()?;
    let month = i64::try_from(MONTHS.iter().position(|month| *month == name)?).ok()? + 1;
    let year: i64 = words
        .next()?
        .parse()
        .ok()
        .filter(|year| (1970..=9999).contains(year))?;
    let mut seconds = 0;
    for part in words.next()?.split(':') {
        seconds = seconds * 60
            + part
                .parse::<i64>()
                .ok()
                .filter(|part| (0..=60).contains(part))?;
    }
    if words.next() != Some("GMT") {
        return None;
    }
    // Days since 1970-01-01, counting years from March so that the leap day comes last.
    let from_march = (month + 9) % 12;
    let years = year - i64::from(month < 3);
    let days =
        365 * years + years / 4 - years / 100 + years / 400 + (153 * from_march + 2) / 5 + day
            - 1
            - 719_468;
    Some(days * 86_400 + seconds)
}
