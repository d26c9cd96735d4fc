//! Messages in the running engine: previews, sends with their seconds of undo, opt-outs, templates,
//! drafts, and runs to many. What the page shows of them it reads itself, with [`Handle::read`].

use super::Notice;
use super::handle::{Handle, HandleError};
use super::owner::House;
use super::request::{Reply, Request};
use crate::compose::{Order, Preview, Recipient, Sending, TooLate};
use crate::engine::Engine;
use crate::guard::READ_ONLY;
use crate::many::{ManyOrder, Next};
use crate::optout::Lifted;
use crate::store::{DraftRow, RunRow, RunState, SendRow, StoreError, TemplateBody};
use std::rc::Rc;
use std::time::Duration;
use tokio::task::spawn_local;

/// A run that waits looks this often whether somebody stopped it.
const RUN_STEP: Duration = Duration::from_secs(1);

/// What can be asked for about messages.
pub(super) enum Ask {
    Preview(Box<Order>, Reply<Preview>),
    Send(Box<Order>, Duration, Reply<Sending>),
    Undo(i64, String, Reply<Result<SendRow, TooLate>>),
    Cancel(i64, String, Reply<u32>),
    LookUp(i64, Reply<Option<SendRow>>),
    OptOut(Recipient, String, String, Reply<Vec<String>>),
    Lift(Recipient, String, String, Reply<Lifted>),
    Decide(i64, bool, String, Reply<bool>),
    KeepDraft(DraftRow, Reply<()>),
    ForgetDraft(String, Reply<()>),
    SaveTemplate(Option<(i64, i64)>, TemplateBody, String, Reply<Option<i64>>),
    FavourTemplate(i64, bool, Reply<()>),
    RemoveTemplate(i64, bool, Reply<()>),
    BeginRun(String, String, String, Vec<(i64, ManyOrder)>, Reply<RunRow>),
    SetRun(i64, RunState, String, Reply<RunRow>),
}

impl Handle {
    async fn message<T>(
        &self,
        connection: i64,
        ask: impl FnOnce(Reply<T>) -> Ask,
    ) -> Result<T, HandleError> {
        self.ask(|reply| Request::Messages(connection, ask(reply)))
            .await
    }

    /// What would arrive if it were sent now, and what stands against it. Sends nothing.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn preview_message(
        &self,
        connection: i64,
        order: Order,
    ) -> Result<Preview, HandleError> {
        self.message(connection, |reply| Ask::Preview(Box::new(order), reply))
            .await
    }

    /// Sends; nothing leaves before `undo` is over. The same intent again answers with the same send.
    ///
    /// # Errors
    /// See [`HandleError`]. Nothing was kept then.
    pub async fn send_message(
        &self,
        connection: i64,
        order: Order,
        undo: Duration,
    ) -> Result<Sending, HandleError> {
        self.message(connection, |reply| Ask::Send(Box::new(order), undo, reply))
            .await
    }

    /// Takes a send back that has not left yet.
    ///
    /// # Errors
    /// See [`HandleError`]; [`TooLate`] inside where it has left.
    pub async fn undo_send(
        &self,
        connection: i64,
        send: i64,
        by: String,
    ) -> Result<Result<SendRow, TooLate>, HandleError> {
        self.message(connection, |reply| Ask::Undo(send, by, reply))
            .await
    }

    /// Stops what waits here or at Tuco; there everything that waits for the person. How many were
    /// stopped.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn cancel_send(
        &self,
        connection: i64,
        send: i64,
        by: String,
    ) -> Result<u32, HandleError> {
        self.message(connection, |reply| Ask::Cancel(send, by, reply))
            .await
    }

    /// Looks at Tuco now for a send without an answer.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn look_up_send(
        &self,
        connection: i64,
        send: i64,
    ) -> Result<Option<SendRow>, HandleError> {
        self.message(connection, |reply| Ask::LookUp(send, reply))
            .await
    }

    /// Opts somebody out. It holds here before this answers.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn opt_out(
        &self,
        connection: i64,
        who: Recipient,
        by: String,
        why: String,
    ) -> Result<Vec<String>, HandleError> {
        self.message(connection, |reply| Ask::OptOut(who, by, why, reply))
            .await
    }

    /// Ends every opt-out of somebody, here, in Tuco and in HubSpot.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn lift_opt_out(
        &self,
        connection: i64,
        who: Recipient,
        by: String,
        why: String,
    ) -> Result<Lifted, HandleError> {
        self.message(connection, |reply| Ask::Lift(who, by, why, reply))
            .await
    }

    /// Says what a reply meant. False where somebody had decided before.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn decide_review(
        &self,
        connection: i64,
        review: i64,
        opted_out: bool,
        by: String,
    ) -> Result<bool, HandleError> {
        self.message(connection, |reply| {
            Ask::Decide(review, opted_out, by, reply)
        })
        .await
    }

    /// Keeps a draft in place of another one for the same contact.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn keep_draft(&self, connection: i64, draft: DraftRow) -> Result<(), HandleError> {
        self.message(connection, |reply| Ask::KeepDraft(draft, reply))
            .await
    }

    /// Forgets the draft for a contact.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn forget_draft(&self, connection: i64, contact: String) -> Result<(), HandleError> {
        self.message(connection, |reply| Ask::ForgetDraft(contact, reply))
            .await
    }

    /// A new template, or a change of one that was read at a version: `(id, version)`. Its id; none where
    /// somebody was faster.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn save_template(
        &self,
        connection: i64,
        based_on: Option<(i64, i64)>,
        body: TemplateBody,
        by: String,
    ) -> Result<Option<i64>, HandleError> {
        self.message(connection, |reply| {
            Ask::SaveTemplate(based_on, body, by, reply)
        })
        .await
    }

    /// Marks a template to be shown first, or no longer.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn favour_template(
        &self,
        connection: i64,
        id: i64,
        favourite: bool,
    ) -> Result<(), HandleError> {
        self.message(connection, |reply| {
            Ask::FavourTemplate(id, favourite, reply)
        })
        .await
    }

    /// Takes a template off the list, or brings it back.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn remove_template(
        &self,
        connection: i64,
        id: i64,
        removed: bool,
    ) -> Result<(), HandleError> {
        self.message(connection, |reply| Ask::RemoveTemplate(id, removed, reply))
            .await
    }

    /// A run to many, ready to be set going; the one of the same key where there is one.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn begin_run(
        &self,
        connection: i64,
        key: String,
        name: String,
        by: String,
        orders: Vec<(i64, ManyOrder)>,
    ) -> Result<RunRow, HandleError> {
        self.message(connection, |reply| {
            Ask::BeginRun(key, name, by, orders, reply)
        })
        .await
    }

    /// Sets a run going (`Running`), or has it wait (`Paused`) or end (`Cancelled`).
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn set_run(
        &self,
        connection: i64,
        run: i64,
        state: RunState,
        by: String,
    ) -> Result<RunRow, HandleError> {
        self.message(connection, |reply| Ask::SetRun(run, state, by, reply))
            .await
    }
}

fn give<T>(reply: Reply<T>, answer: Result<T, HandleError>) {
    // Whoever asked may have gone away.
    let _ = reply.send(answer);
}

impl House {
    /// Answers in a task of its own: everything here may need the network.
    pub(super) async fn answer_message(self: Rc<Self>, id: i64, ask: Ask) {
        let engine = match self.known(id) {
            Ok(slot) => slot.engine(&self).await,
            Err(error) => Err(error),
        };
        macro_rules! with_engine {
            ($reply:expr, $work:expr) => {
                match engine {
                    Ok(engine) => {
                        let work = $work;
                        let answer = work(engine.clone()).await;
                        let _counted_by_the_next_round = engine.count_calls();
                        give($reply, answer);
                    }
                    Err(error) => give($reply, Err(error)),
                }
            };
        }
        match ask {
            Ask::Preview(order, reply) => {
                with_engine!(reply, async |engine: Rc<Engine>| Ok(engine
                    .preview(&order)
                    .await?));
            }
            Ask::Send(order, undo, reply) => {
                let house = self.clone();
                with_engine!(reply, async |engine: Rc<Engine>| {
                    let sending = engine.queue(&order, undo).await?;
                    if let Sending::Row(row) = &sending {
                        spawn_local(house.clone().let_go(id, row.id, undo));
                    }
                    Ok(sending)
                });
            }
            Ask::Undo(send, by, reply) => with_engine!(reply, async |engine: Rc<Engine>| {
                Ok(engine.undo(send, &by)?)
            }),
            Ask::Cancel(send, by, reply) => with_engine!(reply, async |engine: Rc<Engine>| {
                Ok(engine.cancel_send(send, &by).await?)
            }),
            Ask::LookUp(send, reply) => with_engine!(reply, async |engine: Rc<Engine>| {
                Ok(engine.look_up_send(send).await?)
            }),
            Ask::OptOut(who, by, why, reply) => {
                with_engine!(reply, async |engine: Rc<Engine>| Ok(engine
                    .opt_out_by_hand(&who, &by, &why)
                    .await?));
            }
            Ask::Lift(who, by, why, reply) => {
                with_engine!(reply, async |engine: Rc<Engine>| Ok(engine
                    .lift_by_hand(&who, &by, &why)
                    .await?));
            }
            Ask::Decide(review, opted_out, by, reply) => {
                with_engine!(reply, async |engine: Rc<Engine>| Ok(engine
                    .decide_review(review, opted_out, &by)
                    .await?));
            }
            other => self.answer_written(id, other),
        }
        self.tell_messages(id);
    }

    /// What needs no network but a transaction.
    fn answer_written(self: &Rc<Self>, id: i64, ask: Ask) {
        let now = self.now();
        match ask {
            Ask::KeepDraft(draft, reply) => {
                give(
                    reply,
                    self.write_of(id, |rows| rows.keep_draft(id, &draft))
                        .map_err(stored),
                );
            }
            Ask::ForgetDraft(contact, reply) => {
                give(
                    reply,
                    self.write_of(id, |rows| rows.forget_draft(id, &contact))
                        .map_err(stored),
                );
            }
            Ask::SaveTemplate(based_on, body, by, reply) => {
                let saved = self.write(|rows| match based_on {
                    None => rows.add_template(&body, &by, now).map(Some),
                    Some((template, version)) => {
                        let changed = rows.change_template(template, &body, version, &by, now)?;
                        Ok(changed.then_some(template))
                    }
                });
                give(reply, saved.map_err(stored));
                self.tell(Notice::Templates);
            }
            Ask::FavourTemplate(template, favourite, reply) => {
                let done = self.write(|rows| rows.favour_template(template, favourite));
                give(reply, done.map_err(stored));
                self.tell(Notice::Templates);
            }
            Ask::RemoveTemplate(template, removed, reply) => {
                let at = removed.then_some(now);
                give(
                    reply,
                    self.write(|rows| rows.remove_template(template, at))
                        .map_err(stored),
                );
                self.tell(Notice::Templates);
            }
            Ask::BeginRun(key, name, by, orders, reply) => {
                let orders: Vec<(i64, String)> = orders
                    .iter()
                    .filter_map(|(row, order)| Some((*row, serde_json::to_string(order).ok()?)))
                    .collect();
                let begun = self.write_of(id, |rows| {
                    if let Some(run) = rows.run_by_key(id, &key)? {
                        return Ok(run);
                    }
                    let run = rows.add_run(id, &key, &name, &by, &orders, now)?;
                    rows.run(run)?.ok_or(StoreError::Missing)
                });
                give(reply, begun.map_err(stored));
            }
            Ask::SetRun(run, state, by, reply) => {
                let set = self.write_of(id, |rows| {
                    rows.run_of(id, run)?.ok_or(StoreError::Missing)?;
                    if state == RunState::Running {
                        // Whoever sets it going says that the workspace can be written to again.
                        rows.remove_cursor(id, READ_ONLY)?;
                    }
                    rows.set_run_state(run, state, &by, now)?;
                    rows.run(run)?.ok_or(StoreError::Missing)
                });
                if set.is_ok() && state == RunState::Running {
                    spawn_local(self.clone().go_through(id, run));
                }
                give(reply, set.map_err(stored));
            }
            _ => {}
        }
    }

    /// Lets a send go when its seconds of undo are over. What fails here the next round does.
    async fn let_go(self: Rc<Self>, id: i64, send: i64, undo: Duration) {
        self.ground.access.clock.sleep(undo).await;
        // By the wall clock it may be due a moment later.
        self.ground
            .access
            .clock
            .sleep(Duration::from_millis(5))
            .await;
        if let Ok(slot) = self.known(id) {
            if let Ok(engine) = slot.engine(&self).await {
                let _tried_again_by_the_round = engine.send_queued(send).await;
                let _counted_by_the_next_round = engine.count_calls();
            }
            self.tell_messages(id);
            slot.again();
        }
    }

    /// Goes through a run until it ends, or somebody stops it; where somebody does already, they go on.
    pub(super) async fn go_through(self: Rc<Self>, id: i64, run: i64) {
        if self.told.going.borrow_mut().insert(run) {
            self.clone().go_through_alone(id, run).await;
            self.told.going.borrow_mut().remove(&run);
        }
    }

    async fn go_through_alone(self: Rc<Self>, id: i64, run: i64) {
        while !self.is_closing() {
            let Ok(slot) = self.known(id) else { return };
            let Ok(engine) = slot.engine(&self).await else {
                self.ground.access.clock.sleep(RUN_STEP).await;
                continue;
            };
            match engine.run_next(run).await {
                Ok(Next::Row(_)) => {
                    self.tell(Notice::Runs {
                        connection: id,
                        run,
                    });
                    self.tell_messages(id);
                }
                Ok(Next::Wait { .. }) => self.ground.access.clock.sleep(RUN_STEP).await,
                Ok(Next::Finished | Next::Stopped) | Err(_) => {
                    self.tell_messages(id);
                    slot.again();
                    return;
                }
            }
        }
    }

    /// Runs that were under way when the program ended go on.
    pub(super) fn take_up_runs(self: &Rc<Self>, id: i64) {
        let runs = self.read(|rows| rows.runs(id)).unwrap_or_default();
        for run in runs {
            if run.state == RunState::Running {
                spawn_local(self.clone().go_through(id, run.id));
            }
        }
    }
}

fn stored(error: StoreError) -> HandleError {
    error.into()
}
