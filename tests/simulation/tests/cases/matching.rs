//! Matching: whose message, and whose record it is.

use bridge::event::Kind;
use bridge::people::Reading;
use bridge::store::PeopleSide;
use serde_json::json;
use simulation::scene::{play, world};

/// M3: a number that is written in another form is the same number, also in a property of one's own, and nobody is
/// made who is called by it.
#[test]
fn every_written_form_of_a_number_is_one_person() -> anyhow::Result<()> {
    let written = [
        ("phone", "(904) 295-6129", "+19042956129"),
        ("phone", "904.295.6130 x3", "+19042956130"),
        ("mobilephone", "0033 1 76 36 06 95", "+33176360695"),
        ("phone", "+33176360696", "+33176360696"),
        ("whatsapp_line", "202 555 0177", "+12025550177"),
    ];
    play(&world(0), async |scene| {
        let contacts =
            written.map(|(property, text, _)| scene.seed("contacts", &[(property, text)]));
        let leads = written.map(|(_, _, number)| scene.lead(&json!({"phone": number})));
        for (_, _, number) in written {
            scene.reply(number, &format!("It is me, {number}"));
        }
        let engine = scene.open_for_people(true, true).await?;
        scene.round(&engine).await?;
        let again = scene.round(&engine).await?;
        assert_eq!(again.contacts_created, 0, "{again:?}");
        let timeline = scene.timeline();
        for ((_, _, number), contact) in written.iter().zip(&contacts) {
            let theirs: Vec<_> = timeline
                .iter()
                .filter(|(_, text)| text.contains(&format!("me, {number}")))
                .collect();
            assert_eq!(theirs.len(), 1, "{number}: {timeline:?}");
            assert_eq!(theirs[0].0, [contact.as_str()], "{number}");
        }
        assert_eq!(scene.contacts(), contacts, "nobody was made");
        let id = engine.connection().id;
        for (lead, contact) in leads.iter().zip(&contacts) {
            let pair = engine.read(|rows| rows.pair_of(id, PeopleSide::Lead, lead))?;
            assert_eq!(pair.map(|pair| pair.contact_id).as_ref(), Some(contact));
        }
        Ok(())
    })
}

/// M4: an address that stands among the additional ones of a contact is that contact's, and no 409 comes of it.
#[test]
fn an_additional_address_finds_its_contact() -> anyhow::Result<()> {
    play(&world(0), async |scene| {
        let properties = [
            ("firstname", "Ana"),
            ("email", "ana.work@example.com"),
            ("hs_additional_emails", "ana.home@example.com"),
        ];
        let ana = scene.seed("contacts", &properties);
        let lead = scene.lead(&json!({"firstName": "Ana", "email": "ana.home@example.com"}));
        scene.reply("ana.home@example.com", "From home");
        let engine = scene.open_for_people(true, true).await?;
        for _ in 0..3 {
            scene.round(&engine).await?;
        }
        assert_eq!(scene.contacts(), [ana.as_str()]);
        assert_eq!(scene.leads().len(), 1);
        let timeline = scene.timeline();
        assert_eq!(timeline.len(), 1, "{timeline:?}");
        assert_eq!(timeline[0].0, [ana.as_str()]);
        let id = engine.connection().id;
        let pair = engine.read(|rows| rows.pair_of(id, PeopleSide::Lead, &lead))?;
        assert_eq!(pair.map(|pair| pair.contact_id), Some(ana));
        assert_eq!(scene.asked().statuses.get(&409), None);
        Ok(())
    })
}

/// M5: somebody whom search does not show yet is not made a second time.
#[test]
fn who_was_made_a_moment_ago_is_not_made_twice() -> anyhow::Result<()> {
    play(&world(0), async |scene| {
        // Search is hours behind.
        scene.switch(&json!({"hubspot": {"index_lag_ms": 20_000_000}}));
        let engine = scene.open_for_people(true, true).await?;
        scene.round(&engine).await?;
        scene.wait(3_700).await;
        let made = json!({"properties": {"email": "otto.new@example.com", "firstname": "Otto"}});
        let made = scene.hubspot("POST", "/crm/objects/2026-09/contacts", &made);
        let lead = scene.lead(
            &json!({"firstName": "Otto", "email": "otto.new@example.com", "jobTitle": "Smith"}),
        );
        for _ in 0..3 {
            scene.round(&engine).await?;
        }
        assert_eq!(scene.contacts().len(), 1);
        let contact = &scene.contacts()[0];
        assert_eq!(made["id"], contact.as_str());
        assert_eq!(
            scene.property(contact, "jobtitle"),
            "Smith",
            "and what the lead says is there"
        );
        let id = engine.connection().id;
        let pair = engine.read(|rows| rows.pair_of(id, PeopleSide::Lead, &lead))?;
        assert_eq!(pair.map(|pair| pair.contact_id).as_ref(), Some(contact));
        Ok(())
    })
}

/// M5: a refusal that names who has the address says who it is: that contact is taken, and nobody else is made.
#[test]
fn a_409_with_an_existing_id_is_adopted() -> anyhow::Result<()> {
    play(&world(0), async |scene| {
        let engine = scene.open_for_people(false, true).await?;
        scene.round(&engine).await?;
        scene.wait(3_700).await;
        // Known to HubSpot under an address that nothing here can find.
        let vera = scene.seed(
            "contacts",
            &[("firstname", "Vera"), ("phone", "+12025550190")],
        );
        let said = format!("Contact already exists. Existing ID: {vera}");
        let body = json!({"status": "error", "message": said, "category": "CONFLICT"}).to_string();
        let fault = json!({"status": {"status": 409, "body": body}});
        scene.faults(
            &json!([{"side": "hubspot", "path": "*/contacts/batch/upsert", "fault": fault}]),
        );
        let lead = scene.lead(&json!({"firstName": "Vera", "email": "vera.other@example.com"}));
        for _ in 0..3 {
            scene.round(&engine).await?;
        }
        assert_eq!(scene.contacts(), [vera.as_str()]);
        let id = engine.connection().id;
        let pair = engine.read(|rows| rows.pair_of(id, PeopleSide::Lead, &lead))?;
        assert_eq!(pair.map(|pair| pair.contact_id), Some(vera));
        Ok(())
    })
}

/// M6: two contacts become one, and everything that pointed at either goes with them.
#[test]
fn links_and_entries_follow_a_merge() -> anyhow::Result<()> {
    play(&world(0), async |scene| {
        let one = scene.seed(
            "contacts",
            &[("firstname", "Uma"), ("phone", "+12025550143")],
        );
        let other = scene.seed(
            "contacts",
            &[("firstname", "Uma"), ("email", "uma@example.com")],
        );
        let lead = scene.lead(&json!({"firstName": "Uma", "phone": "+12025550143"}));
        scene.reply("+12025550143", "Before");
        let engine = scene.open_for_people(true, false).await?;
        scene.round(&engine).await?;
        let ids = (other.parse()?, one.parse()?);
        let merged = scene.act(|world, now| world.portal.merge(ids.0, ids.1, now));
        let merged = merged.map(|id| id.to_string()).unwrap_or_default();
        scene.wait(60).await;
        scene.reply("+12025550143", "After");
        scene.round(&engine).await?;
        scene.wait(600).await;
        scene.round(&engine).await?;
        let id = engine.connection().id;
        let pair = engine.read(|rows| rows.pair_of(id, PeopleSide::Lead, &lead))?;
        assert_eq!(pair.map(|pair| pair.contact_id).as_ref(), Some(&merged));
        let timeline = scene.timeline();
        assert_eq!(timeline.len(), 2, "{timeline:?}");
        assert!(
            timeline
                .iter()
                .all(|(whose, _)| *whose == [merged.as_str()]),
            "{timeline:?}"
        );
        Ok(())
    })
}

/// M8: archiving changes no date, and is noticed all the same; nothing is made again, and nobody is written to.
#[test]
fn an_archived_contact_is_noticed() -> anyhow::Result<()> {
    play(&world(0), async |scene| {
        let properties = [
            ("firstname", "Arno"),
            ("email", "arno@example.com"),
            ("phone", "+12025550143"),
        ];
        let arno = scene.seed("contacts", &properties);
        let engine = scene.open_for_people(true, true).await?;
        scene.round(&engine).await?;
        assert_eq!(scene.leads().len(), 1);
        let mut order = bridge::compose::Order::new(
            bridge::compose::Recipient::Contact(arno.clone()),
            "Hello Arno",
        );
        order.at = Some(scene.now() + 24 * 3_600_000);
        drop(engine.send(&order).await);
        let number = arno.parse()?;
        assert!(scene.act(|world, now| world.portal.archive("contacts", number, now)));
        scene.wait(700).await;
        scene.round(&engine).await?;
        let id = engine.connection().id;
        let copy = engine.read(|rows| rows.person_copy(id, PeopleSide::Contact, &arno))?;
        assert_eq!(copy, None, "nothing of it is kept");
        scene.wait(25 * 3_600).await;
        scene.round(&engine).await?;
        scene.wait(3_600).await;
        scene
            .round_reading(
                &engine,
                &Reading {
                    full: true,
                    ..Reading::default()
                },
            )
            .await?;
        assert_eq!(
            scene.contacts(),
            Vec::<String>::new(),
            "it is not made again"
        );
        assert_eq!(scene.leads().len(), 1);
        let sent = engine.read(|rows| Ok(rows.event_counts(id)?.of_kind(Kind::Sent)))?;
        assert_eq!(sent, 0, "what waited was not sent");
        Ok(())
    })
}
