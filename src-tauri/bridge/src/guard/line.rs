//! Whether the line of a message can send, and has room.

use super::Who;
use crate::engine::Engine;
use crate::mirror::iso;
use crate::trouble::Trouble;
use message::guard::{Draft, LineFact, Way};
use tuco::Line;
use wire::Timestamp;

/// What was read of the lines is believed for so long.
const BELIEVED_MS: i64 = 60 * 1_000;
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

impl Engine {
    /// The workspace's lines, read at most once a minute.
    pub(crate) async fn lines_lately(&self) -> Result<Vec<Line>, Trouble> {
        let now = self.now();
        if let Some((at, lines)) = self.kept_lines()
            && (at..at.saturating_add(BELIEVED_MS)).contains(&now)
        {
            return Ok(lines);
        }
        let tuco = &self.outside.tuco;
        let lines = self.attempt(|| tuco.lines()).await?;
        self.keep_lines(now, &lines);
        Ok(lines)
    }

    /// The first of the preferred lines that can take the message; none leaves it to Tuco.
    pub(crate) async fn preferred_line(&self, channel: Way) -> Result<Option<String>, Trouble> {
        let preferred = self.settings()?.preferred_lines;
        if preferred.is_empty() {
            return Ok(None);
        }
        let (lines, now) = (self.lines_lately().await?, self.now());
        let can =
            |line: &&Line| works(line) && fits(line, channel) && room(line, false, now) != Some(0);
        Ok(preferred
            .iter()
            .filter_map(|id| lines.iter().find(|line| line.id == *id))
            .find(can)
            .map(|line| line.id.clone()))
    }

    /// The line that a rule gave this person, as long as it works and takes the channel; it waits for its own
    /// room.
    pub(crate) async fn given_line(
        &self,
        who: &Who,
        channel: Way,
    ) -> Result<Option<String>, Trouble> {
        let id = self.id();
        let contacts = who
            .keys
            .iter()
            .filter_map(|key| key.strip_prefix("contact:"));
        let mut given = None;
        for contact in contacts {
            given = given.max(self.read(|rows| rows.line_of_person(id, contact))?);
        }
        let Some((_, given)) = given else {
            return Ok(None);
        };
        let lines = self.lines_lately().await?;
        let can = |line: &&Line| line.id == given && works(line) && fits(line, channel);
        Ok(lines.iter().find(can).map(|line| line.id.clone()))
    }

    /// How so many messages of a line (of all, with none) are spread over days by the caps, today first.
    pub(crate) async fn spread(&self, line: &str, messages: u64) -> Result<Vec<u64>, Trouble> {
        let (lines, now) = (self.lines_lately().await?, self.now());
        let of: Vec<&Line> = lines
            .iter()
            .filter(|one| works(one) && (line.is_empty() || one.id == line))
            .collect();
        let unbounded = of.is_empty() || of.iter().any(|one| one.daily_total_limit.is_none());
        if unbounded {
            return Ok(vec![messages]);
        }
        let sum = |count: &dyn Fn(&Line) -> u32| -> u64 {
            of.iter().map(|one| u64::from(count(one))).sum()
        };
        let today = sum(&|one| room(one, false, now).unwrap_or_default());
        let a_day = sum(&|one| one.daily_total_limit.unwrap_or_default());
        Ok(spread_over(messages, today, a_day))
    }

    pub(super) async fn line_fact(
        &self,
        draft: &Draft,
        first_touch: bool,
    ) -> Result<LineFact, Trouble> {
        let lines = self.lines_lately().await?;
        Ok(judge_lines(&lines, draft, first_touch, self.now()))
    }
}

/// A year at most: a line that takes nothing never ends.
fn spread_over(messages: u64, today: u64, a_day: u64) -> Vec<u64> {
    let (mut left, mut days) = (messages, Vec::new());
    let mut room = today;
    while left > 0 && days.len() < 366 {
        let goes = left.min(room);
        days.push(goes);
        left -= goes;
        room = a_day;
    }
    days
}

fn works(line: &Line) -> bool {
    let down = line
        .health
        .as_deref()
        .is_some_and(|health| matches!(health, "down" | "unhealthy"));
    line.active && !down
}

fn fits(line: &Line, channel: Way) -> bool {
    match channel {
        Way::Sms => line.phone.is_some(),
        Way::Email => line.email.is_some(),
        Way::IMessage => true,
    }
}

/// Messages that a line still takes today; the day is Tuco's.
pub(crate) fn room(line: &Line, new: bool, now: Timestamp) -> Option<u32> {
    let today: String = iso(now).chars().take(10).collect();
    let counted = line
        .usage_day
        .as_deref()
        .is_some_and(|day| day.starts_with(&today));
    let left = |limit: Option<u32>, used: Option<u32>| {
        Some(limit?.saturating_sub(used.filter(|_| counted).unwrap_or(0)))
    };
    let total = left(line.daily_total_limit, line.total_today);
    let news = left(line.daily_new_limit, line.new_today).filter(|_| new);
    total.into_iter().chain(news).min()
}

fn judge_lines(lines: &[Line], draft: &Draft, first_touch: bool, now: Timestamp) -> LineFact {
    let until = now - now.rem_euclid(DAY_MS) + DAY_MS;
    let full = |line: &Line| room(line, first_touch, now) == Some(0);
    let cap = |line: &Line| line.daily_total_limit.unwrap_or_default();
    if let Some(wanted) = &draft.line_id {
        let Some(line) = lines.iter().find(|line| line.id == *wanted) else {
            return LineFact::Inactive {
                line: Some(wanted.clone()),
            };
        };
        let name = Some(line.label());
        return match (works(line), full(line)) {
            (false, _) => LineFact::Inactive { line: name },
            (true, true) => LineFact::Full {
                line: name,
                cap: cap(line),
                until,
            },
            (true, false) => LineFact::Ready,
        };
    }
    let working: Vec<&Line> = lines.iter().filter(|line| works(line)).collect();
    if working.is_empty() {
        return LineFact::Inactive { line: None };
    }
    // Which line Tuco takes for a channel is its own affair where none is of that kind.
    let fitting: Vec<&Line> = working
        .iter()
        .copied()
        .filter(|line| fits(line, draft.channel))
        .collect();
    let candidates = if fitting.is_empty() { working } else { fitting };
    if candidates.iter().all(|line| full(line)) {
        return LineFact::Full {
            line: None,
            cap: candidates.iter().map(|line| cap(line)).sum(),
            until,
        };
    }
    LineFact::Ready
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = 1_768_478_400_000; // 2026-01-15T12:00:00Z

    fn line(id: &str) -> Line {
        Line {
            id: id.to_owned(),
            workspace_id: None,
            first_name: Some(id.to_owned()),
            last_name: None,
            phone: Some("+12025550100".to_owned()),
            email: None,
            active: true,
            provisioning: None,
            line_type: None,
            daily_new_limit: Some(50),
            daily_total_limit: Some(150),
            new_today: Some(0),
            total_today: Some(0),
            usage_day: Some("2026-01-15".to_owned()),
            health: Some("healthy".to_owned()),
            health_checked_at: None,
        }
    }

    fn of(lines: &[Line], wanted: Option<&str>, first_touch: bool) -> LineFact {
        let draft = Draft {
            line_id: wanted.map(str::to_owned),
            ..Draft::of("x")
        };
        judge_lines(lines, &draft, first_touch, NOON)
    }

    #[test]
    fn caps_spread_messages_over_days() {
        assert_eq!(spread_over(50, 38, 150), [38, 12]);
        assert_eq!(spread_over(400, 0, 150), [0, 150, 150, 100]);
        assert_eq!(spread_over(1, 0, 0).len(), 366);
    }

    #[test]
    fn a_line_that_is_off_down_or_unknown_does_not_send() {
        let mut off = line("off");
        off.active = false;
        let mut down = line("down");
        down.health = Some("down".to_owned());
        let lines = [off, down];
        for wanted in [Some("off"), Some("down"), Some("elsewhere"), None] {
            assert!(
                matches!(of(&lines, wanted, false), LineFact::Inactive { .. }),
                "{wanted:?}"
            );
        }
        let with_one = [lines[0].clone(), line("good")];
        assert_eq!(of(&with_one, None, false), LineFact::Ready);
    }

    #[test]
    fn a_cap_counts_on_its_own_day_and_new_people_have_their_own() {
        let mut full = line("full");
        full.total_today = Some(150);
        assert!(matches!(
            of(&[full.clone()], Some("full"), false),
            LineFact::Full { cap: 150, .. }
        ));
        assert_eq!(
            of(&[full.clone(), line("other")], None, false),
            LineFact::Ready
        );
        full.usage_day = Some("2026-01-14".to_owned());
        assert_eq!(of(&[full], Some("full"), false), LineFact::Ready);
        let mut no_news = line("no news");
        no_news.new_today = Some(50);
        assert_eq!(of(&[no_news.clone()], None, false), LineFact::Ready);
        assert!(matches!(of(&[no_news], None, true), LineFact::Full { .. }));
    }
}
