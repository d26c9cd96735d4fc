//! Rules after a computer has slept, and after contacts became one.

use crate::rules::turn_on;
use bridge::engine::Engine;
use bridge::store::ReadStore;
use bridge::store::rule_run::{RuleRunRow, RunStep};
use serde_json::json;
use simulation::scene::{Scene, play, world};

const HOUR_MS: i64 = 60 * 60 * 1_000;

fn runs(scene: &Scene) -> anyhow::Result<Vec<RuleRunRow>> {
    let store = ReadStore::open(&scene.file())?;
    let rows = store.read();
    let connection = rows.connections()?.first().map_or(0, |one| one.id);
    Ok(rows.rule_runs(connection, None, 100)?)
}

/// The computer sleeps until then, and a round follows.
async fn until(scene: &Scene, engine: &Engine, then: i64) -> anyhow::Result<()> {
    let sleeps = then.saturating_sub(scene.now()).max(0);
    scene.wait(u64::try_from(sleeps / 1_000 + 1)?).await;
    let round = engine.round().await;
    assert!(round.trouble.is_none(), "{:?}", round.trouble);
    Ok(())
}

const BY_DAY: &str = "
[[rule]]
name = \"By day\"
when = { property = \"contact.jobtitle\", becomes = \"Pilot\" }
timing = { wait = \"1 hour\", between = \"09:00-17:00\" }
do = [{ note = \"By day\" }]
";

#[test]
fn what_a_sleep_made_late_waits_for_the_hours_of_its_rule_again() -> anyhow::Result<()> {
    play(&world(5), async |scene| {
        let engine = scene.open().await?;
        engine.round().await;
        turn_on(scene, BY_DAY)?;
        until(scene, &engine, scene.now() + 60_000).await?;
        let contact = scene.contacts().remove(0);
        assert!(scene.change(&contact, &[("jobtitle", "Pilot")], scene.now()));
        until(scene, &engine, scene.now() + 60_000).await?;
        let first = runs(scene)?.remove(0);
        assert_eq!(first.state, RunStep::Waiting);

        // Between nine and five, and twelve hours more: in the evening or at night.
        until(scene, &engine, first.due_at + 12 * HOUR_MS).await?;
        let held = runs(scene)?.remove(0);
        assert_eq!((held.state, held.step), (RunStep::Waiting, 0));
        let waits = held.due_at - first.due_at;
        assert!(
            held.due_at > scene.now() && waits <= 24 * HOUR_MS,
            "{waits}"
        );
        assert_eq!(held.meant_at, first.meant_at, "how late it is still counts");

        until(scene, &engine, held.due_at).await?;
        assert_eq!(runs(scene)?.remove(0).state, RunStep::Done);
        Ok(())
    })
}

const GONE: &str = "
[[rule]]
name = \"Gone\"
when = { leaves_list = \"Gold club\" }
do = [{ note = \"Gone\" }]
";

#[test]
fn whoever_is_merged_has_left_no_list() -> anyhow::Result<()> {
    play(&world(5), async |scene| {
        let list = json!({"name": "Gold club", "objectTypeId": "0-1", "processingType": "MANUAL"});
        let made = scene.hubspot("POST", "/crm/v3/lists", &list);
        let list = made.pointer("/list/listId").and_then(|id| id.as_str());
        let list = list.unwrap_or_default().to_owned();
        let contacts = scene.contacts();
        let [one, other] = [contacts[0].clone(), contacts[1].clone()];
        let member = |step: &str, contact: &str| {
            let path = format!("/crm/v3/lists/{list}/memberships/{step}");
            scene.hubspot("PUT", &path, &json!([contact]));
        };
        member("add", &one);
        let engine = scene.open().await?;
        engine.round().await;
        turn_on(scene, GONE)?;
        until(scene, &engine, scene.now() + 60_000).await?;
        until(scene, &engine, scene.now() + 2 * HOUR_MS).await?;

        let both = json!({"primaryObjectId": other, "objectIdToMerge": one});
        let merged = scene.hubspot("POST", "/crm/v3/objects/contacts/merge", &both);
        let merged = merged.get("id").and_then(|id| id.as_str());
        let merged = merged.unwrap_or_default().to_owned();
        assert!(merged != one && merged != other, "{merged}");
        until(scene, &engine, scene.now() + 2 * HOUR_MS).await?;
        assert_eq!(runs(scene)?.len(), 0, "who they became is on it");

        member("remove", &merged);
        until(scene, &engine, scene.now() + 2 * HOUR_MS).await?;
        let left = runs(scene)?;
        assert_eq!(left.len(), 1);
        assert_eq!(
            (left[0].contact_id.as_str(), left[0].state),
            (merged.as_str(), RunStep::Done)
        );
        Ok(())
    })
}
