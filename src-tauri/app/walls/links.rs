//! Hostile links into the running app, as the system hands them over: nothing is written, nobody is asked
//! anything, and nothing is shown.

use std::sync::PoisonError;

use sandbox::traffic::TrafficView;
use sandbox::world::Side;
use tauri::Manager;
use wire::{Clock, SystemClock};

use super::Stage;
use super::witness::Witness;
use crate::deep_link::{self, Gate};
use crate::desk::Desk;

/// Calls to both services since the sandbox began.
fn calls(stage: &Stage) -> (TrafficView, TrafficView) {
    let world = stage
        .launched
        .world
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    (world.traffic(Side::HubSpot), world.traffic(Side::Tuco))
}

#[test]
#[ignore = "needs a display: cargo xtask test brings one"]
fn a_thousand_hostile_links_have_no_effect_on_the_running_app() {
    let stage = Stage::get();
    let _turn = stage.turn();
    let desk = stage.app.state::<Desk>();
    let mut witness = Witness::new(&stage.folder.path().join("home"));
    let before = calls(stage);
    let seen = stage.main().is_visible().unwrap();
    let _before = desk.take_destination();

    let links: Vec<String> = deep_link::hostile::links()
        .into_iter()
        .filter(|link| deep_link::parse(link).is_none())
        .collect();
    assert!(links.len() >= 1_000, "{}", links.len());
    // Over and over, as fast as it goes: ten thousand are less than a minute's worth of a hostile page.
    for link in links.iter().cycle().take(10_000) {
        crate::follow_link(&stage.app, link);
        assert!(desk.take_destination().is_none(), "{link}");
    }
    assert_eq!(witness.changed(), "", "nothing is written");
    assert_eq!(calls(stage), before, "nobody is asked anything");
    assert_eq!(stage.main().is_visible().unwrap(), seen);

    // They have not used up what sound links are let through by: the window still follows one.
    assert!(stage.app.state::<Gate>().lets_through(SystemClock.now()));
}
