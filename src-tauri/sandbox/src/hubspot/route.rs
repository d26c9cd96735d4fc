//! From a request to the endpoint that answers it: who asks, whether a limit is broken, whether the
//! scopes suffice, and which of the path families it is.

use super::errors::{
    Refusal, malformed, missing_scopes, not_found, rate_limited, token_expired, unauthenticated,
    unknown_type,
};
use super::kind::Kind;
use super::{
    Portal, account, batch, links, lists, merge, objects, owners, pipelines, properties, schemas,
    search,
};
use crate::message::{HttpRequest, HttpResponse};
use serde_json::Value;

/// What a request is answered with.
pub(crate) type Answer = Result<HttpResponse, Refusal>;

/// The frozen version that a path names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Version {
    /// v1 to v4.
    Old,
    /// 2026-03.
    V2026_03,
    /// 2026-09: admin rules bind, dates are normalised.
    V2026_09,
}

/// One request with what is known about it.
#[derive(Debug)]
pub(crate) struct Call<'a> {
    pub(crate) request: &'a HttpRequest,
    pub(crate) version: Version,
    pub(crate) now: i64,
}

impl Call<'_> {
    /// The body as JSON. An empty one is an empty object.
    pub(crate) fn json(&self) -> Result<Value, Refusal> {
        if self.request.body.iter().all(u8::is_ascii_whitespace) {
            return Ok(Value::Object(serde_json::Map::new()));
        }
        serde_json::from_slice(&self.request.body).map_err(|error| malformed(&error))
    }

    /// A parameter that lists names, repeated or separated by commas.
    pub(crate) fn names(&self, parameter: &str) -> Vec<String> {
        self.request
            .query
            .iter()
            .filter(|(name, _)| name == parameter)
            .flat_map(|(_, value)| value.split(','))
            .map(|name| name.trim().to_owned())
            .filter(|name| !name.is_empty())
            .collect()
    }

    /// A parameter that is `true` or not, in any case: the official Python client writes `True`.
    pub(crate) fn flag(&self, parameter: &str) -> bool {
        self.request
            .parameter(parameter)
            .is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// `limit` within 1 and `most`.
    pub(crate) fn limit(&self, default: usize, most: usize) -> Result<usize, Refusal> {
        let Some(text) = self.request.parameter("limit") else {
            return Ok(default);
        };
        match text.parse::<usize>() {
            Ok(limit) if (1..=most).contains(&limit) => Ok(limit),
            Ok(limit) => Err(Refusal::validation(format!(
                "Invalid limit: {limit}. The limit must be between 1 and {most}."
            ))),
            Err(_) => Err(Refusal::validation(format!("Invalid limit: {text}"))),
        }
    }
}

/// The families of paths. What follows the object type is left in `rest`.
#[derive(Debug, PartialEq, Eq)]
enum Family<'a> {
    Objects(&'a str, &'a [&'a str]),
    Associations(&'a str, &'a str, &'a [&'a str]),
    Properties(&'a str, &'a [&'a str]),
    Owners(&'a [&'a str]),
    Lists(&'a [&'a str]),
    Pipelines(&'a str, &'a [&'a str]),
    Schemas(&'a [&'a str]),
    Account(&'a [&'a str]),
    TokenInfo,
}

/// Answers one request.
pub(crate) fn answer(portal: &mut Portal, request: &HttpRequest, now: i64) -> HttpResponse {
    let correlation = account::correlation(&mut portal.dice, now);
    let decoded: Vec<String> = request
        .path
        .split('/')
        .filter(|part| !part.is_empty())
        .map(decode)
        .collect();
    let segments: Vec<&str> = decoded.iter().map(String::as_str).collect();
    let (answer, headers) = admitted(portal, request, now, &segments, &correlation);
    let mut response = answer.unwrap_or_else(|refusal| refusal.into_response(&correlation));
    for (name, value) in headers {
        response = response.with_header(name, &value);
    }
    response.with_header("x-hubspot-correlation-id", &correlation)
}

type Headers = Vec<(&'static str, String)>;

fn admitted(
    portal: &mut Portal,
    request: &HttpRequest,
    now: i64,
    segments: &[&str],
    correlation: &str,
) -> (Answer, Headers) {
    let Some((version, family)) = family(segments) else {
        return (Err(not_found()), Headers::new());
    };
    let call = Call {
        request,
        version,
        now,
    };
    let scopes = match scopes_of(portal, request, now) {
        Ok(scopes) => scopes,
        Err(refusal) => return (Err(refusal), Headers::new()),
    };
    let searching = matches!(family, Family::Objects(_, ["search"]));
    let headers = match portal.limits.admit(searching, now) {
        Ok(headers) => headers,
        Err(limit) => {
            let refusal = rate_limited(limit, portal.options.portal_id, correlation);
            return (Err(refusal), Headers::new());
        }
    };
    (dispatch(portal, &call, &family, &scopes), headers)
}

/// The scopes of the token that a request carries.
fn scopes_of(portal: &Portal, request: &HttpRequest, now: i64) -> Result<Vec<String>, Refusal> {
    let token = request
        .header("authorization")
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .ok_or_else(unauthenticated)?;
    let grant = portal.grants.get(token).ok_or_else(unauthenticated)?;
    match grant.expires_at {
        Some(at) if at <= now => Err(token_expired(at, now)),
        _ => Ok(grant.scopes.clone()),
    }
}

fn family<'a>(segments: &'a [&'a str]) -> Option<(Version, Family<'a>)> {
    let found = match segments {
        ["crm", "v3", "objects", kind, rest @ ..] => (Version::Old, Family::Objects(kind, rest)),
        ["crm", "v4", "objects", kind, rest @ ..] if rest.get(1) == Some(&"associations") => {
            (Version::Old, Family::Objects(kind, rest))
        }
        ["crm", "objects", dated, kind, rest @ ..] => {
            (version(dated)?, Family::Objects(kind, rest))
        }
        ["crm", "v4", "associations", from, to, rest @ ..] => {
            (Version::Old, Family::Associations(from, to, rest))
        }
        ["crm", "associations", dated, from, to, rest @ ..] => {
            (version(dated)?, Family::Associations(from, to, rest))
        }
        ["crm", "v3", "properties", kind, rest @ ..] => {
            (Version::Old, Family::Properties(kind, rest))
        }
        ["crm", "properties", dated, kind, rest @ ..] => {
            (version(dated)?, Family::Properties(kind, rest))
        }
        ["crm", "v3", "owners", rest @ ..] => (Version::Old, Family::Owners(rest)),
        ["crm", "owners", dated, rest @ ..] => (version(dated)?, Family::Owners(rest)),
        ["crm", "v3", "pipelines", kind, rest @ ..] => {
            (Version::Old, Family::Pipelines(kind, rest))
        }
        ["crm", "pipelines", dated, kind, rest @ ..] => {
            (version(dated)?, Family::Pipelines(kind, rest))
        }
        ["crm", "v3", "lists", rest @ ..] => (Version::Old, Family::Lists(rest)),
        ["crm", "lists", dated, rest @ ..] => (version(dated)?, Family::Lists(rest)),
        ["crm", "v3", "schemas", rest @ ..]
        | ["crm-object-schemas", "v3", "schemas", rest @ ..] => {
            (Version::Old, Family::Schemas(rest))
        }
        ["crm-object-schemas", dated, "schemas", rest @ ..] => {
            (version(dated)?, Family::Schemas(rest))
        }
        ["account-info", "v3", rest @ ..] => (Version::Old, Family::Account(rest)),
        ["account-info", dated, rest @ ..] => (version(dated)?, Family::Account(rest)),
        ["oauth", "v2", "private-apps", "get", "access-token-info"] => {
            (Version::Old, Family::TokenInfo)
        }
        _ => return None,
    };
    Some(found)
}

fn version(dated: &str) -> Option<Version> {
    match dated {
        "2026-03" => Some(Version::V2026_03),
        "2026-09" => Some(Version::V2026_09),
        _ => None,
    }
}

fn kind(name: &str) -> Result<Kind, Refusal> {
    Kind::parse(name).ok_or_else(|| unknown_type(name))
}

fn dispatch(
    portal: &mut Portal,
    call: &Call<'_>,
    family: &Family<'_>,
    scopes: &[String],
) -> Answer {
    let method = call.request.method.as_str();
    match family {
        Family::Objects(name, rest) => object(portal, call, kind(name)?, rest, scopes),
        Family::Associations(from, to, rest) => {
            let (from, to) = (kind(from)?, kind(to)?);
            let reading = method == "GET" || rest.last() == Some(&"read");
            need_for_links(scopes, reading, from, to)?;
            links::between(portal, call, from, to, rest)
        }
        Family::Properties(name, rest) => {
            let kind = kind(name)?;
            let reading = method == "GET" || rest == &["batch", "read"];
            let any = if reading {
                kind.schema_read_scopes()
            } else {
                kind.schema_write_scopes()
            };
            need(scopes, any)?;
            properties::answer(portal, call, kind, rest)
        }
        Family::Owners(rest) => {
            need(scopes, &["crm.objects.owners.read"])?;
            owners::answer(portal, call, rest)
        }
        Family::Lists(rest) => {
            let reading = method == "GET" || rest == &["search"];
            need(
                scopes,
                if reading {
                    &["crm.lists.read"]
                } else {
                    &["crm.lists.write"]
                },
            )?;
            lists::answer(portal, call, rest)
        }
        Family::Pipelines(name, rest) => {
            let kind = kind(name)?;
            need(scopes, kind.read_scopes())?;
            pipelines::answer(portal, call, kind, rest)
        }
        Family::Schemas(rest) => {
            need(scopes, &["crm.schemas.custom.read"])?;
            schemas::answer(portal, call, rest)
        }
        Family::Account(rest) => account::answer(portal, call, rest),
        Family::TokenInfo => account::token_info(portal, call),
    }
}

fn object(
    portal: &mut Portal,
    call: &Call<'_>,
    kind: Kind,
    rest: &[&str],
    scopes: &[String],
) -> Answer {
    let method = call.request.method.as_str();
    if let [_, "associations", ..] = rest {
        need_for_links(scopes, method == "GET", kind, kind)?;
        return links::of_record(portal, call, kind, rest);
    }
    let reading = method == "GET" || matches!(rest, ["search"] | ["batch", "read"]);
    need(
        scopes,
        if reading {
            kind.read_scopes()
        } else {
            kind.write_scopes()
        },
    )?;
    let answer = match (method, rest) {
        ("GET", []) => objects::list(portal, call, kind),
        ("POST", []) => objects::create(portal, call, kind),
        ("POST", ["search"]) => search::answer(portal, call, kind),
        ("POST", ["merge"]) => merge::answer(portal, call, kind),
        ("POST", ["gdpr-delete"]) => merge::forget(portal, call, kind),
        ("POST", ["batch", "read"]) => batch::read(portal, call, kind),
        ("POST", ["batch", "create"]) => batch::create(portal, call, kind),
        ("POST", ["batch", "update"]) => batch::update(portal, call, kind),
        ("POST", ["batch", "upsert"]) => batch::upsert(portal, call, kind),
        ("POST", ["batch", "archive"]) => batch::archive(portal, call, kind),
        ("GET", [id]) => objects::read(portal, call, kind, id),
        ("PATCH", [id]) => objects::update(portal, call, kind, id),
        ("DELETE", [id]) => objects::archive(portal, call, kind, id),
        (_, [] | [_] | ["batch", _]) => Err(super::errors::wrong_method()),
        _ => Err(not_found()),
    };
    if kind == Kind::Email && need(scopes, &["sales-email-read"]).is_err() {
        return answer.map(without_texts);
    }
    answer
}

/// Of e-mails the text is left out; that they are there is told.
fn without_texts(answer: HttpResponse) -> HttpResponse {
    const TEXTS: [&str; 4] = [
        "hs_email_text",
        "hs_email_html",
        "hs_body_preview",
        "hs_body_preview_html",
    ];
    fn leave_out(record: &mut Value) {
        if let Some(properties) = record.get_mut("properties").and_then(Value::as_object_mut) {
            for (name, value) in properties.iter_mut() {
                if TEXTS.contains(&name.as_str()) {
                    *value = Value::Null;
                }
            }
        }
        if let Some(histories) = record.get_mut("propertiesWithHistory") {
            for name in TEXTS {
                histories.as_object_mut().map(|all| all.remove(name));
            }
        }
    }
    let Ok(mut body) = serde_json::from_slice::<Value>(&answer.body) else {
        return answer;
    };
    leave_out(&mut body);
    for record in body
        .get_mut("results")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        leave_out(record);
    }
    HttpResponse {
        body: body.to_string().into_bytes(),
        ..answer
    }
}

/// One of these scopes must be there.
fn need(scopes: &[String], any: &[&str]) -> Result<(), Refusal> {
    if any
        .iter()
        .any(|wanted| scopes.iter().any(|scope| scope == wanted))
    {
        return Ok(());
    }
    Err(missing_scopes(any))
}

/// Any object scope lets a token at associations.
fn need_for_links(scopes: &[String], reading: bool, from: Kind, to: Kind) -> Result<(), Refusal> {
    let mut any: Vec<&str> = Vec::new();
    for kind in [from, to] {
        any.extend(kind.write_scopes());
        if reading {
            any.extend(kind.read_scopes());
        }
    }
    any.sort_unstable();
    any.dedup();
    need(scopes, &any)
}

/// Undoes percent-encoding. A `+` stays: only the query writes spaces so.
fn decode(segment: &str) -> String {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escaped = match (first, after) {
            (b'%', [high, low, ..]) => hex_digit(*high).zip(hex_digit(*low)),
            _ => None,
        };
        match escaped {
            Some((high, low)) => {
                bytes.push(high * 16 + low);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}
