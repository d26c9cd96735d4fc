//! The listener inside `sync --watch`.

use super::listener::{client_secret, secrets};
use crate::arguments::Global;
use crate::console::Console;
use crate::failure::Failure;
use crate::session::Session;
use crate::surroundings;
use crate::vault;
use bridge::listener::registration::Registrar;
use bridge::listener::{Open, Plan, intake::Inbox, open};
use serde_json::json;
use std::sync::Arc;
use tokio::sync::Notify;
use wire::SystemClock;

/// An open listener, or none: then nothing ever arrives.
pub(super) struct Hearing {
    inbox: Option<(Open, Inbox)>,
    /// Something new arrived.
    pub(super) news: Notify,
}

impl Hearing {
    /// Opens it where it is on. Where that fails it is said once, and polling goes on.
    pub(super) async fn begin(
        session: &Session,
        global: &Global,
        console: &Console,
    ) -> Result<Self, Failure> {
        let connection = session.engine.connection();
        let row = session.engine.read(|rows| rows.webhook(connection.id))?;
        let mut inbox = None;
        if let Some(row) = row {
            if row.pending {
                let stores = vault::opened(&connection.key, global, console)?;
                let registrar = Registrar::new(&session.engine, stores);
                if let Err(error) = registrar.settle().await {
                    console.warn(&format!("A change at Tuco is not finished yet. {error}"));
                }
            }
            if row.enabled {
                let plan = Plan {
                    port: row.port,
                    tunnel: row.tunnel.clone(),
                    path: row.path.clone(),
                    secrets: secrets(&connection.key, global, console).await?,
                    client_secret: client_secret(&connection, global, console).await?,
                    workspace_id: connection.workspace_id,
                    portal_id: connection.portal_id,
                    clock: Arc::new(SystemClock),
                };
                match open(plan) {
                    Ok(opened) => {
                        console.note(&format!("Listening at {}", opened.0.local_address()));
                        inbox = Some(opened);
                    }
                    Err(error) => console.warn(&error.to_string()),
                }
            }
        }
        Ok(Self {
            inbox,
            news: Notify::new(),
        })
    }

    /// Stores what arrives, for as long as it is driven.
    pub(super) async fn hear(
        inbox: &mut Option<(Open, Inbox)>,
        news: &Notify,
        session: &Session,
        console: &Console,
    ) {
        let Some((_, inbox)) = inbox else {
            return std::future::pending().await;
        };
        let told = |new: u64| {
            if new > 0 {
                let at = crate::zone::exact(
                    surroundings::now(),
                    crate::zone::zone(&session.engine.connection().time_zone),
                );
                console.json(&json!({"events_delivered": new}));
                console.say(&format!("{at}  {new} new events by webhook"));
                news.notify_one();
            }
        };
        session.engine.take_deliveries(inbox, told).await;
        std::future::pending::<()>().await;
    }

    /// Apart, so that both can be lent at once.
    pub(super) fn split(&mut self) -> (&mut Option<(Open, Inbox)>, &Notify) {
        (&mut self.inbox, &self.news)
    }
}
