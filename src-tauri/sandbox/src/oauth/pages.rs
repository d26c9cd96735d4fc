//! What a browser sees: the account picker, the consent page, and HubSpot's refusals.

use super::{Authority, Code};
use crate::hubspot::Portal;
use crate::message::{HttpRequest, HttpResponse};
use std::collections::BTreeMap;

/// What the link asks for, once it is known to be in order.
struct Asked {
    redirect: String,
    state: Option<String>,
    scopes: Vec<String>,
    challenge: Option<String>,
}

impl Authority {
    /// `GET /oauth/authorize`: which account?
    pub(super) fn picker(&self, portals: &[&mut Portal], request: &HttpRequest) -> HttpResponse {
        if let Err(refused) = self.asked(request) {
            return refused;
        }
        let query = query_of(request);
        let accounts: String = portals
            .iter()
            .map(|portal| {
                let options = portal.options();
                format!(
                    "<li><a id=\"account-{id}\" href=\"/oauth/{id}/authorize?{query}\">{name} \
                     <small>{id}</small></a></li>",
                    id = options.portal_id,
                    name = escape(&options.name),
                    query = escape(&query),
                )
            })
            .collect();
        page(
            200,
            "Choose an account",
            &format!("<p>Where do you want to install the app?</p><ul>{accounts}</ul>"),
        )
    }

    /// `GET /oauth/{portal}/authorize`: may it?
    pub(super) fn consent(
        &self,
        portals: &[&mut Portal],
        portal: &str,
        request: &HttpRequest,
    ) -> HttpResponse {
        let asked = match self.asked(request) {
            Ok(asked) => asked,
            Err(refused) => return refused,
        };
        let Some(name) = name_of(portals, portal) else {
            return no_account();
        };
        if !self.options.may_install {
            return page(
                403,
                "You can't install this app",
                "<p>You don't have permission to connect apps. Ask a super admin of this account.</p>",
            );
        }
        let scopes: String = asked
            .scopes
            .iter()
            .map(|scope| format!("<li><code>{}</code></li>", escape(scope)))
            .collect();
        let action = format!(
            "/oauth/{}/authorize?{}",
            escape(portal),
            escape(&query_of(request))
        );
        page(
            200,
            "Connect app",
            &format!(
                "<p>The app asks for this in <b>{name}</b> ({id}):</p><ul>{scopes}</ul>\
                 <form method=\"post\" action=\"{action}\">\
                 <button id=\"approve\" name=\"decision\" value=\"approve\">Connect app</button> \
                 <button id=\"decline\" name=\"decision\" value=\"decline\">Cancel</button></form>",
                name = escape(&name),
                id = escape(portal),
            ),
        )
    }

    /// `POST /oauth/{portal}/authorize`: the person has decided. HubSpot tells nobody of a "no".
    pub(super) fn decided(
        &mut self,
        portals: &[&mut Portal],
        portal: &str,
        request: &HttpRequest,
        now: i64,
    ) -> HttpResponse {
        let asked = match self.asked(request) {
            Ok(asked) => asked,
            Err(refused) => return refused,
        };
        let (Some(_), Ok(id)) = (name_of(portals, portal), portal.parse::<u64>()) else {
            return no_account();
        };
        let form: BTreeMap<String, String> = url::form_urlencoded::parse(&request.body)
            .into_owned()
            .collect();
        if form.get("decision").map(String::as_str) != Some("approve") {
            return page(
                200,
                "Nothing was connected",
                "<p>You can close this window.</p>",
            );
        }
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        if let Some(error) = &self.options.redirect_error {
            query.append_pair("error", error);
            query.append_pair("error_description", "the sandbox was told to refuse");
            if let (Some(state), true) = (&asked.state, self.options.state_with_error) {
                query.append_pair("state", state);
            }
        } else {
            let code = format!("na1-{}", self.dice.hex(32));
            query.append_pair("code", &code);
            if let Some(state) = &asked.state {
                query.append_pair("state", state);
            }
            self.codes.insert(
                code,
                Code {
                    redirect: asked.redirect.clone(),
                    portal: id,
                    scopes: asked.scopes,
                    challenge: asked.challenge,
                    expires_at: now + self.options.code_seconds * 1_000,
                },
            );
        }
        let query = query.finish();
        let join = if asked.redirect.contains('?') {
            '&'
        } else {
            '?'
        };
        HttpResponse::empty(302)
            .with_header("location", &format!("{}{join}{query}", asked.redirect))
    }

    /// Whether the link is in order; else the page that says why not.
    fn asked(&self, request: &HttpRequest) -> Result<Asked, HttpResponse> {
        let refused = |text: &str| page(400, "Authorization failed", &format!("<p>{text}</p>"));
        let given = |name: &str| request.parameter(name).map(str::to_owned);
        let list = |name: &str| -> Vec<String> {
            let text = request.parameter(name).unwrap_or_default();
            text.split_whitespace().map(str::to_owned).collect()
        };
        if given("client_id").as_ref() != Some(&self.options.client_id) {
            return Err(refused(
                "Authorization failed because the app ID is invalid.",
            ));
        }
        let redirect = given("redirect_uri").unwrap_or_default();
        if !self.options.redirect_urls.contains(&redirect) {
            return Err(refused(&format!(
                "Authorization failed as the redirect URL '{}' doesn't match the app's registered \
                 redirect URL",
                escape(&redirect)
            )));
        }
        let mut scopes = list("scope");
        let lacking: Vec<&String> = self
            .options
            .required_scopes
            .iter()
            .filter(|scope| !scopes.contains(scope))
            .collect();
        if !lacking.is_empty() {
            return Err(refused(
                "Authorization failed because there is a mismatch between the scopes in the install \
                 URL and the app's configured scopes.",
            ));
        }
        if scopes
            .iter()
            .any(|scope| self.options.withheld_scopes.contains(scope))
        {
            return Err(refused(
                "Authorization failed because one or more scopes are not available to this account.",
            ));
        }
        let optional = list("optional_scope");
        scopes.extend(
            optional
                .into_iter()
                .filter(|scope| !self.options.withheld_scopes.contains(scope)),
        );
        scopes.sort_unstable();
        scopes.dedup();
        Ok(Asked {
            redirect,
            state: given("state"),
            scopes,
            challenge: given("code_challenge")
                .filter(|_| given("code_challenge_method").as_deref() == Some("S256")),
        })
    }
}

fn name_of(portals: &[&mut Portal], id: &str) -> Option<String> {
    let id: u64 = id.parse().ok()?;
    portals
        .iter()
        .map(|portal| portal.options())
        .find(|options| options.portal_id == id)
        .map(|options| options.name.clone())
}

fn no_account() -> HttpResponse {
    page(
        404,
        "No such account",
        "<p>You have no access to this account.</p>",
    )
}

fn query_of(request: &HttpRequest) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(&request.query)
        .finish()
}

fn page(status: u16, title: &str, body: &str) -> HttpResponse {
    HttpResponse::html(
        status,
        &format!(
            "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
             <title>{title} | HubSpot (sandbox)</title></head>\
             <body><h1>{title}</h1>{body}</body></html>\n"
        ),
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}
