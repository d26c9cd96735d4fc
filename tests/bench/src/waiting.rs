//! Replies of people whom HubSpot does not know: they wait, and must not cost a call each time.

use crate::home::Home;
use crate::services::Services;
use anyhow::ensure;
use serde_json::json;

/// What an idle run costs with so many events that wait.
pub(crate) struct Waiting {
    waiting: u64,
    idle: (u64, u64),
}

/// So many strangers of whom nobody knows anything.
pub(crate) async fn run(strangers: u64) -> anyhow::Result<Waiting> {
    let services = Services::start(500)?;
    let mut home = Home::new(&services)?;
    home.sync().await?;
    for n in 0..strangers {
        let from = format!("+4930555{n:05}");
        let made = services.control(
            "POST",
            "reply",
            &json!({"from": from, "text": "Who is this?"}),
        );
        ensure!(made.get("messageId").is_some(), "{made}");
    }
    home.sync().await?;
    let engine = home.open(false).await?;
    let waiting = engine.round().await.waiting;
    home.close(engine);
    ensure!(waiting >= strangers, "only {waiting} of {strangers} wait");
    let idle = home.idle().await?;
    Ok(Waiting { waiting, idle })
}

/// One row more of the table before it.
pub(crate) fn tell(one: &Waiting) -> String {
    format!(
        "| after replies of people whom HubSpot does not know | - | {} | {} | {} |\n\n\
         Goal: 3 and 3, whatever the history.\n\n",
        one.waiting, one.idle.0, one.idle.1
    )
}
