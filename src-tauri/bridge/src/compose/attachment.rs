//! Files that go with a message: public addresses only, because Tuco fetches them.

use std::net::Ipv4Addr;
use url::Url;

/// Endings of the types that Tuco takes. <https://docs.tuco.ai/api-reference/endpoint/send-with-attachments>
const TYPES: &[&str] = &[
    "png", "jpg", "jpeg", "gif", "webp", "heic", "mp4", "mov", "caf", "pdf",
];

/// Why a file can't go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AttachmentError {
    /// A path of this computer.
    #[error(
        "A file of this computer can't be attached: Tuco fetches files from the web, and this program has no server to \
         put them on. Put it where it has a public https address, and attach that."
    )]
    Local,
    /// Not for the public.
    #[error("An attachment needs an address that begins with https:// and that anybody can open.")]
    NotPublic,
    /// Another type.
    #[error(
        "Tuco takes PNG, JPG, GIF, WebP, HEIC, MP4, MOV, CAF and PDF files of at most 25 MB each."
    )]
    Type,
    /// More than two.
    #[error("A message carries at most two attachments.")]
    TooMany,
}

/// Whether a file can go, as far as its address tells.
///
/// # Errors
/// See [`AttachmentError`].
pub fn check_attachment(written: &str) -> Result<(), AttachmentError> {
    let Ok(url) = Url::parse(written.trim()) else {
        return Err(AttachmentError::Local);
    };
    match url.scheme() {
        "https" => {}
        "http" => return Err(AttachmentError::NotPublic),
        // A drive letter reads as a scheme.
        _ => return Err(AttachmentError::Local),
    }
    let public = match url.host() {
        Some(url::Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            let own = [".local", ".localhost", ".internal", ".home.arpa"];
            name.contains('.') && !own.iter().any(|own| name.ends_with(own))
        }
        Some(url::Host::Ipv4(ip)) => is_public(ip),
        Some(url::Host::Ipv6(ip)) => match ip.to_ipv4_mapped() {
            Some(ip) => is_public(ip),
            None => {
                !(ip.is_loopback()
                    || ip.is_unspecified()
                    || ip.is_unique_local()
                    || ip.is_unicast_link_local())
            }
        },
        None => false,
    };
    // A name and a password in it would be told to whoever gets the message.
    let open = url.username().is_empty() && url.password().is_none();
    if !(public && open) {
        return Err(AttachmentError::NotPublic);
    }
    let name = url.path().rsplit('/').next().unwrap_or_default();
    match name.rsplit_once('.') {
        Some((_, ending)) if !TYPES.contains(&ending.to_lowercase().as_str()) => {
            Err(AttachmentError::Type)
        }
        // An address without an ending tells nothing; Tuco looks at the file itself.
        _ => Ok(()),
    }
}

fn is_public(ip: Ipv4Addr) -> bool {
    !(ip.is_private() || ip.is_loopback() || ip.is_link_local() || ip.is_unspecified())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_anybody_can_open_is_attached() {
        for (written, expected) in [
            ("https://files.example.com/a.PNG", Ok(())),
            ("https://files.example.com/download?id=3", Ok(())),
            ("/home/ana/a.png", Err(AttachmentError::Local)),
            ("C:\\Users\\ana\\a.png", Err(AttachmentError::Local)),
            ("file:///home/ana/a.png", Err(AttachmentError::Local)),
            (
                "http://files.example.com/a.png",
                Err(AttachmentError::NotPublic),
            ),
            ("https://localhost/a.png", Err(AttachmentError::NotPublic)),
            ("https://192.168.1.2/a.png", Err(AttachmentError::NotPublic)),
            (
                "https://[::ffff:192.168.1.2]/a.png",
                Err(AttachmentError::NotPublic),
            ),
            ("https://[fe80::1]/a.png", Err(AttachmentError::NotPublic)),
            ("https://[fd00::1]/a.png", Err(AttachmentError::NotPublic)),
            ("https://[2001:db8::1]/a.png", Ok(())),
            (
                "https://files.localhost/a.png",
                Err(AttachmentError::NotPublic),
            ),
            ("https://nas.local./a.png", Err(AttachmentError::NotPublic)),
            (
                "https://ana:word@files.example.com/a.png",
                Err(AttachmentError::NotPublic),
            ),
            (
                "https://files.example.com/a.exe",
                Err(AttachmentError::Type),
            ),
        ] {
            assert_eq!(check_attachment(written), expected, "{written}");
        }
    }
}
