//! Everything that the guard goes by, looked up.

use super::{Who, text_hash};
use crate::compose::Order;
use crate::engine::Engine;
use crate::optout;
use crate::store::{Elsewhere, OptOutRow, Past, SendRow, SendState, StoreError};
use crate::trouble::Trouble;
use message::guard::{Consent, Draft, Earlier, Facts, OptedOut, Portal};
use message::zone::Whereabouts;
use wire::Timestamp;

/// The same text to the same person counts as one intent for this long.
const SAME_INTENT_MS: i64 = 24 * 60 * 60 * 1_000;
const WEEK_MS: i64 = 7 * SAME_INTENT_MS;
/// A workspace that was read-only so short a time ago is so still.
const READ_ONLY_MS: i64 = 2 * 60 * 1_000;
/// When Tuco last said so.
pub(crate) const READ_ONLY: &str = "tuco.read_only";

/// What the data file knows, read at one moment.
struct Stored {
    opted_out: Option<OptOutRow>,
    in_review: Option<Timestamp>,
    /// Sends of the same text from here.
    earlier: Vec<SendRow>,
    /// The newest of the same text from elsewhere.
    same_elsewhere: Option<Earlier>,
    this_week: u32,
    unanswered: u32,
    read_only_at: Option<i64>,
}

impl Engine {
    /// The facts, and the earlier send of the same text where there is one.
    pub(super) async fn facts(
        &self,
        who: &Who,
        draft: &Draft,
        order: &Order,
        row: i64,
    ) -> Result<(Facts, Option<SendRow>), Trouble> {
        let (id, now) = (self.id(), self.now());
        let settings = self.settings()?;
        let sending = settings.sending;
        let connection = self.connection();
        let past = Past {
            contact_id: who.contact_id.as_deref(),
            phone: who.phone.as_deref(),
            email: who.email.as_deref(),
            except: row,
        };
        let portal = match &order.portal {
            Some(meant) if *meant != connection.portal_id => Portal::Wrong {
                expected: connection.portal_id.clone(),
                found: meant.clone(),
            },
            _ => self.right_portal().await?,
        };
        let ever = self.read(|rows| {
            let elsewhere = rows.sent_elsewhere(id, past.contact_id, &who.people(), 0)?;
            Ok::<_, StoreError>(rows.sends_to(id, past, 0)? > 0 || !elsewhere.is_empty())
        })?;
        let first_touch = !ever && who.replied_at.is_none();
        let line = self.line_fact(draft, first_touch).await?;
        // The rows last, and nothing is waited for after them: whoever keeps a send of a cleared message
        // does so before anybody else can have one stored, or an opt-out.
        let stored = self.stored(who, draft, past)?;
        let earlier = stored
            .earlier
            .into_iter()
            .find(|earlier| is_same_intent(earlier, now, self.clock_ahead()));
        let same_text = earlier.as_ref().map(|earlier| Earlier {
            at: earlier.created_at,
            state: earlier.state.as_str().to_owned(),
        });
        let opted_out = stored
            .opted_out
            .map(|row| OptedOut {
                since: row.since,
                source: row.source,
            })
            .or_else(|| {
                // The portal's own property has no date: it is asked each time and not stored.
                let property = sending.opt_out_property.as_deref()?;
                let says_no =
                    |record: &hubspot::Record| record.text(property).is_some_and(optout::says_yes);
                who.records.iter().any(says_no).then(|| OptedOut {
                    since: now,
                    source: "hubspot".to_owned(),
                })
            });
        let property = sending.zone_property.as_deref();
        let facts = Facts {
            now,
            opted_out,
            in_review: stored.in_review,
            consent: consent(sending.consent_property.as_deref(), who),
            phone: who.phone.clone(),
            email: who.email.clone(),
            quiet: sending.quiet,
            whereabouts: Whereabouts::find(
                property.and_then(|name| who.property(name)),
                who.phone.as_deref(),
                &connection.time_zone,
                draft.leaves_at(now),
            ),
            line,
            same_text: same_text.or(stored.same_elsewhere),
            this_week: stored.this_week,
            most_a_week: sending.most_a_week,
            read_only: stored
                .read_only_at
                .is_some_and(|at| (at..at.saturating_add(READ_ONLY_MS)).contains(&now)),
            portal,
            first_touch,
            unanswered: stored.unanswered,
        };
        Ok((facts, earlier))
    }

    /// What the data file knows of the person.
    fn stored(&self, who: &Who, draft: &Draft, past: Past<'_>) -> Result<Stored, StoreError> {
        let (id, now) = (self.id(), self.now());
        let hash = text_hash(&draft.text, &draft.attachments);
        let week = now.saturating_sub(WEEK_MS);
        let replied_at = who.replied_at.unwrap_or(0);
        self.read(|rows| {
            let elsewhere = rows.sent_elsewhere(id, past.contact_id, &who.people(), 0)?;
            let since = |from: Timestamp| {
                let many = elsewhere.iter().filter(|one| one.at >= from).count();
                u32::try_from(many).unwrap_or(u32::MAX)
            };
            let is_same = |one: &&Elsewhere| {
                draft.attachments.is_empty()
                    && one.text.trim() == draft.text.trim()
                    && now.saturating_sub(one.at) <= SAME_INTENT_MS
            };
            Ok(Stored {
                opted_out: rows.opt_out_in_force(id, &who.keys)?,
                in_review: rows.held_by_review(id, &who.keys)?,
                earlier: rows.newest_same(id, past, &hash)?,
                same_elsewhere: elsewhere.iter().find(is_same).map(|one| Earlier {
                    at: one.at,
                    state: SendState::Sent.as_str().to_owned(),
                }),
                this_week: rows.sends_to(id, past, week)?.saturating_add(since(week)),
                unanswered: rows
                    .sends_to(id, past, replied_at)?
                    .saturating_add(since(replied_at)),
                read_only_at: rows.cursor_number(id, READ_ONLY)?,
            })
        })
    }

    /// Whose keys these are is asked every ten minutes, like before each round.
    async fn right_portal(&self) -> Result<Portal, Trouble> {
        match self.check_lately().await {
            Ok(()) => Ok(Portal::Right),
            Err(
                Trouble::WrongPortal {
                    expected, found, ..
                }
                | Trouble::WrongWorkspace {
                    expected, found, ..
                },
            ) => Ok(Portal::Wrong { expected, found }),
            Err(trouble) => Err(trouble),
        }
    }
}

/// The same text to the same person: one of which nobody knows the end, or one of the last day. How long
/// ago that was goes by the services' clock where it is known: this machine's may have been set since.
fn is_same_intent(earlier: &SendRow, now: Timestamp, ahead: Option<i64>) -> bool {
    let then = earlier.created_at;
    let by_this_clock = now.saturating_sub(then);
    let age = match (ahead, earlier.asked.clock_ahead) {
        (Some(ahead), Some(was)) => by_this_clock.saturating_add(ahead).saturating_sub(was),
        _ => by_this_clock,
    };
    age <= SAME_INTENT_MS
        || matches!(
            earlier.state,
            SendState::Queued | SendState::Sending | SendState::Unknown
        )
}

fn consent(property: Option<&str>, who: &Who) -> Consent {
    let Some(property) = property else {
        return Consent::NotAsked;
    };
    if who.records.is_empty() {
        return Consent::NoContact;
    }
    // Of several contacts with one address each has to agree.
    let agreed = |record: &hubspot::Record| record.text(property).is_some_and(optout::says_yes);
    if who.records.iter().all(agreed) {
        Consent::Given
    } else {
        Consent::Missing {
            property: property.to_owned(),
        }
    }
}
