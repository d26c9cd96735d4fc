//! The webhook at Tuco: made, kept and taken away, so that none is left there without its secret.
//!
//! Tuco tells the secret once. So it is in the vault before anybody is told of success, and where it
//! can't be kept the webhook is deleted again. Before the first step a row says that a change has begun;
//! what a crash has cut short is undone by [`Registrar::settle`], which knows our webhooks by the 128
//! random bits in their address and deletes all but the one that the row names. Changing the secret is
//! registering once more: for a while two webhooks report, both secrets hold, and what comes twice is
//! one event.

use super::door::path_of;
use super::serve::{ListenError, local_address};
use crate::engine::Engine;
use crate::retry::{Patience, Retry};
use crate::store::{StoreError, WebhookRow};
use crate::trouble::Trouble;
use crate::vault::{Secrets, Vault, VaultError};
use std::sync::Arc;
use tuco::{DeliveredEvent, NewWebhook};
use url::{Host, Url};
use wire::Secret;

/// The first connection's port; each further one takes the next that is free in this home.
const FIRST_PORT: u16 = 27_800;

/// Why the listener, or its webhook at Tuco, is not as it was wished.
#[derive(Debug, thiserror::Error)]
pub enum RegistrationError {
    /// Not an address of a tunnel.
    #[error(
        "The address of the tunnel has to begin with https:// and name a host and nothing after it, such as \
         https://name.example."
    )]
    Tunnel,
    /// Nothing leads here.
    #[error("Tuco can't reach this computer without a tunnel. Give its address first.")]
    NoTunnel,
    /// It is off.
    #[error("The listener is off. Turn it on first.")]
    Off,
    /// The secret could not be kept.
    #[error("{0} The webhook was not kept at Tuco either, so nothing is left half done.")]
    NotKept(VaultError),
    /// The secret could not be read.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The port.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// Tuco, or the data file.
    #[error(transparent)]
    Trouble(#[from] Trouble),
}

impl From<StoreError> for RegistrationError {
    fn from(error: StoreError) -> Self {
        Self::Trouble(Trouble::Store(error))
    }
}

/// What it works with.
pub struct Registrar<'a> {
    engine: &'a Engine,
    vault: Arc<dyn Vault>,
}

/// How the entry of a webhook ends; a connection's key is hexadecimal.
const OF_WEBHOOK: &str = "-webhook";

/// The name of the webhook's own entry in the vault, so that new keys never drop its secret.
pub fn entry(connection_key: &str) -> String {
    format!("{connection_key}{OF_WEBHOOK}")
}

/// The connection's own entry, where this is the one of its webhook.
pub(crate) fn main_entry(entry: &str) -> Option<&str> {
    entry.strip_suffix(OF_WEBHOOK)
}

/// The secrets that deliveries of a connection are checked with, the newest first. Blocks as the vault
/// does.
///
/// # Errors
/// See [`VaultError`].
pub fn load_secrets(vault: &dyn Vault, connection_key: &str) -> Result<Vec<Secret>, VaultError> {
    let kept = vault.load(&entry(connection_key))?;
    Ok(kept.map(|kept| kept.webhook_secrets).unwrap_or_default())
}

impl<'a> Registrar<'a> {
    /// For one connection.
    pub fn new(engine: &'a Engine, vault: Arc<dyn Vault>) -> Self {
        Self { engine, vault }
    }

    fn retry(&self) -> Retry {
        let outside = &self.engine.outside;
        Retry::new(
            outside.clock.clone(),
            outside.entropy.clone(),
            Patience::PERSON,
            Arc::default(),
        )
    }

    fn put(&self, row: &WebhookRow) -> Result<(), StoreError> {
        let now = self.engine.now();
        self.engine.write(|rows| rows.put_webhook(row, now))
    }

    /// The set-up as it is, or as it would begin.
    fn row(&self) -> Result<WebhookRow, StoreError> {
        let id = self.engine.id();
        let (kept, all) = self
            .engine
            .read(|rows| Ok((rows.webhook(id)?, rows.webhooks()?)))?;
        Ok(kept.unwrap_or_else(|| {
            let taken = |port: &u16| all.iter().any(|one| one.port == *port);
            let dice = &self.engine.outside.entropy;
            WebhookRow {
                connection_id: id,
                enabled: false,
                port: (FIRST_PORT..u16::MAX)
                    .find(|port| !taken(port))
                    .unwrap_or(FIRST_PORT),
                path: format!("{:016x}{:016x}", dice.next_u64(), dice.next_u64()),
                tunnel: String::new(),
                webhook_id: String::new(),
                pending: false,
                rewritten: 0,
                rotating_since: 0,
            }
        }))
    }

    /// Turns the listener on, or changes where it is; what is none stays.
    ///
    /// # Errors
    /// See [`RegistrationError`].
    pub fn turn_on(
        &self,
        tunnel: Option<&str>,
        port: Option<u16>,
    ) -> Result<WebhookRow, RegistrationError> {
        let mut row = self.row()?;
        if let Some(tunnel) = tunnel {
            row.tunnel = tunnel_address(tunnel).ok_or(RegistrationError::Tunnel)?;
        }
        row.port = port.unwrap_or(row.port);
        row.enabled = true;
        self.put(&row)?;
        Ok(row)
    }

    /// What Tuco has to call; none where nothing leads here.
    pub fn address(&self, row: &WebhookRow) -> Option<String> {
        address(row, self.engine.outside.tuco.is_loopback())
    }

    /// Makes a webhook at Tuco and keeps its secret. Where there was one before, it goes, and both
    /// secrets hold until [`Registrar::end_rotation`]. `known` hears of the secrets before they are kept and
    /// before the old webhook goes: Tuco signs with the new one from then on.
    ///
    /// # Errors
    /// See [`RegistrationError`]. What stood before stands then, and nothing else.
    pub async fn register(
        &self,
        known: impl Fn(Vec<Secret>),
    ) -> Result<WebhookRow, RegistrationError> {
        let mut row = self.row()?;
        if !row.enabled {
            return Err(RegistrationError::Off);
        }
        let url = self.address(&row).ok_or(RegistrationError::NoTunnel)?;
        let old = self.secrets().await?;
        row.pending = true;
        self.put(&row)?;
        let new = NewWebhook {
            url,
            events: DeliveredEvent::ALL
                .map(|event| event.as_str().to_owned())
                .to_vec(),
            name: "Tuco for HubSpot".to_owned(),
            description: None,
        };
        let tuco = &self.engine.outside.tuco;
        let made = self.retry().run(|| tuco.create_webhook(&new)).await;
        let (made, secret) = match made {
            Ok(made) => made,
            Err(trouble) => {
                // The answer may be lost and the webhook made: then it goes, now or with the next start.
                let _later = self.settle().await;
                return Err(trouble.into());
            }
        };
        let before = old.into_iter().take(1);
        let rotating = !row.webhook_id.is_empty();
        let both = std::iter::once(secret).chain(before.filter(|_| rotating));
        let both: Vec<Secret> = both.collect();
        known(both.clone());
        if let Err(error) = self.keep(both).await {
            let _later = self.settle().await;
            return Err(RegistrationError::NotKept(error));
        }
        row.webhook_id = made.id;
        row.rotating_since = if rotating { self.engine.now() } else { 0 };
        self.put(&row)?;
        // The one from before goes; where that fails it is tried again, and nothing is lost meanwhile.
        let _later = self.settle().await;
        Ok(self.row()?)
    }

    /// The secret from before is good no more.
    ///
    /// # Errors
    /// See [`RegistrationError`]. Both are good then, as before.
    pub async fn end_rotation(&self) -> Result<WebhookRow, RegistrationError> {
        self.settle().await?;
        let newest = self.secrets().await?.into_iter().take(1);
        self.keep(newest.collect()).await?;
        let mut row = self.row()?;
        row.rotating_since = 0;
        self.put(&row)?;
        Ok(row)
    }

    /// Turns the listener off at once, and takes the webhook away at Tuco. Where Tuco can't be reached
    /// that is tried again with the next start; until then its reports find nobody.
    ///
    /// # Errors
    /// See [`RegistrationError`]. The listener is off in any case, unless the data file failed.
    pub async fn turn_off(&self) -> Result<WebhookRow, RegistrationError> {
        let mut row = self.row()?;
        row.pending = row.pending || !row.webhook_id.is_empty();
        row.enabled = false;
        row.rotating_since = 0;
        row.webhook_id.clear();
        self.put(&row)?;
        self.settle().await?;
        Ok(self.row()?)
    }

    /// Brings to its end what was begun: deletes every webhook of ours at Tuco but the one that the row
    /// names.
    ///
    /// # Errors
    /// See [`RegistrationError`]. It is tried again with the next start.
    pub async fn settle(&self) -> Result<(), RegistrationError> {
        let row = self.row()?;
        if !row.pending {
            return Ok(());
        }
        let ending = path_of(&row.path);
        let tuco = &self.engine.outside.tuco;
        for webhook in self.retry().run(|| tuco.webhooks()).await? {
            let ours = webhook.url.is_some_and(|url| url.ends_with(&ending));
            if ours && webhook.id != row.webhook_id {
                self.delete(&webhook.id).await?;
            }
        }
        if row.webhook_id.is_empty() {
            self.forget().await?;
        }
        let mut row = self.row()?;
        row.pending = false;
        self.put(&row)?;
        Ok(())
    }

    /// One that is gone already is as it should be.
    async fn delete(&self, id: &str) -> Result<(), Trouble> {
        let tuco = &self.engine.outside.tuco;
        match self.retry().run(|| tuco.delete_webhook(id)).await {
            Err(Trouble::Tuco(error)) if error.kind == tuco::ErrorKind::NotFound => Ok(()),
            outcome => outcome,
        }
    }

    /// The secrets that deliveries are checked with, the newest first.
    ///
    /// # Errors
    /// See [`VaultError`].
    pub async fn secrets(&self) -> Result<Vec<Secret>, VaultError> {
        let (vault, key) = (self.vault.clone(), self.engine.connection().key);
        off_thread(move || load_secrets(&*vault, &key)).await
    }

    async fn keep(&self, secrets: Vec<Secret>) -> Result<(), VaultError> {
        let (vault, entry) = (self.vault.clone(), entry(&self.engine.connection().key));
        let kept = Secrets {
            webhook_secrets: secrets,
            ..Secrets::default()
        };
        off_thread(move || vault.store(&entry, &kept)).await
    }

    async fn forget(&self) -> Result<(), VaultError> {
        let (vault, entry) = (self.vault.clone(), entry(&self.engine.connection().key));
        off_thread(move || vault.forget(&entry)).await
    }
}

/// The keychain may ask its user, so it is not asked on a task's own thread.
async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, VaultError> + Send + 'static,
) -> Result<T, VaultError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(_) => Err(VaultError::Other("it ended without an answer".to_owned())),
    }
}

/// What Tuco has to call: the tunnel, or for the sandbox this computer. None where nothing leads here.
pub fn address(row: &WebhookRow, sandbox: bool) -> Option<String> {
    match (row.tunnel.as_str(), sandbox) {
        ("", true) => Some(local_address(row.port, &row.path)),
        ("", false) => None,
        (tunnel, _) => Some(format!("{tunnel}{}", path_of(&row.path))),
    }
}

/// The name under which a tunnel brings requests.
pub fn tunnel_host(tunnel: &str) -> Option<String> {
    let url = Url::parse(tunnel).ok()?;
    let host = url.host_str()?;
    Some(match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    })
}

/// `https://name` alone, without a slash at its end; for the sandbox also `http://` on this computer;
/// empty for none.
fn tunnel_address(text: &str) -> Option<String> {
    if text.trim().is_empty() {
        return Some(String::new());
    }
    let url = Url::parse(text.trim()).ok()?;
    let local = match url.host()? {
        Host::Domain(name) => name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    };
    let scheme = url.scheme() == "https" || (url.scheme() == "http" && local);
    let bare = matches!(url.path(), "" | "/")
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    (scheme && bare).then(|| url.as_str().trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::tunnel_address;

    #[test]
    fn a_tunnel_is_a_host_and_nothing_more() {
        for (given, kept) in [
            (" https://Hooks.example/ ", "https://hooks.example"),
            ("https://hooks.example:8443", "https://hooks.example:8443"),
            ("http://127.0.0.1:9", "http://127.0.0.1:9"),
            ("http://[::1]:9", "http://[::1]:9"),
            ("", ""),
        ] {
            assert_eq!(tunnel_address(given).as_deref(), Some(kept), "{given}");
        }
        for refused in [
            "http://hooks.example",
            "https://hooks.example/path",
            "https://user:word@hooks.example",
            "https://hooks.example?x",
            "https://hooks.example#x",
            "hooks.example",
            "ftp://hooks.example",
            "https://",
        ] {
            assert_eq!(tunnel_address(refused), None, "{refused}");
        }
    }
}
