//! Lists and who is on them, pipelines, and ties of many records at once.

use super::{HubSpot, Plan};
use crate::error::Error;
use crate::object_kind::ObjectKind;
use crate::portal::{ContactList, JoinPage, ListPage, MemberPage, Pipeline};
use crate::record::Ties;
use crate::{lenient, versions};
use serde_json::{Value, json};
use wire::Method;

/// The most records whose ties are asked for at once.
const MOST_TIED: usize = 1_000;

impl HubSpot {
    /// A page of the portal's lists of contacts, 250 at most.
    pub async fn lists(&self, offset: u64) -> Result<ListPage, Error> {
        let url = self
            .origin
            .url_of(&["crm", "lists", versions::LISTS, "search"], &[]);
        let body = json!({"query": "", "count": 250, "offset": offset, "processingTypes": [],
            "objectTypeId": ObjectKind::Contacts.type_id()});
        self.ask(Plan::post("lists.search", url, body), |body, _| {
            let lists = lenient::items(body.get("lists"));
            let contacts = |list: &&Value| {
                let kind = lenient::filled(list.get("objectTypeId"));
                kind.is_none_or(|kind| kind == ObjectKind::Contacts.type_id())
            };
            Some(ListPage {
                lists: lists
                    .iter()
                    .filter(contacts)
                    .filter_map(ContactList::read)
                    .collect(),
                next: lenient::flag(body.get("hasMore"))
                    .unwrap_or(false)
                    .then(|| lenient::whole(body.get("offset")))
                    .flatten()
                    .and_then(|next| u64::try_from(next).ok()),
            })
        })
        .await
    }

    /// A page of the ids of who is on a list, 250 at most.
    pub async fn list_members(&self, list: &str, after: Option<&str>) -> Result<MemberPage, Error> {
        let mut query = vec![("limit", "250")];
        query.extend(after.map(|after| ("after", after)));
        let url = self.origin.url_of(
            &["crm", "lists", versions::LISTS, list, "memberships"],
            &query,
        );
        self.ask(Plan::get("lists.members", url), |body, _| {
            let results = body.get("results")?.as_array()?;
            let id =
                |one: &Value| lenient::id(one.get("recordId")).or_else(|| lenient::id(Some(one)));
            Some(MemberPage {
                ids: results.iter().filter_map(id).collect(),
                after: lenient::next_page(body),
            })
        })
        .await
    }

    /// A page of who joined a list, in the order in which they joined, 250 at most.
    pub async fn list_joins(&self, list: &str, after: Option<&str>) -> Result<JoinPage, Error> {
        let mut query = vec![("limit", "250")];
        query.extend(after.map(|after| ("after", after)));
        let segments = [
            "crm",
            "lists",
            versions::LISTS,
            list,
            "memberships",
            "join-order",
        ];
        let url = self.origin.url_of(&segments, &query);
        self.ask(Plan::get("lists.joins", url), |body, _| {
            let results = body.get("results")?.as_array()?;
            let join = |one: &Value| {
                Some((
                    lenient::id(one.get("recordId"))?,
                    lenient::timestamp(one.get("membershipTimestamp"))?,
                ))
            };
            Some(JoinPage {
                joined: results.iter().filter_map(join).collect(),
                after: lenient::next_page(body),
            })
        })
        .await
    }

    /// Puts records on a list, and takes others off it; said again it changes nothing. The ids of those whom
    /// the portal does not have. A list that fills itself refuses.
    pub async fn change_list(
        &self,
        list: &str,
        add: &[&str],
        remove: &[&str],
    ) -> Result<Vec<String>, Error> {
        let segments = [
            "crm",
            "lists",
            versions::LISTS,
            list,
            "memberships",
            "add-and-remove",
        ];
        let url = self.origin.url_of(&segments, &[]);
        let body = json!({"recordIdsToAdd": add, "recordIdsToRemove": remove});
        let plan = Plan::send("lists.change", Method::PUT, url, body);
        self.ask(plan, |body, _| {
            let missing = lenient::items(body.get("recordIdsMissing"));
            Some(
                missing
                    .iter()
                    .filter_map(|id| lenient::id(Some(id)))
                    .collect(),
            )
        })
        .await
    }

    /// A page of the ids of the lists that a record is on.
    pub async fn lists_of(
        &self,
        kind: ObjectKind,
        record: &str,
        after: Option<&str>,
    ) -> Result<MemberPage, Error> {
        let query: Vec<(&str, &str)> = after.map(|after| ("after", after)).into_iter().collect();
        let path = [
            "crm",
            "lists",
            versions::LISTS,
            "records",
            kind.type_id(),
            record,
            "memberships",
        ];
        let url = self.origin.url_of(&path, &query);
        self.ask(Plan::get("lists.of_record", url), |body, _| {
            let results = body.get("results")?.as_array()?;
            Some(MemberPage {
                ids: results
                    .iter()
                    .filter_map(|one| lenient::id(one.get("listId")))
                    .collect(),
                after: lenient::next_page(body),
            })
        })
        .await
    }

    /// Lists by their ids. Those that are not there any more are absent.
    pub async fn lists_by_id(&self, ids: &[String]) -> Result<Vec<ContactList>, Error> {
        let query: Vec<(&str, &str)> = ids.iter().map(|id| ("listIds", id.as_str())).collect();
        let url = self
            .origin
            .url_of(&["crm", "lists", versions::LISTS], &query);
        self.ask(Plan::get("lists.read", url), |body, _| {
            body.get("lists")?.as_array()?;
            let lists = lenient::items(body.get("lists"));
            Some(lists.iter().filter_map(ContactList::read).collect())
        })
        .await
    }

    /// The pipelines of deals or tickets, with their stages. There are no pages.
    pub async fn pipelines(&self, kind: ObjectKind) -> Result<Vec<Pipeline>, Error> {
        let url = self
            .origin
            .url_of(&["crm", "pipelines", versions::PIPELINES, kind.path()], &[]);
        self.ask(Plan::get("pipelines.list", url), |body, _| {
            body.get("results")?.as_array()?;
            let results = lenient::items(body.get("results"));
            Some(results.iter().filter_map(Pipeline::read).collect())
        })
        .await
    }

    /// What up to a thousand records are tied to: records of one of [`ObjectKind`], or of a custom object by
    /// its type id. A record without ties is absent. Of more than a thousand only the first are asked for.
    pub async fn tied(
        &self,
        from: ObjectKind,
        ids: &[String],
        to: impl AsRef<str>,
    ) -> Result<Ties, Error> {
        if ids.is_empty() {
            return Ok(Ties::new());
        }
        let inputs: Vec<Value> = ids
            .iter()
            .take(MOST_TIED)
            .map(|id| json!({"id": id}))
            .collect();
        let url = self.origin.url_of(
            &[
                "crm",
                "associations",
                versions::ASSOCIATIONS,
                from.path(),
                to.as_ref(),
                "batch",
                "read",
            ],
            &[],
        );
        let plan = Plan::post("associations.read", url, json!({"inputs": inputs}));
        self.ask(plan, |body, _| {
            body.get("results")?.as_array()?;
            let mut ties = Ties::new();
            for result in lenient::items(body.get("results")) {
                let Some(from) = result
                    .get("from")
                    .and_then(|from| lenient::id(from.get("id")))
                else {
                    continue;
                };
                let others = ties.entry(from).or_default();
                for tie in lenient::items(result.get("to")) {
                    let id =
                        lenient::id(tie.get("toObjectId")).or_else(|| lenient::id(tie.get("id")));
                    let primary = lenient::items(tie.get("associationTypes"))
                        .iter()
                        .any(|kind| {
                            lenient::filled(kind.get("label"))
                                .is_some_and(|label| label == "Primary")
                        });
                    others.extend(id.map(|id| (id, primary)));
                }
            }
            Some(ties)
        })
        .await
    }
}
