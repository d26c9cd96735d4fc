//! Every reason of the guard on the paths of the window: the composer, a dry run, and a run's turn. That
//! no path leads around the guard is the compiler's to say; here is that each path tells its reason.

use super::compose::{at_any_hour, draft, people, seen, send};
use super::guarded::{at, dry_run, new_contact, set, standing, to_many, tuco_options};
use super::*;
use crate::view::compose::Sent;
use crate::view::many::{ManyFilter, RowReason, RunState};
use crate::view::send_state::GuardReason;
use wire::{Clock, SystemClock};

struct Table {
    bench: Bench,
    connection: i64,
    texts: usize,
}

impl Table {
    /// A text that nobody has had.
    fn text(&mut self) -> String {
        self.texts += 1;
        format!("News, part {}", self.texts)
    }

    /// The reason stands on the composer and in a dry run, and what began before it arose ends with it.
    async fn refuses(&mut self, to: &str, reason: GuardReason, row: RowReason) {
        let text = self.text();
        self.refuses_text(to, &text, reason, row).await;
    }

    async fn refuses_text(&mut self, to: &str, text: &str, reason: GuardReason, row: RowReason) {
        let (bench, connection) = (&self.bench, self.connection);
        self.composer(to, text, reason).await;
        let (_, _, rows) = dry_run(bench, connection, to_many(&[to], text)).await;
        assert_eq!(rows[0].reason, Some(row), "{rows:?}");
        assert!(rows[0].left_out.ends_with('.') && rows[0].text.is_empty());
    }

    async fn composer(&self, to: &str, text: &str, reason: GuardReason) {
        let (bench, connection) = (&self.bench, self.connection);
        let message = draft(to, text);
        let preview = seen(bench, connection, &message).await;
        let found = preview.refusals.first().map(|one| one.reason);
        assert_eq!(found, Some(reason), "{preview:?}");
        let sent = bench
            .desk
            .send_message(connection, message, preview.seen)
            .await;
        assert!(matches!(sent.unwrap(), Sent::Changed { .. }), "{reason:?}");
    }

    /// What passes by itself is waited for by a run.
    async fn waits(&mut self, to: &str, reason: GuardReason) {
        let text = self.text();
        self.composer(to, &text, reason).await;
        let (run, typed, rows) = dry_run(&self.bench, self.connection, to_many(&[to], &text)).await;
        let later = rows[0].at.is_some_and(|at| at > SystemClock.now());
        assert!(later && rows[0].reason.is_none(), "{rows:?}");
        let desk = &self.bench.desk;
        desk.start_run(self.connection, run, typed).await.unwrap();
        until(async || {
            let run = desk.runs(self.connection).await.unwrap().remove(0);
            matches!(run.state, RunState::Waiting { .. }).then_some(())
        })
        .await;
        desk.set_run(self.connection, run, bridge::store::RunState::Cancelled)
            .await
            .unwrap();
    }

    /// A run that was looked at before the reason arose.
    async fn begun(&mut self, to: &str) -> i64 {
        let text = self.text();
        let (run, ..) = dry_run(&self.bench, self.connection, to_many(&[to], &text)).await;
        run
    }

    /// Its turn comes now, and the person is left out.
    async fn left_out(&self, run: i64, row: RowReason) {
        let desk = &self.bench.desk;
        desk.start_run(self.connection, run, String::new())
            .await
            .unwrap();
        until(async || {
            let run = desk.runs(self.connection).await.unwrap().remove(0);
            matches!(run.state, RunState::Finished { .. }).then_some(())
        })
        .await;
        let page = desk
            .many_rows(self.connection, run, ManyFilter::LeftOut, 0, 5)
            .await
            .unwrap();
        let left: Vec<_> = page.rows.iter().map(|row| row.reason).collect();
        assert_eq!(left, [Some(row)]);
    }

    /// The lines as they are, with something else in each.
    async fn lines(&self, change: impl Fn(&mut Value)) {
        let path = "/api/lines/by-user";
        let mut lines = at(&self.bench, "tuco", "GET", path, &Value::Null).await;
        lines["lines"]
            .as_array_mut()
            .unwrap()
            .iter_mut()
            .for_each(change);
        let fault = json!([{
            "side": "tuco", "method": "GET", "path": path,
            "fault": {"status": {"status": 200, "body": lines.to_string()}}
        }]);
        at(&self.bench, "tuco", "POST", "/_sandbox/faults", &fault).await;
        self.forget("Other lines").await;
    }

    async fn lines_as_they_are(&self) {
        let faults = "/_sandbox/faults";
        at(&self.bench, "tuco", "DELETE", faults, &Value::Null).await;
        self.forget("The same lines").await;
    }

    /// What was read of the lines is believed for a minute, and forgotten with the name.
    async fn forget(&self, name: &str) {
        let desk = &self.bench.desk;
        desk.rename_connection(self.connection, name.to_owned())
            .await
            .unwrap();
    }
}

/// People who may be written to, each with an address of their own.
async fn nine(bench: &Bench, connection: i64) -> Vec<String> {
    let (mut who, mut addresses) = (Vec::new(), std::collections::BTreeSet::new());
    for (id, _) in people(bench, connection).await {
        let preview = seen(bench, connection, &draft(&id, "Hi")).await;
        if preview.refusals.is_empty() && addresses.insert(preview.to) {
            who.push(id);
        }
    }
    assert!(who.len() >= 6, "{who:?}");
    who
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_reason_stops_the_composer_a_dry_run_and_a_runs_turn() {
    let bench = Bench::new().await;
    let connection = at_any_hour(&bench).await;
    let who = nine(&bench, connection).await;
    let mut table = Table {
        bench,
        connection,
        texts: 0,
    };

    let run = table.begun(&who[0]).await;
    let desk = table.bench.desk.clone();
    desk.add_opt_out(connection, who[0].clone(), "asked".to_owned())
        .await
        .unwrap();
    table.left_out(run, RowReason::OptedOut).await;
    table
        .refuses(&who[0], GuardReason::OptedOut, RowReason::OptedOut)
        .await;

    let run = table.begun(&who[1]).await;
    let body = json!({"from": who[1], "text": "please remove me from your texts"});
    at(&table.bench, "tuco", "POST", "/_sandbox/reply", &body).await;
    table.left_out(run, RowReason::OptOutReview).await;
    table
        .refuses(&who[1], GuardReason::OptOutReview, RowReason::OptOutReview)
        .await;

    let run = table.begun(&who[2]).await;
    set(
        &table.bench,
        connection,
        &[("guard.consent_property", "said_yes")],
    )
    .await;
    table.left_out(run, RowReason::NoConsent).await;
    table
        .refuses(&who[2], GuardReason::NoConsent, RowReason::NoConsent)
        .await;
    set(
        &table.bench,
        connection,
        &[("guard.consent_property", "none")],
    )
    .await;

    let nobody = new_contact(&table.bench, json!({"firstname": "Nobody"})).await;
    table
        .refuses(&nobody, GuardReason::NoAddress, RowReason::NoAddress)
        .await;

    let text = table.text();
    let first = send(&table.bench, connection, &draft(&who[3], &text)).await;
    standing(&table.bench, connection, first).await;
    let again = GuardReason::Duplicate;
    let mut message = draft(&who[3], &text);
    message.intent = "another-intent".to_owned();
    let preview = seen(&table.bench, connection, &message).await;
    assert_eq!(preview.refusals[0].reason, again, "{preview:?}");
    let (_, _, rows) = dry_run(&table.bench, connection, to_many(&[&who[3]], &text)).await;
    assert_eq!(rows[0].reason, Some(RowReason::Duplicate));

    let run = table.begun(&who[3]).await;
    set(&table.bench, connection, &[("guard.most_a_week", "1")]).await;
    table.left_out(run, RowReason::TooMany).await;
    table
        .refuses(&who[3], GuardReason::TooMany, RowReason::TooMany)
        .await;
    set(&table.bench, connection, &[("guard.most_a_week", "10")]).await;

    let open = (SystemClock.now() / 3_600_000 + 2).rem_euclid(24);
    let (until_hour, from_hour) = (open.to_string(), ((open + 1) % 24).to_string());
    let hours = [
        ("quiet.hours", "on"),
        ("quiet.until_hour", until_hour.as_str()),
        ("quiet.from_hour", from_hour.as_str()),
    ];
    set(&table.bench, connection, &hours).await;
    table.waits(&who[4], GuardReason::QuietHours).await;
    set(&table.bench, connection, &[("quiet.hours", "off")]).await;

    table.lines(|line| line["isActive"] = json!(false)).await;
    table
        .refuses(&who[4], GuardReason::LineInactive, RowReason::LineInactive)
        .await;
    table.lines_as_they_are().await;
    table
        .lines(|line| {
            line["usage"]["totalMessagesCount"] = line["dailyTotalMessagesLimit"].clone();
        })
        .await;
    table.waits(&who[4], GuardReason::LineAtCap).await;
    table.lines_as_they_are().await;

    tuco_options(&table.bench, json!({"read_only": true})).await;
    let text = table.text();
    let unpaid = send(&table.bench, connection, &draft(&who[5], &text)).await;
    standing(&table.bench, connection, unpaid).await;
    table
        .refuses(&who[4], GuardReason::ReadOnly, RowReason::ReadOnly)
        .await;
    desk.close(Duration::from_secs(5)).await;
}
