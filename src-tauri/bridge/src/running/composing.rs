//! What the composer asks of the running engine beside sending: who somebody is, what can be written, what
//! would arrive; and the news about messages.

use super::Notice;
use super::handle::{Handle, HandleError};
use super::owner::House;
use super::request::{Reply, Request};
use crate::compose::{Card, MergeField, OnLists, Order, Written};
use crate::store::{MessagesMark, StoreError, TemplateBody};
use crate::template_file::{self, Taken};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// What can be asked for.
pub(super) enum Ask {
    Card(String, Reply<Card>),
    Fields(Option<String>, String, Reply<Vec<MergeField>>),
    Preview(Box<Order>, Reply<Written>),
    Lists(String, Reply<OnLists>),
    TakeTemplates(Vec<TemplateBody>, String, Reply<Taken>),
}

/// What was last told about the messages of each connection, and which runs somebody goes through.
#[derive(Default)]
pub(super) struct Told {
    marks: RefCell<BTreeMap<i64, MessagesMark>>,
    /// A run that is set going again while its last person is under way must not be gone through twice.
    pub(super) going: RefCell<BTreeSet<i64>>,
}

impl Handle {
    async fn compose<T>(
        &self,
        connection: i64,
        ask: impl FnOnce(Reply<T>) -> Ask,
    ) -> Result<T, HandleError> {
        self.ask(|reply| Request::Composing(connection, ask(reply)))
            .await
    }

    /// Who a contact is, and what stands in the way of writing to them.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn card(&self, connection: i64, contact: String) -> Result<Card, HandleError> {
        self.compose(connection, |reply| Ask::Card(contact, reply))
            .await
    }

    /// The fields that can stand in a text, with the values of a contact.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn merge_fields(
        &self,
        connection: i64,
        contact: Option<String>,
        sender: String,
    ) -> Result<Vec<MergeField>, HandleError> {
        self.compose(connection, |reply| Ask::Fields(contact, sender, reply))
            .await
    }

    /// Takes in the templates of a file, all or none.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn take_templates(
        &self,
        bodies: Vec<TemplateBody>,
        by: String,
    ) -> Result<Taken, HandleError> {
        self.compose(0, |reply| Ask::TakeTemplates(bodies, by, reply))
            .await
    }

    /// The lists that a contact is on in HubSpot.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn lists_of_contact(
        &self,
        connection: i64,
        contact: String,
    ) -> Result<OnLists, HandleError> {
        self.compose(connection, |reply| Ask::Lists(contact, reply))
            .await
    }

    /// What would arrive of a text that is still being written.
    ///
    /// # Errors
    /// See [`HandleError`].
    pub async fn preview_written(
        &self,
        connection: i64,
        order: Order,
    ) -> Result<Written, HandleError> {
        self.compose(connection, |reply| Ask::Preview(Box::new(order), reply))
            .await
    }
}

impl House {
    /// Answers in a task of its own: everything here may need the network.
    pub(super) async fn answer_composing(self: Rc<Self>, id: i64, ask: Ask) {
        let ask = match ask {
            // They belong to no connection.
            Ask::TakeTemplates(bodies, by, reply) => {
                let now = self.now();
                let taken: Result<Taken, StoreError> =
                    self.write(|rows| template_file::take(rows, &bodies, &by, now));
                self.tell(Notice::Templates);
                let _ = reply.send(taken.map_err(HandleError::from));
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
                // Whoever asked may have gone away.
                let _ = $reply.send(answer);
            }};
        }
        match ask {
            Ask::Card(contact, reply) => answer!(reply, engine => engine.card(&contact)),
            Ask::Fields(contact, sender, reply) => {
                answer!(reply, engine => engine.merge_fields(contact.as_deref(), &sender));
            }
            Ask::Preview(order, reply) => answer!(reply, engine => engine.preview_written(&order)),
            Ask::Lists(contact, reply) => {
                answer!(reply, engine => engine.lists_of_contact(&contact));
            }
            Ask::TakeTemplates(..) => {}
        }
        // Whoever was looked up may have said something.
        self.tell_messages(id);
    }

    /// Tells what changed about messages since it was told last.
    pub(super) fn tell_messages(&self, id: i64) {
        let Ok(mark) = self.read(|rows| rows.messages_mark(id)) else {
            return;
        };
        let before = self.told.marks.borrow_mut().insert(id, mark.clone());
        let before = before.unwrap_or_default();
        if mark.sends != before.sends {
            self.tell(Notice::Sends { connection: id });
        }
        if mark.opt_outs != before.opt_outs {
            self.tell(Notice::OptOuts { connection: id });
        }
        if mark.rules != before.rules {
            self.tell(Notice::Rules { connection: id });
        }
        if mark.runs != before.runs {
            self.tell(Notice::Runs {
                connection: id,
                run: 0,
            });
        }
    }
}
