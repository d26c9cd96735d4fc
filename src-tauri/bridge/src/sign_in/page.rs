//! What the browser is shown. No script, no style, nothing from elsewhere, nothing of the request.

use bytes::Bytes;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use http::{Response, StatusCode};
use http_body_util::Full;

pub(super) type Page = Response<Full<Bytes>>;

/// Where the browser is sent to after it was listened to: an address without code and state.
pub(super) const CLEAN: &str = "/hubspot/done";

const HEADERS: [(&str, &str); 9] = [
    ("content-type", "text/html; charset=utf-8"),
    (
        "content-security-policy",
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cache-control", "no-store"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("connection", "close"),
];

/// HubSpot has answered; the rest happens in the program.
pub(super) fn done(denied: bool) -> Page {
    if denied {
        page(
            StatusCode::OK,
            "HubSpot did not connect",
            "Tuco for HubSpot shows what HubSpot said, and what to do next. You can close this tab.",
        )
    } else {
        page(
            StatusCode::OK,
            "HubSpot has answered",
            "Go back to Tuco for HubSpot: the sign-in is finished there. You can close this tab.",
        )
    }
}

/// Off to the clean address, so that code and state stay in no history.
pub(super) fn away() -> Page {
    let mut page = page(StatusCode::SEE_OTHER, "", "");
    page.headers_mut()
        .insert("location", HeaderValue::from_static(CLEAN));
    page
}

/// Nothing that was waited for.
pub(super) fn refused(status: StatusCode, words: &str) -> Page {
    page(status, "This was not the answer that is waited for", words)
}

fn page(status: StatusCode, title: &str, words: &str) -> Page {
    let text = if title.is_empty() {
        String::new()
    } else {
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
             <meta name=\"color-scheme\" content=\"light dark\"><title>{title}</title></head>\
             <body><h1>{title}</h1><p>{words}</p></body></html>\n"
        )
    };
    let mut page = Response::new(Full::new(Bytes::from(text)));
    *page.status_mut() = status;
    let headers: HeaderMap = HEADERS
        .into_iter()
        .map(|(name, value)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        })
        .collect();
    *page.headers_mut() = headers;
    page
}
