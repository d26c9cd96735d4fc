//! Notifications of the desktop: a reply, and what needs a person. As often as the user chose.
//!
//! No text of a message is in them: they stand on a screen that anybody may see.

use std::time::Duration;

use tauri::{AppHandle, Manager};
use tauri_plugin_notification::NotificationExt;

use crate::desk::Desk;
use crate::view::notice::News;
use crate::view::settings::Notifications;

/// Replies of this time are told together.
const TOGETHER: Duration = Duration::from_secs(2);

/// What is to be told, of some news.
#[derive(Debug, Default, PartialEq, Eq)]
struct Told {
    replies: Vec<Option<String>>,
    needs: u64,
    stalled: Vec<String>,
}

impl Told {
    fn add(&mut self, news: News) {
        match news {
            News::Reply { name, .. } => self.replies.push(name),
            News::NeedsPerson { more, .. } => self.needs += more,
            News::Stalled { why, .. } => self.stalled.push(why),
            _ => {}
        }
    }

    /// Title and body of each notification.
    fn words(&self, chosen: Notifications) -> Vec<(String, String)> {
        let mut all = Vec::new();
        if chosen == Notifications::Off {
            return all;
        }
        if let Some(why) = self.stalled.first() {
            let body = format!("{why} What came in is kept and follows.");
            all.push(("HubSpot is falling behind".to_owned(), body));
        }
        if self.needs > 0 {
            let body = match self.needs {
                1 => "One more message waits for your decision.".to_owned(),
                many => format!("{many} more messages wait for your decision."),
            };
            all.push(("Something needs you".to_owned(), body));
        }
        if chosen == Notifications::All {
            match self.replies.as_slice() {
                [] => {}
                [Some(name)] => {
                    all.push((format!("{name} replied"), "It is in the log.".to_owned()));
                }
                [None] => all.push((
                    "Somebody replied".to_owned(),
                    "It is in the log.".to_owned(),
                )),
                many => all.push((
                    format!("{} new replies", many.len()),
                    "They are in the log.".to_owned(),
                )),
            }
        }
        all
    }
}

/// Tells for as long as the program runs.
pub(crate) async fn run(app: AppHandle) {
    let desk = app.state::<Desk>().inner().clone();
    let mut news = desk.hub.listen();
    loop {
        let mut told = Told::default();
        match news.recv().await {
            Ok(notice) => told.add(notice.news),
            Err(tokio::sync::broadcast::error::RecvError::Lagged(_)) => continue,
            Err(tokio::sync::broadcast::error::RecvError::Closed) => return,
        }
        if told == Told::default() {
            continue;
        }
        tokio::time::sleep(TOGETHER).await;
        while let Ok(notice) = news.try_recv() {
            told.add(notice.news);
        }
        for (title, body) in told.words(desk.preferences().notifications) {
            show(&app, &title, &body);
        }
    }
}

/// A desktop without notifications is no fault of the program.
pub(crate) fn show(app: &AppHandle, title: &str, body: &str) {
    if let Err(error) = app.notification().builder().title(title).body(body).show() {
        eprintln!("The desktop showed no notification: {error}.");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told() -> Told {
        let mut told = Told::default();
        told.add(News::Reply {
            connection: 1,
            event: 2,
            name: Some("Ana".to_owned()),
        });
        told.add(News::NeedsPerson {
            connection: 1,
            more: 2,
        });
        told
    }

    #[test]
    fn the_user_chooses_what_is_told() {
        assert_eq!(told().words(Notifications::Off), []);
        assert_eq!(told().words(Notifications::Important).len(), 1);
        let all = told().words(Notifications::All);
        assert_eq!(all[0].1, "2 more messages wait for your decision.");
        assert_eq!(all[1].0, "Ana replied");
    }

    #[test]
    fn s2_mirroring_that_has_stopped_is_told_by_the_desktop() {
        let mut told = Told::default();
        told.add(News::Stalled {
            connection: 1,
            why: "Tuco did not answer.".to_owned(),
        });
        assert_eq!(told.words(Notifications::Off), []);
        let words = told.words(Notifications::Important);
        assert_eq!(
            words[0].1,
            "Tuco did not answer. What came in is kept and follows."
        );
    }

    #[test]
    fn many_replies_are_one_notification() {
        let mut many = told();
        many.add(News::Reply {
            connection: 1,
            event: 3,
            name: None,
        });
        assert_eq!(many.words(Notifications::All)[1].0, "2 new replies");
    }
}
