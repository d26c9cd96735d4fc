//! Rules as the page meets them: kept, refused, turned on, tried, and what they did.

use ::sandbox::message::HttpRequest;
use ::sandbox::world::Side;
use bridge::store::rule::RuleState as Stored;
use wire::{Clock, SystemClock};

use super::guarded::at;
use super::*;
use crate::view::notice::News;
use crate::view::rules::draft::{
    RuleAction, RuleChange, RuleCondition, RuleDraft, RuleField, RuleLimits, RuleObject,
    RuleOperator, RulePerPerson, RuleTiming, RuleTrigger,
};
use crate::view::rules::looked::RuleStepVerdict;
use crate::view::rules::runs::RuleRunState;
use crate::view::rules::{RulePart, RuleState, RuleTurnedOn};
use crate::view::templates::TemplateBody;

pub(super) fn of_contact(name: &str) -> RuleField {
    RuleField {
        object: RuleObject::Contact,
        name: name.to_owned(),
    }
}

pub(super) fn test(name: &str, operator: RuleOperator, value: &str) -> RuleCondition {
    RuleCondition::Test {
        field: of_contact(name),
        operator,
        values: vec![value.to_owned()],
    }
}

/// When the job title becomes gold.
pub(super) fn gold(name: &str, actions: Vec<RuleAction>) -> RuleDraft {
    RuleDraft {
        name: name.to_owned(),
        about: String::new(),
        order: 0,
        stop: false,
        trigger: Some(RuleTrigger::Property {
            field: of_contact("jobtitle"),
            change: RuleChange::Becomes,
            values: vec!["gold".to_owned()],
        }),
        condition: None,
        timing: RuleTiming {
            wait_minutes: 0,
            from: None,
            until: None,
            days: Vec::new(),
            expires_minutes: None,
        },
        actions,
        limits: RuleLimits {
            per_person: RulePerPerson::Once,
            days: 30,
            most_a_day: None,
        },
    }
}

fn send() -> RuleAction {
    RuleAction::Send {
        template: "Hello gold".to_owned(),
        line: "any".to_owned(),
        way: None,
    }
}

pub(super) fn note() -> RuleAction {
    RuleAction::AddNote {
        text: "Became gold.".to_owned(),
    }
}

async fn template(bench: &Bench) {
    let body = TemplateBody {
        name: "Hello gold".to_owned(),
        folder: String::new(),
        text: "Gold at last".to_owned(),
        variables: Vec::new(),
    };
    bench.desk.save_template(None, body, 0).await.unwrap();
}

impl Bench {
    /// Somebody changes a contact in HubSpot; false where nobody has this number.
    async fn set_title(&self, contact: u32, title: &str) -> bool {
        let path = format!("/crm/objects/2026-03/contacts/{contact}");
        let body = json!({"properties": {"jobtitle": title}}).to_string();
        let token = &self.launched.endpoints.hubspot_token;
        let request = HttpRequest::new("PATCH", &path, token, body.into_bytes());
        until(async || {
            let mut world = self.launched.world.lock().unwrap();
            let answer = world.handle(Side::HubSpot, &request, SystemClock.now());
            // So many a second are let in.
            let status = answer.response.status;
            (status != 429).then_some(status == 200)
        })
        .await
    }

    /// The same for so many of them.
    pub(super) async fn set_titles(&self, many: usize, title: &str) {
        let mut set = 0;
        for contact in 501..1_500 {
            if set < many && self.set_title(contact, title).await {
                set += 1;
            }
        }
        assert_eq!(set, many);
    }

    /// What was written in HubSpot so far, by whomever.
    fn written(&self) -> u64 {
        let world = self.launched.world.lock().unwrap();
        let paths = world.traffic(Side::HubSpot).paths;
        let writes = paths.iter().filter(|(path, _)| {
            !path.starts_with("GET") && !path.contains("search") && !path.contains("read")
        });
        writes.map(|(_, times)| times).sum()
    }

    /// Waits until every rule that is on looks at what happens from now.
    async fn armed(&self, connection: i64) {
        until(async || {
            self.desk.sync_now(connection).await.unwrap();
            let rows = self.desk.engine().unwrap();
            let rows = rows
                .read(move |rows| Ok::<_, Problem>(rows.rules(connection)?))
                .await
                .unwrap();
            let mut on = rows.iter().filter(|row| row.state == Stored::On);
            let now = SystemClock.now();
            on.all(|row| row.armed_at > 0 && row.armed_at < now)
                .then_some(())
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rule_is_kept_changed_renamed_put_back_taken_off_the_list_and_brought_back() {
    let bench = Bench::new().await;
    let desk = &bench.desk;
    let connection = bench.connect().await;
    assert!(desk.rules(connection).await.unwrap().rules.is_empty());
    let mut news = desk.hub.listen();
    let first = gold("Gold", vec![note()]);
    let kept = desk
        .save_rule(connection, None, first.clone(), 0)
        .await
        .unwrap();
    assert_eq!((kept.version, kept.state), (1, RuleState::Off));
    assert_eq!(kept.draft, first, "what comes back is what was given");
    let twice = desk.save_rule(connection, None, first.clone(), 0).await;
    assert_eq!(twice.unwrap_err().code, Code::Taken);

    let second = RuleDraft {
        name: "Golden".to_owned(),
        condition: Some(test("city", RuleOperator::Is, "Berlin")),
        ..first.clone()
    };
    let changed = desk
        .save_rule(connection, Some(kept.id), second, 1)
        .await
        .unwrap();
    assert_eq!((changed.id, changed.version), (kept.id, 2));
    let late = desk
        .save_rule(connection, Some(kept.id), first.clone(), 1)
        .await;
    assert_eq!(late.unwrap_err().code, Code::ChangedMeanwhile);

    let back = desk.put_back_rule(connection, kept.id, 1).await.unwrap();
    assert_eq!((back.version, &back.draft), (3, &first));
    let versions = desk.rule_versions(connection, kept.id).await.unwrap();
    let numbers: Vec<i64> = versions.iter().map(|one| one.version).collect();
    assert_eq!(numbers, [3, 2, 1]);
    assert!(versions[0].holds && !versions[1].holds && versions[1].sentence.contains("Berlin"));

    desk.remove_rule(connection, kept.id).await.unwrap();
    assert!(desk.rules(connection).await.unwrap().rules.is_empty());
    desk.bring_back_rule(connection, kept.id).await.unwrap();
    let listed = desk.rules(connection).await.unwrap().rules.remove(0);
    assert_eq!((listed.id, listed.version), (kept.id, 3));
    assert_eq!(
        desk.rule_versions(connection, kept.id).await.unwrap().len(),
        3
    );

    let path = bench.folder.path().join("rules.toml");
    desk.export_rules(connection, path.clone()).await.unwrap();
    let taken = desk.import_rules(connection, path).await.unwrap();
    assert_eq!(
        (taken.read, taken.changed),
        (1, 0),
        "it says the same already"
    );
    let bad = desk
        .take_rules(connection, "[[rule]]\nname = \"X\"\nwhy = 1")
        .await;
    assert!(bad.unwrap_err().message.contains("line 3"));
    let mut told = 0;
    while let Ok(notice) = news.try_recv() {
        told += usize::from(notice.news == News::Rules { connection });
    }
    assert!(told > 4, "whoever looks is told: {told}");
    let gone = desk.rule(connection, 999).await.unwrap_err();
    assert_eq!(gone.code, Code::NotFound);
    desk.close(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_example_comes_back_as_it_was_and_what_is_wrong_says_where() {
    let bench = Bench::new().await;
    let desk = &bench.desk;
    let connection = bench.connect().await;
    for example in desk.rule_examples(connection).await.unwrap() {
        let checked = desk
            .check_rule(connection, example.draft, false)
            .await
            .unwrap();
        assert_eq!(checked.text, example.text, "{}", example.name);
    }
    let draft = RuleDraft {
        trigger: None,
        condition: Some(RuleCondition::All {
            of: vec![
                test("city", RuleOperator::Is, "Berlin"),
                RuleCondition::Any {
                    of: vec![test("annualrevenue", RuleOperator::Over, "much")],
                },
            ],
        }),
        actions: vec![note(), send()],
        ..gold(" ", Vec::new())
    };
    let checked = desk.check_rule(connection, draft, false).await.unwrap();
    let found = |part: RulePart| {
        let problems = checked.problems.iter();
        let of: Vec<_> = problems.filter(|one| one.part == part).collect();
        assert_eq!(of.len(), 1, "{part:?} {:?}", checked.problems);
        (of[0].path.clone(), of[0].blocks, of[0].code.clone())
    };
    assert!(found(RulePart::Name).1);
    assert_eq!(
        found(RulePart::Condition),
        (vec![1, 0], true, "unreadable".to_owned())
    );
    assert_eq!(
        found(RulePart::Trigger),
        (Vec::new(), false, "no_trigger".to_owned())
    );
    assert_eq!(
        found(RulePart::Action),
        (vec![1], false, "unknown_template".to_owned())
    );
    assert!(checked.text.is_empty());
    desk.close(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rule_that_names_what_is_not_there_is_not_turned_on() {
    let bench = Bench::new().await;
    let desk = &bench.desk;
    let connection = bench.connect().await;
    let draft = RuleDraft {
        condition: Some(test("no_such_property", RuleOperator::Is, "x")),
        ..gold("Gold", vec![send()])
    };
    let kept = desk.save_rule(connection, None, draft, 0).await.unwrap();
    let turned = desk.turn_on_rule(connection, kept.id, None).await.unwrap();
    let RuleTurnedOn::NotReady { problems } = turned else {
        panic!("{turned:?}");
    };
    let mut found: Vec<_> = problems
        .iter()
        .map(|one| (one.code.as_str(), one.part, one.path.clone()))
        .collect();
    found.sort_by_key(|one| one.0);
    assert_eq!(
        found,
        [
            ("unknown_property", RulePart::Condition, vec![]),
            ("unknown_template", RulePart::Action, vec![0]),
        ]
    );
    let listed = desk.rules(connection).await.unwrap().rules.remove(0);
    assert_eq!(listed.state, RuleState::Off);
    desk.close(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_than_a_few_people_a_day_have_to_be_typed_and_a_dry_run_names_them() {
    let bench = Bench::new().await;
    let desk = &bench.desk;
    let connection = bench.connect().await;
    template(&bench).await;
    // A search that is never behind shows all of them at once.
    let at_once = json!({"hubspot": {"index_lag_ms": 0}});
    at(&bench, "hubspot", "POST", "/_sandbox/options", &at_once).await;
    bench.set_titles(34, "gold").await;
    let noted = gold("Gold", vec![note()]);
    let run = desk.dry_run_rule(connection, noted, 1).await.unwrap();
    assert!(run.looked > 25);
    let people = run.busiest_day;
    assert_eq!((people, run.rows.len()), (run.looked, run.looked));
    assert!(run.rows.iter().any(|one| !one.name.is_empty()));
    assert!(desk.own_sends(connection).await.unwrap().is_empty());

    let draft = gold("Gold", vec![send()]);
    let kept = desk.save_rule(connection, None, draft, 0).await.unwrap();
    let typed = u32::try_from(people).unwrap();
    for typed in [None, Some(typed - 1)] {
        let turned = desk.turn_on_rule(connection, kept.id, typed).await.unwrap();
        assert_eq!(turned, RuleTurnedOn::Confirm { people });
        let listed = desk.rules(connection).await.unwrap().rules.remove(0);
        assert_eq!(listed.state, RuleState::Off);
    }
    let turned = desk.turn_on_rule(connection, kept.id, Some(typed)).await;
    assert_eq!(turned.unwrap(), RuleTurnedOn::On);
    let state = async || desk.rules(connection).await.unwrap();
    assert_eq!(state().await.rules[0].state, RuleState::On);
    desk.pause_rules(connection, true).await.unwrap();
    let paused = state().await;
    assert_eq!(
        (paused.rules[0].state, paused.paused_by_hand),
        (RuleState::Paused, 1)
    );
    desk.pause_rules(connection, false).await.unwrap();
    assert_eq!(state().await.rules[0].state, RuleState::On);
    desk.close(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_test_on_one_person_tells_every_step_and_writes_nothing() {
    use RuleStepVerdict::{No, NotAsked, Yes};
    let bench = Bench::new().await;
    let desk = &bench.desk;
    let connection = bench.connect().await;
    desk.pause(connection, true).await.unwrap();
    template(&bench).await;
    assert!(bench.set_title(501, "silver").await);
    let both = |title: &str| RuleDraft {
        condition: Some(RuleCondition::All {
            of: vec![
                RuleCondition::Test {
                    field: of_contact("email"),
                    operator: RuleOperator::IsKnown,
                    values: Vec::new(),
                },
                test("jobtitle", RuleOperator::Is, title),
            ],
        }),
        ..gold("Gold", vec![send(), note()])
    };
    let before = bench.written();
    let told = desk
        .test_rule(connection, both("gold"), "501".to_owned())
        .await
        .unwrap();
    assert!(!told.acts && told.contact_id == "501" && told.says.contains("silver"));
    let verdicts = |steps: &[crate::view::rules::looked::RuleTestStep]| {
        let of = steps
            .iter()
            .map(|step| (step.part, step.path.clone(), step.verdict));
        of.collect::<Vec<_>>()
    };
    let steps = verdicts(&told.steps);
    assert_eq!(steps[0], (RulePart::Trigger, vec![], Yes));
    assert_eq!(steps[2], (RulePart::Condition, vec![1], No));
    assert_eq!(steps[3], (RulePart::Action, vec![0], NotAsked));
    assert!(told.steps[2].says.contains("but it is silver"));

    let told = desk
        .test_rule(connection, both("silver"), "501".to_owned())
        .await
        .unwrap();
    let steps = verdicts(&told.steps);
    assert_eq!(steps[2], (RulePart::Condition, vec![1], Yes));
    assert_eq!(steps.last(), Some(&(RulePart::Action, vec![1], Yes)));
    assert!(!told.steps[3].says.is_empty(), "the guard has its word");

    assert_eq!(bench.written(), before, "nothing is written");
    assert!(desk.own_sends(connection).await.unwrap().is_empty());
    let runs = desk.rule_runs(connection, None, None, 50).await.unwrap();
    assert!(runs.runs.is_empty());
    let nobody = desk
        .test_rule(connection, both("gold"), "999999999".to_owned())
        .await;
    assert_eq!(nobody.unwrap_err().code, Code::NotFound);
    desk.close(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_rule_did_and_did_not_do_is_shown_one_page_after_another() {
    let bench = Bench::new().await;
    let desk = &bench.desk;
    let connection = bench.connect().await;
    let draft = RuleDraft {
        condition: Some(test("email", RuleOperator::StartsWith, "nobody")),
        ..gold("Never", vec![note()])
    };
    for draft in [gold("Gold", vec![note()]), draft] {
        let kept = desk.save_rule(connection, None, draft, 0).await.unwrap();
        let turned = desk.turn_on_rule(connection, kept.id, None).await.unwrap();
        assert_eq!(turned, RuleTurnedOn::On);
    }
    bench.armed(connection).await;
    assert!(bench.set_title(501, "gold").await);
    let runs = until(async || {
        desk.sync_now(connection).await.unwrap();
        let runs = desk.rule_runs(connection, None, None, 50).await.unwrap();
        let over = |run: &&_| {
            matches!(run, crate::view::rules::runs::RuleRun { state, .. }
            if matches!(state, RuleRunState::Done | RuleRunState::Refused))
        };
        (runs.runs.iter().filter(over).count() == 2).then_some(runs)
    })
    .await;
    let of = |name: &str| runs.runs.iter().find(|run| run.rule_name == name).unwrap();
    let (done, refused) = (of("Gold"), of("Never"));
    assert_eq!(
        (
            done.state,
            done.contact_id.as_str(),
            done.steps_done,
            done.steps
        ),
        (RuleRunState::Done, "501", 1, 1)
    );
    assert_eq!(done.what, "contact.jobtitle changed");
    assert_eq!(refused.state, RuleRunState::Refused);
    assert!(
        refused
            .says
            .contains("contact.email starts with nobody, but it is")
    );

    let page = desk.rule_runs(connection, None, None, 1).await.unwrap();
    let next = desk
        .rule_runs(connection, None, page.next, 1)
        .await
        .unwrap();
    assert!(page.runs[0].id > next.runs[0].id, "the newest first");
    let last = desk
        .rule_runs(connection, None, next.next, 1)
        .await
        .unwrap();
    assert!(last.runs.is_empty() && last.next.is_none());

    let shown = desk.rules(connection).await.unwrap();
    let one = |name: &str| shown.rules.iter().find(|one| one.name == name).unwrap();
    assert_eq!((one("Gold").acted_today, one("Gold").refused_today), (1, 0));
    assert_eq!(
        (one("Never").acted_today, one("Never").refused_today),
        (0, 1)
    );
    assert!(one("Gold").last_acted_at.is_some());

    let order: Vec<i64> = shown.rules.iter().rev().map(|one| one.id).collect();
    let ordered = desk.order_rules(connection, order.clone()).await.unwrap();
    let ids: Vec<i64> = ordered.rules.iter().map(|one| one.id).collect();
    assert_eq!(ids, order);
    assert!(
        ordered.rules.iter().all(|one| one.state == RuleState::On),
        "another order turns nothing off"
    );
    let off = one("Gold").id;
    desk.turn_off_rule(connection, off).await.unwrap();
    let rule = desk.rule(connection, off).await.unwrap();
    assert_eq!(rule.state, RuleState::Off);
    desk.close(Duration::from_secs(5)).await;
}
