//! The pace against simulated servers, in virtual time.

use super::*;
use crate::transport::{BoxFuture, HeaderMap, StatusCode};
use bytes::Bytes;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tokio::task::JoinSet;

/// Virtual time: that of tokio, which stands still but for sleeps, shifted as a test likes.
struct Virtual {
    begun: tokio::time::Instant,
    shift: AtomicI64,
}

impl Virtual {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            begun: tokio::time::Instant::now(),
            shift: AtomicI64::new(1_000_000),
        })
    }
}

impl Clock for Virtual {
    fn now(&self) -> Timestamp {
        let ms = i64::try_from(self.begun.elapsed().as_millis()).unwrap();
        ms + self.shift.load(Ordering::SeqCst)
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}

fn answer(status: u16, headers: &[(&'static str, &str)]) -> Response {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.insert(*name, value.parse().unwrap());
    }
    let status = StatusCode::from_u16(status).unwrap();
    Response {
        status,
        headers: map,
        body: Bytes::new(),
    }
}

/// Numbers that look random and are the same each time.
fn dice(seed: u64) -> u64 {
    let mut x = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// The most arrivals that any window of this length holds, both of its ends counted.
fn busiest(arrivals: &[i64], span: i64) -> usize {
    let ends = |first: &i64| arrivals.partition_point(|at| *at <= first + span);
    arrivals
        .iter()
        .enumerate()
        .map(|(at, first)| ends(first) - at)
        .max()
        .unwrap_or(0)
}

/// Sends `calls` as fast as the pace lets them, each `way` there and `back`, and tells when they
/// arrived.
async fn flood(
    window: Window,
    calls: u64,
    way: impl Fn(u64) -> u64 + Copy + Send + 'static,
    back: u64,
) -> Vec<i64> {
    let pace = Arc::new(Pace::new(vec![window]));
    let clock = Virtual::new();
    let mut set = JoinSet::new();
    for call in 0..calls {
        let (pace, clock) = (pace.clone(), clock.clone());
        set.spawn(async move {
            let turn = pace
                .turn(&["w"], Priority::Background, &*clock)
                .await
                .unwrap();
            tokio::time::sleep(Duration::from_millis(way(call))).await;
            let arrived = clock.now();
            tokio::time::sleep(Duration::from_millis(back)).await;
            pace.finished(&turn, Some(&answer(200, &[])), clock.now());
            arrived
        });
    }
    let mut arrivals = set.join_all().await;
    arrivals.sort_unstable();
    arrivals
}

#[tokio::test(start_paused = true)]
async fn a_server_at_the_end_of_a_shaky_line_never_sees_too_many() {
    for (seed, span, limit) in [
        (1, 10_000, 190),
        (2, 10_000, 100),
        (3, 1_000, 5),
        (4, 60_000, 60),
    ] {
        let window = Window::new("w", Duration::from_millis(span), limit);
        let calls = u64::from(limit) * 12;
        let way = move |call| dice(call ^ (seed << 32)) % 151;
        let arrivals = flood(window, calls, way, 40).await;
        assert_eq!(arrivals.len() as u64, calls);
        let most = busiest(&arrivals, span as i64);
        assert!(
            most <= limit as usize,
            "{most} in {span} ms, where {limit} are allowed"
        );
        // The first burst is free, so eleven spans are what the rest takes at full speed.
        let took = arrivals.last().unwrap() - arrivals.first().unwrap();
        let share = (span * 11) as f64 / took as f64;
        // Where a call may arrive 150 ms later than another, 5 in a second can't be kept up without
        // that a window sees 6: 1000/1150 is the most there is.
        let least = if span == 1_000 { 0.85 } else { 0.96 };
        assert!(share >= least, "only {share:.3} of {limit} in {span} ms");
    }
}

#[tokio::test(start_paused = true)]
async fn a_quick_server_is_used_to_the_full() {
    let window = Window::new("w", Duration::from_secs(1), 5);
    let arrivals = flood(window, 100, |_| 2, 2).await;
    assert!(busiest(&arrivals, 1_000) <= 5);
    let share = 19_000.0 / (arrivals.last().unwrap() - arrivals.first().unwrap()) as f64;
    assert!(share >= 0.97, "only {share:.3} of 5 a second");
}

#[tokio::test(start_paused = true)]
async fn a_server_far_away_is_used_as_fully_as_a_near_one() {
    // 90 ms there, 200 ms until the answer is back: at first the way could be the whole of WAY_THERE.
    let window = Window::new("w", Duration::from_secs(1), 5);
    let arrivals = flood(window, 200, |_| 90, 200).await;
    assert!(busiest(&arrivals, 1_000) <= 5);
    let share = 39_000.0 / (arrivals.last().unwrap() - arrivals.first().unwrap()) as f64;
    assert!(share >= 0.95, "only {share:.3} of 5 a second");
}

#[tokio::test(start_paused = true)]
async fn a_slow_beginning_is_not_taken_for_the_usual_way() {
    // The first calls wait for a connection; the others come right after them by a way much shorter.
    let window = Window::new("w", Duration::from_secs(1), 5);
    let arrivals = flood(window, 60, |call| if call < 5 { 140 } else { 1 }, 3).await;
    assert!(busiest(&arrivals, 1_000) <= 5);
}

#[tokio::test(start_paused = true)]
async fn interactive_calls_overtake_and_each_rank_keeps_its_order() {
    let pace = Arc::new(Pace::new(vec![Window::new(
        "all",
        Duration::from_secs(1),
        1,
    )]));
    let clock = Virtual::new();
    let order = Arc::new(Mutex::new(Vec::new()));
    let mut set = JoinSet::new();
    let ranks = "bbbibbi".chars().enumerate();
    for (at, rank) in ranks {
        let (pace, clock, order) = (pace.clone(), clock.clone(), order.clone());
        let rank = if rank == 'i' {
            Priority::Interactive
        } else {
            Priority::Background
        };
        set.spawn(async move {
            let turn = pace.turn(&[], rank, &*clock).await.unwrap();
            order.lock().unwrap().push(at);
            pace.finished(&turn, None, clock.now());
        });
    }
    set.join_all().await;
    // The first found the window empty, before any interactive one had come.
    assert_eq!(*order.lock().unwrap(), [0, 3, 6, 1, 2, 4, 5]);
}

#[tokio::test(start_paused = true)]
async fn a_full_group_does_not_keep_others_waiting() {
    let pace = Pace::hubspot();
    let clock = Virtual::new();
    for _ in 0..5 {
        pace.turn(&["search"], Priority::Background, &*clock)
            .await
            .unwrap();
    }
    let (before, pace) = (clock.now(), &pace);
    let search = pace.turn(&["search"], Priority::Interactive, &*clock);
    let other = async {
        pace.turn(&[], Priority::Background, &*clock).await.unwrap();
        assert_eq!(clock.now(), before, "a read needn't wait for searches");
    };
    let (searched, ()) = tokio::join!(search, other);
    searched.unwrap();
    assert!(clock.now() - before >= 1_000);
}

#[tokio::test(start_paused = true)]
async fn a_dropped_wait_gives_its_place_up() {
    let pace = Pace::new(vec![Window::new("all", Duration::from_secs(1), 1)]);
    let clock = Virtual::new();
    pace.turn(&[], Priority::Background, &*clock).await.unwrap();
    let gone = pace.turn(&[], Priority::Interactive, &*clock);
    assert!(
        tokio::time::timeout(Duration::from_millis(5), gone)
            .await
            .is_err()
    );
    let before = clock.now();
    pace.turn(&[], Priority::Background, &*clock).await.unwrap();
    assert!(
        clock.now() - before < 1_200,
        "the one that left takes no place"
    );
}

#[tokio::test(start_paused = true)]
async fn after_a_refusal_the_group_waits_and_the_others_do_not() {
    let (pace, clock) = (Pace::hubspot(), Virtual::new());
    let turn = pace
        .turn(&["search"], Priority::Background, &*clock)
        .await
        .unwrap();
    pace.finished(
        &turn,
        Some(&answer(429, &[("retry-after", "4")])),
        clock.now(),
    );
    let before = clock.now();
    pace.turn(&[], Priority::Background, &*clock).await.unwrap();
    assert_eq!(clock.now(), before);
    pace.turn(&["search"], Priority::Interactive, &*clock)
        .await
        .unwrap();
    assert!(clock.now() - before >= 4_000, "not before the wait is over");
    // A wait that nobody can be left hanging for is told instead.
    let turn = pace
        .turn(&["search"], Priority::Background, &*clock)
        .await
        .unwrap();
    pace.finished(
        &turn,
        Some(&answer(503, &[("retry-after", "3600")])),
        clock.now(),
    );
    let held = pace
        .turn(&["search"], Priority::Interactive, &*clock)
        .await
        .unwrap_err();
    assert_eq!(
        held,
        Failure::Held {
            wait: Duration::from_secs(3600)
        }
    );
}

#[tokio::test(start_paused = true)]
async fn the_rolling_limit_of_hubspot_holds_everything() {
    let (pace, clock) = (Pace::hubspot(), Virtual::new());
    let turn = pace
        .turn(&["search"], Priority::Background, &*clock)
        .await
        .unwrap();
    let mut refusal = answer(429, &[]);
    refusal.body = Bytes::from_static(br#"{"policyName":"TEN_SECONDLY_ROLLING"}"#);
    pace.finished(&turn, Some(&refusal), clock.now());
    let before = clock.now();
    pace.turn(&[], Priority::Background, &*clock).await.unwrap();
    assert!(clock.now() - before >= 10_000);
}

#[tokio::test(start_paused = true)]
async fn the_limit_is_learnt_and_shared_with_others() {
    let (pace, clock) = (Pace::hubspot(), Virtual::new());
    let turn = pace.turn(&[], Priority::Background, &*clock).await.unwrap();
    let told = [
        ("x-hubspot-ratelimit-max", "190"),
        ("x-hubspot-ratelimit-interval-milliseconds", "10000"),
        ("x-hubspot-ratelimit-remaining", "39"),
    ];
    pace.finished(&turn, Some(&answer(200, &told)), clock.now());
    let before = clock.now();
    for _ in 0..39 {
        pace.turn(&[], Priority::Background, &*clock).await.unwrap();
    }
    assert_eq!(clock.now(), before, "what is left may go at once");
    pace.turn(&[], Priority::Background, &*clock).await.unwrap();
    assert!(
        clock.now() - before >= 10_000,
        "somebody else has used up the rest"
    );
}

#[tokio::test(start_paused = true)]
async fn our_own_calls_are_not_taken_for_somebody_elses() {
    // A server that counts exactly, answered late: its count and ours differ only by what is on the
    // way, which must not be counted twice.
    let (pace, clock) = (Arc::new(Pace::hubspot()), Virtual::new());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let mut set = JoinSet::new();
    for _ in 0..600 {
        let (pace, clock, seen) = (pace.clone(), clock.clone(), seen.clone());
        set.spawn(async move {
            let turn = pace.turn(&[], Priority::Background, &*clock).await.unwrap();
            tokio::time::sleep(Duration::from_millis(20)).await;
            let left = {
                let mut seen = seen.lock().unwrap();
                let now = clock.now();
                seen.push(now);
                100 - seen.iter().filter(|at| **at > now - 10_000).count()
            };
            tokio::time::sleep(Duration::from_millis(130)).await;
            let left = left.to_string();
            let told = [
                ("x-hubspot-ratelimit-max", "100"),
                ("x-hubspot-ratelimit-remaining", &left),
            ];
            pace.finished(&turn, Some(&answer(200, &told)), clock.now());
        });
    }
    set.join_all().await;
    let seen = seen.lock().unwrap();
    let took = seen.last().unwrap() - seen.first().unwrap();
    assert!(
        took < 52_000,
        "five more windows of ten seconds, not {took} ms"
    );
}

#[tokio::test(start_paused = true)]
async fn a_day_nearly_used_up_is_left_to_people() {
    let (pace, clock) = (Pace::hubspot(), Virtual::new());
    // 1,000 s after midnight UTC, two hours to the east: the day ends in 22 h less 1,000 s.
    pace.set_utc_offset_minutes(120);
    let turn = pace.turn(&[], Priority::Background, &*clock).await.unwrap();
    let told = [
        ("x-hubspot-ratelimit-daily", "1000"),
        ("x-hubspot-ratelimit-daily-remaining", "49"),
    ];
    pace.finished(&turn, Some(&answer(200, &told)), clock.now());
    let refused = pace
        .turn(&[], Priority::Background, &*clock)
        .await
        .unwrap_err();
    let wait = Duration::from_secs(22 * 3600 - 1_000);
    assert_eq!(refused, Failure::DailyLimit { wait });
    pace.turn(&[], Priority::Interactive, &*clock)
        .await
        .unwrap();
    assert_eq!(pace.budget(clock.now()).daily, Some((1000, 49)));
    clock.sleep(wait).await;
    pace.turn(&[], Priority::Background, &*clock).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_clock_set_back_stops_nothing() {
    let pace = Pace::new(vec![Window::new("all", Duration::from_secs(1), 2)]);
    let clock = Virtual::new();
    for _ in 0..2 {
        pace.turn(&[], Priority::Background, &*clock).await.unwrap();
    }
    let before = tokio::time::Instant::now();
    clock.shift.store(-172_800_000, Ordering::SeqCst);
    pace.turn(&[], Priority::Background, &*clock).await.unwrap();
    let waited = before.elapsed();
    assert!((1_000..1_300).contains(&waited.as_millis()), "{waited:?}");
}

#[test]
fn waits_are_read_in_both_spellings() {
    let read = |headers: &[(&'static str, &str)]| retry_after(&answer(429, headers).headers);
    assert_eq!(read(&[("retry-after", "7")]), Some(Duration::from_secs(7)));
    assert_eq!(
        read(&[("retry-after", " 1.5 ")]),
        Some(Duration::from_millis(1500))
    );
    let (date, later) = (
        "Wed, 28 Feb 2028 23:59:50 GMT",
        "Thu, 01 Mar 2028 00:00:10 GMT",
    );
    // 2028 has a leap day between the two.
    let wait = Duration::from_secs(86_400 + 20);
    assert_eq!(
        read(&[("retry-after", later), ("date", date)]),
        Some(wait.min(LONGEST))
    );
    for nonsense in ["", "-1", "soon", "NaN", "Thu, 99 Mar 2028 00:00:10 GMT"] {
        assert_eq!(
            read(&[("retry-after", nonsense), ("date", date)]),
            None,
            "{nonsense}"
        );
    }
    assert_eq!(read(&[("retry-after", "1e300")]), Some(LONGEST));
}

const LONGEST: Duration = Duration::from_secs(86_400);
