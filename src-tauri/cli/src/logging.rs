//! `-v` and `-vv`: a log of every call on stderr, masked.

use std::io::{self, Write};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;

/// Starts logging: nothing without `-v`, calls and their outcome with one, all of our own with two.
pub(crate) fn start(verbose: u8) {
    let filter = match verbose {
        0 => return,
        1 => "off,wire=debug",
        _ => "info,wire=trace,hubspot=trace,tuco=trace,bridge=trace,tuco_hubspot=trace",
    };
    let outcome = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_writer(Masked)
        .with_ansi(false)
        .with_timer(WallClock)
        .try_init();
    debug_assert!(outcome.is_ok(), "logging starts once");
}

/// The time of day, UTC, to the millisecond.
struct WallClock;

impl FormatTime for WallClock {
    fn format_time(&self, out: &mut Writer<'_>) -> std::fmt::Result {
        let now =
            chrono::DateTime::from_timestamp_millis(crate::surroundings::now()).unwrap_or_default();
        write!(out, "{}", now.format("%H:%M:%S.%3f"))
    }
}

/// Writes events to stderr, each masked as a whole. The formatter hands an event over in one piece.
#[derive(Debug, Clone, Copy)]
struct Masked;

impl<'a> MakeWriter<'a> for Masked {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        Self
    }
}

impl Write for Masked {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(bytes);
        let line = wire::redact::mask(text.trim_end_matches('\n'));
        // The log is for looking; where it can't be written, the work goes on.
        let _ = writeln!(io::stderr().lock(), "{line}");
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
