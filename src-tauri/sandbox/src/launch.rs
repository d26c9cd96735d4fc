//! Starting a served world from what a command line says.

use crate::faults::{FaultPlan, FaultPlanError};
use crate::serve::{ServeOptions, Served, serve, wall_clock};
use crate::world::{World, WorldOptions};
use serde::Serialize;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

/// More people than this are refused: the world would not fit into memory for long.
const MOST_CONTACTS: usize = 100_000;

/// What the command line says.
#[derive(Debug, Clone)]
pub struct Launch {
    /// HubSpot's port, Tuco's is the next; `None` or 0: any two free ones.
    pub port: Option<u16>,
    /// Decides everybody and everything in the world.
    pub seed: u64,
    /// People in HubSpot, 0 to 100,000.
    pub contacts: usize,
    /// So many of them, from the first on, may be known to Tuco as leads.
    pub leads: usize,
    /// A file of faults.
    pub faults: Option<PathBuf>,
    /// Whether rate limits and daily caps hold.
    pub limits: bool,
    /// A new reply arrives about so often by itself, in milliseconds; 0: never.
    pub arrivals_every_ms: i64,
}

impl Default for Launch {
    fn default() -> Self {
        Self {
            port: None,
            seed: 1,
            contacts: 500,
            leads: WorldOptions::default().leads,
            faults: None,
            limits: true,
            arrivals_every_ms: 0,
        }
    }
}

/// Where the world is and what opens it: one line of JSON for scripts. The secrets in it open nothing
/// but this sandbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Endpoints {
    /// Without a slash at the end.
    pub hubspot_url: String,
    /// Without a slash at the end.
    pub tuco_url: String,
    /// A token in the shape of a private app's.
    pub hubspot_token: String,
    /// The workspace's API key.
    pub tuco_api_key: String,
    /// The account's number.
    pub portal_id: u64,
    /// Where the pages of HubSpot's sign-in are.
    pub hubspot_app_url: String,
    /// Client id of the app that is registered for signing in.
    pub hubspot_client_id: String,
    /// Its client secret.
    pub hubspot_client_secret: String,
    /// A token of the second account.
    pub other_hubspot_token: String,
    /// The second account's number.
    pub other_portal_id: u64,
}

/// A world that is being served.
#[derive(Debug)]
pub struct Launched {
    /// Where it is.
    pub endpoints: Endpoints,
    /// The world itself, for a caller in the same process.
    pub world: Arc<Mutex<World>>,
    /// Dropping it stops the serving.
    pub served: Served,
}

/// Why a sandbox does not start.
#[derive(Debug, thiserror::Error)]
pub enum LaunchError {
    /// Too many people.
    #[error("a sandbox holds at most {MOST_CONTACTS} contacts")]
    TooManyContacts,
    /// The file of faults cannot be read.
    #[error("cannot read the faults file: {0}")]
    FaultsFile(#[source] std::io::Error),
    /// Or it says something that is not known.
    #[error(transparent)]
    Faults(#[from] FaultPlanError),
    /// A port is taken.
    #[error("cannot listen on this machine: {0}")]
    Listen(#[source] std::io::Error),
}

impl Launch {
    /// Makes the world as of now and serves it on loopback. Needs a Tokio runtime.
    ///
    /// # Errors
    ///
    /// If there are too many contacts, the faults file is no good, or a port is taken.
    pub async fn start(&self) -> Result<Launched, LaunchError> {
        if self.contacts > MOST_CONTACTS {
            return Err(LaunchError::TooManyContacts);
        }
        let faults = match &self.faults {
            None => FaultPlan::default(),
            Some(path) => FaultPlan::parse(&std::fs::read(path).map_err(LaunchError::FaultsFile)?)?,
        };
        let mut options = WorldOptions {
            contacts: self.contacts,
            leads: self.leads,
            limits: self.limits,
            faults,
            ..WorldOptions::default()
        };
        options.workspace.arrivals_every_ms = self.arrivals_every_ms;
        let world = World::new(&options, self.seed, wall_clock());
        let (hubspot_token, tuco_api_key, portal_id) = world.credentials();
        let (app, other) = (
            world.oauth_options().clone(),
            world.other_portal.options().clone(),
        );
        let world = Arc::new(Mutex::new(world));
        let options = ServeOptions { port: self.port };
        let served = serve(Arc::clone(&world), options)
            .await
            .map_err(LaunchError::Listen)?;
        let endpoints = Endpoints {
            hubspot_url: served.hubspot_url.clone(),
            tuco_url: served.tuco_url.clone(),
            hubspot_token,
            tuco_api_key,
            portal_id,
            hubspot_app_url: served.hubspot_url.clone(),
            hubspot_client_id: app.client_id,
            hubspot_client_secret: app.client_secret,
            other_hubspot_token: other.token,
            other_portal_id: other.portal_id,
        };
        Ok(Launched {
            endpoints,
            world,
            served,
        })
    }
}
