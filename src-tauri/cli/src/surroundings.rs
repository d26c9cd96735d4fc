//! What the environment says: other addresses for the sandbox, and keys for one run.

use crate::counted::{Calls, Counted};
use crate::failure::{Exit, Failure};
use bridge::connect::{Access, Keys};
use std::sync::Arc;
use url::Url;
use wire::{
    Clock, Entropy, Origin, ReqwestTransport, Secret, SystemClock, SystemEntropy, Timestamp,
};

/// HubSpot's key.
pub(crate) const HUBSPOT_TOKEN: &str = "HUBSPOT_TOKEN";
/// Tuco's key.
pub(crate) const TUCO_API_KEY: &str = "TUCO_API_KEY";
/// What Tuco signs webhooks with, where it was registered there by hand.
const TUCO_WEBHOOK_SECRET: &str = "TUCO_WEBHOOK_SECRET";
/// The secret of the user's own HubSpot app.
pub(crate) const CLIENT_SECRET: &str = "HUBSPOT_CLIENT_SECRET";
/// Opens the file that keys are kept in.
pub(crate) const PASSPHRASE: &str = "TUCO_HUBSPOT_PASSPHRASE";
/// Takes its place, where it is changed.
pub(crate) const NEW_PASSPHRASE: &str = "TUCO_HUBSPOT_NEW_PASSPHRASE";
const HUBSPOT_API_URL: &str = "HUBSPOT_API_URL";
const TUCO_API_URL: &str = "TUCO_API_URL";
const HUBSPOT_APP_URL: &str = "HUBSPOT_APP_URL";

/// Now, by this computer's clock.
pub(crate) fn now() -> Timestamp {
    SystemClock.now()
}

/// 128 random bits in hex, for names that must be the only one of their kind.
pub(crate) fn random_name() -> String {
    format!(
        "{:016x}{:016x}",
        SystemEntropy.next_u64(),
        SystemEntropy.next_u64()
    )
}

/// A variable's value; empty counts as not set.
fn variable(name: &str) -> Result<Option<String>, Failure> {
    match std::env::var(name) {
        Ok(value) if value.trim().is_empty() => Ok(None),
        Ok(value) => Ok(Some(value)),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => Err(Failure::usage(
            "bad_variable",
            format!("{name} holds something that is not text."),
        )),
    }
}

/// An address from the environment, of this computer or nothing.
fn local(name: &str) -> Result<Option<Origin>, Failure> {
    let Some(value) = variable(name)? else {
        return Ok(None);
    };
    Origin::loopback(&value).map(Some).map_err(|error| {
        Failure::usage(
            "bad_url",
            format!("{name} can't be used: {error}. It is for the sandbox and for tests; unset it otherwise."),
        )
    })
}

/// The secret of a webhook that was registered by hand.
pub(crate) fn webhook_secret() -> Result<Option<Secret>, Failure> {
    Ok(variable(TUCO_WEBHOOK_SECRET)?.map(Secret::pasted))
}

/// The way out of this machine.
pub(crate) fn access() -> Result<Access, Failure> {
    counted_access(&Arc::default())
}

/// The same, counting what goes out.
pub(crate) fn counted_access(calls: &Arc<Calls>) -> Result<Access, Failure> {
    app_url()?;
    let hubspot = local(HUBSPOT_API_URL)?;
    let tuco = local(TUCO_API_URL)?;
    access_to(
        hubspot.unwrap_or_else(Origin::hubspot),
        tuco.unwrap_or_else(Origin::tuco),
        calls,
    )
}

/// The way to two given places.
pub(crate) fn access_to(
    hubspot: Origin,
    tuco: Origin,
    calls: &Arc<Calls>,
) -> Result<Access, Failure> {
    let transport = ReqwestTransport::new().map_err(|error| {
        Failure::failed(
            "no_transport",
            format!("{error}. The system's root certificates may be missing."),
        )
    })?;
    Ok(Access {
        transport: Arc::new(Counted::new(transport, &tuco, calls.clone())),
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        hubspot,
        tuco,
        waits: Arc::default(),
    })
}

/// Where the portal's pages are, where the environment says so.
pub(crate) fn app_url() -> Result<Option<Origin>, Failure> {
    local(HUBSPOT_APP_URL)
}

/// The page of a contact in HubSpot.
pub(crate) fn contact_page(ui_domain: &str, portal_id: &str, contact_id: &str) -> Option<String> {
    let base = match app_url().ok()? {
        Some(origin) => origin.url("", &[]),
        None => {
            let host = if ui_domain.is_empty() {
                "app.hubspot.com"
            } else {
                ui_domain
            };
            Url::parse(&format!("https://{host}")).ok()?
        }
    };
    let mut page = base;
    page.path_segments_mut()
        .ok()?
        .clear()
        .extend(["contacts", portal_id, "record", "0-1", contact_id]);
    Some(page.to_string())
}

/// Both keys, where the environment holds both.
///
/// One alone is a mistake that is told, not half a sign-in.
pub(crate) fn given_keys() -> Result<Option<Keys>, Failure> {
    match (variable(HUBSPOT_TOKEN)?, variable(TUCO_API_KEY)?) {
        (Some(hubspot), Some(tuco)) => {
            keys(Secret::pasted(hubspot), Secret::pasted(tuco)).map(Some)
        }
        (None, None) => Ok(None),
        (Some(_), None) => Err(half(HUBSPOT_TOKEN, TUCO_API_KEY)),
        (None, Some(_)) => Err(half(TUCO_API_KEY, HUBSPOT_TOKEN)),
    }
}

/// Both keys, each in its own place: a key in the other's would be shown to the wrong service.
pub(crate) fn keys(hubspot: Secret, tuco: Secret) -> Result<Keys, Failure> {
    if hubspot.expose().starts_with("tuco_") || tuco.expose().starts_with("pat-") {
        return Err(Failure {
            exit: Exit::NeedsPerson,
            code: "keys_swapped",
            message: format!(
                "A key is in the other's place: HubSpot's ({HUBSPOT_TOKEN}) begins with pat-, Tuco's \
                 ({TUCO_API_KEY}) with tuco_. Neither was sent anywhere. Give each in its own place."
            ),
        });
    }
    Ok(Keys {
        hubspot: hubspot.into(),
        tuco,
    })
}

fn half(given: &str, missing: &str) -> Failure {
    Failure::usage(
        "one_key",
        format!(
            "{given} is set but {missing} is not. Set both to use them for this run, or unset {given} to use \
             the keys of a connection that was made with `tuco-hubspot connect`."
        ),
    )
}

/// One key from the environment, for `connect`.
pub(crate) fn given_key(name: &str) -> Result<Option<Secret>, Failure> {
    Ok(variable(name)?.map(Secret::pasted))
}

/// A passphrase from the environment: every sign of it counts.
pub(crate) fn given_passphrase(name: &str) -> Result<Option<Secret>, Failure> {
    Ok(variable(name)?.map(Secret::new))
}

/// Who sits at this computer, as its system has the name: for what is kept about who decided what.
pub(crate) fn user() -> String {
    ["USER", "USERNAME", "LOGNAME"]
        .into_iter()
        .filter_map(|name| std::env::var(name).ok())
        .map(|name| name.trim().to_owned())
        .find(|name| !name.is_empty())
        .unwrap_or_else(|| "the command line".to_owned())
}
