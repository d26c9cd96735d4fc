//! Texts that a command is given: a file, or what stands on standard input.

use std::io::{Error, ErrorKind, Read};
use std::path::Path;

/// All of a text. `-` is standard input.
///
/// # Errors
/// Why it can't be read. One of more than `most` bytes is refused: the first part of a text says something
/// else than all of it, and the last row of such a part may be half a telephone number.
pub(crate) fn text(from: &Path, most: u64) -> Result<String, Error> {
    if from == Path::new("-") {
        whole(std::io::stdin().lock(), most)
    } else {
        whole(std::fs::File::open(from)?, most)
    }
}

/// All of what is read, under the same condition.
pub(crate) fn whole(source: impl Read, most: u64) -> Result<String, Error> {
    let mut bytes = Vec::new();
    source
        .take(most.saturating_add(1))
        .read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|long| long > most) {
        let most = match most / 1024 {
            kilo @ 0..1024 => format!("{kilo} KiB"),
            kilo => format!("{} MiB", kilo / 1024),
        };
        return Err(Error::new(
            ErrorKind::FileTooLarge,
            format!("it is longer than {most}, so it is not what is meant"),
        ));
    }
    String::from_utf8(bytes)
        .map_err(|_| Error::new(ErrorKind::InvalidData, "it is not text in UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_whole_or_not_at_all() {
        assert_eq!(whole(&b"abcd"[..], 4).unwrap(), "abcd");
        let long = whole(&[b'a'; 2049][..], 2048).unwrap_err();
        assert_eq!(long.kind(), ErrorKind::FileTooLarge);
        assert!(long.to_string().contains("2 KiB"), "{long}");
        // The bytes that are cut off may be the half of a letter.
        let half = whole("é".as_bytes(), 1).unwrap_err();
        assert_eq!(half.kind(), ErrorKind::FileTooLarge);
        let other = whole(&[0xff, 0xfe][..], 4).unwrap_err();
        assert_eq!(other.kind(), ErrorKind::InvalidData);
    }
}
