//! Runs to many in the running engine: who could get one, the dry run, and setting it going.

use super::handle::{Handle, HandleError};
use super::owner::House;
use super::request::{Reply, Request};
use crate::by_hand::FoundContact;
use crate::many::{ManyPlan, Planned};
use crate::store::RunRow;
use hubspot::ContactList;
use std::rc::Rc;
use tokio::task::spawn_local;

/// Who hears how far a dry run is: people so far, and of how many.
pub type Looking = Box<dyn Fn(u64, u64) + Send + Sync>;

/// What can be asked for.
pub(super) enum Ask {
    Lists(String, Reply<Vec<ContactList>>),
    Count(String, Reply<(Vec<FoundContact>, u64)>),
    Plan(Box<ManyPlan>, Looking, Reply<Planned>),
    Start(i64, Reply<Option<RunRow>>),
}

impl Handle {
    async fn many<T>(
        &self,
        connection: i64,
        ask: impl FnOnce(Reply<T>) -> Ask,
    ) -> Result<T, HandleError> {
        self.ask(|reply| Request::Many(connection, ask(reply)))
            .await
    }

    /// Lists of contacts in HubSpot whose name holds these words.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn contact_lists(
        &self,
        connection: i64,
        words: String,
    ) -> Result<Vec<ContactList>, HandleError> {
        self.many(connection, |reply| Ask::Lists(words, reply))
            .await
    }

    /// Whom words find in HubSpot: the first of them, and how many.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn count_contacts(
        &self,
        connection: i64,
        words: String,
    ) -> Result<(Vec<FoundContact>, u64), HandleError> {
        self.many(connection, |reply| Ask::Count(words, reply))
            .await
    }

    /// Looks at everybody and keeps what it found. Nothing is sent.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn plan_many(
        &self,
        connection: i64,
        plan: ManyPlan,
        told: Looking,
    ) -> Result<Planned, HandleError> {
        self.many(connection, |reply| Ask::Plan(Box::new(plan), told, reply))
            .await
    }

    /// Sets a dry run going. None where it was started before, or is not there any more.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn start_plan(
        &self,
        connection: i64,
        run: i64,
    ) -> Result<Option<RunRow>, HandleError> {
        self.many(connection, |reply| Ask::Start(run, reply)).await
    }
}

impl House {
    pub(super) async fn answer_many(self: Rc<Self>, id: i64, ask: Ask) {
        let ask = match ask {
            Ask::Start(run, reply) => {
                let now = self.now();
                let started = self.write_of(id, |rows| {
                    let started = rows.start_plan(id, run, now)?;
                    let row = rows.run_of(id, run)?;
                    Ok(row.filter(|_| started))
                });
                if let Ok(Some(_)) = &started {
                    spawn_local(self.clone().go_through(id, run));
                }
                self.tell_messages(id);
                // Whoever asked may have gone away.
                let _ = reply.send(started.map_err(HandleError::from));
                return;
            }
            ask => ask,
        };
        let engine = match self.known(id) {
            Ok(slot) => slot.engine(&self).await,
            Err(error) => Err(error),
        };
        macro_rules! answer {
            ($reply:expr, $engine:ident => $work:expr) => {{
                let answer = match engine {
                    Ok($engine) => {
                        let answer = $work.await.map_err(HandleError::from);
                        let _counted_by_the_next_round = $engine.count_calls();
                        answer
                    }
                    Err(error) => Err(error),
                };
                let _ = $reply.send(answer);
            }};
        }
        match ask {
            Ask::Lists(words, reply) => answer!(reply, engine => engine.contact_lists(&words)),
            Ask::Count(words, reply) => answer!(reply, engine => engine.count_contacts(&words)),
            Ask::Plan(plan, told, reply) => {
                answer!(reply, engine => engine.plan_many(&plan, &told));
            }
            Ask::Start(..) => {}
        }
        self.tell_messages(id);
    }
}
