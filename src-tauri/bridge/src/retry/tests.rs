//! How long is long enough.

use super::*;
use std::future::ready;
use std::sync::atomic::AtomicI64;
use wire::{BoxFuture, Failure, TransportError};

/// A clock that jumps instead of sleeping.
#[derive(Default)]
struct Jumping(AtomicI64);

impl Clock for Jumping {
    fn now(&self) -> Timestamp {
        self.0.load(Ordering::Relaxed)
    }

    fn sleep(&self, span: Duration) -> BoxFuture<'static, ()> {
        let span = i64::try_from(span.as_millis()).unwrap();
        self.0.fetch_add(span, Ordering::Relaxed);
        Box::pin(ready(()))
    }
}

/// Dice that always fall on the longest wait.
struct Longest;

impl Entropy for Longest {
    fn next_u64(&self) -> u64 {
        u64::MAX
    }
}

struct Tried {
    calls: u32,
    took_ms: i64,
    heard: Vec<Waiting>,
}

/// Answers with these in turn, the last one repeated.
fn run(retry: &Retry, clock: &Jumping, answers: &[Option<tuco::ErrorKind>]) -> Tried {
    let (started, mut calls, mut heard) = (clock.now(), 0_usize, Vec::new());
    let call = || {
        heard.extend(retry.waits.now());
        let answer = answers.get(calls).or(answers.last()).unwrap().clone();
        calls += 1;
        ready(match answer {
            None => Ok(()),
            Some(kind) => Err(tuco::Error {
                kind,
                call: "replies.list",
            }),
        })
    };
    let _ = futures_util::FutureExt::now_or_never(retry.run(call)).unwrap();
    assert_eq!(retry.waits.now(), None, "nothing is waited for afterwards");
    Tried {
        calls: u32::try_from(calls).unwrap(),
        took_ms: clock.now() - started,
        heard,
    }
}

fn retry(clock: &Arc<Jumping>) -> Retry {
    Retry::new(
        clock.clone(),
        Arc::new(Longest),
        Patience::LOOP,
        Arc::default(),
    )
}

fn not_sent() -> Option<tuco::ErrorKind> {
    Some(tuco::ErrorKind::Wire(Failure::Transport {
        error: TransportError::NotSent,
        once: false,
    }))
}

fn trouble() -> Option<tuco::ErrorKind> {
    Some(tuco::ErrorKind::ServerError {
        status: 503,
        wait: None,
    })
}

#[test]
fn where_nobody_was_ever_reached_it_ends_within_seconds_and_says_so_at_once() {
    let clock = Arc::new(Jumping::default());
    let tried = run(&retry(&clock), &clock, &[not_sent()]);
    assert_eq!(tried.calls, Patience::LOOP.tries_unreached);
    assert!(tried.took_ms < 5_000, "{} ms", tried.took_ms);
    let first = &tried.heard[0];
    assert!(first.why.contains("Tuco could not be reached"), "{first:?}");
    assert!(
        first.until >= tried.took_ms,
        "no earlier than it gave up: {first:?}"
    );
}

#[test]
fn a_network_that_goes_away_in_the_middle_gets_the_whole_patience() {
    let clock = Arc::new(Jumping::default());
    let retry = retry(&clock);
    assert_eq!(run(&retry, &clock, &[None]).calls, 1);
    assert_eq!(
        run(&retry, &clock, &[not_sent()]).calls,
        Patience::LOOP.tries
    );
    retry.begin();
    assert_eq!(
        run(&retry, &clock, &[not_sent()]).calls,
        Patience::LOOP.tries_unreached,
        "in the next round it is seen anew"
    );
}

#[test]
fn a_service_that_has_trouble_of_its_own_is_there_and_is_waited_for() {
    let clock = Arc::new(Jumping::default());
    let tried = run(&retry(&clock), &clock, &[trouble()]);
    assert_eq!(tried.calls, Patience::LOOP.tries);
    let once = run(&retry(&clock), &clock, &[trouble(), None]);
    assert_eq!(once.heard, [], "one short wait is not worth a word");
}
