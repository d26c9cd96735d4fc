//! What rules cost where nothing happens, and what they read where very much does.

use bridge::rules::pure::file;
use bridge::rules::{Calls, budget};
use bridge::store::rule::RuleState;
use bridge::store::{HubSpotEventRow, ReadStore, Store, StoreError};
use hubspot::reported::ReportedKind;
use serde_json::json;
use simulation::scene::{Scene, play, world};
use std::collections::{BTreeMap, BTreeSet};

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

pub(crate) fn turn_on(scene: &Scene, text: &str) -> anyhow::Result<()> {
    let now = scene.now();
    let mut store = Store::open_for_simulation(&scene.file(), now)?.store;
    let rules = file::read(text).map_err(|mistakes| anyhow::anyhow!("{mistakes:?}"))?;
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
        turn_on(scene, RULES)?;
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

/// What a rule says is all that is looked at: it acts for nobody.
const ASKS: &str = "
[[rule]]
name = \"Pilots\"
when = { property = \"contact.jobtitle\", becomes = \"Pilot\" }
if = { field = \"contact.city\", is = \"Nowhere\" }
do = [{ note = \"A\" }]
";

/// R15: twelve thousand changes between two rounds, more than a search shows, half of them of one moment: a rule looks
/// at each once, in a bounded number of calls.
#[test]
fn more_changes_than_a_search_shows_are_looked_at_once_each_by_rules() -> anyhow::Result<()> {
    const MANY: usize = 12_000;
    play(&world(0), async |scene| {
        let all: Vec<String> = (0..MANY)
            .map(|place| scene.seed("contacts", &[("email", &format!("p{place}@example.com"))]))
            .collect();
        let engine = scene.open().await?;
        engine.round().await;
        turn_on(scene, ASKS)?;
        engine.round().await;
        scene.wait(600).await;
        let at = scene.now();
        for (place, contact) in (0_i64..).zip(&all) {
            let later = if place % 2 == 0 { 0 } else { place };
            assert!(scene.change(contact, &[("jobtitle", "Pilot")], at + later));
        }
        scene.wait(60).await;
        scene.asked();
        let round = engine.round().await;
        assert!(round.trouble.is_none(), "{:?}", round.trouble);
        // A page of records, and the histories of fifty.
        let most = MANY / 200 + MANY / 50 + 40;
        let asked = scene.asked().total;
        assert!(asked <= u64::try_from(most)?, "{asked} calls");
        for _ in 0..2 {
            scene.wait(60).await;
            engine.round().await;
        }
        let store = ReadStore::open(&scene.file())?;
        let rows = store.read();
        let connection = rows.connections()?.first().map_or(0, |one| one.id);
        let runs = rows.rule_runs_below(connection, None, None, 2 * 12_000)?;
        let people: BTreeSet<&str> = runs.iter().map(|run| run.contact_id.as_str()).collect();
        assert_eq!((runs.len(), people.len()), (MANY, MANY));
        Ok(())
    })
}

/// What HubSpot reports now, of nobody whom there is.
fn report(scene: &Scene, many: usize) -> anyhow::Result<()> {
    let now = scene.now();
    let mut store = Store::open_for_simulation(&scene.file(), now)?.store;
    let row = HubSpotEventRow {
        id: 0,
        kind: ReportedKind::Record,
        name: "contact.propertyChange".to_owned(),
        object_type: "0-1".to_owned(),
        object_id: "999999999".to_owned(),
        property: "jobtitle".to_owned(),
        value: String::new(),
        workflow_id: String::new(),
        occurred_at: now,
        arrived_at: now,
        body: "{}".to_owned(),
    };
    store.write(|rows| {
        let connection = rows.connections()?.first().map_or(0, |one| one.id);
        for _ in 0..many {
            rows.add_hubspot_event(connection, &row)?;
        }
        Ok::<_, StoreError>(())
    })?;
    Ok(())
}

fn reports(scene: &Scene) -> anyhow::Result<usize> {
    let store = ReadStore::open(&scene.file())?;
    let rows = store.read();
    let connection = rows.connections()?.first().map_or(0, |one| one.id);
    Ok(rows.hubspot_events_after(connection, 0, 1_000)?.len())
}

#[test]
fn reports_are_forgotten_three_days_after_they_were_looked_at_or_when_nobody_will()
-> anyhow::Result<()> {
    const DAY: u64 = 24 * 60 * 60;
    play(&world(5), async |scene| {
        let engine = scene.open().await?;
        engine.round().await;
        report(scene, 2)?;
        engine.round().await;
        assert_eq!(
            reports(scene)?,
            2,
            "a rule that is turned on now looks at them"
        );
        scene.wait(4 * DAY).await;
        engine.round().await;
        assert_eq!(reports(scene)?, 0, "no rule was on");

        turn_on(scene, RULES)?;
        report(scene, 3)?;
        let round = engine.round().await;
        assert!(round.trouble.is_none(), "{:?}", round.trouble);
        assert_eq!(reports(scene)?, 3);
        scene.wait(2 * DAY).await;
        engine.round().await;
        assert_eq!(reports(scene)?, 3, "HubSpot may still say it again");
        scene.wait(2 * DAY).await;
        report(scene, 1)?;
        engine.round().await;
        assert_eq!(reports(scene)?, 1, "what came since");

        // Nobody has looked at this one yet.
        scene.wait(4 * DAY).await;
        let mut store = Store::open_for_simulation(&scene.file(), scene.now())?.store;
        store.write(|rows| {
            let connection = rows.connections()?.first().map_or(0, |one| one.id);
            rows.forget_hubspot_events(connection, 0, i64::MAX)
        })?;
        assert_eq!(reports(scene)?, 1);
        Ok(())
    })
}
