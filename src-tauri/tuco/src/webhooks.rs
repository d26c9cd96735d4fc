//! Where the workspace reports events to (<https://docs.tuco.ai/api-reference/endpoint/webhook>).

use crate::client::{Ask, Tuco, sanitised, unexpected};
use crate::lenient::{Fields, list_in, read_items};
use crate::{Error, debug_by};
use serde::Serialize;
use wire::{Method, Repeat, Secret, Timestamp};

/// A registration. The secret is told once, when it is made.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookRegistration {
    /// Its id.
    pub id: String,
    /// Where events go.
    pub url: Option<String>,
    /// Which events.
    pub events: Vec<String>,
    /// Its name.
    pub name: Option<String>,
    /// A further word.
    pub description: Option<String>,
    /// Whether it is on. Taken as so where the API doesn't say.
    pub active: bool,
    /// When it was last tried.
    pub last_triggered_at: Option<Timestamp>,
    /// When it last worked.
    pub last_success_at: Option<Timestamp>,
    /// When it last failed.
    pub last_failure_at: Option<Timestamp>,
    /// Failures in a row.
    pub failure_count: u32,
    /// When it was made.
    pub created_at: Option<Timestamp>,
}
debug_by!(WebhookRegistration, id, events, active, failure_count);

/// A registration to be made.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct NewWebhook {
    /// Where events go; documented as https.
    pub url: String,
    /// Which events, at least one, such as `message.reply`.
    pub events: Vec<String>,
    /// Its name.
    pub name: String,
    /// A further word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}
debug_by!(NewWebhook, events);

/// What to change of a registration; what is none stays.
#[derive(Clone, Default, PartialEq, Eq, Serialize)]
pub struct WebhookChange {
    /// Where events go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Which events, in place of those before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub events: Option<Vec<String>>,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A further word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// On or off.
    #[serde(rename = "isActive", skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
}
debug_by!(WebhookChange, events, active);

/// What came of a signed test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HealthCheck {
    /// Whether it was taken.
    pub success: bool,
    /// The listener's status.
    pub status_code: Option<u32>,
    /// The API's word on it; masked.
    pub message: Option<String>,
}

impl Tuco {
    /// All registrations, newest first.
    pub async fn webhooks(&self) -> Result<Vec<WebhookRegistration>, Error> {
        const NAME: &str = "webhooks.list";
        let (_, answer) = self
            .ask(Ask::new(NAME, Method::GET, &["api", "webhooks"]))
            .await?;
        let items =
            list_in(&answer, &["webhooks"]).ok_or_else(|| unexpected(NAME, Repeat::Safe))?;
        Ok(read_items(items, read).0)
    }

    /// Registers, once; with the secret that the events will be signed with.
    pub async fn create_webhook(
        &self,
        webhook: &NewWebhook,
    ) -> Result<(WebhookRegistration, Secret), Error> {
        const NAME: &str = "webhooks.create";
        let mut ask = Ask::new(NAME, Method::POST, &["api", "webhooks"]);
        ask.repeat = Repeat::Once;
        ask.body = serde_json::to_value(webhook).ok();
        let (_, answer) = self.ask(ask).await?;
        let made = Fields::of(&answer).and_then(|top| {
            let inner = top
                .inner("webhook")
                .or_else(|| top.inner("data"))
                .unwrap_or(top);
            let secret = inner.word(&["secret"]).or_else(|| top.word(&["secret"]))?;
            Some((read(inner)?, Secret::new(secret)))
        });
        made.ok_or_else(|| unexpected(NAME, Repeat::Once))
    }

    /// Changes a registration.
    pub async fn update_webhook(&self, id: &str, change: &WebhookChange) -> Result<(), Error> {
        let path = ["api", "webhooks", id];
        let mut ask = Ask::new("webhooks.update", Method::PATCH, &path);
        ask.body = serde_json::to_value(change).ok();
        self.ask(ask).await.map(drop)
    }

    /// Removes a registration.
    pub async fn delete_webhook(&self, id: &str) -> Result<(), Error> {
        let path = ["api", "webhooks", id];
        self.ask(Ask::new("webhooks.delete", Method::DELETE, &path))
            .await
            .map(drop)
    }

    /// Has a signed test sent to a registration. That the test failed is an answer, not an error.
    pub async fn health_check(&self, id: &str) -> Result<HealthCheck, Error> {
        const NAME: &str = "webhooks.test";
        let path = ["api", "webhooks", id, "health-check"];
        let (_, answer) = self.ask(Ask::new(NAME, Method::POST, &path)).await?;
        let told = Fields::of(&answer).ok_or_else(|| unexpected(NAME, Repeat::Safe))?;
        Ok(HealthCheck {
            success: told
                .flag(&["success"])
                .ok_or_else(|| unexpected(NAME, Repeat::Safe))?,
            status_code: told.count(&["statusCode"]),
            message: told.raw(&["message", "error"]).map(|text| sanitised(&text)),
        })
    }
}

fn read(webhook: Fields<'_>) -> Option<WebhookRegistration> {
    Some(WebhookRegistration {
        id: webhook.word(&["id", "_id"])?,
        url: webhook.word(&["url"]),
        events: webhook.words(&["events"]),
        name: webhook.word(&["name"]),
        description: webhook.word(&["description"]),
        active: webhook.flag(&["isActive"]).unwrap_or(true),
        last_triggered_at: webhook.time(&["lastTriggeredAt"]),
        last_success_at: webhook.time(&["lastSuccessAt"]),
        last_failure_at: webhook.time(&["lastFailureAt"]),
        failure_count: webhook.count(&["failureCount"]).unwrap_or(0),
        created_at: webhook.time(&["createdAt"]),
    })
}
