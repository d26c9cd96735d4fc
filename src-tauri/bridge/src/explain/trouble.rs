//! A trouble in words. Every sentence says what happened, what it means and what to do; none holds a
//! key, a number, an address or a text of a person.

use crate::store::StoreError;
use crate::trouble::Trouble;
use hubspot::scopes::Feature;
use hubspot::{ErrorKind as HubSpotKind, Refused, SignIn};
use std::time::Duration;
use tuco::ErrorKind as TucoKind;
use wire::Failure;

/// A trouble, for people and for scripts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// A stable word.
    pub code: &'static str,
    /// Whole sentences.
    pub message: String,
}

fn told(code: &'static str, message: impl Into<String>) -> Told {
    Told {
        code,
        message: message.into(),
    }
}

/// See the module.
pub fn tell(trouble: &Trouble) -> Told {
    let told = tell_without_id(trouble);
    match trouble {
        Trouble::HubSpot(error) => with_correlation(told, error.correlation_id.as_deref()),
        _ => told,
    }
}

/// The same where HubSpot's correlation id has a place of its own.
pub(crate) fn tell_without_id(trouble: &Trouble) -> Told {
    match trouble {
        Trouble::HubSpot(error) => of_hubspot(error),
        Trouble::Tuco(error) => of_tuco(error),
        Trouble::Store(error) => told(store_code(error), error.to_string()),
        Trouble::WrongPortal { .. } | Trouble::SignedInElsewhere { .. } => {
            told("wrong_portal", trouble.to_string())
        }
        Trouble::WrongWorkspace { .. } => told("wrong_workspace", trouble.to_string()),
        Trouble::JoinedTwice { .. } => told("joined_twice", trouble.to_string()),
    }
}

fn with_correlation(mut told: Told, id: Option<&str>) -> Told {
    if let Some(id) = id {
        told.message
            .push_str(&format!(" (HubSpot's correlation id: {id})"));
    }
    told
}

fn of_hubspot(error: &hubspot::Error) -> Told {
    match &error.kind {
        HubSpotKind::NoAnswer(failure) => of_failure("HubSpot", failure),
        HubSpotKind::UnknownOutcome { .. } => told(
            "unknown_outcome",
            "HubSpot gave no clear answer to a write, so it may or may not have happened. The next run looks \
             it up before it writes again; there is nothing to do.",
        ),
        HubSpotKind::NotTheApi { status } => not_the_service("HubSpot", Some(*status)),
        HubSpotKind::NeedsSignIn(SignIn::Expired) => told(
            "hubspot_key_expired",
            "The HubSpot key has expired. Nothing is written until there is a new one: make or rotate the key \
             in HubSpot (Settings, Integrations, Service Keys) and give it again.",
        ),
        HubSpotKind::NeedsSignIn(SignIn::Invalid) => told(
            "hubspot_key_refused",
            "HubSpot does not accept this key. It was mistyped, only half of it was copied, or it was revoked \
             or rotated. Copy it again in HubSpot (Settings, Integrations, Service Keys) and give it again.",
        ),
        HubSpotKind::NeedsSignIn(SignIn::Undecodable) => told(
            "hubspot_key_unreadable",
            "This can't be a whole HubSpot key: it looks cut off, or something else was copied. Copy it again \
             in HubSpot (Settings, Integrations, Service Keys); a key begins with pat-.",
        ),
        HubSpotKind::NeedsSignIn(SignIn::Session) => told(
            "hubspot_signed_out",
            "HubSpot does not take this sign-in any more: the app was uninstalled from the portal, perhaps, or \
             this computer's clock is wrong. Nothing is lost. Sign in again under Connections.",
        ),
        HubSpotKind::NeedsSignIn(SignIn::Refused(refused)) => of_sign_in(*refused),
        HubSpotKind::WrongRegion { region } => told(
            "wrong_region",
            format!(
                "The portal lives in another data centre of HubSpot{}, and the call went to the wrong one. \
                 Connect again; the right one is found then.",
                region
                    .as_ref()
                    .map(|region| format!(" ({region})"))
                    .unwrap_or_default()
            ),
        ),
        HubSpotKind::MissingScopes { scopes, .. } => {
            let names: Vec<&str> = scopes.iter().map(String::as_str).collect();
            missing_scopes(&names, error.call)
        }
        HubSpotKind::MissingPermission { permission } => told(
            "missing_permission",
            format!(
                "The person behind the HubSpot key lacks a permission ({permission}). A super admin of the \
                 portal can give it, or make the key."
            ),
        ),
        HubSpotKind::Forbidden { message } => told(
            "forbidden",
            format!("HubSpot forbids this: {message}. A super admin of the portal can say why."),
        ),
        HubSpotKind::PlanLimit { message } => told(
            "plan_limit",
            format!(
                "A limit of the portal's plan is reached: {message}. Make room in HubSpot, or raise it."
            ),
        ),
        HubSpotKind::RateLimited {
            policy: hubspot::Policy::Daily,
            ..
        } => told(
            "daily_limit",
            "The portal has used up its calls of today, with all its apps together. Nothing is lost: it goes \
             on after the portal's midnight.",
        ),
        HubSpotKind::RateLimited { .. } | HubSpotKind::Locked { .. } => told(
            "busy",
            "HubSpot asks for patience: too many calls in a short time. Nothing is lost; the next run goes on.",
        ),
        HubSpotKind::Migrating { .. } => told(
            "migrating",
            "HubSpot is moving this portal to another data centre, which takes up to a day. Nothing is lost; \
             it goes on afterwards by itself.",
        ),
        HubSpotKind::Trouble { status, .. } => told(
            "hubspot_down",
            format!(
                "HubSpot has trouble of its own (status {status}). Nothing is lost; the next run goes on. See \
                 status.hubspot.com if it lasts."
            ),
        ),
        other => told(
            "hubspot_refused",
            format!(
                "HubSpot refuses the call {}: {other}. If it stays so, please report it.",
                error.call
            ),
        ),
    }
}

/// What a token endpoint refused, and what to do about it.
fn of_sign_in(refused: Refused) -> Told {
    match refused {
        Refused::RefreshToken | Refused::Grant => told(
            "hubspot_signed_out",
            "The sign-in to HubSpot has ended: it was revoked, or the app was uninstalled from the portal. \
             Nothing is lost. Sign in again under Connections.",
        ),
        Refused::Code => told(
            "sign_in_code",
            "HubSpot does not take the code of this sign-in: it was used already, or too much time had passed. \
             Begin the sign-in anew.",
        ),
        Refused::ClientId => told(
            "app_client_id",
            "HubSpot knows no app with this client id. Copy it again from the app's Auth tab in HubSpot \
             (Development, Projects) and sign in with it.",
        ),
        Refused::ClientSecret => told(
            "app_client_secret",
            "The client secret does not belong to the client id, or it was replaced in HubSpot. Copy both again \
             from the app's Auth tab in HubSpot (Development, Projects) and sign in with them.",
        ),
        Refused::RedirectUrl => told(
            "app_redirect_url",
            "HubSpot does not take the address that it was to send the browser back to. Register all three \
             redirect URLs on the app, exactly as they are shown, and begin the sign-in anew.",
        ),
        Refused::CodeVerifier => told(
            "sign_in_code",
            "HubSpot's answer does not belong to this sign-in. Begin it anew.",
        ),
        Refused::Scopes => told(
            "app_scopes",
            "The account can't give the app all the scopes that it needs. Compare the app's scopes with the list \
             that is shown, and begin the sign-in anew.",
        ),
        Refused::Portal => told(
            "hubspot_portal_gone",
            "HubSpot says that this portal is gone, or that it has shut the app out. A super admin of the portal \
             can say why. Sign in again when it is back.",
        ),
    }
}

fn missing_scopes(scopes: &[&str], call: &str) -> Told {
    let without: Vec<&str> = Feature::all()
        .filter(|feature| feature.any_of().iter().any(|scope| scopes.contains(scope)))
        .map(Feature::in_words)
        .collect();
    let what = if without.is_empty() {
        format!("the call {call} is refused")
    } else {
        format!("it can't {}", without.join(", or "))
    };
    let names = if scopes.is_empty() {
        "a scope".to_owned()
    } else {
        scopes.join(", ")
    };
    told(
        "missing_scopes",
        format!(
            "The HubSpot key lacks a scope: {what} without {names}. Add it to the key in HubSpot (Settings, \
             Integrations, Service Keys), or to your own app and sign in anew, then try again."
        ),
    )
}

fn of_tuco(error: &tuco::Error) -> Told {
    match &error.kind {
        TucoKind::Wire(failure) => of_failure("Tuco", failure),
        TucoKind::Unauthorized => told(
            "tuco_key_refused",
            "Tuco does not accept this key. It was mistyped, only half of it was copied, or it was deleted. \
             An owner or admin finds or makes it in the settings of the workspace; it begins with tuco_. Give it again.",
        ),
        TucoKind::NoWorkspace => told(
            "tuco_no_workspace",
            "Tuco knows this key, but it has no active workspace. Open the workspace in Tuco and see that it \
             is active, or take a key of the workspace that is.",
        ),
        TucoKind::ReadOnly { .. } => told(
            "tuco_read_only",
            "The Tuco workspace is read-only for billing: nothing can be sent, reading goes on. The owner of \
             the workspace can settle that in Tuco.",
        ),
        TucoKind::Forbidden => told(
            "tuco_forbidden",
            "The Tuco key has no permission for this. Use a key of an owner or admin of the workspace.",
        ),
        TucoKind::RateLimited { .. } => told(
            "busy",
            "Tuco asks for patience: too many calls in a short time. Nothing is lost; the next run goes on.",
        ),
        TucoKind::ServerError { status, .. } => told(
            "tuco_down",
            format!(
                "Tuco has trouble of its own (status {status}). Nothing is lost; the next run goes on."
            ),
        ),
        TucoKind::RelayFault => told(
            "tuco_relay",
            "Tuco could not reach the device that sends. Check the line in Tuco; the next run tries again.",
        ),
        TucoKind::NotJson => not_the_service("Tuco", None),
        TucoKind::UnknownOutcome => told(
            "unknown_outcome",
            "Tuco gave no clear answer, so the message may or may not have gone out. It is looked up, never \
             sent again blindly.",
        ),
        other => told(
            "tuco_refused",
            format!(
                "Tuco refuses the call {}: {other}. If it stays so, please report it.",
                error.call
            ),
        ),
    }
}

fn of_failure(side: &str, failure: &Failure) -> Told {
    match failure {
        Failure::Transport {
            error: wire::TransportError::NotSent,
            ..
        } => told(
            "no_network",
            format!(
                "{side} could not be reached: no connection came about. This computer is offline, a firewall \
                 stands in the way, or its clock is wrong by so much that a secure connection fails. Nothing \
                 is lost; the next run goes on from here."
            ),
        ),
        Failure::Transport {
            error: wire::TransportError::Lost,
            ..
        } => told(
            "no_answer",
            format!(
                "{side} did not answer in time, or the connection broke off. Nothing is lost; the next run \
                 goes on from here."
            ),
        ),
        Failure::BreakerOpen { wait } | Failure::Held { wait } => told(
            "busy",
            format!(
                "{side} has not been answering well, so calls pause for {}. Nothing is lost; the next run \
                 goes on.",
                in_words(*wait)
            ),
        ),
        Failure::DailyLimit { wait } => told(
            "daily_limit",
            format!(
                "The portal's calls of today are nearly used up, and what is left is kept for people. \
                 Background work goes on in {}.",
                in_words(*wait)
            ),
        ),
    }
}

fn not_the_service(side: &str, status: Option<u16>) -> Told {
    let status = status
        .map(|status| format!(" (status {status})"))
        .unwrap_or_default();
    told(
        "captive_portal",
        format!(
            "Something else answered in {side}'s place{status}: the sign-in page of a hotel or café, or a proxy. \
             Open any web page in the browser and sign in to the network, then try again. Nothing was lost."
        ),
    )
}

/// A wait, rounded up.
pub fn in_words(wait: Duration) -> String {
    let seconds = wait.as_secs() + u64::from(wait.subsec_millis() > 0);
    match seconds {
        0..=1 => "a second".into(),
        2..=119 => format!("{seconds} seconds"),
        120..=7_199 => format!("{} minutes", seconds.div_ceil(60)),
        _ => format!("{} hours", seconds.div_ceil(3_600)),
    }
}

/// The stable word for a failure of the store.
pub fn store_code(error: &StoreError) -> &'static str {
    match error {
        StoreError::Damaged => "damaged_database",
        StoreError::NewerFile { .. } => "newer_database",
        StoreError::Foreign { .. } => "foreign_database",
        StoreError::NoFile { .. } => "no_database",
        StoreError::Missing => "missing_row",
        StoreError::DiskFull => "disk_full",
        StoreError::ReadOnly => "read_only",
        StoreError::Permission => "no_permission",
        StoreError::Locked => "database_locked",
        StoreError::Taken => "taken",
        StoreError::Unreadable { .. } => "unreadable_database",
        StoreError::Disk(_) => "disk_failed",
        StoreError::Other(_) => "database_failed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn hubspot(kind: HubSpotKind) -> Told {
        tell(&Trouble::HubSpot(hubspot::Error {
            kind,
            correlation_id: None,
            call: "records.search",
        }))
    }

    #[test]
    fn a_missing_scope_is_named_with_what_will_not_work() {
        let scopes = BTreeSet::from(["crm.objects.contacts.read".to_owned()]);
        let told = hubspot(HubSpotKind::MissingScopes { scopes, all: false });
        assert_eq!(told.code, "missing_scopes");
        assert!(
            told.message
                .contains("find contacts without crm.objects.contacts.read"),
            "{told:?}"
        );
    }

    #[test]
    fn half_a_key_a_hotel_and_no_network_are_told_apart() {
        let half = hubspot(HubSpotKind::NeedsSignIn(SignIn::Invalid));
        let hotel = hubspot(HubSpotKind::NotTheApi { status: 200 });
        let offline = hubspot(HubSpotKind::NoAnswer(Failure::Transport {
            error: wire::TransportError::NotSent,
            once: false,
        }));
        assert!(half.message.contains("half of it"));
        assert!(hotel.message.contains("sign in to the network"));
        assert!(offline.message.contains("offline"));
    }

    #[test]
    fn waits_are_rounded_up() {
        assert_eq!(in_words(Duration::from_millis(1_500)), "2 seconds");
        assert_eq!(in_words(Duration::from_secs(121)), "3 minutes");
        assert_eq!(in_words(Duration::from_secs(7_200)), "2 hours");
    }
}
