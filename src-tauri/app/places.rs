//! Where things are outside the program: its home folder, the two services, the keychain.
//!
//! `TUCO_HUBSPOT_HOME` names another home. `HUBSPOT_API_URL`, `TUCO_API_URL` and `HUBSPOT_APP_URL`
//! name other addresses for tests, and are accepted only where they are on this computer.

use std::path::PathBuf;
use std::sync::Arc;

use bridge::connect::Access;
use bridge::home::Home;
use bridge::running::Ground;
use bridge::store::ConnectionRow;
use bridge::vault::{Keychain, Vault};
use url::Url;
use wire::{Origin, ReqwestTransport, SystemClock, SystemEntropy};

use crate::view::problem::{Answer, Problem};

/// See the module.
#[derive(Clone)]
pub(crate) struct Places {
    pub(crate) home: Home,
    hubspot: Origin,
    tuco: Origin,
    pages: Option<Origin>,
    vault: Arc<dyn Vault>,
}

impl Places {
    /// As the environment says, else the usual ones.
    pub(crate) fn of_environment() -> Answer<Self> {
        let home = std::env::var_os("TUCO_HUBSPOT_HOME").map(PathBuf::from);
        Ok(Self {
            home: Home::at(home)?,
            hubspot: local("HUBSPOT_API_URL")?.unwrap_or_else(Origin::hubspot),
            tuco: local("TUCO_API_URL")?.unwrap_or_else(Origin::tuco),
            pages: local("HUBSPOT_APP_URL")?,
            vault: Arc::new(Keychain::new()),
        })
    }

    /// Two services on this computer, with a home and a vault of their own.
    pub(crate) fn on_loopback(
        home: Home,
        hubspot: &str,
        tuco: &str,
        vault: Arc<dyn Vault>,
    ) -> Answer<Self> {
        Ok(Self {
            home,
            hubspot: origin(hubspot)?,
            tuco: origin(tuco)?,
            pages: Some(origin(hubspot)?),
            vault,
        })
    }

    /// A way out of its own. Its open connections live and die with whoever uses it, so two threads
    /// never share one.
    pub(crate) fn access(&self) -> Answer<Access> {
        let transport =
            ReqwestTransport::new().map_err(|error| Problem::defect(error.to_string()))?;
        Ok(Access {
            transport: Arc::new(transport),
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            hubspot: self.hubspot.clone(),
            tuco: self.tuco.clone(),
            waits: Arc::default(),
        })
    }

    pub(crate) fn ground(&self) -> Answer<Ground> {
        Ok(Ground {
            home: self.home.clone(),
            access: self.access()?,
            vault: self.vault.clone(),
        })
    }

    pub(crate) fn vault(&self) -> Arc<dyn Vault> {
        self.vault.clone()
    }

    /// The page of a contact in HubSpot.
    pub(crate) fn contact_page(&self, row: &ConnectionRow, contact: &str) -> Option<Url> {
        let mut page = match &self.pages {
            Some(origin) => origin.url("", &[]),
            None => {
                let host = match row.ui_domain.as_str() {
                    "" => "app.hubspot.com",
                    host => host,
                };
                Url::parse(&format!("https://{host}")).ok()?
            }
        };
        page.path_segments_mut().ok()?.clear().extend([
            "contacts",
            &row.portal_id,
            "record",
            "0-1",
            contact,
        ]);
        Some(page)
    }
}

fn local(name: &str) -> Answer<Option<Origin>> {
    match std::env::var(name) {
        Ok(value) if !value.trim().is_empty() => origin(&value).map(Some),
        _ => Ok(None),
    }
}

fn origin(address: &str) -> Answer<Origin> {
    Origin::loopback(address).map_err(|error| {
        Problem::input(format!(
            "An address for tests can't be used: {error}. Unset HUBSPOT_API_URL, TUCO_API_URL and \
             HUBSPOT_APP_URL."
        ))
    })
}
