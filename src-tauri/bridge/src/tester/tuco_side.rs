//! What is checked of Tuco.

use super::{Asking, Check, Checks, Mark};
use crate::store::ConnectionRow;
use crate::trouble::Trouble;
use tuco::{ErrorKind, Line, MessagesQuery, RepliesQuery};
use wire::Timestamp;

pub(super) async fn checks(
    asking: &Asking,
    expected: Option<&ConnectionRow>,
    checks: &mut Checks<'_>,
) {
    let tuco = &asking.outside.tuco;
    match asking.timed(|| tuco.lines()).await {
        (Ok(lines), latency) => {
            checks
                .push(Check::new("tuco.reachable", "Tuco answers", Mark::Ok, "yes").took(latency));
            checks.push(workspace(&lines, expected));
            checks.extend(line_checks(&lines, asking.now()));
            checks.push(replies(asking).await);
            checks.push(messages(asking).await);
        }
        (Err(trouble), _) => checks.extend(not_signed_in(&trouble)),
    }
}

fn not_signed_in(trouble: &Trouble) -> Vec<Check> {
    let reached = matches!(trouble, Trouble::Tuco(error)
        if !matches!(error.kind, ErrorKind::Wire(_) | ErrorKind::NotJson | ErrorKind::ServerError { .. }));
    let rest = |why| Check::new("tuco.rest", "Lines, replies, messages", Mark::Skipped, why);
    if reached {
        vec![
            Check::new("tuco.reachable", "Tuco answers", Mark::Ok, "yes"),
            Check::failed("tuco.key", "Tuco key", trouble),
            rest("not asked without a key"),
        ]
    } else {
        vec![
            Check::failed("tuco.reachable", "Tuco answers", trouble),
            rest("not asked without an answer"),
        ]
    }
}

fn workspace(lines: &[Line], expected: Option<&ConnectionRow>) -> Check {
    let found = lines.iter().find_map(|line| line.workspace_id.clone());
    let wanted = expected
        .map(|row| row.workspace_id.clone())
        .filter(|id| !id.is_empty());
    match (found, wanted, expected) {
        (Some(found), Some(wanted), Some(row)) if found != wanted => {
            let trouble = Trouble::WrongWorkspace {
                connection: row.name.clone(),
                expected: wanted,
                found,
            };
            Check::failed("tuco.key", "Tuco key", &trouble)
        }
        (Some(found), ..) => Check::new(
            "tuco.key",
            "Tuco key",
            Mark::Ok,
            format!("accepted, workspace {found}"),
        ),
        (None, ..) => Check::new(
            "tuco.key",
            "Tuco key",
            Mark::Ok,
            "accepted; nothing names the workspace",
        ),
    }
}

fn line_checks(lines: &[Line], now: Timestamp) -> Vec<Check> {
    if lines.is_empty() {
        let check = Check::new(
            "tuco.lines",
            "Lines",
            Mark::Warning,
            "the workspace has no line",
        );
        return vec![
            check.advise("Replies can be read, but nothing can be sent. Add a line in Tuco."),
        ];
    }
    lines.iter().map(|line| one_line(line, now)).collect()
}

fn one_line(line: &Line, now: Timestamp) -> Check {
    let title = format!("Line {}", line.label());
    let healthy = line
        .health
        .as_deref()
        .is_none_or(|health| health == "healthy");
    let mut found = if line.active {
        "active".to_owned()
    } else {
        "not active".to_owned()
    };
    if let (false, Some(health)) = (healthy, &line.health) {
        found.push_str(&format!(", health \"{health}\""));
    }
    found.push_str(&headroom(line, now));
    if line.active && healthy {
        Check::new("tuco.line", &title, Mark::Ok, found)
    } else {
        Check::new("tuco.line", &title, Mark::Warning, found)
            .advise("Messages from this line may wait. Look at it in Tuco.")
    }
}

/// What the line may still do today; counts of another day say nothing.
fn headroom(line: &Line, now: Timestamp) -> String {
    let today: String = crate::mirror::iso(now).chars().take(10).collect();
    let counted = line
        .usage_day
        .as_deref()
        .is_some_and(|day| day.starts_with(&today));
    let left = |limit: Option<u32>, used: Option<u32>| {
        limit.map(|limit| limit.saturating_sub(if counted { used.unwrap_or(0) } else { 0 }))
    };
    let messages = left(line.daily_total_limit, line.total_today);
    let people = left(line.daily_new_limit, line.new_today);
    match (messages, people) {
        (Some(messages), Some(people)) => {
            format!(", {messages} messages and {people} new conversations left today")
        }
        (Some(messages), None) => format!(", {messages} messages left today"),
        (None, Some(people)) => format!(", {people} new conversations left today"),
        (None, None) => String::new(),
    }
}

async fn replies(asking: &Asking) -> Check {
    const TITLE: &str = "Replies can be read";
    let tuco = &asking.outside.tuco;
    let query = RepliesQuery {
        page: 1,
        limit: 1,
        ..RepliesQuery::default()
    };
    match asking.timed(|| tuco.replies(&query)).await {
        (Ok(page), latency) => {
            let found = format!("{} people have replied", page.total);
            Check::new("tuco.replies", TITLE, Mark::Ok, found).took(latency)
        }
        (Err(trouble), _) => Check::failed("tuco.replies", TITLE, &trouble),
    }
}

async fn messages(asking: &Asking) -> Check {
    const TITLE: &str = "Messages can be listed";
    let tuco = &asking.outside.tuco;
    let query = MessagesQuery {
        page: 1,
        limit: 1,
        ..MessagesQuery::default()
    };
    match asking.timed(|| tuco.messages(&query)).await {
        (Ok(_), latency) => Check::new("tuco.messages", TITLE, Mark::Ok, "yes").took(latency),
        (Err(Trouble::Tuco(error)), _) if crate::refusal::is_tuco_refusal(&error) => {
            Check::new("tuco.messages", TITLE, Mark::Warning, "not with this key").advise(
                "Sends made elsewhere are then mirrored only once somebody answers them. Sends from here \
                 and replies are not concerned.",
            )
        }
        (Err(trouble), _) => Check::failed("tuco.messages", TITLE, &trouble),
    }
}
