//! Links such as `tuco-hubspot://activity?message=…`, which any web page can offer.
//!
//! So a link only shows something or fills it in: it never sends, saves, connects or asks the network.
//! What does not fit the grammar, letter by letter, is ignored without a word, and more than a few
//! links in a short time are ignored too.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use bridge::links::{self, Registered};
use tauri::AppHandle;
use tauri_plugin_deep_link::DeepLinkExt;
use url::Url;
use wire::Timestamp;

use crate::view::notice::Destination;

/// Longer links are nobody's.
const LONGEST: usize = 2_048;
/// So many links…
const MOST: usize = 5;
/// …in so many milliseconds.
const SPAN_MS: i64 = 10_000;

/// Where a link leads; none where it is none of ours.
pub(crate) fn parse(link: &str) -> Option<Destination> {
    let plain = |letter: char| letter.is_ascii_graphic();
    if link.len() > LONGEST || !link.chars().all(plain) || !link.starts_with("tuco-hubspot://") {
        return None;
    }
    let url = Url::parse(link).ok()?;
    let bare = url.username().is_empty()
        && url.password().is_none()
        && url.port().is_none()
        && url.fragment().is_none()
        && matches!(url.path(), "" | "/");
    if !bare {
        return None;
    }
    let mut pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let mut take = |name: &str| {
        let place = pairs.iter().position(|(key, _)| key == name)?;
        Some(pairs.remove(place).1)
    };
    let destination = match url.host_str()? {
        "open" => Destination::Open,
        "activity" => Destination::Activity {
            message: word(take("message")?)?,
        },
        "contact" => Destination::Contact {
            portal: number(take("portal")?)?,
            contact: number(take("contact")?)?,
        },
        "connection" => Destination::Connection {
            portal: number(take("portal")?)?,
        },
        "compose" => Destination::Compose {
            portal: number(take("portal")?)?,
            contact: number(take("contact")?)?,
            template: match take("template") {
                Some(name) => Some(template(name)?),
                None => None,
            },
        },
        _ => return None,
    };
    // Whatever else is asked for, it is not a link of ours.
    pairs.is_empty().then_some(destination)
}

/// The link that leads somewhere.
pub(crate) fn link(to: &Destination) -> String {
    let plain = |place: &str, pairs: &[(&str, &str)]| {
        let mut link = format!("{}://{place}", links::SCHEME);
        if !pairs.is_empty() {
            let query = url::form_urlencoded::Serializer::new(String::new())
                .extend_pairs(pairs)
                .finish();
            link.push('?');
            link.push_str(&query);
        }
        link
    };
    match to {
        Destination::Open => plain("open", &[]),
        Destination::Activity { message } => plain("activity", &[("message", message)]),
        Destination::Contact { portal, contact } => {
            plain("contact", &[("portal", portal), ("contact", contact)])
        }
        Destination::Connection { portal } => plain("connection", &[("portal", portal)]),
        Destination::Compose {
            portal,
            contact,
            template,
        } => {
            let mut pairs = vec![("portal", portal.as_str()), ("contact", contact.as_str())];
            pairs.extend(template.as_deref().map(|name| ("template", name)));
            plain("compose", &pairs)
        }
    }
}

/// Who opens our links, as far as the system tells.
pub(crate) fn registered(app: &AppHandle) -> Registered {
    if cfg!(target_os = "linux") {
        return links::registered();
    }
    match app.deep_link().is_registered(links::SCHEME) {
        Ok(true) => Registered::By("this program".to_owned()),
        Ok(false) => Registered::Nobody,
        Err(_) => Registered::Unseen,
    }
}

fn number(text: String) -> Option<String> {
    let fits = (1..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    fits.then_some(text)
}

fn word(text: String) -> Option<String> {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let fits = (1..=64).contains(&text.len()) && text.bytes().all(letter);
    fits.then_some(text)
}

fn template(text: String) -> Option<String> {
    let letter = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | ' ');
    let fits = (1..=80).contains(&text.chars().count()) && text.chars().all(letter);
    fits.then_some(text)
}

/// Lets a few links through and no flood.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    passed: Mutex<VecDeque<Timestamp>>,
}

impl Gate {
    pub(crate) fn lets_through(&self, now: Timestamp) -> bool {
        let mut passed = self.passed.lock().unwrap_or_else(PoisonError::into_inner);
        while passed
            .front()
            .is_some_and(|then| !(now.saturating_sub(SPAN_MS)..=now).contains(then))
        {
            passed.pop_front();
        }
        let room = passed.len() < MOST;
        if room {
            passed.push_back(now);
        }
        room
    }
}

#[cfg(test)]
pub(crate) mod hostile {
    //! Links that somebody means ill with, made from sound ones.

    /// Every sound link, spoilt in every one of many ways. Some are only longer than the sound one was.
    pub(crate) fn links() -> Vec<String> {
        let sound = [
            "tuco-hubspot://open",
            "tuco-hubspot://activity?message=66a1",
            "tuco-hubspot://contact?portal=12&contact=501",
            "tuco-hubspot://connection?portal=12",
            "tuco-hubspot://compose?portal=12&contact=501&template=Quote",
        ];
        let tails = [
            "%00",
            "%0a",
            "%0d%0aHost:x",
            "%2e%2e%2f",
            "/../../etc/passwd",
            "%252e%252e",
            "%c0%ae",
            "%u002e",
            "\0",
            "\n",
            "\r\n",
            "\t",
            " ",
            "\u{202e}",
            "\u{200b}",
            "\u{feff}",
            "é",
            "١",
            "#send",
            "#",
            "%23",
            "&send=1",
            "?send=1&x=2",
            "&portal=13",
            "&message=2",
            "&contact=9",
            "&template=a&template=b",
            ";rm -rf",
            "|sh",
            "`id`",
            "$(id)",
            "<script>",
            "%3Cscript%3E",
            "'",
            "\"",
            "\\",
            "{{x}}",
            "%",
            "%%",
            "%zz",
            "&",
            "&&",
            "&=",
            "&a",
            "&a=b=c",
            "/?a",
            "//",
            "/x",
            "@evil.example",
            ":80",
            "--hidden",
            " --size 1x1",
            "&url=https://evil.example",
            "&next=tuco-hubspot://open",
            "&text=Hello",
        ];
        let schemes = [
            "http",
            "https",
            "file",
            "javascript",
            "data",
            "vbscript",
            "ms-msdt",
            "search-ms",
            "smb",
            "ssh",
            "tuco-hubspot.evil",
            "tuco_hubspot",
            "Tuco-Hubspot",
            "TUCO-HUBSPOT",
            "xtuco-hubspot",
            "",
        ];
        let hosts = [
            "user@",
            "user:word@",
            "evil.example/",
            "evil.example?",
            "%6f",
            "127.0.0.1/",
            "[::1]/",
        ];
        let slashes = [":", ":/", "://///", ":\\\\", "%3A//"];
        let mut all = Vec::new();
        for link in sound {
            all.extend(tails.map(|tail| format!("{link}{tail}")));
            all.extend(schemes.map(|scheme| link.replacen("tuco-hubspot", scheme, 1)));
            all.extend(hosts.map(|host| link.replacen("://", &format!("://{host}"), 1)));
            all.extend(slashes.map(|slashes| link.replacen("://", slashes, 1)));
            for place in 0..link.len() {
                for letter in ["\0", "%00", "\u{202e}", "\\"] {
                    let mut spoilt = link.to_owned();
                    spoilt.insert_str(place, letter);
                    all.push(spoilt);
                }
            }
            all.push(format!("{link}{}", "a".repeat(1_000_000)));
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_five_links_lead_somewhere() {
        for link in [
            "tuco-hubspot://open",
            "tuco-hubspot://activity?message=66a1-b_C",
            "tuco-hubspot://contact?portal=12&contact=501",
            "tuco-hubspot://connection?portal=12",
            "tuco-hubspot://compose?portal=12&contact=501&template=Quote%20follow-up",
        ] {
            let to = parse(link);
            assert!(to.is_some(), "{link}");
            assert_eq!(
                to.as_ref().map(super::link).and_then(|link| parse(&link)),
                to
            );
        }
    }

    #[test]
    fn nothing_else_leads_anywhere() {
        let long = format!("tuco-hubspot://activity?message={}", "a".repeat(3_000));
        for link in [
            "",
            "https://open",
            "tuco-hubspot:open",
            "tuco-hubspot://send?to=1",
            "tuco-hubspot://open?then=send",
            "tuco-hubspot://user:word@open",
            "tuco-hubspot://open:80",
            "tuco-hubspot://open/..%2fetc",
            "tuco-hubspot://open#x",
            "tuco-hubspot://activity?message=",
            "tuco-hubspot://activity?message=a%00b",
            "tuco-hubspot://activity?message=%252e",
            "tuco-hubspot://activity?message=a&message=b",
            "tuco-hubspot://contact?portal=12&contact=0x1f",
            "tuco-hubspot://contact?portal=12&contact=١",
            "tuco-hubspot://contact?portal=12",
            "tuco-hubspot://compose?portal=1&contact=2&template=%E2%80%AEx",
            " tuco-hubspot://open",
            "tuco-hubspot://open\n--flag",
            "TUCO-HUBSPOT-EVIL://open",
            &long,
        ] {
            assert_eq!(parse(link), None, "{link}");
        }
    }

    /// More than a thousand, none of which leads anywhere. That a link which leads somewhere does nothing
    /// more is the work of [`Destination`], whose cases all only show or fill in; that the running app does
    /// nothing at all is tried by `walls/links.rs`.
    #[test]
    fn a_thousand_hostile_links_lead_nowhere() {
        let links = hostile::links();
        let (lead, refused): (Vec<_>, Vec<_>) =
            links.iter().partition(|link| parse(link).is_some());
        // Some tails only lengthen a name that may be that long: then the name is all there is.
        for link in &lead {
            harmless(link);
        }
        assert!(lead.len() <= 10, "{lead:#?}");
        assert!(refused.len() >= 1_000, "{}", refused.len());
    }

    /// Leads somewhere, and only with names and numbers of the grammar.
    fn harmless(link: &str) {
        let plain = |text: &str| {
            text.chars()
                .all(|one| one.is_alphanumeric() || matches!(one, '-' | '_' | ' '))
        };
        match parse(link) {
            None | Some(Destination::Open) => {}
            Some(Destination::Activity { message }) => assert!(plain(&message), "{link}"),
            Some(Destination::Contact { portal, contact }) => {
                assert!(plain(&portal) && plain(&contact), "{link}");
            }
            Some(Destination::Connection { portal }) => assert!(plain(&portal), "{link}"),
            Some(Destination::Compose {
                portal,
                contact,
                template,
            }) => {
                let template = template.unwrap_or_default();
                assert!(
                    plain(&portal) && plain(&contact) && plain(&template),
                    "{link}"
                );
            }
        }
    }

    #[test]
    fn a_flood_is_held_back_and_passes() {
        let gate = Gate::default();
        let through = (0..10_000)
            .filter(|now| gate.lets_through(now / 10))
            .count();
        assert_eq!(through, MOST);
        assert!(gate.lets_through(60_000));
        assert!(
            gate.lets_through(-60_000),
            "a clock that was set back holds nobody up"
        );
    }
}
