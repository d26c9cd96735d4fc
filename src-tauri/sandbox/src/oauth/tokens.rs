//! The token endpoints: codes and refresh tokens in, access tokens out.

use super::{Access, Authority, Refresh, Rotation};
use crate::hubspot::Portal;
use crate::message::{HttpRequest, HttpResponse};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

type Form = BTreeMap<String, String>;

/// A refusal: HTTP status, `error`, `status`, and the words.
struct Refused(u16, &'static str, &'static str, &'static str);

const CLIENT_ID: Refused = Refused(
    400,
    "invalid_client",
    "BAD_CLIENT_ID",
    "missing or invalid client id",
);
const CLIENT_SECRET: Refused = Refused(
    400,
    "invalid_client",
    "BAD_CLIENT_SECRET",
    "missing or invalid client secret",
);
const AUTH_CODE: Refused = Refused(
    400,
    "invalid_grant",
    "BAD_AUTH_CODE",
    "missing or unknown auth code",
);
const REDIRECT_URI: Refused = Refused(
    400,
    "invalid_grant",
    "BAD_REDIRECT_URI",
    "missing or unknown redirect URI",
);
const CODE_VERIFIER: Refused = Refused(
    400,
    "invalid_grant",
    "BAD_CODE_VERIFIER",
    "missing or invalid code verifier",
);
const SCOPES: Refused = Refused(
    400,
    "invalid_scope",
    "BAD_SCOPES",
    "one or more scopes are not available to this account",
);
const REFRESH_TOKEN: Refused = Refused(
    400,
    "invalid_grant",
    "BAD_REFRESH_TOKEN",
    "refresh token is invalid, expired or revoked",
);
const HUB: Refused = Refused(
    400,
    "access_denied",
    "BAD_HUB",
    "the account does not exist any more",
);
const GRANT_TYPE: Refused = Refused(
    400,
    "unsupported_grant_type",
    "BAD_GRANT_TYPE",
    "missing or unknown grant type",
);
const IN_QUERY: Refused = Refused(
    400,
    "invalid_request",
    "BAD_REQUEST",
    "parameters belong into the body",
);

impl Authority {
    /// `POST /oauth/…/token`.
    pub(super) fn token(
        &mut self,
        portals: &mut [&mut Portal],
        request: &HttpRequest,
        now: i64,
    ) -> HttpResponse {
        let correlation = self.dice.hex(32);
        let issued = self
            .issue(portals, request, now)
            .map_or_else(refusal, |body| HttpResponse::json(200, &body));
        issued.with_header("x-hubspot-correlation-id", &correlation)
    }

    fn issue(
        &mut self,
        portals: &mut [&mut Portal],
        request: &HttpRequest,
        now: i64,
    ) -> Result<Value, Refused> {
        let form = self.client(request)?;
        match field(&form, "grant_type") {
            "authorization_code" => self.exchange(portals, &form, now),
            "refresh_token" => self.refresh(portals, &form, now),
            "client_credentials" => self.app_token(field(&form, "scope"), now).ok_or(SCOPES),
            _ => Err(GRANT_TYPE),
        }
    }

    /// The body of a request whose client is the registered one.
    fn client(&self, request: &HttpRequest) -> Result<Form, Refused> {
        if !request.query.is_empty() {
            return Err(IN_QUERY);
        }
        let form: Form = url::form_urlencoded::parse(&request.body)
            .into_owned()
            .collect();
        if field(&form, "client_id") != self.options.client_id {
            return Err(CLIENT_ID);
        }
        if field(&form, "client_secret") != self.options.client_secret {
            return Err(CLIENT_SECRET);
        }
        Ok(form)
    }

    fn exchange(
        &mut self,
        portals: &mut [&mut Portal],
        form: &Form,
        now: i64,
    ) -> Result<Value, Refused> {
        // A code works once, also where the rest of the request is wrong.
        let code = self.codes.remove(field(form, "code")).ok_or(AUTH_CODE)?;
        if code.expires_at <= now {
            return Err(AUTH_CODE);
        }
        if field(form, "redirect_uri") != code.redirect {
            return Err(REDIRECT_URI);
        }
        if let (Some(challenge), true) = (&code.challenge, self.options.checks_pkce)
            && *challenge != s256(field(form, "code_verifier"))
        {
            return Err(CODE_VERIFIER);
        }
        if code
            .scopes
            .iter()
            .any(|scope| self.options.withheld_scopes.contains(scope))
        {
            return Err(SCOPES);
        }
        let refresh = self.new_refresh(code.portal, &code.scopes);
        Ok(self.grant(portals, code.portal, code.scopes, &refresh, now))
    }

    fn refresh(
        &mut self,
        portals: &mut [&mut Portal],
        form: &Form,
        now: i64,
    ) -> Result<Value, Refused> {
        let token = field(form, "refresh_token").to_owned();
        let held = self.refreshes.get(&token).cloned().ok_or(REFRESH_TOKEN)?;
        if self.options.gone_portals.contains(&held.portal) {
            return Err(HUB);
        }
        // Whoever has the new one needs the old one no more.
        self.refreshes
            .retain(|_, other| other.successor.as_ref() != Some(&token));
        let next = match self.options.rotation {
            Rotation::Never => token,
            Rotation::UntilUsed | Rotation::AtOnce => {
                let next = self.new_refresh(held.portal, &held.scopes);
                if let Some(old) = self.refreshes.get_mut(&token) {
                    old.successor = Some(next.clone());
                }
                if self.options.rotation == Rotation::AtOnce {
                    self.refreshes.remove(&token);
                }
                next
            }
        };
        Ok(self.grant(portals, held.portal, held.scopes, &next, now))
    }

    fn new_refresh(&mut self, portal: u64, scopes: &[String]) -> String {
        let token = format!("na1-{}", self.dice.hex(32));
        let held = Refresh {
            portal,
            scopes: scopes.to_vec(),
            successor: None,
        };
        self.refreshes.insert(token.clone(), held);
        token
    }

    /// A new access token, and the portal that it opens knows it.
    fn grant(
        &mut self,
        portals: &mut [&mut Portal],
        portal: u64,
        scopes: Vec<String>,
        refresh: &str,
        now: i64,
    ) -> Value {
        let access = self.dice.hex(300);
        let expires_at = now + self.options.access_seconds * 1_000;
        for open in portals
            .iter_mut()
            .filter(|open| open.options().portal_id == portal)
        {
            open.add_token(&access, scopes.clone(), Some(expires_at));
        }
        let body = json!({
            "token_type": "bearer",
            "access_token": access,
            "refresh_token": refresh,
            "expires_in": self.options.access_seconds,
            "hub_id": portal,
            "user_id": 1,
            "scopes": scopes,
            "token_use": "access_token",
        });
        let held = Access {
            portal,
            scopes,
            expires_at,
        };
        self.accesses.insert(access, held);
        body
    }

    /// `POST /oauth/…/token/introspect`.
    pub(super) fn introspect(&self, request: &HttpRequest, now: i64) -> HttpResponse {
        match self.client(request) {
            Ok(form) => HttpResponse::json(200, &self.about(field(&form, "token"), now)),
            Err(refused) => refusal(refused),
        }
    }

    /// `POST /oauth/…/token/revoke`. Access tokens that were issued before live on to their end.
    pub(super) fn revoke(&mut self, request: &HttpRequest) -> HttpResponse {
        match self.client(request) {
            Ok(form) => {
                self.refreshes.remove(field(&form, "token"));
                HttpResponse::empty(204)
            }
            Err(refused) => refusal(refused),
        }
    }

    /// `GET /oauth/v1/…-tokens/{token}`.
    pub(super) fn old_introspect(&self, token: &str, now: i64) -> HttpResponse {
        let mut body = self.about(token, now);
        if body.get("active") == Some(&Value::Bool(false)) {
            return HttpResponse::json(
                404,
                &json!({"status": "error", "message": "resource not found"}),
            );
        }
        if let Value::Object(body) = &mut body {
            body.insert("token".to_owned(), token.into());
        }
        HttpResponse::json(200, &body)
    }

    fn about(&self, token: &str, now: i64) -> Value {
        let (portal, scopes, left, word) = if let Some(held) = self.refreshes.get(token) {
            (held.portal, &held.scopes, 0, "refresh")
        } else if let Some(held) = self.accesses.get(token).filter(|it| it.expires_at > now) {
            let left = (held.expires_at - now) / 1_000;
            (held.portal, &held.scopes, left, "access")
        } else {
            return json!({"active": false});
        };
        json!({
            "active": true,
            "hub_id": portal,
            "user_id": 1,
            "app_id": 2_000_002,
            "client_id": self.options.client_id,
            "user": "owner@example.com",
            "hub_domain": "example.com",
            "scopes": scopes,
            "expires_in": left,
            "token_type": word,
            "token_use": format!("{word}_token"),
            "is_private_distribution": true,
        })
    }

    /// `DELETE /appinstalls/…/external-install`: the app leaves the portal of this access token.
    pub(super) fn uninstall(
        &mut self,
        portals: &mut [&mut Portal],
        request: &HttpRequest,
        now: i64,
    ) -> HttpResponse {
        let token = request
            .header("authorization")
            .and_then(|value| value.strip_prefix("Bearer "))
            .unwrap_or_default();
        let Some(portal) = self
            .accesses
            .get(token)
            .filter(|held| held.expires_at > now)
            .map(|held| held.portal)
        else {
            let body = json!({
                "status": "error", "category": "INVALID_AUTHENTICATION",
                "message": "Authentication credentials not found.",
            });
            return HttpResponse::json(401, &body);
        };
        self.refreshes.retain(|_, held| held.portal != portal);
        let (gone, kept) = std::mem::take(&mut self.accesses)
            .into_iter()
            .partition(|(_, held)| held.portal == portal);
        self.accesses = kept;
        for token in BTreeMap::<String, Access>::into_keys(gone) {
            for open in portals.iter_mut() {
                open.revoke_token(&token);
            }
        }
        HttpResponse::empty(204)
    }
}

fn field<'a>(form: &'a Form, name: &str) -> &'a str {
    form.get(name).map(String::as_str).unwrap_or_default()
}

fn refusal(Refused(status, error, code, words): Refused) -> HttpResponse {
    HttpResponse::json(
        status,
        &json!({"error": error, "error_description": words, "status": code, "message": words}),
    )
}

/// RFC 7636, 4.6: base64url of the SHA-256, without padding. Written out: one use needs no crate.
fn s256(verifier: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let digest = Sha256::digest(verifier.as_bytes());
    let mut text = String::with_capacity(43);
    for three in digest.chunks(3) {
        let bits = three
            .iter()
            .chain([0, 0].iter())
            .take(3)
            .fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte));
        for place in 0..=three.len() {
            let six = bits >> (18 - 6 * place) & 63;
            text.extend(LETTERS.get(six).copied().map(char::from));
        }
    }
    text
}
