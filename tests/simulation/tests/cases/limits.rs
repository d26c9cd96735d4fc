//! Limits and faults: paced, waited out, and told apart.

use bridge::explain::tell;
use bridge::store::PeopleSide;
use bridge::trouble::Trouble;
use hubspot::ObjectKind;
use sandbox::world::WorldOptions;
use serde_json::{Value, json};
use simulation::scene::{play, world};
use std::collections::BTreeSet;
use std::time::Duration;
use wire::RetryClass;

/// L1: a refusal for too many calls, with and without a time to wait, is waited out: nothing fails, and nothing is
/// made twice.
#[test]
fn a_429_is_waited_out_with_and_without_retry_after() -> anyhow::Result<()> {
    for refusal in [
        json!({"named": "rate_ten_secondly"}),
        json!({"status": {"status": 429, "name": "rate_ten_secondly", "retry_after": 7}}),
    ] {
        play(&world(0), async |scene| {
            for place in 0..250 {
                scene.seed("contacts", &[("email", &format!("p{place}@example.com"))]);
            }
            for place in 0..120 {
                scene.lead(&json!({"email": format!("l{place}@example.com"), "firstName": "Leo"}));
            }
            scene.faults(&json!([
                {"side": "hubspot", "method": "GET", "path": "/crm/*", "after": 1, "times": 2, "fault": refusal},
                {"side": "hubspot", "method": "POST", "path": "/crm/*", "after": 2, "times": 3, "fault": refusal},
            ]));
            let engine = scene.open_for_people(true, true).await?;
            let began = scene.now();
            let told = scene.round(&engine).await?;
            assert_eq!(
                (told.leads_created, told.contacts_created),
                (250, 120),
                "{told:?}"
            );
            assert_eq!((scene.leads().len(), scene.contacts().len()), (370, 370));
            assert_eq!(scene.asked().refused_429, 5);
            assert!(scene.now() - began >= 14_000, "it waited");
            Ok(())
        })?;
    }
    Ok(())
}

/// L2: searches have a limit of their own, five in a second, and it is kept while thousands are read; so is the one of
/// ten seconds.
#[test]
fn searches_keep_to_their_own_limit() -> anyhow::Result<()> {
    let mut options = WorldOptions {
        contacts: 0,
        ..WorldOptions::default()
    };
    options.portal.index_lag_ms = 0;
    play(&options, async |scene| {
        let all: Vec<String> = (0..6_000)
            .map(|place| scene.seed("contacts", &[("email", &format!("p{place}@example.com"))]))
            .collect();
        let engine = scene.open().await?;
        let setup = bridge::people::Setup {
            to_tuco: true,
            ..bridge::people::Setup::default()
        };
        engine.change_setup(&setup)?;
        assert_eq!(scene.round(&engine).await?.read, 6_000);
        scene.wait(60).await;
        for contact in &all {
            scene.change(contact, &[("jobtitle", "Pilot")], scene.now());
        }
        assert_eq!(scene.round(&engine).await?.read, 6_000);
        let asked = scene.asked();
        assert_eq!(asked.refused_429, 0, "{asked:?}");
        assert!(
            asked.peak_second <= 5 && asked.peak_ten_seconds <= 190,
            "{asked:?}"
        );
        assert!(
            asked.paths["POST /crm/objects/2026-09/contacts/search"] >= 30,
            "{asked:?}"
        );
        Ok(())
    })
}

/// L5: every trouble of HubSpot's own has a wait of its own and a sentence that names it.
#[test]
fn each_trouble_has_its_own_message_and_wait() -> anyhow::Result<()> {
    let names = [
        ("bad_gateway_html_502", None),
        ("unavailable_503", None),
        ("timeout_504", None),
        ("cloudflare_521", None),
        ("cloudflare_522", None),
        ("cloudflare_523", None),
        ("cloudflare_524", None),
        ("locked_423", Some(2)),
        ("migrating_477", Some(600)),
    ];
    let mut said = BTreeSet::new();
    for (name, least) in names {
        play(&world(0), async |scene| {
            scene.faults(&json!([{"side": "hubspot", "fault": {"named": name}}]));
            let listed = scene
                .client()
                .list(ObjectKind::Contacts, &[], None, 100, false)
                .await;
            let Err(error) = listed else {
                anyhow::bail!("{name} is an error");
            };
            let class = error.retry_class();
            let RetryClass::Transient { wait } = class else {
                anyhow::bail!("{name} passes: {class:?}");
            };
            if let Some(least) = least {
                assert!(wait >= Some(Duration::from_secs(least)), "{name}: {wait:?}");
            }
            let words = tell(&Trouble::HubSpot(error)).message;
            let sentence = words
                .split(" (HubSpot's correlation id")
                .next()
                .unwrap_or_default()
                .to_owned();
            assert!(
                said.insert(sentence),
                "{name} is told like another one: {words}"
            );
            Ok(())
        })?;
    }
    // A day's move to another data centre is waited out in the background, and not by whoever stands beside.
    play(&world(0), async |scene| {
        scene.seed("contacts", &[("email", "ada@example.com")]);
        let engine = scene.open_for_people(true, false).await?;
        scene.round(&engine).await?;
        let moving =
            json!({"status": {"status": 477, "name": "migrating_477", "retry_after": 86_400}});
        scene.faults(&json!([{"side": "hubspot", "fault": moving}]));
        scene.wait(900).await;
        let began = scene.now();
        let Err(error) = scene.round(&engine).await else {
            anyhow::bail!("nothing can be read meanwhile");
        };
        assert!(
            error.to_string().contains("moved to another data centre"),
            "{error}"
        );
        assert!(scene.now() - began < 600_000, "the round ended soon");
        Ok(())
    })
}

/// L5: a batch of which HubSpot does a half is finished later, and nobody is made twice.
#[test]
fn half_a_batch_is_finished_later() -> anyhow::Result<()> {
    play(&world(0), async |scene| {
        for place in 0..60 {
            scene.lead(&json!({"email": format!("l{place}@example.com"), "firstName": "Leo"}));
        }
        let half = json!([{"side": "hubspot", "path": "*/contacts/batch/upsert", "times": 1, "fault": "partial207"}]);
        scene.faults(&half);
        let engine = scene.open_for_people(false, true).await?;
        scene.round(&engine).await?;
        assert_eq!(scene.contacts().len(), 30);
        scene.wait(3_700).await;
        for _ in 0..2 {
            scene.round(&engine).await?;
        }
        assert_eq!(scene.contacts().len(), 60);
        assert_eq!(
            engine.read(|rows| rows.pair_count(engine.connection().id))?,
            60
        );
        Ok(())
    })
}

/// L6: a value that an admin's rule refuses is told with its property and the rule, and the other fields of other
/// people are written all the same.
#[test]
fn an_admins_rule_is_named_with_its_property() -> anyhow::Result<()> {
    play(&world(0), async |scene| {
        let rule = json!([["contacts", "jobtitle", "city"]]);
        let people = [("bound", "Berlin"), ("free", "Bern")].map(|(name, city)| {
            let email = format!("{name}@example.com");
            let lead = scene.lead(&json!({"firstName": name, "email": email}));
            (
                scene.seed(
                    "contacts",
                    &[("firstname", name), ("email", &email), ("city", city)],
                ),
                lead,
            )
        });
        let [(bound, first), (free, second)] = &people;
        let engine = scene.open_for_people(false, true).await?;
        scene.round(&engine).await?;
        scene.change(bound, &[("city", "")], scene.now());
        scene.switch(&json!({"hubspot": {"admin_conditional": rule}}));
        scene.wait(3_700).await;
        for lead in [first, second] {
            scene.tuco(
                "PUT",
                &format!("/api/leads/{lead}"),
                &json!({"jobTitle": "Pilot"}),
            );
        }
        let told = scene.round(&engine).await?;
        assert_eq!(scene.property(free, "jobtitle"), "Pilot", "{told:?}");
        assert_eq!(scene.property(bound, "jobtitle"), "");
        assert_eq!(told.skipped.get("invalid_value"), Some(&1), "{told:?}");
        let id = engine.connection().id;
        let said = engine.read(|rows| {
            let person = rows.person_entry(id, PeopleSide::Contact, bound)?;
            person
                .map(|person| bridge::people::shown::held(&rows, id, &person))
                .transpose()
        })?;
        let said = said.unwrap_or_default();
        assert!(
            said.contains("a value of city") && said.contains("a rule of the portal"),
            "{said}"
        );
        Ok(())
    })
}

/// What was refused for an address that somebody else has leaves the rest of the same person's changes written.
#[test]
fn a_taken_address_does_not_sink_the_other_fields() -> anyhow::Result<()> {
    play(&world(0), async |scene| {
        let ida = scene.seed(
            "contacts",
            &[("firstname", "Ida"), ("email", "ida@example.com")],
        );
        let engine = scene.open_for_people(true, false).await?;
        scene.round(&engine).await?;
        // Nobody whom the other leads are linked to: the number is on a lead alone.
        scene.lead(&json!({"firstName": "Other", "phone": "+12025550143"}));
        scene.wait(60).await;
        let changed = [("jobtitle", "Pilot"), ("phone", "+1 202 555 0143")];
        scene.change(&ida, &changed, scene.now());
        let told = scene.round(&engine).await?;
        assert_eq!(
            (told.leads_updated, told.skipped.get("address_taken")),
            (1, Some(&1)),
            "{told:?}"
        );
        let of_ida = |leads: Vec<Value>| leads.into_iter().find(|lead| lead["firstName"] == "Ida");
        let lead = of_ida(scene.leads()).unwrap_or_default();
        assert_eq!(lead["jobTitle"], "Pilot", "{lead}");
        assert_ne!(lead["phone"], "+12025550143", "{lead}");
        let id = engine.connection().id;
        let held = engine.read(|rows| rows.person_copy(id, PeopleSide::Contact, &ida))?;
        assert_eq!(
            held.map(|copy| copy.held).as_deref(),
            Some("address_taken"),
            "it stays said"
        );
        // Another change of the same person is written too, and the number is still nobody's but the other's.
        scene.wait(60).await;
        scene.change(&ida, &[("jobtitle", "Captain")], scene.now());
        scene.round(&engine).await?;
        let lead = of_ida(scene.leads()).unwrap_or_default();
        assert_eq!(lead["jobTitle"], "Captain", "{lead}");
        // Once the other one is gone, the number follows with the next change.
        let other = scene
            .leads()
            .into_iter()
            .find(|lead| lead["firstName"] == "Other")
            .unwrap_or_default();
        scene.tuco("DELETE", "/api/leads", &json!({"ids": [other["_id"]]}));
        scene.wait(3_700).await;
        scene.change(&ida, &[("jobtitle", "Admiral")], scene.now());
        scene.round(&engine).await?;
        let lead = of_ida(scene.leads()).unwrap_or_default();
        assert_eq!(
            (lead["jobTitle"].as_str(), lead["phone"].as_str()),
            (Some("Admiral"), Some("+12025550143"))
        );
        Ok(())
    })
}
