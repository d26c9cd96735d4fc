//! A home as the command line has it: a folder, two keys, and a new engine for each run.

use crate::services::Services;
use anyhow::{anyhow, bail};
use bridge::connect::{Access, Keys, establish, identify};
use bridge::engine::{Engine, Outside};
use bridge::store::{ConnectionRow, Store};
use hubspot::HubSpot;
use std::sync::Arc;
use tempfile::TempDir;
use tuco::Tuco;
use wire::{Gateway, Origin, Pace, ReqwestTransport, Secret, SystemClock, SystemEntropy};

/// See the module.
pub(crate) struct Home {
    folder: TempDir,
    access: Access,
    keys: Keys,
}

/// Where the sandbox is, and what opens it. The secrets open nothing else.
pub(crate) struct Address {
    pub(crate) hubspot: String,
    pub(crate) tuco: String,
    pub(crate) token: String,
    pub(crate) key: String,
}

impl Home {
    pub(crate) fn new(services: &Services) -> anyhow::Result<Self> {
        let endpoints = &services.endpoints;
        Self::at(&Address {
            hubspot: endpoints.hubspot_url.clone(),
            tuco: endpoints.tuco_url.clone(),
            token: endpoints.hubspot_token.clone(),
            key: endpoints.tuco_api_key.clone(),
        })
    }

    pub(crate) fn at(address: &Address) -> anyhow::Result<Self> {
        Ok(Self {
            folder: tempfile::tempdir()?,
            access: Access {
                transport: Arc::new(ReqwestTransport::new()?),
                clock: Arc::new(SystemClock),
                entropy: Arc::new(SystemEntropy),
                hubspot: Origin::loopback(&address.hubspot)?,
                tuco: Origin::loopback(&address.tuco)?,
                waits: Arc::default(),
            },
            keys: Keys {
                hubspot: Secret::new(address.token.clone()).into(),
                tuco: Secret::new(address.key.clone()),
            },
        })
    }

    /// The data file.
    pub(crate) fn file(&self) -> std::path::PathBuf {
        self.folder.path().join("bridge.db")
    }

    /// What `sync --once` does before its round. Services without limits are asked without a pace.
    pub(crate) async fn open(&self, paced: bool) -> anyhow::Result<Engine> {
        let (outside, identity) = identify(&self.access, &self.keys, "").await?;
        let mut store = Store::open(&self.file(), self.access.clock.now())?.store;
        let row: ConnectionRow = establish(&mut store, &identity, None, &self.access)?;
        let outside = if paced { outside } else { self.unpaced() };
        let engine = Engine::new(store, row, outside);
        engine.keys_checked();
        Ok(engine)
    }

    /// One whole run, outside of any measurement, without a pace.
    pub(crate) async fn sync(&mut self) -> anyhow::Result<()> {
        let engine = self.open(false).await?;
        let round = engine.round().await;
        match round.trouble {
            Some(trouble) => bail!("the round ended early: {trouble}"),
            None => Ok(()),
        }
    }

    /// Calls to HubSpot and to Tuco of a run with nothing to do; the most of two.
    pub(crate) async fn idle(&mut self) -> anyhow::Result<(u64, u64)> {
        let mut most = (0, 0);
        for _ in 0..2 {
            let round = self.open(true).await?.round().await;
            if let Some(trouble) = round.trouble {
                return Err(anyhow!("the idle round ended early: {trouble}"));
            }
            most = (
                most.0.max(round.hubspot_calls),
                most.1.max(round.tuco_calls),
            );
        }
        Ok(most)
    }

    /// Ends a run, so that the next one finds the file closed.
    pub(crate) fn close(&self, engine: Engine) {
        drop(engine.into_store());
    }

    fn unpaced(&self) -> Outside {
        let access = &self.access;
        let gateway = |side| {
            let pace = Arc::new(Pace::new(Vec::new()));
            Gateway::new(access.transport.clone(), access.clock.clone(), pace, side)
        };
        Outside {
            hubspot: HubSpot::new(
                gateway("hubspot"),
                access.hubspot.clone(),
                self.keys.hubspot.clone(),
            ),
            tuco: Tuco::new(gateway("tuco"), access.tuco.clone(), self.keys.tuco.clone()),
            clock: access.clock.clone(),
            entropy: access.entropy.clone(),
            waits: access.waits.clone(),
        }
    }
}
