//! Ten thousand edits on both sides, with clocks that disagree, crashes between a write and what is kept of
//! it, and services that keep values in a form of their own: in the end both say the same, every edit that
//! lost is in the log of conflicts, and nothing is written any more.

use super::*;
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng};

const FIELDS: &str = r#"
[[row]]
hubspot = "firstname"
lead = "firstName"
transforms = ["trim"]
[[row]]
hubspot = "jobtitle"
lead = "jobTitle"
conflict = "hubspot"
[[row]]
hubspot = "company"
lead = "companyName"
conflict = "tuco"
[[row]]
hubspot = "phone"
lead = "phone"
transforms = ["phone"]
[[row]]
hubspot = "lifecyclestage"
lead = "customFields.stage"
direction = "to_tuco"
conflict = "hubspot"
transforms = [{ kind = "pairs", pairs = [{ from = "lead", to = "Lead" }, { from = "customer", to = "Kunde" }] }]
[[row]]
hubspot = "budget"
lead = "customFields.budget"
transforms = [{ kind = "number", thousands = ".", point = "," }]
"#;

const HUBSPOT: [(&str, [&str; 3]); 6] = [
    ("firstname", ["Ada", " Grace ", "Zoë"]),
    ("jobtitle", ["Chef", "Boss", "Clerk"]),
    ("company", ["Engines", "Looms", "Mills"]),
    (
        "phone",
        ["(904) 295-6129", "+33 1 76 36 06 95", "2125550143"],
    ),
    ("lifecyclestage", ["lead", "customer", "other"]),
    ("budget", ["1234.5", "7", "1000000"]),
];
const TUCO: [(&str, [&str; 3]); 6] = [
    ("firstName", ["Ada", "Grace", "Mary"]),
    ("jobTitle", ["Chef", "Maid", "Queen"]),
    ("companyName", ["Engines", "Wheels", "Mills"]),
    ("phone", ["+19042956129", "+14155550118", "+12125550143"]),
    ("customFields.stage", ["Lead", "Kunde", "mine"]),
    ("customFields.budget", ["1.234,5", "8", "2.000"]),
];

#[derive(Clone, Default)]
struct Person {
    contact: Values,
    lead: Values,
    mirror: Mirror,
    contact_at: i64,
    lead_at: i64,
    conflicts: Vec<Conflict>,
}

struct Play {
    rng: TestRng,
    mapping: Mapping,
    people: Vec<Person>,
    now: i64,
    /// What Tuco's clock shows beside HubSpot's.
    skew: i64,
    writes: usize,
}

impl Play {
    fn dice(&mut self, sides: usize) -> usize {
        usize::try_from(self.rng.next_u32()).unwrap() % sides
    }

    fn edit(&mut self) {
        self.now += 1 + i64::try_from(self.dice(5_000)).unwrap();
        let (who, field, which) = (self.dice(40), self.dice(6), self.dice(3));
        let on_contact = self.dice(2) == 0;
        let (now, skew) = (self.now, self.skew);
        let person = &mut self.people[who];
        if on_contact {
            let (name, choices) = HUBSPOT[field];
            person
                .contact
                .insert(name.to_owned(), choices[which].to_owned());
            person.contact_at = now;
        } else {
            let (name, choices) = TUCO[field];
            person
                .lead
                .insert(name.to_owned(), choices[which].to_owned());
            person.lead_at = now + skew;
        }
    }

    /// One person read, planned and written; at times the program dies before it keeps what was agreed on.
    fn sync(&mut self, who: usize, may_crash: bool) {
        let crash = may_crash && self.dice(10) == 0;
        let half = may_crash && self.dice(20) == 0;
        let options = BTreeMap::new();
        let world = World {
            region: "US",
            zone: ZONE,
            options: &options,
            to_tuco: true,
            to_hubspot: true,
        };
        let (now, skew) = (self.now, self.skew);
        let mapping = self.mapping.clone();
        let person = &mut self.people[who];
        let pair = Pair {
            contact: &person.contact,
            lead: &person.lead,
            mirror: &person.mirror,
            contact_at: Some(person.contact_at),
            lead_at: Some(person.lead_at),
        };
        let plan = plan(&mapping, &pair, &world);
        self.writes += plan.to_lead.len() + plan.to_contact.len();
        person.conflicts.extend(plan.conflicts.clone());
        for (name, value) in &plan.to_lead {
            person.lead.insert(name.clone(), value.clone());
            person.lead_at = now + skew;
        }
        if half {
            return;
        }
        for (name, value) in &plan.to_contact {
            // HubSpot trims and keeps values in a form of its own.
            person.contact.insert(name.clone(), value.trim().to_owned());
            person.contact_at = now;
        }
        if !crash {
            person.mirror = agreed_after(
                &mapping,
                &person.mirror,
                &plan,
                &person.contact,
                &person.lead,
                "US",
            );
        }
    }
}

fn play(seed: u8, edits: usize, skew: i64) {
    let mut play = Play {
        rng: TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]),
        mapping: parse(FIELDS).unwrap(),
        people: vec![Person::default(); 40],
        now: 1_000_000,
        skew,
        writes: 0,
    };
    for _ in 0..edits {
        play.edit();
        if play.dice(3) == 0 {
            let who = play.dice(40);
            play.sync(who, true);
        }
    }
    for _ in 0..2 {
        (0..40).for_each(|who| play.sync(who, false));
    }
    let before = play.writes;
    (0..40).for_each(|who| play.sync(who, false));
    assert_eq!(play.writes, before, "nothing is written once both agree");
    for person in &play.people {
        let options = BTreeMap::new();
        let world = World {
            region: "US",
            zone: ZONE,
            options: &options,
            to_tuco: true,
            to_hubspot: true,
        };
        for row in play.mapping.active() {
            let pair = Pair {
                contact: &person.contact,
                lead: &person.lead,
                mirror: &person.mirror,
                contact_at: None,
                lead_at: None,
            };
            let facts = facts(row, &pair, &world);
            let agree = facts.same() || row.direction == Direction::ToTuco && facts.held.is_empty();
            assert!(
                agree,
                "{}: {:?} beside {:?}",
                row.key(),
                facts.held,
                facts.in_lead
            );
        }
    }
    let told: usize = play
        .people
        .iter()
        .map(|person| person.conflicts.len())
        .sum();
    assert!(told > 0, "so many edits meet somewhere");
}

#[test]
fn ten_thousand_edits_on_both_sides_come_to_the_same_end_whatever_the_clocks_say() {
    for (seed, skew) in [
        (1, 0),
        (2, 48 * 3_600_000),
        (3, -48 * 3_600_000),
        (4, 7_000),
    ] {
        play(seed, 10_000, skew);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn any_short_play_converges(seed: u8, skew in -100_000_i64..100_000) {
        play(seed, 300, skew);
    }
}
