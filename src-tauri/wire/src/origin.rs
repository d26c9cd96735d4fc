//! Where an API lives: scheme, host and port.
//!
//! An address can only be one of the services' own, or this machine. There is no way to make one from
//! a string that came from outside, so a key can't be sent to a stranger's host by a setting, a link
//! or an answer. Only a file that an answer names is fetched from elsewhere, without credentials
//! ([`Origin::file`]). What can go wrong: an address for tests that isn't this machine, which is refused.

use std::fmt;
use url::{Host, Url};

/// Scheme, host and port of an API.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Origin {
    base: Url,
}

/// Why a text is not an address that the program may talk to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OriginError {
    /// Not a web address at all.
    #[error("this is not a web address; it should look like http://127.0.0.1:8080")]
    NotAnAddress,
    /// Neither http nor https.
    #[error("the address must begin with http:// or https://")]
    Scheme,
    /// A host other than this machine.
    #[error("only an address of this computer is accepted here (127.0.0.1, [::1] or localhost)")]
    NotLoopback,
    /// A user name or a password stands in the address.
    #[error("the address must not hold a user name or a password")]
    UserInfo,
    /// A path, a query or a fragment stands in the address.
    #[error("the address must end after the host and the port")]
    Path,
    /// Not a HubSpot region such as `eu1`.
    #[error("this is not a HubSpot region; one looks like eu1")]
    Region,
    /// Not an address that a file may be fetched from.
    #[error("a file is only fetched from a named host over a secure connection")]
    File,
}

impl Origin {
    /// HubSpot's API, `https://api.hubapi.com`, which reaches portals of every region.
    pub fn hubspot() -> Self {
        Self::fixed("https://api.hubapi.com")
    }

    /// HubSpot's API in one region, such as `https://api-eu1.hubapi.com`.
    pub fn hubspot_region(region: &str) -> Result<Self, OriginError> {
        let letters = region.bytes().take_while(u8::is_ascii_lowercase).count();
        let digits = region
            .bytes()
            .skip(letters)
            .take_while(u8::is_ascii_digit)
            .count();
        if letters != 2 || !(1..=2).contains(&digits) || letters + digits != region.len() {
            return Err(OriginError::Region);
        }
        Ok(Self::fixed(&format!("https://api-{region}.hubapi.com")))
    }

    /// HubSpot's pages, `https://app.hubspot.com`, which lead to every region.
    pub fn hubspot_pages() -> Self {
        Self::fixed("https://app.hubspot.com")
    }

    /// Tuco's API, `https://app.tuco.ai`.
    pub fn tuco() -> Self {
        Self::fixed("https://app.tuco.ai")
    }

    /// An API on this machine, for the sandbox and for tests.
    pub fn loopback(text: &str) -> Result<Self, OriginError> {
        let text = text.trim();
        let base = Url::parse(text).map_err(|_| OriginError::NotAnAddress)?;
        if !matches!(base.scheme(), "http" | "https") {
            return Err(OriginError::Scheme);
        }
        // The text is asked too: an empty `@` is dropped by the parser.
        if !base.username().is_empty() || base.password().is_some() || text.contains('@') {
            return Err(OriginError::UserInfo);
        }
        if !is_loopback(&base) {
            return Err(OriginError::NotLoopback);
        }
        if base.path() != "/" || base.query().is_some() || base.fragment().is_some() {
            return Err(OriginError::Path);
        }
        Ok(Self { base })
    }

    #[expect(clippy::expect_used, reason = "fixed texts, each parsed by a test")]
    fn fixed(text: &str) -> Self {
        Self {
            base: Url::parse(text).expect("a fixed address"),
        }
    }

    /// True for an address of this machine.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.base)
    }

    /// An address under this origin. `path` is one that the program wrote itself, such as
    /// `/crm/objects/2026-03/contacts`; anything that came from outside goes through [`Self::url_of`].
    pub fn url(&self, path: &str, query: &[(&str, &str)]) -> Url {
        let mut url = self.base.clone();
        url.set_path(path);
        set_query(&mut url, query);
        url
    }

    /// An address under this origin whose path segments are percent-encoded one by one, so that an id
    /// with a slash, a question mark or two dots stays inside its segment.
    pub fn url_of(&self, segments: &[&str], query: &[(&str, &str)]) -> Url {
        let mut path = String::new();
        for segment in segments {
            path.push('/');
            match *segment {
                // These would change the path, also when encoded (WHATWG URL, "double-dot path
                // segment"). Encoded twice they name something that exists nowhere.
                "" => path.push_str("%2520"),
                "." => path.push_str("%252E"),
                ".." => path.push_str("%252E%252E"),
                text => encode(text, &mut path),
            }
        }
        self.url(&path, query)
    }
}

impl Origin {
    /// The address of a file that an answer of this API names. It is fetched without credentials, since its
    /// host can be anyone's: over https from a host with a name, and from this machine only where the API is on
    /// it too, so that an answer can't lead into the network around this machine.
    ///
    /// # Errors
    /// What is wrong with the address.
    pub fn file(&self, text: &str) -> Result<Url, OriginError> {
        let url = Url::parse(text).map_err(|_| OriginError::NotAnAddress)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(OriginError::UserInfo);
        }
        if self.is_loopback() {
            let web = matches!(url.scheme(), "http" | "https");
            return if web && is_loopback(&url) {
                Ok(url)
            } else {
                Err(OriginError::NotLoopback)
            };
        }
        let named = match url.host() {
            Some(Host::Domain(name)) => {
                let name = name.trim_end_matches('.');
                name.contains('.')
                    && !INSIDE.iter().any(|end| name.ends_with(end))
                    && url.port().is_none()
            }
            _ => false,
        };
        if url.scheme() == "https" && named {
            Ok(url)
        } else {
            Err(OriginError::File)
        }
    }
}

/// Names that never lead out of a network (RFC 6761, RFC 6762, RFC 8375 and ICANN's own).
const INSIDE: [&str; 4] = [".localhost", ".local", ".home.arpa", ".internal"];

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.base.as_str().trim_end_matches('/'))
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// True where an address names this machine by one of its three usual names.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address == std::net::Ipv4Addr::LOCALHOST,
        Some(Host::Ipv6(address)) => address == std::net::Ipv6Addr::LOCALHOST,
        None => false,
    }
}

fn set_query(url: &mut Url, query: &[(&str, &str)]) {
    if query.is_empty() {
        url.set_query(None);
        return;
    }
    let mut text = String::new();
    for (key, value) in query {
        if !text.is_empty() {
            text.push('&');
        }
        encode(key, &mut text);
        text.push('=');
        encode(value, &mut text);
    }
    url.set_query(Some(&text));
}

/// RFC 3986, 2.3: everything but the unreserved characters is encoded. A plus sign must be, or a
/// server reads the phone number's plus as a space.
fn encode(text: &str, into: &mut String) {
    const HEX: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F',
    ];
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            into.push(char::from(byte));
        } else {
            into.push('%');
            into.extend(HEX.get(usize::from(byte >> 4)));
            into.extend(HEX.get(usize::from(byte & 15)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fixed_origins_are_addresses() {
        assert_eq!(Origin::hubspot().to_string(), "https://api.hubapi.com");
        assert_eq!(Origin::tuco().to_string(), "https://app.tuco.ai");
        assert_eq!(
            Origin::hubspot_pages().to_string(),
            "https://app.hubspot.com"
        );
        assert_eq!(
            Origin::hubspot_region("eu1").unwrap().to_string(),
            "https://api-eu1.hubapi.com"
        );
        assert!(!Origin::tuco().is_loopback());
    }

    #[test]
    fn a_region_can_not_smuggle_a_host() {
        for region in [
            "",
            "eu",
            "e1",
            "eu123",
            "EU1",
            "eu1.evil.example/",
            "eu1/",
            "1eu",
            "eu1 ",
        ] {
            assert_eq!(
                Origin::hubspot_region(region),
                Err(OriginError::Region),
                "{region:?}"
            );
        }
    }

    #[test]
    fn a_file_comes_from_a_named_host_over_https_and_from_here_only_where_the_api_is_here() {
        let hubspot = Origin::hubspot();
        for good in [
            "https://files.example.com/a/b?X-Signature=%2B1",
            "https://api.hubapi.com/x",
        ] {
            assert_eq!(hubspot.file(good).unwrap().as_str(), good);
        }
        for (bad, error) in [
            ("files/a", OriginError::NotAnAddress),
            ("http://files.example.com/a", OriginError::File),
            ("ftp://files.example.com/a", OriginError::File),
            ("https://127.0.0.1/a", OriginError::File),
            ("https://10.0.0.1/a", OriginError::File),
            ("https://[::1]/a", OriginError::File),
            ("https://2130706433/a", OriginError::File),
            ("https://localhost/a", OriginError::File),
            ("https://printer/a", OriginError::File),
            ("https://printer.local./a", OriginError::File),
            ("https://metadata.google.internal/a", OriginError::File),
            ("https://files.example.com:8443/a", OriginError::File),
            ("https://me:word@files.example.com/a", OriginError::UserInfo),
        ] {
            assert_eq!(hubspot.file(bad), Err(error), "{bad}");
        }
        let here = Origin::loopback("http://127.0.0.1:4010").unwrap();
        assert!(here.file("http://localhost:4011/a?b=1").is_ok());
        for bad in ["https://files.example.com/a", "file://127.0.0.1/etc/passwd"] {
            assert_eq!(here.file(bad), Err(OriginError::NotLoopback), "{bad}");
        }
    }

    #[test]
    fn only_this_machine_is_a_loopback() {
        for text in [
            "http://127.0.0.1:8080",
            "https://localhost:1/",
            "http://[::1]:9",
            " http://LOCALHOST ",
        ] {
            assert!(Origin::loopback(text).unwrap().is_loopback(), "{text}");
        }
        for (text, error) in [
            ("api.hubapi.com", OriginError::NotAnAddress),
            ("http://127.0.0.1.evil.example", OriginError::NotLoopback),
            ("http://localhost.evil.example", OriginError::NotLoopback),
            ("http://localhost.", OriginError::NotLoopback),
            ("http://127.0.0.2:80", OriginError::NotLoopback),
            ("http://0.0.0.0:80", OriginError::NotLoopback),
            ("http://[::ffff:127.0.0.1]/", OriginError::NotLoopback),
            ("https://api.hubapi.com", OriginError::NotLoopback),
            ("http://127.0.0.1@evil.example", OriginError::UserInfo),
            ("http://me:word@127.0.0.1", OriginError::UserInfo),
            ("http://@127.0.0.1", OriginError::UserInfo),
            ("http://127.0.0.1/api", OriginError::Path),
            ("http://127.0.0.1/?a", OriginError::Path),
            ("http://127.0.0.1/#a", OriginError::Path),
            ("file:///etc/passwd", OriginError::Scheme),
            ("ftp://127.0.0.1", OriginError::Scheme),
        ] {
            assert_eq!(Origin::loopback(text), Err(error), "{text}");
        }
    }

    #[test]
    fn a_query_is_read_back_as_it_was_meant() {
        let value = "+1 202&x=y/ü?#%2B";
        let url = Origin::tuco().url("/api/replies", &[("recipientPhone", value), ("page", "1")]);
        assert!(
            url.query()
                .unwrap()
                .starts_with("recipientPhone=%2B1%20202%26")
        );
        let read: Vec<_> = url.query_pairs().into_owned().collect();
        assert_eq!(read.first().unwrap().1, value);
        assert_eq!(read.len(), 2);
    }

    proptest::proptest! {
        // Whatever an id holds, the address has as many segments as were given, and the same host.
        #[test]
        fn a_segment_stays_a_segment(id in ".*") {
            let url = Origin::tuco().url_of(&["api", "webhooks", &id, "health-check"], &[]);
            proptest::prop_assert_eq!(url.path_segments().unwrap().count(), 4);
            proptest::prop_assert_eq!(url.host_str(), Some("app.tuco.ai"));
            proptest::prop_assert!(url.query().is_none() && url.fragment().is_none());
        }
    }

    #[test]
    fn dots_can_not_climb() {
        for id in ["", ".", "..", "%2e%2e", "..\t", "a/../../b"] {
            let url = Origin::tuco().url_of(&["api", "webhooks", id], &[]);
            assert!(url.path().starts_with("/api/webhooks/"), "{url}");
            assert!(url.path().len() > "/api/webhooks/".len(), "{url}");
        }
    }
}
