//! What would arrive if Send were pressed now.

use super::recipient::Way;
use super::send_state::GuardReason;
use bridge::compose::{LineWhy, Written};
use bridge::guard::{Refusal as Refused, Warning as Warned};
use serde::Serialize;
use specta::Type;
use std::ops::Range;

/// A part of a text, in UTF-16 units as the page counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TextPlace {
    /// Where it begins.
    pub(crate) from: u32,
    /// Where it ends.
    pub(crate) to: u32,
}

impl TextPlace {
    /// From places in bytes.
    fn of(text: &str, bytes: &Range<usize>) -> Self {
        let units = |at: usize| {
            let before = text.get(..at).unwrap_or(text);
            u32::try_from(before.encode_utf16().count()).unwrap_or(u32::MAX)
        };
        Self {
            from: units(bytes.start),
            to: units(bytes.end),
        }
    }
}

/// A part of what arrives that came out of a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FromField {
    /// Where it begins.
    pub(crate) from: u32,
    /// Where it ends.
    pub(crate) to: u32,
    /// Its path.
    pub(crate) field: String,
}

/// A field without a value and without a fallback, or one that does not exist. It blocks the send.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Unresolved {
    /// In the draft's text.
    pub(crate) place: TextPlace,
    /// Its path; may be empty.
    pub(crate) field: String,
    /// In a sentence.
    pub(crate) why: String,
    /// What to write instead; empty where nobody knows.
    pub(crate) instead: String,
}

/// Which letters a text message takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Encoding {
    /// The small alphabet.
    Gsm7,
    /// Everything else.
    Ucs2,
}

/// A text message as carriers count it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Segments {
    /// How many.
    pub(crate) count: u32,
    /// Which letters.
    pub(crate) encoding: Encoding,
    /// Units used.
    pub(crate) used: u32,
    /// What the last one still takes.
    pub(crate) left: u32,
    /// What made it UCS-2, and halved the room; empty for GSM-7.
    pub(crate) because: String,
    /// A hint at the cost, in a sentence; empty for one segment.
    pub(crate) hint: String,
}

/// Why the guard says no.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Refusal {
    /// Which reason.
    pub(crate) reason: GuardReason,
    /// What happened, to whom, and what can be done.
    pub(crate) sentence: String,
    /// A person may send all the same and say why.
    pub(crate) may_override: bool,
    /// When it would be allowed by itself.
    pub(crate) until: Option<i64>,
}

impl Refusal {
    fn own(reason: GuardReason, sentence: &str) -> Self {
        Self {
            reason,
            sentence: sentence.to_owned(),
            may_override: false,
            until: None,
        }
    }
}

/// What is worth a second look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Warning {
    /// A stable word.
    pub(crate) code: String,
    /// In a sentence.
    pub(crate) sentence: String,
}

/// A file that was looked at, as far as its address tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CheckedAttachment {
    /// Its address.
    pub(crate) url: String,
    /// Name of the file.
    pub(crate) name: String,
    /// Whether it can go.
    pub(crate) ok: bool,
    /// Why not; or what is not known of it.
    pub(crate) why: String,
}

/// What would arrive if Send were pressed now.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Preview {
    /// Of exactly this preview. Send takes it, and refuses if something else would arrive.
    pub(crate) seen: String,
    /// Exactly what arrives.
    pub(crate) text: String,
    /// Which parts of it came out of a field.
    pub(crate) from_fields: Vec<FromField>,
    /// Fields that keep it from going.
    pub(crate) unresolved: Vec<Unresolved>,
    /// None where nothing would go as an SMS.
    pub(crate) segments: Option<Segments>,
    /// The way it takes; none where the person can't be reached by the one chosen.
    pub(crate) way: Option<Way>,
    /// In a few words.
    pub(crate) way_why: String,
    /// Number or address that it goes to.
    pub(crate) to: String,
    /// Tuco's id of the line; empty where Tuco chooses.
    pub(crate) line: String,
    /// In a few words.
    pub(crate) line_why: String,
    /// None: at once.
    pub(crate) at: Option<i64>,
    /// Why then; may be empty.
    pub(crate) at_why: String,
    /// Files.
    pub(crate) attachments: Vec<CheckedAttachment>,
    /// All that apply and are not answered for, the one that counts first. Empty: it may go.
    pub(crate) refusals: Vec<Refusal>,
    /// Refusals that somebody answered for.
    pub(crate) overridden: Vec<Refusal>,
    /// What is worth a second look.
    pub(crate) warnings: Vec<Warning>,
}

impl Preview {
    /// `written` is the draft's text.
    pub(crate) fn of(told: Written, written: &str) -> Self {
        let Written {
            preview,
            faults,
            files,
            no_such_field,
        } = told;
        let way = Way::from(preview.channel);
        let to = match way {
            Way::IMessage => preview.phone.clone().or_else(|| preview.email.clone()),
            Way::Sms => preview.phone.clone(),
            Way::Email => preview.email.clone(),
        };
        let blank = preview.text.trim().is_empty() && files.is_empty();
        let whose = |at| preview.whereabouts.clock(at);
        let of = |refusal: &Refused| refusal_of(refusal, blank, to.is_some(), &whose);
        let mut refusals: Vec<Refusal> = preview.refusals.iter().map(of).collect();
        if preview.gone {
            refusals.retain(|one| one.reason != GuardReason::NoAddress);
            refusals.insert(
                0,
                Refusal::own(
                    GuardReason::ContactGone,
                    "HubSpot has no such contact any more: it was deleted. Look for the person by name.",
                ),
            );
        }
        let name = if preview.name.is_empty() {
            "This contact"
        } else {
            preview.name.as_str()
        };
        let mut unresolved: Vec<Unresolved> = faults
            .iter()
            .map(|fault| Unresolved {
                place: TextPlace::of(written, &fault.source),
                field: String::new(),
                why: fault.mistake.to_string(),
                instead: String::new(),
            })
            .collect();
        unresolved.extend(preview.open.iter().map(|open| {
            let as_written = preview.text.get(open.at.clone()).unwrap_or_default();
            let unknown = no_such_field.contains(&open.path);
            Unresolved {
                place: TextPlace::of(written, &open.source),
                field: open.path.clone(),
                why: why_open(&open.path, as_written, name, unknown, open.is_empty()),
                instead: if unknown || !open.is_empty() {
                    String::new()
                } else {
                    instead(&open.path, as_written)
                },
            }
        }));
        unresolved.sort_by_key(|one| one.place.from);
        Self {
            seen: preview.seen.clone(),
            from_fields: preview
                .filled
                .iter()
                .map(|filled| {
                    let place = TextPlace::of(&preview.text, &filled.at);
                    FromField {
                        from: place.from,
                        to: place.to,
                        field: filled.path.clone(),
                    }
                })
                .collect(),
            unresolved,
            segments: segments(&preview),
            way: to.is_some().then_some(way),
            way_why: match way {
                Way::IMessage => "Tuco tries iMessage first.".to_owned(),
                Way::Sms | Way::Email => String::new(),
            },
            to: to.clone().unwrap_or_default(),
            line: preview.line_id.clone().unwrap_or_default(),
            line_why: line_why(&preview.line).to_owned(),
            at: preview.at,
            at_why: String::new(),
            attachments: files
                .iter()
                .map(|(url, why)| file(url, why.as_ref()))
                .collect(),
            overridden: preview.overridden.iter().map(of).collect(),
            refusals,
            warnings: preview.warnings.iter().map(warning).collect(),
            text: preview.text,
        }
    }
}

fn refusal_of(
    refusal: &Refused,
    blank: bool,
    reached: bool,
    whose: &impl Fn(i64) -> String,
) -> Refusal {
    let code = refusal.code();
    let reason = GuardReason::from(code);
    if reason == GuardReason::NoAddress && blank && reached {
        return Refusal::own(
            GuardReason::EmptyText,
            "There is nothing to send yet. Write a text or attach a file.",
        );
    }
    Refusal {
        reason,
        sentence: refusal.sentence(whose),
        may_override: code.can_be_overridden(),
        until: refusal.passes_at(),
    }
}

fn warning(warned: &Warned) -> Warning {
    let code = match warned {
        Warned::LinkInFirstTouch => "firstTouchLink",
        Warned::AttachmentInFirstTouch => "firstTouchMedia",
        Warned::NoAnswerSoFar => "thirdWithoutReply",
        Warned::ZoneIsAGuess => "zoneGuessed",
    };
    Warning {
        code: code.to_owned(),
        sentence: warned.sentence().to_owned(),
    }
}

fn line_why(why: &LineWhy) -> &'static str {
    match why {
        LineWhy::Chosen => "",
        LineWhy::Owner => "The line of the contact's owner.",
        LineWhy::Given => "The line that a rule gave this person.",
        LineWhy::NoOwnerLine => "No line bears the owner's name, so any line may be taken.",
        LineWhy::Preferred => "The first of the preferred lines that has room.",
        LineWhy::Tuco => "Tuco chooses the line.",
    }
}

fn file(url: &str, why: Option<&bridge::compose::AttachmentError>) -> CheckedAttachment {
    let name = url.rsplit('/').next().unwrap_or_default();
    let name = name.split(['?', '#']).next().unwrap_or_default();
    CheckedAttachment {
        url: url.to_owned(),
        name: if name.is_empty() { url } else { name }.to_owned(),
        ok: why.is_none(),
        why: why.map(ToString::to_string).unwrap_or_default(),
    }
}

fn segments(preview: &bridge::compose::Preview) -> Option<Segments> {
    let counted = preview.segments?;
    let number = |of: usize| u32::try_from(of).unwrap_or(u32::MAX);
    let because = counted
        .because_of
        .map(|letter| format!("\u{201c}{letter}\u{201d} halves the room"));
    Some(Segments {
        count: number(counted.segments),
        encoding: if because.is_some() {
            Encoding::Ucs2
        } else {
            Encoding::Gsm7
        },
        used: number(counted.units),
        left: number(counted.left),
        because: because.unwrap_or_default(),
        hint: if counted.segments > 1 {
            format!("As an SMS it is billed as {} messages.", counted.segments)
        } else {
            String::new()
        },
    })
}

fn why_open(path: &str, as_written: &str, name: &str, unknown: bool, empty: bool) -> String {
    if let Some(asked) = path.strip_prefix("ask.") {
        return format!("Fill in \u{201c}{asked}\u{201d}.");
    }
    if unknown {
        return format!("The portal has no field {path}.");
    }
    if !empty {
        return if as_written.starts_with("{{") {
            format!("The value of {path} does not fit the way it is to be written.")
        } else {
            format!("Tuco would fill {as_written} in by itself. Write it another way.")
        };
    }
    match path.split_once('.') {
        Some(("company", _)) => format!("{name} has no company, or it has no {path}."),
        Some(("deal", _)) => format!("{name} has no deal, or it has no {path}."),
        Some(("owner", _)) => format!("{name} has no owner in HubSpot."),
        _ => format!("{name} has no {path}."),
    }
}

/// With what stands there where nothing is known.
fn instead(path: &str, as_written: &str) -> String {
    let fallback = match path {
        "contact.firstname" => "there",
        "company.name" | "contact.company" => "your company",
        _ => return String::new(),
    };
    as_written
        .strip_suffix("}}")
        .map(|begin| format!("{}|{fallback}}}}}", begin.trim_end()))
        .unwrap_or_default()
}
