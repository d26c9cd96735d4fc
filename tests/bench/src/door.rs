//! The listener's door: what waits behind a crowd that dawdles, and whether time tells of a signature.

use crate::intake::{Listening, deliver};
use crate::measure::{Watch, percentile};
use anyhow::ensure;
use std::io::Write;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use wire::Secret;

const SECRET: &str = "5f9a1c0e2b7d4866a1b2c3d4e5f60718";

/// What was measured at the door.
pub(crate) struct AtTheDoor {
    dawdlers: usize,
    came_again: u64,
    times: Vec<Duration>,
    grown: Option<u64>,
    pairs: u32,
    t: f64,
}

/// So many senders that dawdle, so many deliveries behind them, and so many pairs of wrong signatures.
pub(crate) fn run(dawdlers: usize, deliveries: usize, pairs: u32) -> anyhow::Result<AtTheDoor> {
    may_open_many();
    let listening = Listening::start()?;
    let port = listening.port();
    let before = resident();
    let (ended, came_again) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicU64::new(0)),
    );
    let crowd = {
        let (ended, came_again) = (ended.clone(), came_again.clone());
        std::thread::spawn(move || dawdle(port, dawdlers, &ended, &came_again))
    };
    // The crowd stands there before the first delivery does.
    while came_again.load(Ordering::Acquire) == 0 {
        std::thread::sleep(Duration::from_millis(10));
    }
    let mut times = Vec::new();
    for number in 0..deliveries {
        times.push(deliver(port, 0, number)?);
    }
    let grown = before
        .zip(resident())
        .map(|(before, after)| after.saturating_sub(before));
    ended.store(true, Ordering::Release);
    crowd.join().ok();
    listening.end(deliveries)?;
    Ok(AtTheDoor {
        dawdlers,
        came_again: came_again.load(Ordering::Acquire),
        times,
        grown,
        pairs,
        t: welch(pairs)?,
    })
}

/// Connections that show a byte now and then, and come again where they are shown out. What is counted is
/// how often one came again, from 1 once all stand there.
fn dawdle(port: u16, dawdlers: usize, ended: &AtomicBool, came_again: &AtomicU64) {
    let come = || {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
        stream.write_all(b"POST /tuco/").ok()?;
        Some(stream)
    };
    let mut crowd: Vec<Option<TcpStream>> = (0..dawdlers).map(|_| come()).collect();
    came_again.store(1, Ordering::Release);
    while !ended.load(Ordering::Acquire) {
        for one in &mut crowd {
            let stays = one
                .as_mut()
                .is_some_and(|stream| stream.write_all(b"0").is_ok());
            if !stays {
                *one = come();
                came_again.fetch_add(1, Ordering::AcqRel);
            }
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Welch's t between the times of signatures whose first byte is wrong and of those whose last is, as
/// dudect has it (Reparaz, Balasch, Verbauwhede 2017): which comes first is drawn, and the slowest
/// twentieth, which other programs made slow, is left out.
fn welch(pairs: u32) -> anyhow::Result<f64> {
    let body = vec![b'x'; 64];
    let secrets = [Secret::new(SECRET)];
    let good = tuco::signature::sign(&body, &Secret::new(SECRET));
    let (first, last) = (
        wrong_at(&good, 0),
        wrong_at(&good, good.len().saturating_sub(1)),
    );
    let (mut firsts, mut lasts) = (Vec::new(), Vec::new());
    let mut lot = 0x9E37_79B9_7F4A_7C15_u64;
    for _ in 0..pairs {
        // Xorshift (Marsaglia 2003).
        lot ^= lot << 13;
        lot ^= lot >> 7;
        lot ^= lot << 17;
        let order = if lot & 1 == 0 {
            [true, false]
        } else {
            [false, true]
        };
        for of_first in order {
            let given = if of_first { &first } else { &last };
            let watch = Watch::start();
            let refused = tuco::signature::verify(&body, given, &secrets).is_err();
            let took = watch.took().wall.as_secs_f64() * 1e9;
            ensure!(refused, "a wrong signature was accepted");
            if of_first { &mut firsts } else { &mut lasts }.push(took);
        }
    }
    let mut all: Vec<f64> = firsts.iter().chain(&lasts).copied().collect();
    all.sort_unstable_by(f64::total_cmp);
    let bound = all.get(all.len() * 95 / 100).copied().unwrap_or(f64::MAX);
    let kept =
        |times: Vec<f64>| -> Vec<f64> { times.into_iter().filter(|time| *time <= bound).collect() };
    Ok(t_of(&kept(firsts), &kept(lasts)))
}

#[expect(clippy::cast_precision_loss, reason = "far below what is lost")]
fn t_of(one: &[f64], other: &[f64]) -> f64 {
    let mean = |times: &[f64]| times.iter().sum::<f64>() / times.len() as f64;
    let spread = |times: &[f64], mean: f64| {
        let squares: f64 = times.iter().map(|time| (time - mean).powi(2)).sum();
        squares / (times.len() as f64 - 1.0) / times.len() as f64
    };
    let (first, second) = (mean(one), mean(other));
    (first - second) / (spread(one, first) + spread(other, second)).sqrt()
}

/// The signature with another digit at this place.
fn wrong_at(signature: &str, place: usize) -> String {
    let other = |digit| if digit == '0' { '1' } else { '0' };
    signature
        .char_indices()
        .map(|(at, digit)| if at == place { other(digit) } else { digit })
        .collect()
}

/// What this process holds in memory, in bytes; none where the system does not say.
fn resident() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kilobytes * 1_024)
}

/// A crowd is more files than many systems allow from the start; where it can't be, fewer dawdle.
#[cfg(unix)]
fn may_open_many() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    let current = maximum.map_or(Some(4_096), |most| Some(most.min(4_096)));
    let _ = setrlimit(Resource::Nofile, Rlimit { current, maximum });
}

#[cfg(not(unix))]
fn may_open_many() {}

/// As a part of the page.
pub(crate) fn tell(all: &AtTheDoor) -> String {
    let grown = all.grown.map_or_else(
        || "unknown".to_owned(),
        #[expect(clippy::cast_precision_loss, reason = "far below what is lost")]
        |bytes| format!("{:.1} MB", bytes as f64 / 1e6),
    );
    format!(
        "\n## The listener's door\n\nBehind {} senders that show a byte now and then and come again where they are \
         shown out ({} times in all), {} good deliveries one after the other: p50 {:.0} ms, p99 {:.0} ms, slowest {:.0} \
         ms. The process grew by {grown}, the crowd's own buffers included. Goal: p99 under a second, 20 MB.\n\n\
         A signature whose first digit is wrong against one whose last is, {} pairs, times alone, the slowest twentieth \
         left out: Welch's t = {:.2}. Goal: between -4.5 and 4.5.\n",
        all.dawdlers,
        all.came_again,
        all.times.len(),
        percentile(50, &all.times),
        percentile(99, &all.times),
        percentile(100, &all.times),
        all.pairs,
        all.t
    )
}
