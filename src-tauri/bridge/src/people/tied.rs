//! Values from the records that a contact is tied to: company, deals, tickets, counts and sums. Read only
//! where the mapping asks for them: two calls a page and kind of record.

use super::Work;
use crate::engine::Engine;
use crate::store::PeopleSide;
use crate::trouble::Trouble;
use hubspot::{ObjectKind, Record, Ties};
use mapping::source::{Only, Take};
use mapping::{Source, Values};
use std::collections::{BTreeMap, BTreeSet};

/// By contact, values by their source.
pub(super) type TiedValues = BTreeMap<String, Values>;

/// How the kind of record of a source stands in a path. None of a custom object that is not read.
fn path(object: &str, work: &Work) -> Option<String> {
    let standard = ObjectKind::ALL.iter().find(|kind| kind.path() == object);
    let own = || {
        let read = work.setup.also.objects;
        let found = work.portal.object(object).filter(|_| read)?;
        Some(found.own.as_ref()?.type_id.clone())
    };
    standard.map_or_else(own, |kind| Some(kind.path().to_owned()))
}

/// What has to be known of a record beside the mapped properties.
fn always(path: &str) -> &'static [&'static str] {
    match path {
        "deals" => &[
            "amount",
            "dealstage",
            "pipeline",
            "createdate",
            "hs_is_closed",
            "hs_is_closed_won",
        ],
        "tickets" => &["hs_pipeline", "hs_pipeline_stage", "createdate"],
        "companies" => &["createdate"],
        // Of a custom object the record itself says when it was made.
        _ => &["hs_object_id"],
    }
}

impl Engine {
    pub(super) async fn tied_values(
        &self,
        work: &Work,
        contacts: &[Record],
    ) -> Result<TiedValues, Trouble> {
        let mut values = TiedValues::new();
        let mut wanted: BTreeMap<Option<String>, Vec<&Source>> = BTreeMap::new();
        for source in work.sources.iter().filter(|source| source.is_associated()) {
            if let Some(object) = source.object() {
                wanted.entry(path(object, work)).or_default().push(source);
            }
        }
        if wanted.is_empty() || contacts.is_empty() {
            return Ok(values);
        }
        let ids: Vec<String> = contacts.iter().map(|contact| contact.id.clone()).collect();
        for (path, sources) in wanted {
            let Some(path) = path else {
                self.as_before(&ids, &sources, &mut values)?;
                continue;
            };
            let (ties, records) = match self.tied_records(&path, &sources, &ids).await {
                Ok(found) => found,
                // The row says so; all other rows go on.
                Err(Trouble::HubSpot(error)) if crate::refusal::lacks_scopes(&error) => {
                    self.as_before(&ids, &sources, &mut values)?;
                    continue;
                }
                Err(trouble) => return Err(trouble),
            };
            for id in &ids {
                let tied: Vec<(&Record, bool)> = ties
                    .get(id)
                    .into_iter()
                    .flatten()
                    .filter_map(|(other, primary)| Some((records.get(other)?, *primary)))
                    .collect();
                for source in &sources {
                    if let Some(text) = value(source, &tied, work).filter(|text| !text.is_empty()) {
                        let of = values.entry(id.clone()).or_default();
                        of.insert(source.to_string(), text);
                    }
                }
            }
        }
        Ok(values)
    }

    /// What may not be read has no value that is known, which is not the same as having none: it stays as it
    /// was read last, or the other side would lose it.
    fn as_before(
        &self,
        contacts: &[String],
        sources: &[&Source],
        values: &mut TiedValues,
    ) -> Result<(), Trouble> {
        self.read(|rows| {
            for contact in contacts {
                let Some(copy) = rows.person_copy(self.id(), PeopleSide::Contact, contact)? else {
                    continue;
                };
                for name in sources.iter().map(ToString::to_string) {
                    if let Some(text) = copy.values.get(&name) {
                        let of = values.entry(contact.clone()).or_default();
                        of.insert(name, text.clone());
                    }
                }
            }
            Ok(())
        })?;
        Ok(())
    }

    async fn tied_records(
        &self,
        kind: &str,
        sources: &[&Source],
        contacts: &[String],
    ) -> Result<(Ties, BTreeMap<String, Record>), Trouble> {
        let hubspot = &self.outside.hubspot;
        let mut ties = Ties::new();
        for contacts in contacts.chunks(1_000) {
            ties.extend(
                self.attempt(|| hubspot.tied(ObjectKind::Contacts, contacts, kind))
                    .await?,
            );
        }
        let mut names = always(kind).to_vec();
        names.extend(sources.iter().filter_map(|source| source.property()));
        names.sort_unstable();
        names.dedup();
        let others: BTreeSet<String> = ties.values().flatten().map(|(id, _)| id.clone()).collect();
        let others: Vec<String> = others.into_iter().collect();
        let mut records = BTreeMap::new();
        for others in others.chunks(hubspot::MAX_INPUTS) {
            let read = self
                .attempt(|| hubspot.batch_read(kind, None, others, &names))
                .await?;
            records.extend(read.into_iter().map(|record| (record.id.clone(), record)));
        }
        Ok((ties, records))
    }
}

fn value(source: &Source, tied: &[(&Record, bool)], work: &Work) -> Option<String> {
    match source {
        Source::Company(property) => {
            let primary = tied.iter().find(|(_, primary)| *primary).or(tied.first());
            Some(primary?.0.text(property)?.to_owned())
        }
        Source::Deal {
            property,
            take,
            pipeline,
        } => {
            let deal = pick(
                tied,
                *take,
                |record| {
                    pipeline
                        .as_deref()
                        .is_none_or(|wanted| record.text("pipeline") == Some(wanted))
                },
                |record| is_closed(record, "deals", work),
            )?;
            Some(deal.text(property)?.to_owned())
        }
        Source::Ticket {
            property,
            take,
            pipeline,
        } => {
            let ticket = pick(
                tied,
                *take,
                |record| {
                    pipeline
                        .as_deref()
                        .is_none_or(|wanted| record.text("hs_pipeline") == Some(wanted))
                },
                |record| is_closed(record, "tickets", work),
            )?;
            Some(ticket.text(property)?.to_owned())
        }
        Source::Object { property, .. } => {
            let newest = pick(tied, Take::Newest, |_| true, |_| false)?;
            Some(newest.text(property)?.to_owned())
        }
        Source::Count { object, only } => {
            let count = tied
                .iter()
                .filter(|(record, _)| counts(record, object, *only, work))
                .count();
            Some(count.to_string())
        }
        Source::Sum {
            object,
            property,
            only,
        } => {
            let mut sum = 0_i128;
            let mut scale = 0;
            for (record, _) in tied
                .iter()
                .filter(|(record, _)| counts(record, object, *only, work))
            {
                add(
                    &mut sum,
                    &mut scale,
                    record.text(property).unwrap_or_default(),
                );
            }
            Some(decimal(sum, scale))
        }
        _ => None,
    }
}

fn pick<'r>(
    tied: &[(&'r Record, bool)],
    take: Take,
    fits: impl Fn(&Record) -> bool,
    closed: impl Fn(&Record) -> bool,
) -> Option<&'r Record> {
    let fitting = tied
        .iter()
        .map(|(record, _)| *record)
        .filter(|record| fits(record));
    let amount = |record: &Record| {
        let mut sum = 0;
        let mut scale = 0;
        add(
            &mut sum,
            &mut scale,
            record.text("amount").unwrap_or_default(),
        );
        // Compared at six digits after the point.
        sum.saturating_mul(10_i128.saturating_pow(6_u32.saturating_sub(scale.min(6))))
    };
    match take {
        Take::Newest => fitting.max_by_key(|record| (record.created_at, record.id.clone())),
        Take::NewestOpen => fitting
            .filter(|record| !closed(record))
            .max_by_key(|record| (record.created_at, record.id.clone())),
        Take::LargestOpen => fitting
            .filter(|record| !closed(record))
            .max_by_key(|record| (amount(record), record.created_at, record.id.clone())),
    }
}

fn stage<'w>(record: &Record, object: &str, work: &'w Work) -> Option<&'w mapping::portal::Stage> {
    let name = if object == "deals" {
        "dealstage"
    } else {
        "hs_pipeline_stage"
    };
    work.portal.stage(object, record.text(name)?)
}

fn is_closed(record: &Record, object: &str, work: &Work) -> bool {
    match record.text("hs_is_closed") {
        Some(flag) => flag == "true",
        None => stage(record, object, work).is_some_and(|stage| stage.closed),
    }
}

fn counts(record: &Record, object: &str, only: Only, work: &Work) -> bool {
    match only {
        Only::All => true,
        Only::Open => !is_closed(record, object, work),
        Only::Won => match record.text("hs_is_closed_won") {
            Some(flag) => flag == "true",
            None => stage(record, object, work).is_some_and(|stage| stage.won),
        },
    }
}

/// Adds a written number to a sum of so many digits after the point. What is no number adds nothing.
fn add(sum: &mut i128, scale: &mut u32, text: &str) {
    let text = text.trim();
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = u32::try_from(fraction.len()).unwrap_or(u32::MAX);
    let Ok(mut number) = format!("{whole}{fraction}").parse::<i128>() else {
        return;
    };
    if digits > 12 {
        return;
    }
    if digits > *scale {
        *sum = sum.saturating_mul(10_i128.saturating_pow(digits - *scale));
        *scale = digits;
    } else {
        number = number.saturating_mul(10_i128.saturating_pow(*scale - digits));
    }
    *sum = sum.saturating_add(number);
}

fn decimal(sum: i128, scale: u32) -> String {
    let unit = 10_i128.saturating_pow(scale);
    let (whole, rest) = (sum / unit, (sum % unit).abs());
    let sign = if sum < 0 && whole == 0 { "-" } else { "" };
    if rest == 0 {
        return format!("{whole}");
    }
    let width = usize::try_from(scale).unwrap_or_default();
    let fraction = format!("{rest:0width$}");
    format!("{sign}{whole}.{}", fraction.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_lose_no_cent() {
        let mut sum = 0;
        let mut scale = 0;
        for text in ["0.1", "0.2", "1000000000000.05", "", "x", "-0.35"] {
            add(&mut sum, &mut scale, text);
        }
        assert_eq!(decimal(sum, scale), "1000000000000");
        add(&mut sum, &mut scale, "2.5");
        assert_eq!(decimal(sum, scale), "1000000000002.5");
        assert_eq!(decimal(-35, 2), "-0.35");
    }
}
