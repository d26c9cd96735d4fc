//! Time, and the machine that it was measured on.

use std::time::{Duration, Instant};

/// What some work took.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Took {
    /// By the clock on the wall.
    pub(crate) wall: Duration,
    /// Of the processor, in this thread; none where the system does not say.
    pub(crate) cpu: Option<Duration>,
}

/// A running measurement.
pub(crate) struct Watch {
    started: Instant,
    cpu: Option<Duration>,
}

impl Watch {
    #[expect(
        clippy::disallowed_methods,
        reason = "what is measured is the time itself"
    )]
    pub(crate) fn start() -> Self {
        Self {
            cpu: thread_cpu(),
            started: Instant::now(),
        }
    }

    pub(crate) fn took(&self) -> Took {
        let wall = self.started.elapsed();
        let cpu = thread_cpu().zip(self.cpu);
        Took {
            wall,
            cpu: cpu.map(|(now, before)| now.saturating_sub(before)),
        }
    }
}

#[cfg(unix)]
fn thread_cpu() -> Option<Duration> {
    let used = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(used).ok()
}

#[cfg(not(unix))]
fn thread_cpu() -> Option<Duration> {
    None
}

/// The value below which so many of a hundred lie, in milliseconds.
pub(crate) fn percentile(percent: usize, times: &[Duration]) -> f64 {
    let mut times = times.to_vec();
    times.sort_unstable();
    let at = (times.len() * percent / 100).min(times.len().saturating_sub(1));
    times
        .get(at)
        .map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
}

/// System, cores and processor.
pub(crate) fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu
        .lines()
        .find_map(|line| Some(line.strip_prefix("model name")?.split_once(':')?.1.trim()))
        .unwrap_or("unknown processor");
    let memory = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let memory = memory
        .lines()
        .find_map(|line| {
            let kilobytes = line.strip_prefix("MemTotal:")?.trim().strip_suffix(" kB")?;
            kilobytes.parse::<u64>().ok()
        })
        .map_or_else(String::new, |kilobytes| {
            format!(", {} GB", (kilobytes + 500_000) / 1_000_000)
        });
    let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
    format!("{os} {arch}, {cores} cores of {model}{memory}")
}
