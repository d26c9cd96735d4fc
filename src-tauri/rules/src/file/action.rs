//! Actions in the file: one `[[rule.do]]` each, told by its first key.

use super::Mistake;
use super::node::Table;
use super::read::field;
use crate::field::Object;
use crate::rule::{Action, LineChoice, Message, Way};

type Read<T> = Result<T, Mistake>;

const KEYS: &str = "send, send_what_is_asked, upsert_lead, enrol_in, set, upsert_contact, assign_owner, assign_line, \
    move_deal_to, task, note, add_to_list, remove_from_list, stop_other_rules";

pub(super) fn read(mut table: Table<'_>) -> Read<Action> {
    let mut found = Vec::new();
    if let Some(template) = table.text("send")? {
        found.push(Action::Send(message(&mut table, &template)?));
    }
    if let Some(node) = table.take("set") {
        let field = field(&node, "set")?;
        if field.object == Object::Lead {
            return node
                .wrong("A rule sets properties in HubSpot; a lead is brought up to date whole.");
        }
        let Some(value) = table.text("to")? else {
            return node.wrong("\"set\" needs \"to\"; to = \"\" clears the property.");
        };
        found.push(Action::SetProperty { field, value });
    }
    if let Some(title) = table.text("task")? {
        found.push(Action::CreateTask {
            title,
            text: table.text("text")?.unwrap_or_default(),
            due_in_days: table.days("due_in_days")?.unwrap_or(1),
        });
    }
    type OfText = fn(String) -> Action;
    for (key, make) in [
        (
            "enrol_in",
            (|campaign| Action::Enrol { campaign }) as OfText,
        ),
        ("assign_owner", |owner| Action::AssignOwner { owner }),
        ("assign_line", |line| Action::AssignLine { line }),
        ("move_deal_to", |stage| Action::MoveDeal { stage }),
        ("note", |text| Action::AddNote { text }),
        ("add_to_list", |list| Action::AddToList { list }),
        ("remove_from_list", |list| Action::RemoveFromList { list }),
    ] {
        found.extend(table.text(key)?.map(make));
    }
    for (key, action) in [
        ("send_what_is_asked", Action::SendAsked),
        ("upsert_lead", Action::UpsertLead),
        ("upsert_contact", Action::UpsertContact),
        ("stop_other_rules", Action::StopOthers),
    ] {
        if let Some(node) = table.take(key) {
            if !node.truth(key)? {
                return node.wrong(format!("Leave \"{key}\" out instead of saying false."));
            }
            found.push(action);
        }
    }
    let wrong = table.wrong(format!(
        "Each [[rule.do]] has one of these, and only one: {KEYS}."
    ));
    table.finish("An action of this kind")?;
    match (found.pop(), found.is_empty()) {
        (Some(action), true) => Ok(action),
        _ => wrong,
    }
}

fn message(table: &mut Table<'_>, template: &str) -> Read<Message> {
    let line = table.text("line")?.as_deref().and_then(LineChoice::parse);
    let way = match table.take("channel") {
        None => None,
        Some(node) => match Way::parse(&node.text("channel")?) {
            Some(way) => Some(way),
            None => return node.wrong("\"channel\" is imessage, sms or email."),
        },
    };
    Ok(Message {
        template: template.trim().to_owned(),
        line,
        way,
    })
}
