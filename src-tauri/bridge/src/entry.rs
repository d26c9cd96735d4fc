//! The words of a timeline entry.
//!
//! HubSpot shows a body as HTML. Whatever a person wrote is escaped and stays text; direction and
//! channel stand in the first line because HubSpot has no property for either.

use crate::effect::EntryObject;
use crate::event::{Attachment, Channel, Event, Kind, Sighting, TextState};

/// HubSpot refuses notes over 65,536 characters and does not say what it takes for communications.
/// What is left of it is room for the first line, attachments and a reference.
const LONGEST_TEXT: usize = 60_000;

/// The timeline object that an event becomes: a communication for every kind of text message, a note
/// for e-mail, which has no channel there.
pub fn object(sighting: &Sighting) -> EntryObject {
    match channel(sighting) {
        Channel::Email => EntryObject::Note,
        Channel::IMessage | Channel::Sms | Channel::Unknown => EntryObject::Communication,
    }
}

/// The channel as far as it can be known: replies carry none, but one that came from an e-mail address
/// alone can only be shown truthfully as e-mail or iMessage, and a note holds both.
fn channel(sighting: &Sighting) -> Channel {
    match sighting.channel {
        Channel::Unknown if sighting.phone.is_none() && sighting.email.is_some() => Channel::Email,
        known => known,
    }
}

/// What a message came from, by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// A rule.
    Rule(String),
    /// A send to many: as whoever began it named it, or the list or file that it went to.
    Many(String),
    /// A campaign of Tuco; its id where Tuco tells no name.
    Campaign(String),
}

/// The whole body. `cause` is what the message came from, where it is to be told, and
/// `reference` the mark by which an entry is found again where the portal has no unique property for it.
pub fn body(event: &Event, whole: bool, cause: Option<&Cause>, reference: Option<&str>) -> String {
    let sighting = &event.sighting;
    let mut html = format!(
        "<p><strong>{}</strong>{}</p>",
        headline(sighting),
        other_side(sighting)
    );
    if !sighting.detail.is_empty() && matches!(sighting.kind, Kind::Failed | Kind::Fallback) {
        html.push_str(&format!("<p>{}</p>", escaped(&sighting.detail)));
    }
    if whole {
        html.push_str(&text(sighting));
        html.extend(sighting.attachments.iter().filter_map(attachment));
    } else if !sighting.text.is_empty() {
        let count = sighting.text.chars().count();
        html.push_str(&format!("<p>{count} characters; the text is in Tuco.</p>"));
    }
    if let Some(cause) = cause.filter(|_| sighting.kind != Kind::Reply) {
        html.push_str(&format!("<p>{}</p>", came_from(cause, sighting.kind)));
    }
    if let Some(reference) = reference {
        html.push_str(&format!("<p>{}</p>", escaped(reference)));
    }
    html
}

fn headline(sighting: &Sighting) -> String {
    let by = match channel(sighting) {
        Channel::IMessage => "iMessage",
        Channel::Sms => "SMS",
        Channel::Email => "Email",
        Channel::Unknown => "Text message",
    };
    match sighting.kind {
        Kind::Reply => format!("{by} received"),
        Kind::Sent => format!("{by} sent"),
        Kind::Delivered => format!("{by} delivered"),
        Kind::Opened => format!("{by} read"),
        Kind::Failed => format!("{by} not sent: failed"),
        Kind::Fallback => format!("{by} not possible, sent another way"),
    }
}

fn came_from(cause: &Cause, kind: Kind) -> String {
    // What failed was sent by nobody.
    let (words, name) = match (cause, kind) {
        (Cause::Rule(name), Kind::Failed) => ("Asked for by the rule", name),
        (Cause::Rule(name), _) => ("Sent by the rule", name),
        (Cause::Many(name), Kind::Failed) => ("Was to go to many at once", name),
        (Cause::Many(name), _) => ("Sent to many at once", name),
        (Cause::Campaign(name), Kind::Failed) => ("Asked for by the campaign in Tuco", name),
        (Cause::Campaign(name), _) => ("Sent by the campaign in Tuco", name),
    };
    let name = escaped(name.trim()).replace(['\n', '\t'], " ");
    format!("{words}: {name}")
}

fn other_side(sighting: &Sighting) -> String {
    let name = sighting
        .name
        .as_deref()
        .map(str::trim)
        .filter(|name| !name.is_empty());
    let address = sighting.phone.as_deref().or(sighting.email.as_deref());
    let word = if sighting.kind == Kind::Reply {
        "from"
    } else {
        "to"
    };
    match (name, address) {
        (Some(name), Some(address)) => format!(" {word} {} ({})", escaped(name), escaped(address)),
        (Some(one), None) | (None, Some(one)) => format!(" {word} {}", escaped(one)),
        (None, None) => String::new(),
    }
}

fn text(sighting: &Sighting) -> String {
    if sighting.text.is_empty() {
        return String::new();
    }
    let escaped_text = escaped(&sighting.text);
    let (kept, shortened) = shorten(&escaped_text, LONGEST_TEXT);
    let mut html = format!("<p>{}</p>", kept.replace('\n', "<br>"));
    if shortened {
        let count = sighting.text.chars().count();
        html.push_str(&format!(
            "<p>Shortened; the message has {count} characters.</p>"
        ));
    } else if sighting.text_state == TextState::Cut {
        html.push_str("<p>Tuco gives only the first 200 characters of this message.</p>");
    }
    html
}

fn attachment(attachment: &Attachment) -> Option<String> {
    let address = url::Url::parse(&attachment.url).ok()?;
    if !matches!(address.scheme(), "https" | "http") {
        return None;
    }
    let name = if attachment.name.trim().is_empty() {
        address
            .path_segments()
            .and_then(|mut parts| parts.next_back())
            .unwrap_or("file")
            .to_owned()
    } else {
        attachment.name.clone()
    };
    Some(format!(
        "<p><a href=\"{}\">{}</a></p>",
        escaped(address.as_str()),
        escaped(&name)
    ))
}

/// Escapes for HTML and drops what could reorder or hide text: control characters other than the line
/// break and the tab, and the bidirectional embeddings and overrides (isolates and marks as well,
/// since an unclosed one reaches into what follows).
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for c in text.replace("\r\n", "\n").chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\r' => out.push('\n'),
            '\n' | '\t' => out.push(c),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// At most `limit` characters, never inside an entity.
fn shorten(escaped: &str, limit: usize) -> (&str, bool) {
    let Some((end, _)) = escaped.char_indices().nth(limit) else {
        return (escaped, false);
    };
    let (kept, _) = escaped.split_at(end);
    let whole = match (kept.rfind('&'), kept.rfind(';')) {
        (Some(start), semicolon) if semicolon.is_none_or(|at| at < start) => kept.split_at(start).0,
        _ => kept,
    };
    (whole, true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Source, Stage};

    fn event(text: &str) -> Event {
        Event {
            id: 1,
            connection_id: 1,
            sighting: Sighting {
                message_id: "m1".into(),
                kind: Kind::Reply,
                channel: Channel::IMessage,
                lead_id: Some("l1".into()),
                phone: Some("+12025550143".into()),
                email: None,
                name: Some("Ana <b>Ruiz</b>".into()),
                line_id: None,
                text: text.into(),
                text_state: TextState::Whole,
                attachments: Vec::new(),
                occurred_at: 0,
                source: Source::Replies,
                batch_id: None,
                campaign: None,
                hs_contact_id: None,
                detail: String::new(),
            },
            seen_at: 0,
            stage: Stage::New,
            reason: None,
            looks: 0,
            look_at: None,
            contact_id: None,
            how: None,
        }
    }

    #[test]
    fn the_first_line_says_direction_channel_and_who() {
        assert_eq!(
            body(&event("Sounds good"), true, None, None),
            "<p><strong>iMessage received</strong> from Ana &lt;b&gt;Ruiz&lt;/b&gt; (+12025550143)</p>\
             <p>Sounds good</p>"
        );
    }

    #[test]
    fn hostile_text_stays_text() {
        let html = body(
            &event("<script>alert(1)</script>\n\u{202e}evil\u{0} \"'&"),
            true,
            None,
            None,
        );
        assert!(!html.contains("<script"), "{html}");
        assert!(
            html.contains("&lt;script&gt;alert(1)&lt;/script&gt;<br>evil &quot;&#39;&amp;"),
            "{html}"
        );
    }

    #[test]
    fn a_huge_text_is_shortened_outside_entities_and_says_so() {
        let html = body(&event(&"&".repeat(100_000)), true, None, None);
        assert!(html.chars().count() < 65_536, "{}", html.len());
        assert!(html.contains("100000 characters"));
        let inside = html
            .replace("&amp;", "")
            .replace("&lt;", "")
            .replace("&gt;", "");
        assert!(!inside.contains('&'), "no half entity is left");
    }

    #[test]
    fn a_summary_holds_no_text_and_a_dangerous_link_is_no_link() {
        let mut one = event("secret plans");
        one.sighting.attachments = vec![
            Attachment {
                url: "javascript:alert(1)".into(),
                name: "x".into(),
            },
            Attachment {
                url: "https://files.example.com/a.png?x=\"y\"".into(),
                name: String::new(),
            },
        ];
        assert!(!body(&one, false, None, None).contains("secret"));
        let html = body(&one, true, None, Some("ref 12"));
        assert!(!html.contains("javascript"), "{html}");
        assert!(
            html.contains("<a href=\"https://files.example.com/a.png?x=%22y%22\">a.png</a>"),
            "{html}"
        );
        assert!(html.ends_with("<p>ref 12</p>"));
    }

    #[test]
    fn a_rule_is_named_as_text_below_what_it_sent_and_not_below_an_answer() {
        let rule = Cause::Rule("MQL <img src=x onerror=\"a('&')\">\n welcome ".to_owned());
        let mut one = event("Hello");
        assert_eq!(
            body(&one, true, Some(&rule), None),
            body(&one, true, None, None),
            "whoever answers was sent by no rule"
        );
        one.sighting.kind = Kind::Sent;
        let html = body(&one, true, Some(&rule), Some("ref 12"));
        let named = "<p>Hello</p><p>Sent by the rule: MQL &lt;img src=x \
                     onerror=&quot;a(&#39;&amp;&#39;)&quot;&gt;  welcome</p><p>ref 12</p>";
        assert!(html.ends_with(named), "{html}");
        one.sighting.kind = Kind::Failed;
        let rule = Cause::Rule("Gold".to_owned());
        let html = body(&one, false, Some(&rule), None);
        assert!(
            html.ends_with("<p>Asked for by the rule: Gold</p>"),
            "{html}"
        );
    }

    #[test]
    fn a_send_to_many_and_a_campaign_are_named_in_words_of_their_own() {
        let mut one = event("Hello");
        one.sighting.kind = Kind::Sent;
        let told = |one: &Event, cause: Cause| {
            let html = body(one, false, Some(&cause), None);
            let (_, line) = html.rsplit_once("<p>").unwrap();
            line.trim_end_matches("</p>").to_owned()
        };
        let many = || Cause::Many("VIP <b>customers</b>".to_owned());
        let campaign = || Cause::Campaign("Spring\toffer".to_owned());
        assert_eq!(
            [told(&one, many()), told(&one, campaign())],
            [
                "Sent to many at once: VIP &lt;b&gt;customers&lt;/b&gt;",
                "Sent by the campaign in Tuco: Spring offer"
            ]
        );
        one.sighting.kind = Kind::Failed;
        assert_eq!(
            [told(&one, many()), told(&one, campaign())],
            [
                "Was to go to many at once: VIP &lt;b&gt;customers&lt;/b&gt;",
                "Asked for by the campaign in Tuco: Spring offer"
            ]
        );
    }

    #[test]
    fn email_becomes_a_note_and_all_else_a_communication() {
        let mut one = event("x");
        assert_eq!(object(&one.sighting), EntryObject::Communication);
        one.sighting.channel = Channel::Email;
        assert_eq!(object(&one.sighting), EntryObject::Note);
        one.sighting.channel = Channel::Unknown;
        assert_eq!(object(&one.sighting), EntryObject::Communication);
        one.sighting.phone = None;
        one.sighting.email = Some("ana@example.com".into());
        assert_eq!(object(&one.sighting), EntryObject::Note);
    }
}
