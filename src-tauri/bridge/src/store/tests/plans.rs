//! No statement of the loop, and none of the log, walks a large table.

use super::*;
use crate::event::Stage;
use crate::reason::Reason;
use crate::store::{LeadRow, PageQuery};

/// Every statement that the functions below prepare is asked for its plan.
#[test]
fn no_hot_statement_scans_events_or_effects() {
    let mut fixture = Fixture::new();
    let connection = fixture.connection;
    let statements = statements_in_the_sources();
    assert!(
        statements.len() > 50,
        "{} statements found: the scan of the sources broke",
        statements.len()
    );
    for statement in &statements {
        let mut plan = fixture
            .store
            .connection
            .prepare(&format!("EXPLAIN QUERY PLAN {statement}"))
            .unwrap();
        let places = plan.parameter_count();
        let nothing = vec![rusqlite::types::Value::Null; places];
        let steps: Vec<String> = plan
            .query_map(rusqlite::params_from_iter(nothing), |row| row.get(3))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        for step in &steps {
            let scan = ["SCAN event", "SCAN effect", "SCAN send"]
                .iter()
                .any(|scan| {
                    step.starts_with(scan)
                        && !step.contains("VIRTUAL TABLE")
                        && !step.contains("_count")
                });
            assert!(!scan, "{statement}\n{steps:#?}");
        }
        if statement.contains("event_text MATCH") {
            // Words first: an event's row that is asked whether it matches asks for all matches anew.
            let first = steps.first().map(String::as_str).unwrap_or_default();
            assert!(
                first.starts_with("SCAN event_text"),
                "{statement}\n{steps:#?}"
            );
        }
    }
    // The functions are run once as well, so that a statement which can't be prepared shows here.
    fixture
        .write(|rows| {
            let id = rows.see(connection, &reply("m1", "x", NOW), NOW)?.id;
            rows.wait(id, &Reason::NoAddress, 1, NOW)?;
            rows.wake(connection, &["lead:ana".to_owned()], NOW)?;
            rows.wake_all(connection, NOW)?;
            rows.upsert_lead(
                connection,
                &LeadRow {
                    lead_id: "ana".to_owned(),
                    name: String::new(),
                    phones: vec!["+1".to_owned()],
                    emails: vec!["a@b.c".to_owned()],
                    hs_contact_id: None,
                    read_at: NOW,
                },
            )?;
            let people = rows.waiting_people(connection, 9)?;
            assert_eq!(people[0].1, ["+12025550143", "+1", "a@b.c"]);
            assert_eq!(
                rows.open_events(connection, NOW, 9)?[0].stage,
                Stage::Waiting
            );
            rows.page(&PageQuery {
                connection,
                limit: 9,
                ..PageQuery::default()
            })?;
            Ok(())
        })
        .unwrap();
}

/// All statements that stand in the sources of the tables that grow.
fn statements_in_the_sources() -> Vec<String> {
    let sources = [
        include_str!("../event.rs"),
        include_str!("../effect.rs"),
        include_str!("../send.rs"),
        include_str!("../send_course.rs"),
        include_str!("../activity.rs"),
        include_str!("../activity_count.rs"),
        include_str!("../page.rs"),
        include_str!("../window.rs"),
        include_str!("../search.rs"),
        include_str!("../see.rs"),
        include_str!("../message_id.rs"),
    ];
    let mut statements = Vec::new();
    for source in sources {
        let strings = source.split('"').skip(1).step_by(2);
        for text in strings {
            let text = text.trim();
            if let Some(rest) = text.strip_prefix("WHERE ") {
                for table in ["event", "effect", "send"] {
                    if source.contains(&format!("select_{table}!(")) {
                        statements.push(format!("SELECT * FROM {table} WHERE {rest}"));
                    }
                }
            } else if text.starts_with("JOIN ") {
                statements.push(format!("SELECT * FROM event {text}"));
            } else if ["SELECT ", "UPDATE ", "DELETE "]
                .iter()
                .any(|verb| text.starts_with(verb))
                && !text.ends_with(',')
                && text.contains(" WHERE ")
            {
                statements.push(text.to_owned());
            }
        }
    }
    statements
}
