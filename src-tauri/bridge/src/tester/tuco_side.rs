//! What is checked of Tuco.

use super::{Asking, Check, Checks, Mark, Subject};
use crate::store::ConnectionRow;
use crate::trouble::Trouble;
use tuco::{ErrorKind, LeadsQuery, Line, MessagesQuery, RepliesQuery};
use wire::Timestamp;

pub(super) async fn checks(
    asking: &Asking,
    subject: &Subject,
    lines: (Result<Vec<Line>, Trouble>, i64),
    checks: &mut Checks<'_>,
) {
    let expected = subject.expected.as_ref();
    match lines {
        (Ok(lines), latency) => {
            checks
                .push(Check::new("tuco.reachable", "Tuco answers", Mark::Ok, "yes").took(latency));
            checks.push(workspace(&lines, expected));
            checks.extend(line_checks(&lines, asking.now()));
            checks.push(replies(asking).await);
            checks.push(messages(asking).await);
            checks.push(other_writer(asking).await);
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
            key_failed(trouble),
            rest("not asked without a key"),
        ]
    } else {
        vec![
            Check::failed("tuco.reachable", "Tuco answers", trouble, NO_TUCO),
            rest("not asked without an answer"),
        ]
    }
}

const NO_TUCO: &str =
    "No event comes in and nothing can be sent. What Tuco reports meanwhile is read later.";

/// A workspace that may only be read is reached, and so is one that is not active: neither is a wrong
/// key.
fn key_failed(trouble: &Trouble) -> Check {
    let read_only = matches!(trouble, Trouble::Tuco(error)
        if matches!(error.kind, ErrorKind::ReadOnly { .. }));
    let mut check = Check::failed("tuco.key", "Tuco key", trouble, NO_TUCO);
    if read_only {
        "Nothing can be sent, and what this call would have read is not to be had."
            .clone_into(&mut check.consequence);
        check.needs_person = true;
    }
    check
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
            Check::failed(
                "tuco.key",
                "Tuco key",
                &trouble,
                "Nothing is done with this key, so that no workspace is mixed with another.",
            )
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
            check
                .because(
                    "no line was ever set up",
                    "Replies can be read, but nothing can be sent.",
                )
                .advise("Add a line in Tuco."),
        ];
    }
    let mut checks: Vec<Check> = lines.iter().map(|line| one_line(line, now)).collect();
    if !lines.iter().any(|line| line.active) {
        let found = format!("none of {} lines is active", lines.len());
        checks.insert(
            0,
            Check::new("tuco.lines", "Lines", Mark::Warning, found)
                .because(
                    "every line is switched off or still being set up",
                    "Replies can be read, but nothing can be sent.",
                )
                .advise("Switch a line on in Tuco."),
        );
    }
    checks
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
            .because("Tuco says so", "Messages from this line may wait.")
            .advise("Look at it in Tuco.")
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

const NO_REPLIES: &str = "Replies do not reach HubSpot until it works. None is lost.";

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
        (Err(trouble), _) => Check::failed("tuco.replies", TITLE, &trouble, NO_REPLIES),
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
            Check::new("tuco.messages", TITLE, Mark::Warning, "not with this key")
                .because(
                    "Tuco does not open the list of messages to this key",
                    "Sends made elsewhere are mirrored only once somebody answers them. Sends from here and \
                     replies are not concerned.",
                )
                .advise("There is nothing to do, unless Tuco offers a key that may list them.")
        }
        (Err(trouble), _) => Check::failed("tuco.messages", TITLE, &trouble, NO_REPLIES),
    }
}

/// Tuco's own HubSpot link imports contacts, and so leaves their ids on leads that we did not mark.
/// Nothing tells it outright, so this is a hint and never a failure.
async fn other_writer(asking: &Asking) -> Check {
    const TITLE: &str = "Nobody else writes the same entries";
    const NAME: &str = "tuco.own_link";
    let tuco = &asking.outside.tuco;
    let query = LeadsQuery {
        page: 1,
        limit: 50,
        ..LeadsQuery::default()
    };
    let (page, latency) = asking.timed(|| tuco.leads(&query)).await;
    let Ok(page) = page else {
        return Check::new(
            NAME,
            TITLE,
            Mark::Skipped,
            "the leads can't be read with this key",
        );
    };
    let imported = page.is_fed_from_hubspot();
    if imported {
        Check::new(
            NAME,
            TITLE,
            Mark::Warning,
            "leads of this workspace were imported from HubSpot by Tuco itself",
        )
        .because(
            "Tuco's own HubSpot link seems to be on, and it logs messages too",
            "Each message may stand on the timeline twice: once from Tuco, once from here.",
        )
        .advise(
            "Switch one of the two off: in Tuco under Integrations, CRM, or here under Settings, What is \
             mirrored.",
        )
        .took(latency)
    } else {
        Check::new(NAME, TITLE, Mark::Ok, "no sign of Tuco's own HubSpot link").took(latency)
    }
}
