//! A table of the file, from which keys are taken with their lines, and what nobody took is a mistake.

use super::Mistake;
use std::collections::BTreeMap;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Where lines begin.
pub(super) struct Lines {
    starts: Vec<usize>,
}

impl Lines {
    pub(super) fn of(text: &str) -> Self {
        let breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        Self {
            starts: std::iter::once(0).chain(breaks).collect(),
        }
    }

    pub(super) fn line(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start <= at)
    }
}

/// A value with its line.
#[derive(Clone, Copy)]
pub(super) struct Node<'a> {
    value: &'a DeValue<'a>,
    pub(super) line: usize,
    lines: &'a Lines,
}

/// A table whose keys are taken one after the other.
pub(super) struct Table<'a> {
    left: BTreeMap<&'a str, Node<'a>>,
    pub(super) line: usize,
}

type Read<T> = Result<T, Mistake>;

impl<'a> Table<'a> {
    pub(super) fn new(table: &'a DeTable<'a>, line: usize, lines: &'a Lines) -> Self {
        let left = table
            .iter()
            .map(|(key, value)| {
                let node = Node::new(value, lines);
                let line = lines.line(key.span().start);
                (key.get_ref().as_ref(), Node { line, ..node })
            })
            .collect();
        Self { left, line }
    }

    pub(super) fn take(&mut self, key: &str) -> Option<Node<'a>> {
        self.left.remove(key)
    }

    pub(super) fn text(&mut self, key: &str) -> Read<Option<String>> {
        self.take(key).map(|node| node.text(key)).transpose()
    }

    pub(super) fn truth(&mut self, key: &str) -> Read<Option<bool>> {
        self.take(key).map(|node| node.truth(key)).transpose()
    }

    pub(super) fn whole(&mut self, key: &str) -> Read<Option<i64>> {
        self.take(key).map(|node| node.whole(key)).transpose()
    }

    /// A count of days.
    pub(super) fn days(&mut self, key: &str) -> Read<Option<u32>> {
        self.take(key).map(|node| node.days(key)).transpose()
    }

    pub(super) fn words(&mut self, key: &str) -> Read<Option<Vec<String>>> {
        self.take(key).map(|node| node.words(key)).transpose()
    }

    pub(super) fn table(&mut self, key: &str) -> Read<Option<Table<'a>>> {
        self.take(key).map(|node| node.table(key)).transpose()
    }

    /// A mistake here.
    pub(super) fn wrong<T>(&self, reason: impl Into<String>) -> Read<T> {
        Err(Mistake {
            line: self.line,
            reason: reason.into(),
        })
    }

    /// Nothing may be left.
    pub(super) fn finish(self, what: &str) -> Read<()> {
        match self.left.into_iter().min_by_key(|(_, node)| node.line) {
            None => Ok(()),
            Some((key, node)) => node.wrong(format!("{what} has no \"{key}\".")),
        }
    }
}

impl<'a> Node<'a> {
    pub(super) fn new(value: &'a Spanned<DeValue<'a>>, lines: &'a Lines) -> Self {
        Self {
            value: value.get_ref(),
            line: lines.line(value.span().start),
            lines,
        }
    }

    pub(super) fn wrong<T>(&self, reason: impl Into<String>) -> Read<T> {
        Err(Mistake {
            line: self.line,
            reason: reason.into(),
        })
    }

    pub(super) fn text(&self, key: &str) -> Read<String> {
        match self.value.as_str() {
            Some(text) => Ok(text.to_owned()),
            None => self.wrong(format!("\"{key}\" must be a text in quotes.")),
        }
    }

    pub(super) fn truth(&self, key: &str) -> Read<bool> {
        match self.value.as_bool() {
            Some(truth) => Ok(truth),
            None => self.wrong(format!("\"{key}\" must be true or false.")),
        }
    }

    pub(super) fn whole(&self, key: &str) -> Read<i64> {
        let digits = self
            .value
            .as_integer()
            .filter(|number| number.radix() == 10);
        match digits.and_then(|number| number.as_str().parse().ok()) {
            Some(number) => Ok(number),
            None => self.wrong(format!("\"{key}\" must be a whole number.")),
        }
    }

    pub(super) fn days(&self, key: &str) -> Read<u32> {
        match u32::try_from(self.whole(key)?) {
            Ok(days) if days <= 3_660 => Ok(days),
            _ => self.wrong(format!("\"{key}\" must be from 0 to 3660.")),
        }
    }

    /// A number, or one in quotes as people write it: `"$100,000"`.
    pub(super) fn number(&self, key: &str) -> Read<f64> {
        let text = match self.value {
            DeValue::String(text) => Some(text.as_ref()),
            DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str()),
            DeValue::Float(number) => Some(number.as_str()),
            _ => None,
        };
        match text.and_then(crate::value::number) {
            Some(number) => Ok(number),
            None => self.wrong(format!(
                "\"{key}\" must be a number such as 100000 or \"$100,000\"."
            )),
        }
    }

    /// A text, or several in brackets.
    pub(super) fn words(&self, key: &str) -> Read<Vec<String>> {
        let several = match self.value.as_array() {
            None => vec![self.text(key)?],
            Some(_) => self
                .list(key)?
                .iter()
                .map(|node| node.text(key))
                .collect::<Read<_>>()?,
        };
        if several.is_empty() {
            return self.wrong(format!("\"{key}\" must name something."));
        }
        Ok(several)
    }

    pub(super) fn list(&self, key: &str) -> Read<Vec<Node<'a>>> {
        match self.value.as_array() {
            Some(list) => Ok(list
                .iter()
                .map(|value| Node::new(value, self.lines))
                .collect()),
            None => self.wrong(format!("\"{key}\" must be a list in brackets.")),
        }
    }

    pub(super) fn table(&self, key: &str) -> Read<Table<'a>> {
        match self.value.as_table() {
            Some(table) => Ok(Table::new(table, self.line, self.lines)),
            None => self.wrong(format!("\"{key}\" must be a table.")),
        }
    }
}
