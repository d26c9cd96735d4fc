//! HubSpot's change journal: what changed, pulled each round where the portal's own app opens it.
//!
//! It brings reports, as the listener does: each says at which record to look, and nothing else. So a change
//! that comes by this road and by a search is one change, and whatever this road misses the search of every
//! round finds. Reports and the offset behind them are one write: the offset moves with what it brought.
//!
//! Nothing that goes wrong here ends a round. What HubSpot refuses is not asked again for a day: a kind of record
//! alone where it is that, so that a scope that one kind lacks does not close the journal of the others.

use super::look::Watched;
use super::{Armed, kind_of};
use crate::engine::Engine;
use crate::store::{HubSpotEventRow, StoreError};
use crate::trouble::Trouble;
use ::rules::field::Object;
use ::rules::rule::Rule;
use hubspot::reported::ReportedEvent;
use hubspot::{ErrorKind, Journal, Next, ObjectKind, Refused, SignIn, Watch};
use std::collections::BTreeSet;
use wire::{RetryClass, Timestamp};

/// Up to where it was read.
const OFFSET: &str = "rules.journal";
/// What the subscriptions were made for, and when that was last compared.
const FITTED: &str = "rules.journal.fitted";
/// Ids of the subscriptions that were made here.
const OURS: &str = "rules.journal.subscriptions";
/// When HubSpot refused it; of one kind of record with a dot and its name behind.
const REFUSED: &str = "rules.journal.refused";

const DAY_MS: u64 = 24 * 60 * 60 * 1_000;
/// Files of one round.
const MOST_FILES: u32 = 50;

/// Why a key that was pasted is not enough, and what to do.
pub const NEEDS_OWN_APP: &str = "HubSpot opens its change journal only to an app that somebody signed in with, not to a \
     pasted key. Sign in with an app of your own, or turn rules.journal off. Rules go on by search meanwhile.";

/// What a refusal of the journal means.
pub fn refusal(error: &hubspot::Error) -> String {
    match &error.kind {
        ErrorKind::NeedsSignIn(SignIn::Refused(Refused::Scopes))
        | ErrorKind::MissingScopes { .. }
        | ErrorKind::Forbidden { .. } => "HubSpot does not open its change journal to this app. That takes an app with \
             OAuth of your own that is installed in the portal; some kinds of app do not get it. Rules go on by \
             search, and it is asked again after a day."
            .to_owned(),
        _ => format!(
            "HubSpot's change journal can't be read: {error}. Rules go on by search, and it is asked again after a \
             day."
        ),
    }
}

fn refused(kind: ObjectKind) -> String {
    format!("{REFUSED}.{kind}")
}

/// Nothing of this ends a round.
fn by_the_way(ended: Result<(), Trouble>) -> Result<(), StoreError> {
    match ended {
        Err(Trouble::Store(error)) => Err(error),
        Err(trouble) => {
            tracing::debug!(target: "rules", "the change journal: {trouble}");
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}

fn watch(watched: &Watched) -> Watch {
    Watch {
        kind: watched.kind,
        properties: watched.history.iter().cloned().collect(),
    }
}

/// The same for the same watches, whatever their order.
fn written(watches: &[Watch]) -> String {
    let all = watches.iter().map(|watch| {
        let names: Vec<&str> = watch.properties.iter().map(String::as_str).collect();
        format!("{}:{}", watch.kind, names.join(","))
    });
    let all: BTreeSet<String> = all.collect();
    all.into_iter().collect::<Vec<_>>().join(";")
}

impl Engine {
    /// Pulls what the journal has to say to the rules that are on.
    pub(super) async fn follow_journal(&self, armed: &[Armed]) -> Result<(), StoreError> {
        let (id, on) = (self.id(), self.settings()?.journal);
        let rules: Vec<Rule> = armed.iter().map(|one| one.rule.clone()).collect();
        let mut watches: Vec<Watch> = if on {
            self.watched(&rules)?.iter().map(watch).collect()
        } else {
            Vec::new()
        };
        let subscribed = self.read(|rows| rows.cursor(id, OURS))?;
        let subscribed = subscribed.is_some_and(|ours| !ours.is_empty());
        if watches.is_empty() && !subscribed {
            return if on { Ok(()) } else { self.ask_anew() };
        }
        if self.is_refused(REFUSED)? {
            return Ok(());
        }
        let mut open = Vec::new();
        for watch in watches {
            if !self.is_refused(&refused(watch.kind))? {
                open.push(watch);
            }
        }
        watches = open;
        if watches.is_empty() && !subscribed {
            return Ok(());
        }
        let kinds: Vec<ObjectKind> = watches.iter().map(|watch| watch.kind).collect();
        let Some(journal) = self.outside.hubspot.journal(&kinds) else {
            return Ok(());
        };
        match self.pull_journal(&journal, &watches).await {
            Err(Trouble::HubSpot(error)) if is_final(&error) => {
                tracing::warn!(target: "rules", "{}", refusal(&error));
                self.keep_refusal(&watches).await
            }
            ended => by_the_way(ended),
        }
    }

    /// Whether this was refused within a day. Who signed in since may have done so with another app.
    fn is_refused(&self, name: &str) -> Result<bool, StoreError> {
        let (id, now) = (self.id(), self.now());
        let signed_in_at = self.connection().signed_in_at;
        let at = self.read(|rows| rows.cursor_number(id, name))?;
        Ok(at.is_some_and(|at: Timestamp| now.abs_diff(at) < DAY_MS && signed_in_at <= at))
    }

    /// Turned off and on again, it is asked anew.
    fn ask_anew(&self) -> Result<(), StoreError> {
        let id = self.id();
        let kinds = Object::ALL.into_iter().filter_map(kind_of).map(refused);
        let names: Vec<String> = kinds.chain([REFUSED.to_owned()]).collect();
        let mut kept = Vec::new();
        for name in names {
            if self.read(|rows| rows.cursor(id, &name))?.is_some() {
                kept.push(name);
            }
        }
        if kept.is_empty() {
            return Ok(());
        }
        self.write(|rows| {
            kept.iter()
                .try_for_each(|name| rows.remove_cursor(id, name))
        })
    }

    /// HubSpot does not say which scope an app lacks. So the journal is asked for by itself, and for each kind
    /// alone, once a day.
    async fn keep_refusal(&self, watches: &[Watch]) -> Result<(), StoreError> {
        let (id, now) = (self.id(), self.now());
        let mut closed = Vec::new();
        if !self.journal_refuses(&[]).await {
            for watch in watches {
                if self.journal_refuses(&[watch.kind]).await {
                    closed.push(refused(watch.kind));
                }
            }
        }
        if closed.is_empty() {
            closed.push(REFUSED.to_owned());
        }
        self.write(|rows| {
            closed
                .iter()
                .try_for_each(|name| rows.set_cursor(id, name, &now.to_string(), now))
        })
    }

    async fn journal_refuses(&self, kinds: &[ObjectKind]) -> bool {
        match self.outside.hubspot.journal(kinds) {
            Some(journal) => {
                matches!(journal.subscriptions().await, Err(error) if is_final(&error))
            }
            None => true,
        }
    }

    async fn pull_journal(&self, journal: &Journal, watches: &[Watch]) -> Result<(), Trouble> {
        let id = self.id();
        let Ok(portal) = self.connection().portal_id.parse::<u64>() else {
            return Ok(());
        };
        self.fit_subscriptions(journal, portal, watches).await?;
        if watches.is_empty() {
            return Ok(());
        }
        for _ in 0..MOST_FILES {
            let after = self.read(|rows| rows.cursor(id, OFFSET))?;
            match journal.next(portal, after.as_deref()).await? {
                Next::Nothing => return Ok(()),
                // From the newest on. The app may be another one, without the subscriptions.
                Next::Expired => self.write(|rows| {
                    rows.remove_cursor(id, OFFSET)?;
                    rows.remove_cursor(id, FITTED)
                })?,
                Next::File { offset, .. } if Some(&offset) == after.as_ref() => return Ok(()),
                Next::File { address, offset } => match journal.file(&address, portal).await? {
                    Some(reports) => self.keep_reports(&reports, &offset)?,
                    None => {
                        self.write(|rows| rows.remove_cursor(id, OFFSET))?;
                        return Ok(());
                    }
                },
            }
        }
        Ok(())
    }

    fn keep_reports(&self, reports: &[ReportedEvent], offset: &str) -> Result<(), StoreError> {
        let (id, now) = (self.id(), self.now());
        self.write(|rows| {
            for report in reports {
                rows.add_hubspot_event(id, &HubSpotEventRow::of(report, now))?;
            }
            rows.set_cursor(id, OFFSET, offset, now)
        })
    }

    /// Subscriptions that somebody else made are used, and left alone.
    async fn fit_subscriptions(
        &self,
        journal: &Journal,
        portal: u64,
        watches: &[Watch],
    ) -> Result<(), Trouble> {
        let (id, now, wanted) = (self.id(), self.now(), written(watches));
        let (fitted, ours) = self.read(|rows| {
            let ours = rows.cursor(id, OURS)?.unwrap_or_default();
            Ok((rows.cursor_and_time(id, FITTED)?, ours))
        })?;
        if fitted.is_some_and(|(what, at)| what == wanted && now.abs_diff(at) < DAY_MS) {
            return Ok(());
        }
        let mut ours: BTreeSet<String> = ours
            .split(',')
            .filter(|one| !one.is_empty())
            .map(str::to_owned)
            .collect();
        let keep = |ours: &BTreeSet<String>| {
            let text = ours.iter().cloned().collect::<Vec<_>>().join(",");
            self.write(|rows| rows.set_cursor(id, OURS, &text, now))
        };
        let of_portal = Some(portal.to_string());
        let there = journal.subscriptions().await?;
        let mut needed = BTreeSet::new();
        for watch in watches {
            let found = there
                .iter()
                .find(|one| one.portal_id == of_portal && watch.is_covered_by(one));
            if let Some(found) = found {
                needed.insert(found.id.clone());
            } else {
                let made = journal.subscribe(portal, watch).await?;
                ours.insert(made.clone());
                keep(&ours)?;
                needed.insert(made);
            }
        }
        let over: Vec<String> = ours.difference(&needed).cloned().collect();
        for one in &over {
            journal.unsubscribe(one).await?;
            ours.remove(one);
            keep(&ours)?;
        }
        self.write(|rows| {
            if watches.is_empty() {
                for name in [FITTED, OURS, OFFSET] {
                    rows.remove_cursor(id, name)?;
                }
                return Ok(());
            }
            rows.set_cursor(id, FITTED, &wanted, now)
        })?;
        Ok(())
    }
}

/// Waiting a while does not mend it. A token that is not taken any more is: the next round takes another one.
fn is_final(error: &hubspot::Error) -> bool {
    let of_token = matches!(
        error.kind,
        ErrorKind::NeedsSignIn(SignIn::Invalid | SignIn::Expired)
    );
    let class = error.retry_class();
    !of_token && matches!(class, RetryClass::Permanent | RetryClass::NeedsSignIn)
}
