//! Texts filled with a person's fields: read, rendered and counted as carriers do, one after the other.

use crate::measure::Watch;
use anyhow::ensure;
use message::segments::count;
use message::template::{Formatting, Template, Value, ValueKind, Values};

const TEXT: &str = "Hi {{contact.firstname|there}}, {{sender.name|we}} looked at {{deal.dealname|your order}} \
    of {{deal.amount:money|some value}} for {{company.name|your company}}. Is {{deal.closedate:date|Monday}} good?";

/// What so many texts took.
pub(crate) struct Rendering {
    texts: u64,
    seconds: f64,
}

/// Renders so many.
pub(crate) fn run(texts: u64) -> anyhow::Result<Rendering> {
    let formatting = Formatting::default();
    let watch = Watch::start();
    let mut segments = 0;
    for person in 0..texts {
        let name = format!("Ana{person}");
        let values: Values = [
            ("contact.firstname", name.as_str(), ValueKind::Text),
            ("company.name", "Ruiz Dental", ValueKind::Text),
            ("deal.dealname", "Two chairs", ValueKind::Text),
            ("deal.amount", "1249.5", ValueKind::Text),
            ("deal.closedate", "2026-03-09", ValueKind::Date),
        ]
        .into_iter()
        .map(|(path, text, kind)| {
            let text = text.to_owned();
            (path.to_owned(), Value { text, kind })
        })
        .collect();
        let rendered = Template::parse(TEXT)?.render(&values, &formatting);
        ensure!(
            rendered.open.is_empty() && rendered.text.starts_with(&format!("Hi {name}, we looked")),
            "a text came out wrong"
        );
        segments += count(&rendered.text).segments;
    }
    ensure!(segments > 0, "nothing was counted");
    Ok(Rendering {
        texts,
        seconds: watch.took().wall.as_secs_f64(),
    })
}

/// As a part of the page.
pub(crate) fn tell(took: &Rendering) -> String {
    #[expect(clippy::cast_precision_loss, reason = "far below what is lost")]
    let rate = took.texts as f64 / took.seconds.max(f64::EPSILON);
    format!(
        "\n## Texts with fields\n\nA text with six fields, read and rendered for each person anew, and its segments \
         counted: {} texts in {:.2} s, {rate:.0} a second. Goal: 500 a second.\n",
        took.texts, took.seconds
    )
}
