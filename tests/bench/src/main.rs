//! Measures the engine on this machine and writes docs/benchmarks.md.
//!
//! Everything real but the services: loopback sockets to a served sandbox, SQLite in a file. What is
//! compared is compared within one run, since machines differ and are noisy.

mod backlog;
mod million;

use std::fmt::Write as _;
use std::time::Duration;
use wire::Clock as _;

fn main() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let small = std::env::args().any(|word| word == "--small");
    let (replies, events) = if small {
        (1_000, 50_000)
    } else {
        (10_000, 1_000_000)
    };
    let mut page = String::from("# Benchmarks\n\n");
    writeln!(page, "Written by `cargo xtask bench` on this machine:\n")?;
    writeln!(page, "    {}\n", machine())?;
    let free = runtime.block_on(backlog::run(replies, false))?;
    let limited = runtime.block_on(backlog::run(replies, true))?;
    page.push_str(&backlog::tell(&free, &limited));
    page.push_str(&million::tell(&million::run(events)?));
    print!("{page}");
    if !small {
        std::fs::write("docs/benchmarks.md", page)?;
    }
    Ok(())
}

fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu
        .lines()
        .find_map(|line| {
            line.strip_prefix("model name")?
                .split_once(':')
                .map(|(_, name)| name.trim())
        })
        .unwrap_or("unknown processor")
        .to_owned();
    format!(
        "{} {}, {cores} cores, {model}",
        std::env::consts::OS,
        std::env::consts::ARCH
    )
}

/// Milliseconds that some work takes.
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let clock = wire::SystemClock;
    // Milliseconds are fine enough for everything here: small work is repeated and summed.
    let started = clock.now();
    let done = work();
    (done, Duration::from_millis(clock.now().abs_diff(started)))
}
