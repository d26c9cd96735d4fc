//! Where things are outside the program: its home folder, the two services, the keychain.
//!
//! `TUCO_HUBSPOT_HOME` names another home. `HUBSPOT_API_URL`, `TUCO_API_URL` and `HUBSPOT_APP_URL`
//! name other addresses for tests, and are accepted only where they are on this computer.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bridge::connect::Access;
use bridge::home::Home;
use bridge::running::Ground;
use bridge::sign_in::PORTS;
use bridge::store::ConnectionRow;
use bridge::vault::{Stores, Vault};
use hubspot::ObjectKind;
use url::Url;
use wire::{
    BoxFuture, Origin, Request, ReqwestTransport, Response, SystemClock, SystemEntropy, Transport,
    TransportError,
};

use crate::link_page;
use crate::view::problem::{Answer, Problem};

/// See the module.
#[derive(Clone)]
pub(crate) struct Places {
    pub(crate) home: Home,
    hubspot: Origin,
    tuco: Origin,
    pages: Option<Origin>,
    stores: Arc<Stores>,
    /// Where HubSpot's answer to a sign-in is waited for.
    ports: [u16; 3],
    /// Where the page for links answers, if it was chosen.
    link_port: u16,
    /// Only the sandbox has one.
    switch: Option<Arc<AtomicBool>>,
}

/// A way out that can be cut, so that the sandbox can show what happens without a network.
struct Switched {
    inner: ReqwestTransport,
    off: Arc<AtomicBool>,
}

impl Transport for Switched {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
        if self.off.load(Ordering::Relaxed) {
            return Box::pin(std::future::ready(Err(TransportError::NotSent)));
        }
        self.inner.send(request)
    }

    fn close_idle(&self) {
        self.inner.close_idle();
    }
}

impl Places {
    /// As the environment says, else the usual ones.
    pub(crate) fn of_environment() -> Answer<Self> {
        let home = std::env::var_os("TUCO_HUBSPOT_HOME").map(PathBuf::from);
        let home = Home::at(home)?;
        Ok(Self {
            stores: Arc::new(Stores::of(&home)),
            home,
            hubspot: local("HUBSPOT_API_URL")?.unwrap_or_else(Origin::hubspot),
            tuco: local("TUCO_API_URL")?.unwrap_or_else(Origin::tuco),
            pages: local("HUBSPOT_APP_URL")?,
            ports: PORTS,
            link_port: link_page::PORT,
            switch: None,
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
            stores: Arc::new(Stores::with_keychain(&home, vault)),
            home,
            hubspot: origin(hubspot)?,
            tuco: origin(tuco)?,
            pages: Some(origin(hubspot)?),
            ports: PORTS,
            link_port: link_page::PORT,
            switch: None,
        })
    }

    /// The same places with a way out that is cut while the switch is on.
    pub(crate) fn switched_by(mut self, off: Arc<AtomicBool>) -> Self {
        self.switch = Some(off);
        self
    }

    /// The same places with other ports, for tests that run side by side.
    #[cfg(test)]
    pub(crate) fn with_ports(mut self, ports: [u16; 3]) -> Self {
        self.ports = ports;
        self.link_port = 0;
        self
    }

    pub(crate) fn link_port(&self) -> u16 {
        self.link_port
    }

    pub(crate) fn ports(&self) -> [u16; 3] {
        self.ports
    }

    /// A way out of its own. Its open connections live and die with whoever uses it, so two threads
    /// never share one.
    pub(crate) fn access(&self) -> Answer<Access> {
        let transport =
            ReqwestTransport::new().map_err(|error| Problem::defect(error.to_string()))?;
        let transport: Arc<dyn Transport> = match &self.switch {
            None => Arc::new(transport),
            Some(off) => Arc::new(Switched {
                inner: transport,
                off: off.clone(),
            }),
        };
        Ok(Access {
            transport,
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            hubspot: self.hubspot.clone(),
            tuco: self.tuco.clone(),
            waits: Arc::default(),
        })
    }

    /// Where HubSpot's pages are, if not where they always are.
    pub(crate) fn pages(&self) -> Option<Origin> {
        self.pages.clone()
    }

    pub(crate) fn vault(&self) -> Arc<dyn Vault> {
        self.stores.clone()
    }

    pub(crate) fn stores(&self) -> Arc<Stores> {
        self.stores.clone()
    }

    pub(crate) fn ground(&self) -> Answer<Ground> {
        Ok(Ground {
            home: self.home.clone(),
            access: self.access()?,
            vault: self.stores.clone(),
        })
    }

    /// Every computer that is talked to, with what for. Nothing else is ever asked.
    pub(crate) fn hosts(&self) -> Vec<(String, &'static str)> {
        let host = |origin: &Origin| {
            origin
                .url("", &[])
                .host_str()
                .unwrap_or_default()
                .to_owned()
        };
        let mut hosts = vec![
            (
                host(&self.hubspot),
                "HubSpot's API: contacts are found and timeline entries written",
            ),
            (
                host(&self.tuco),
                "Tuco's API: messages and replies are read",
            ),
        ];
        if !self.hubspot.is_loopback() {
            hosts.insert(
                1,
                (
                    "api-eu1.hubapi.com and other regions of HubSpot".to_owned(),
                    "in the place of the first one, where the portal lives there",
                ),
            );
        }
        hosts
    }

    /// The page of a contact in HubSpot.
    pub(crate) fn contact_page(&self, row: &ConnectionRow, contact: &str) -> Option<Url> {
        self.record_page(row, ObjectKind::Contacts.type_id(), contact)
    }

    /// The page of a record in HubSpot; none where the kind's number or the record's is none.
    pub(crate) fn record_page(&self, row: &ConnectionRow, kind: &str, id: &str) -> Option<Url> {
        let number = |text: &str| {
            (1..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        let (of, which) = kind.split_once('-')?;
        if ![of, which, id].into_iter().all(number) {
            return None;
        }
        let mut page = match &self.pages {
            Some(origin) => origin.url("", &[]),
            None => {
                // The name comes from an answer of the API; only HubSpot's own pages are opened.
                let host = row.ui_domain.as_str();
                let host = if host.ends_with(".hubspot.com") {
                    host
                } else {
                    "app.hubspot.com"
                };
                Url::parse(&format!("https://{host}")).ok()?
            }
        };
        page.path_segments_mut().ok()?.clear().extend([
            "contacts",
            &row.portal_id,
            "record",
            kind,
            id,
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
