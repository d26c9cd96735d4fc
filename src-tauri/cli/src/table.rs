//! Tables that fit the terminal.

use crate::console::{Console, Tone};
use crate::shown::shown;
use comfy_table::presets::NOTHING;
use comfy_table::{Cell, ColumnConstraint, ContentArrangement, Row, Table, TableComponent};

/// Width where there is no terminal to ask.
const WIDTH: u16 = 120;

/// A cell of foreign or own text; made fit for a terminal either way.
pub(crate) fn cell(text: &str) -> Cell {
    Cell::new(shown(text))
}

/// A cell whose meaning has a colour.
pub(crate) fn toned(text: &str, tone: Tone) -> Cell {
    let (colour, attribute) = tone.cell();
    let mut cell = cell(text);
    if let Some(colour) = colour {
        cell = cell.fg(colour);
    }
    if let Some(attribute) = attribute {
        cell = cell.add_attribute(attribute);
    }
    cell
}

/// Rows of one line each, under these headings.
pub(crate) fn table(console: &Console, headings: &[&str], rows: Vec<Vec<Cell>>) -> String {
    with_height(console, headings, rows, Some(1), &[])
}

/// The same, with columns that are never cut: what they say matters most.
pub(crate) fn table_with_whole(
    console: &Console,
    headings: &[&str],
    rows: Vec<Vec<Cell>>,
    whole: &[usize],
) -> String {
    with_height(console, headings, rows, Some(1), whole)
}

/// Rows as high as their texts.
pub(crate) fn tall_table(console: &Console, headings: &[&str], rows: Vec<Vec<Cell>>) -> String {
    with_height(console, headings, rows, None, &[])
}

fn with_height(
    console: &Console,
    headings: &[&str],
    rows: Vec<Vec<Cell>>,
    most: Option<usize>,
    whole: &[usize],
) -> String {
    let mut table = Table::new();
    table.load_preset(NOTHING);
    table.set_style(TableComponent::HeaderLines, '─');
    table.set_style(TableComponent::MiddleHeaderIntersections, '─');
    table.set_content_arrangement(ContentArrangement::Dynamic);
    let width = table.width();
    if console.has_colour() {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    table.set_width(width.or_else(columns).unwrap_or(WIDTH).max(40));
    if !headings.is_empty() {
        table.set_header(
            headings
                .iter()
                .map(|heading| toned(heading, Tone::Strong))
                .collect::<Vec<_>>(),
        );
    }
    for cells in rows {
        let mut row = Row::from(cells);
        if let Some(most) = most {
            row.max_height(most);
        }
        table.add_row(row);
    }
    for index in whole {
        if let Some(column) = table.column_mut(*index) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    table.trim_fmt()
}

fn columns() -> Option<u16> {
    std::env::var("COLUMNS").ok()?.parse().ok()
}
