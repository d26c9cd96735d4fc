//! The webhook listener of a connection: its switch, its registration at Tuco, its last deliveries.

use bridge::listener::Verdict;
use bridge::running::{HandleError, ListenerState, Wish};
use bridge::tester::computer::Hearing;

use super::Desk;
use crate::view::listener::{Delivery, Listener};
use crate::view::problem::{Answer, Problem};

/// Those below are the system's.
const LOWEST_PORT: u16 = 1_024;
/// Deliveries that are shown.
const SHOWN: u32 = 50;

impl Desk {
    pub(crate) async fn listener(&self, connection: i64) -> Answer<Listener> {
        self.row(connection).await?;
        let state = self.engine()?.listener(connection).await?;
        self.with_deliveries(connection, state).await
    }

    async fn with_deliveries(&self, connection: i64, state: ListenerState) -> Answer<Listener> {
        let (last, counts) = self
            .engine()?
            .read(move |rows| {
                let last = rows.deliveries(connection, SHOWN)?;
                Ok::<_, Problem>((last, rows.delivery_counts(connection)?))
            })
            .await?;
        let counts: Vec<(Verdict, u64)> = counts
            .into_iter()
            .filter_map(|(word, many)| Some((Verdict::parse(&word)?, many)))
            .collect();
        Ok(Listener::of(state, last, &counts))
    }

    async fn wish(&self, connection: i64, wish: Wish) -> Answer<Listener> {
        let state = self.engine()?.change_listener(connection, wish).await?;
        self.with_deliveries(connection, state).await
    }

    /// An empty tunnel is none; without a port it stays where it is.
    pub(crate) async fn change_listener(
        &self,
        connection: i64,
        on: bool,
        tunnel: String,
        port: Option<u16>,
    ) -> Answer<Listener> {
        if port.is_some_and(|port| port < LOWEST_PORT) {
            return Err(Problem::input(format!(
                "Ports below {LOWEST_PORT} belong to the system. Choose one from {LOWEST_PORT} to {}. Nothing was changed.",
                u16::MAX
            )));
        }
        let wish = if on {
            Wish::On {
                tunnel: Some(tunnel.trim().to_owned()),
                port,
            }
        } else {
            Wish::Off
        };
        self.wish(connection, wish).await
    }

    pub(crate) async fn register_listener(&self, connection: i64) -> Answer<Listener> {
        self.wish(connection, Wish::Register).await
    }

    /// Registering once more brings a new secret; there must be one to take the place of.
    pub(crate) async fn rotate_listener_secret(&self, connection: i64) -> Answer<Listener> {
        let state = self.engine()?.listener(connection).await?;
        if !state.registered {
            return Err(Problem::input(
                "The listener is not registered at Tuco, so there is no secret to replace. Register it first.",
            ));
        }
        self.wish(connection, Wish::Register).await
    }

    pub(crate) async fn end_listener_rotation(&self, connection: i64) -> Answer<Listener> {
        self.wish(connection, Wish::EndRotation).await
    }

    pub(crate) async fn send_listener_test(&self, connection: i64) -> Answer<Delivery> {
        Ok(self.engine()?.test_listener(connection).await?.into())
    }

    /// For the tester.
    pub(super) async fn hearing(&self, connection: i64) -> Answer<Hearing> {
        let engine = self.engine()?;
        let state = engine.listener(connection).await?;
        if !state.on {
            return Ok(Hearing::Off);
        }
        if !state.open {
            return Ok(Hearing::Shut(state.trouble));
        }
        if !state.registered {
            return Ok(Hearing::NotRegistered);
        }
        Ok(match engine.test_listener(connection).await {
            Ok(row) => Hearing::Heard {
                verdict: row.verdict,
                latency_ms: i64::try_from(row.latency_us / 1_000).unwrap_or(i64::MAX),
            },
            Err(HandleError::Ended) => return Err(HandleError::Ended.into()),
            Err(error) => Hearing::Shut(error.to_string()),
        })
    }
}
