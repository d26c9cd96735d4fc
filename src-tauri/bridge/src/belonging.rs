//! Whether keys are those of a connection: the same portal, and the same workspace as far as both are
//! known.
//!
//! Which workspace a key is of can be unknown: a new one has no line and no lead that would name it. So a
//! connection may begin without, and learns it as soon as anything tells. It stays the one connection of its
//! portal and workspace all the while.

use crate::connect::Identity;
use crate::store::{ConnectionRow, Reader, StoreError};
use crate::trouble::Trouble;

/// A portal or workspace as it is shown: by its name too, where that is known.
pub(crate) fn named(name: &str, id: &str) -> String {
    match name.trim() {
        "" => id.to_owned(),
        name => format!("\"{name}\" ({id})"),
    }
}

impl Identity {
    /// Refuses keys of another portal or workspace than the connection's, and takes over from it which
    /// workspace that is where the keys do not tell.
    ///
    /// # Errors
    /// [`Trouble::WrongPortal`] and [`Trouble::WrongWorkspace`].
    pub fn belong_to(&mut self, row: &ConnectionRow) -> Result<(), Trouble> {
        if self.account.portal_id != row.portal_id {
            return Err(Trouble::WrongPortal {
                connection: row.name.clone(),
                expected: named(&row.portal_name, &row.portal_id),
                found: named(
                    self.account.name.as_deref().unwrap_or_default(),
                    &self.account.portal_id,
                ),
            });
        }
        if self.workspace_id.is_empty() {
            self.workspace_id.clone_from(&row.workspace_id);
        }
        if self.workspace_id != row.workspace_id && !row.workspace_id.is_empty() {
            return Err(Trouble::WrongWorkspace {
                connection: row.name.clone(),
                expected: row.workspace_id.clone(),
                found: self.workspace_id.clone(),
            });
        }
        Ok(())
    }
}

/// Refuses a workspace that a connection has just learned where another one of the same portal has it: two
/// would write everything twice.
///
/// # Errors
/// [`Trouble::JoinedTwice`], and what the data file says.
pub(crate) fn refuse_second(
    rows: &Reader<'_>,
    row: &ConnectionRow,
    workspace_id: &str,
) -> Result<(), Trouble> {
    match rows.connection_of(&row.portal_id, workspace_id)? {
        Some(other) if other.id != row.id => Err(Trouble::JoinedTwice {
            connection: row.name.clone(),
            other: other.name,
        }),
        _ => Ok(()),
    }
}

/// The connection of a portal and workspace: the one that is known as such, else one of the portal that did
/// not know its workspace so far.
///
/// # Errors
/// See [`StoreError`].
pub(crate) fn connection_for(
    rows: &Reader<'_>,
    portal_id: &str,
    workspace_id: &str,
) -> Result<Option<ConnectionRow>, StoreError> {
    match rows.connection_of(portal_id, workspace_id)? {
        None if !workspace_id.is_empty() => rows.connection_of(portal_id, ""),
        known => Ok(known),
    }
}

#[cfg(test)]
mod tests {
    use crate::connect::{Access, Identity, Keys, establish, identify};
    use crate::engine::Engine;
    use crate::store::{ConnectionRow, Store};
    use crate::trouble::Trouble;
    use hubspot::oauth::Token;
    use std::sync::{Arc, Mutex};
    use wire::{
        BoxFuture, HeaderMap, Origin, Request, Response, Secret, StatusCode, SystemClock,
        SystemEntropy, Transport, TransportError,
    };

    /// Two services that tell whose keys they were asked with, and nothing else.
    #[derive(Default)]
    struct Told {
        portal: Mutex<&'static str>,
        /// Empty where nothing names the workspace.
        workspace: Mutex<&'static str>,
    }

    impl Transport for Told {
        fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
            let path = request.url.path();
            let workspace = *self.workspace.lock().unwrap();
            let portal = *self.portal.lock().unwrap();
            let body = if path.contains("account-info") {
                serde_json::json!({"portalId": portal, "accountType": "STANDARD", "timeZone": "UTC",
                    "uiDomain": "app.hubspot.com", "portalName": format!("Portal {portal}")})
            } else if path.contains("leads") {
                serde_json::json!({"leads": [], "total": 0})
            } else if workspace.is_empty() {
                serde_json::json!({"lines": []})
            } else {
                serde_json::json!({"lines": [{"_id": "l1", "workspaceId": workspace}]})
            };
            let body = body.to_string().into_bytes().into();
            Box::pin(async {
                Ok(Response {
                    status: StatusCode::OK,
                    headers: HeaderMap::new(),
                    body,
                })
            })
        }
    }

    struct Stage {
        told: Arc<Told>,
        access: Access,
        store: Store,
        folder: tempfile::TempDir,
    }

    impl Stage {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let nowhere = || Origin::loopback("http://127.0.0.1:9").unwrap();
            let told = Arc::new(Told::default());
            Self {
                access: Access {
                    transport: told.clone(),
                    clock: Arc::new(SystemClock),
                    entropy: Arc::new(SystemEntropy),
                    hubspot: nowhere(),
                    tuco: nowhere(),
                    waits: Arc::default(),
                },
                told,
                store: Store::open(&folder.path().join("bridge.db"), 0)
                    .unwrap()
                    .store,
                folder,
            }
        }

        fn keys() -> Keys {
            Keys {
                hubspot: Token::Fixed(Secret::new("pat-na1-made-up")),
                tuco: Secret::new("tuco_made_up"),
            }
        }

        async fn identity(&self, portal: &'static str, workspace: &'static str) -> Identity {
            *self.told.portal.lock().unwrap() = portal;
            *self.told.workspace.lock().unwrap() = workspace;
            identify(&self.access, &Self::keys(), "").await.unwrap().1
        }

        async fn connect(
            &mut self,
            portal: &'static str,
            workspace: &'static str,
        ) -> ConnectionRow {
            let identity = self.identity(portal, workspace).await;
            establish(&mut self.store, &identity, None, &self.access).unwrap()
        }

        /// Its engine, over a store of its own as after a new start.
        fn engine(&self, row: &ConnectionRow) -> Engine {
            let store = Store::open(&self.folder.path().join("bridge.db"), 0)
                .unwrap()
                .store;
            Engine::new(store, row.clone(), self.access.sign_in(&Self::keys(), ""))
        }
    }

    #[tokio::test]
    async fn a_connection_learns_its_workspace_and_stays_one() {
        let mut stage = Stage::new();
        let begun = stage.connect("101", "").await;
        assert_eq!(begun.workspace_id, "");
        let known = stage.connect("101", "org_1").await;
        assert_eq!((known.id, known.workspace_id.as_str()), (begun.id, "org_1"));
        let other = stage.connect("101", "org_2").await;
        assert_ne!(
            other.id, begun.id,
            "another workspace is another connection"
        );
        assert_eq!(stage.store.read().connections().unwrap().len(), 2);
    }

    #[tokio::test]
    async fn a_round_learns_the_workspace_as_well() {
        let mut stage = Stage::new();
        let begun = stage.connect("101", "").await;
        stage.identity("101", "org_1").await;
        let engine = stage.engine(&begun);
        engine.check_keys().await.unwrap();
        assert_eq!(engine.connection().workspace_id, "org_1");
        let again = stage.connect("101", "org_1").await;
        assert_eq!(again.id, begun.id);
    }

    #[tokio::test]
    async fn where_another_one_has_the_workspace_it_does_nothing_and_says_so() {
        let mut stage = Stage::new();
        let first = stage.connect("101", "org_1").await;
        let begun = stage.connect("101", "").await;
        assert_ne!(first.id, begun.id);
        stage.identity("101", "org_1").await;
        let trouble = stage.engine(&begun).check_keys().await.unwrap_err();
        let Trouble::JoinedTwice { connection, other } = trouble else {
            panic!("{trouble}");
        };
        assert_eq!((connection, other), (begun.name, first.name));
    }

    #[tokio::test]
    async fn keys_of_others_are_refused_with_both_names() {
        let mut stage = Stage::new();
        let row = stage.connect("101", "org_1").await;
        let told = stage
            .identity("202", "org_1")
            .await
            .belong_to(&row)
            .unwrap_err();
        let told = told.to_string();
        for name in ["\"Portal 101\" (101)", "\"Portal 202\" (202)"] {
            assert!(told.contains(name), "{told}");
        }
        let told = stage
            .identity("101", "org_2")
            .await
            .belong_to(&row)
            .unwrap_err();
        let told = told.to_string();
        assert!(told.contains("org_1") && told.contains("org_2"), "{told}");
        // Keys that do not tell are taken, as those of its own workspace.
        let mut silent = stage.identity("101", "").await;
        silent.belong_to(&row).unwrap();
        assert_eq!(silent.workspace_id, "org_1");
    }
}
