//! What rules cost where nothing happens.

use bridge::rules::pure::file;
use bridge::rules::{Calls, budget};
use bridge::store::rule::RuleState;
use bridge::store::{ReadStore, Store, StoreError};
use serde_json::json;
use simulation::scene::{Scene, play, world};
use std::collections::BTreeMap;

/// Three kinds of trigger, several rules each: what they watch together is asked for once.
const RULES: &str = "
[[rule]]
name = \"Title\"
when = { property = \"contact.jobtitle\" }
do = [{ note = \"A\" }]

[[rule]]
name = \"Stage\"
when = { lifecycle_stage = \"customer\" }
do = [{ note = \"B\" }]

[[rule]]
name = \"New\"
when = { created = \"contact\" }
do = [{ note = \"C\" }]

[[rule]]
name = \"Won\"
when = { deal_stage = \"closedwon\" }
do = [{ note = \"D\" }]

[[rule]]
name = \"Lost\"
when = { deal_stage = \"closedlost\" }
do = [{ note = \"E\" }]

[[rule]]
name = \"Club\"
when = { joins_list = \"Gold club\" }
do = [{ note = \"F\" }]

[[rule]]
name = \"Club too\"
when = { joins_list = \"Gold club\" }
do = [{ task = \"G\" }]

[[rule]]
name = \"Gone\"
when = { leaves_list = \"Gold club\" }
do = [{ task = \"H\" }]

[[rule]]
name = \"Reply\"
when = { tuco = \"reply\" }
do = [{ task = \"I\" }]
";

fn turn_all_on(scene: &Scene) -> anyhow::Result<()> {
    let now = scene.now();
    let mut store = Store::open_for_simulation(&scene.file(), now)?.store;
    let rules = file::read(RULES).map_err(|mistakes| anyhow::anyhow!("{mistakes:?}"))?;
    store.write(|rows| {
        let connection = rows.connections()?.first().map_or(0, |one| one.id);
        for rule in &rules {
            rows.keep_rule(connection, &rule.name, &file::print(rule), "somebody", now)?;
        }
        for row in rows.rules(connection)? {
            rows.set_rule_state(row.id, RuleState::On, "", now)?;
        }
        Ok::<_, StoreError>(())
    })?;
    Ok(())
}

#[test]
fn an_idle_round_costs_one_search_a_kind_of_record_and_one_call_a_list() -> anyhow::Result<()> {
    play(&world(20), async |scene| {
        let list = json!({"name": "Gold club", "objectTypeId": "0-1", "processingType": "MANUAL"});
        scene.hubspot("POST", "/crm/v3/lists", &list);
        let engine = scene.open().await?;
        let idle = async || {
            for _ in 0..3 {
                scene.wait(60).await;
                engine.round().await;
            }
            scene.asked();
            scene.wait(60).await;
            let round = engine.round().await;
            assert!(round.trouble.is_none(), "{:?}", round.trouble);
            scene.asked()
        };
        let without = idle().await;
        turn_all_on(scene)?;
        let with = idle().await;
        let mut more: BTreeMap<&str, u64> = BTreeMap::new();
        for (path, calls) in &with.paths {
            let before = without.paths.get(path).copied().unwrap_or_default();
            let kind = path.rsplit('/').take(2).collect::<Vec<_>>();
            let kind = match kind.as_slice() {
                ["search", kind] => kind,
                [last, _] | [last] => last,
                _ => path.as_str(),
            };
            if *calls > before {
                *more.entry(kind).or_default() += calls - before;
            }
        }
        let due = BTreeMap::from([("contacts", 1), ("deals", 1), ("join-order", 1)]);
        assert_eq!(more, due, "{:?} {:?}", without.paths, with.paths);
        // What was asked for stands in the budget, under those who share it.
        let store = ReadStore::open(&scene.file())?;
        let rows = store.read();
        let connection = rows.connections()?.first().map_or(0, |one| one.id);
        let told = budget(&rows, connection, scene.now())?;
        let sharing = |what: &str| {
            let one = told.shared.iter().find(|one| one.what == what);
            one.map(|one| (one.rules.len(), one.today.hubspot >= 3))
        };
        assert_eq!(
            sharing("changed contact records"),
            Some((3, true)),
            "{told:?}"
        );
        assert_eq!(sharing("changed deal records"), Some((2, true)), "{told:?}");
        assert_eq!(sharing("who joins Gold club"), Some((2, true)), "{told:?}");
        assert!(sharing("who leaves Gold club").is_some(), "{told:?}");
        assert!(
            told.own.iter().all(|one| one.week == Calls::default()),
            "{told:?}"
        );
        Ok(())
    })
}
