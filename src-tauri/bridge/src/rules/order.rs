//! The message that a rule sends: made like any other, and judged by the same guard.

use crate::compose::{Order, Preview, Recipient};
use crate::engine::Engine;
use crate::event::Channel;
use crate::guard::Refusal;
use crate::mirror::iso;
use crate::store::send_cause::ASKED_BY_RULE;
use crate::trouble::Trouble;
use ::rules::rule::{LineChoice, Message, Rule, Way, asked};
use hubspot::ObjectKind;

/// Why there is no message to send: a word, and a sentence.
pub(super) type NoOrder = (&'static str, String);

impl Engine {
    /// The message of a step for this person.
    pub(super) async fn rule_order(
        &self,
        rule: &Rule,
        contact: &str,
        message: &Message,
    ) -> Result<Result<Order, NoOrder>, Trouble> {
        let found = self.read(|rows| rows.templates_named(&message.template))?;
        let [template] = found.as_slice() else {
            let words = format!("There is no one template \"{}\".", message.template);
            return Ok(Err(("no_template", words)));
        };
        let line_id = match &message.line {
            Some(LineChoice::This(line)) => match self.line_named(line).await? {
                Some(id) => Some(id),
                None => return Ok(Err(("no_line", format!("Tuco has no line \"{line}\".")))),
            },
            _ => None,
        };
        Ok(Ok(Order {
            channel: message.way.map(|way| match way {
                Way::IMessage => Channel::IMessage,
                Way::Sms => Channel::Sms,
                Way::Email => Channel::Email,
            }),
            line_id,
            owner_line: message.line == Some(LineChoice::Owner),
            why: format!("The rule \"{}\".", rule.name),
            who: format!("{ASKED_BY_RULE}{}", rule.name),
            template: Some(message.template.clone()),
            ..Order::new(
                Recipient::Contact(contact.to_owned()),
                template.body.text.clone(),
            )
        }))
    }

    /// What HubSpot asks for on this contact: the line stands beside the template.
    pub(super) async fn message_asked(
        &self,
        contact: &str,
        template: &str,
    ) -> Result<Message, Trouble> {
        let hubspot = &self.outside.hubspot;
        let record = self
            .attempt(|| hubspot.record(ObjectKind::Contacts, contact, &[asked::LINE]))
            .await?;
        let line = record.and_then(|record| LineChoice::parse(record.text(asked::LINE)?));
        Ok(Message {
            template: template.to_owned(),
            line: Some(line.unwrap_or(LineChoice::Any)),
            way: None,
        })
    }

    /// The id of the line with this id, number, address or name; none where there is none, or several.
    pub(super) async fn line_named(&self, named: &str) -> Result<Option<String>, Trouble> {
        let named = named.trim().to_lowercase();
        let lines = self.lines_lately().await?;
        let is = |text: Option<&str>| text.is_some_and(|text| text.trim().to_lowercase() == named);
        let mut found = lines.iter().filter(|line| {
            is(Some(&line.id))
                || is(line.phone.as_deref())
                || is(line.email.as_deref())
                || is(Some(&line.label()))
        });
        Ok(match (found.next(), found.next()) {
            (Some(only), None) => Some(only.id.clone()),
            _ => None,
        })
    }
}

/// The word and the sentence of what stands against a message.
pub(super) fn refused(refusal: Option<&Refusal>, preview: &Preview) -> (&'static str, String) {
    match refusal {
        Some(refusal) => (refusal.code().as_str(), refusal.sentence(iso)),
        None => {
            let open: Vec<&str> = preview.open.iter().map(|open| open.path.as_str()).collect();
            (
                "unresolved",
                format!("For this person nothing is known of: {}.", open.join(", ")),
            )
        }
    }
}
