//! What stood on some timelines before anybody looked: e-mails, calls, meetings and notes, and treatments,
//! which are this business's own kind of record. They have dice of their own, so that nothing else of the
//! world depends on them.

use super::{Known, World};
use crate::dice::Dice;
use crate::moment::DAY;
use std::collections::BTreeMap;

/// At most so many people have any.
const MOST_PEOPLE: usize = 200;

/// What somebody wrote who knew too much about browsers.
const HOSTILE: &str = "<p>Asked about <b>insurance</b> &amp; parking</p><script>alert('note')</script>\
    <img src=x onerror=\"alert('note')\"><a href=\"javascript:alert(1)\">Call &lt;back&gt;</a>";

pub(super) fn fill(world: &mut World, known: &[Known], now: i64) {
    let mut dice = Dice::new(world.seed, "activity");
    let people = known.iter().filter(|one| {
        // The five who share a number stay as plain as they are.
        !one.person.archived && !one.person.merged && !(1..=5).contains(&one.place)
    });
    for (place, one) in people.step_by(3).take(MOST_PEOPLE).enumerate() {
        let at = now - dice.between(1, 60) * DAY;
        let mut put = |kind: &str, ago: i64, pairs: &[(&str, &str)]| {
            let mut properties: BTreeMap<String, String> = pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect();
            let when = at - ago * DAY;
            if kind != "treatments" {
                properties.insert("hs_timestamp".to_owned(), when.to_string());
            }
            world
                .portal
                .seed_activity(kind, properties, one.contact, when);
        };
        put(
            "emails",
            0,
            &[
                ("hs_email_subject", "Your appointment"),
                ("hs_email_text", "Thursday suits me better.\nBest"),
                (
                    "hs_email_html",
                    "<p>Thursday suits me better.</p><p>Best</p>",
                ),
                ("hs_email_direction", "INCOMING_EMAIL"),
                ("hs_email_status", "SENT"),
            ],
        );
        put(
            "calls",
            3,
            &[
                ("hs_call_title", "Reminder"),
                ("hs_call_body", "Left word with the family."),
                ("hs_call_direction", "OUTBOUND"),
                ("hs_call_status", "COMPLETED"),
                ("hs_call_duration", "154000"),
            ],
        );
        if place % 2 == 0 {
            put(
                "meetings",
                9,
                &[
                    ("hs_meeting_title", "First visit"),
                    ("hs_meeting_outcome", "COMPLETED"),
                ],
            );
            put("notes", 12, &[("hs_note_body", HOSTILE)]);
            put(
                "treatments",
                20,
                &[
                    ("treatment_name", "Crown, upper left"),
                    ("price", "1250"),
                    ("state", "planned"),
                ],
            );
        }
    }
}
