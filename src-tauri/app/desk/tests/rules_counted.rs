//! Whom rules fit, and the road by workflows.

use super::rules::{gold, note, test};
use super::*;
use crate::view::rules::RuleState;
use crate::view::rules::draft::{RuleCondition, RuleDraft, RuleField, RuleObject, RuleOperator};
use crate::view::rules::looked::RuleBound;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn conditions_are_counted_by_a_search_as_far_as_it_can_say() {
    let bench = Bench::new().await;
    let desk = &bench.desk;
    let connection = bench.connect().await;
    bench.set_titles(3, "gold").await;
    let with = |condition| RuleDraft {
        condition: Some(condition),
        ..gold("Gold", vec![note()])
    };
    let is_gold = || test("jobtitle", RuleOperator::Is, "Gold");
    let count = async |condition| desk.count_rule(connection, with(condition)).await.unwrap();
    let exact = until(async || {
        let count = count(is_gold()).await;
        (count.people == Some(3)).then_some(count)
    })
    .await;
    assert_eq!(exact.bound, RuleBound::Exact);
    let company = || RuleCondition::Test {
        field: RuleField {
            object: RuleObject::Company,
            name: "city".to_owned(),
        },
        operator: RuleOperator::IsKnown,
        values: Vec::new(),
    };
    let both = count(RuleCondition::All {
        of: vec![is_gold(), company()],
    })
    .await;
    assert_eq!((both.people, both.bound), (Some(3), RuleBound::AtMost));
    let either = count(RuleCondition::Any {
        of: vec![is_gold(), company()],
    })
    .await;
    assert_eq!((either.people, either.bound), (None, RuleBound::Unknown));
    desk.close(Duration::from_secs(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_road_by_workflows_is_built_when_somebody_asks_for_it() {
    let bench = Bench::new().await;
    let desk = &bench.desk;
    let connection = bench.connect().await;
    let before = desk.rule_workflow(connection, false).await.unwrap();
    assert!(before.properties.iter().all(|one| one.missing) && before.rule.is_none());
    assert_eq!(before.properties.len(), 5);
    let after = desk.rule_workflow(connection, true).await.unwrap();
    assert!(after.properties.iter().all(|one| !one.missing));
    assert!(after.rule.is_some() && !after.on && !after.steps.is_empty());
    let listed = desk.rules(connection).await.unwrap().rules.remove(0);
    assert_eq!(
        (Some(listed.id), listed.state),
        (after.rule, RuleState::Off)
    );
    desk.close(Duration::from_secs(5)).await;
}
