//! What the program may be told when it starts.
//!
//! A desktop launcher passes nothing or a link, and the desktop's own start at login `--hidden`; the
//! rest is for tests and screenshots. An argument that is not known is refused by name: ignoring it
//! would hide a typing error.

/// What was asked for on the command line.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Arguments {
    /// Prove that the window paints, then leave (see [`crate::smoke_test`]).
    pub(crate) smoke_test: bool,
    /// Start in the tray, as at login.
    pub(crate) hidden: bool,
    /// The inner size of the window in logical pixels, width before height.
    pub(crate) size: Option<(f64, f64)>,
}

impl Arguments {
    /// Reads the arguments, or says in one sentence what is wrong with them.
    pub(crate) fn parse(words: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let mut arguments = Self::default();
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            match word.as_str() {
                "--smoke-test" => arguments.smoke_test = true,
                "--hidden" => arguments.hidden = true,
                // Where it leads is looked at later, with the links that come while it runs.
                link if link.starts_with("tuco-hubspot://") => {}
                "--size" => {
                    let size = words.next().unwrap_or_default();
                    arguments.size = Some(parse_size(&size).ok_or_else(|| {
                        format!("--size takes a width and a height, as in 900x600, not \"{size}\".")
                    })?);
                }
                other => {
                    return Err(format!(
                        "\"{other}\" is not known. The window takes --hidden, --size WIDTHxHEIGHT \
                         and --smoke-test; for work without a window use tuco-hubspot."
                    ));
                }
            }
        }
        Ok(arguments)
    }
}

fn parse_size(text: &str) -> Option<(f64, f64)> {
    let (width, height) = text.split_once('x')?;
    let width: u16 = width.parse().ok()?;
    let height: u16 = height.parse().ok()?;
    Some((width.into(), height.into()))
}

#[cfg(test)]
mod tests {
    use super::Arguments;

    fn parse(words: &[&str]) -> Result<Arguments, String> {
        Arguments::parse(words.iter().map(|word| (*word).to_owned()))
    }

    #[test]
    fn a_launcher_that_passes_nothing_gets_the_plain_window() {
        assert_eq!(parse(&[]), Ok(Arguments::default()));
    }

    #[test]
    fn a_size_is_width_before_height() {
        let arguments = parse(&["--size", "900x600", "--smoke-test"]).unwrap();
        assert_eq!(
            arguments,
            Arguments {
                smoke_test: true,
                size: Some((900.0, 600.0)),
                ..Arguments::default()
            }
        );
    }

    #[test]
    fn what_is_not_known_is_refused_by_name() {
        assert!(parse(&["--smoke"]).unwrap_err().contains("\"--smoke\""));
        assert!(parse(&["--size", "900"]).unwrap_err().contains("\"900\""));
        assert!(parse(&["--size"]).unwrap_err().contains("900x600"));
    }
}
