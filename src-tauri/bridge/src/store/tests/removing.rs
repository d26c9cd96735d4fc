//! A connection goes with everything that was kept of it.

use super::Fixture;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

/// A row of ones and words in every table but those of the connections themselves.
fn fill(file: &Connection, connection: i64) -> Vec<String> {
    let names = |sql: &str| -> Vec<(String, String)> {
        let mut rows = file.prepare(sql).unwrap();
        let read = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
        read.unwrap().map(Result::unwrap).collect()
    };
    let tables = names(
        "SELECT name, '' FROM sqlite_schema WHERE type = 'table' AND sql LIKE '%connection_id%REFERENCES connection%'
             OR type = 'table' AND name IN ('rule_version', 'rule_backfill_person', 'run_row')",
    );
    for (table, _) in &tables {
        let columns = names(&format!(
            "SELECT name, type FROM pragma_table_info('{table}')"
        ));
        let values = columns.iter().map(|(name, kind)| match kind.as_str() {
            _ if name == "connection_id" => Value::Integer(connection),
            "INTEGER" => Value::Integer(1),
            "BLOB" => Value::Blob(vec![1]),
            _ => Value::Text("x".to_owned()),
        });
        let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
        let marks = vec!["?"; names.len()].join(", ");
        let sql = format!(
            "INSERT INTO {table} ({}) VALUES ({marks})",
            names.join(", ")
        );
        file.execute(&sql, params_from_iter(values)).unwrap();
    }
    tables.into_iter().map(|(table, _)| table).collect()
}

/// A table that is forgotten here would keep a connection from ever being removed.
#[test]
fn nothing_stands_against_removing_a_connection_and_nothing_is_left_of_it() {
    let mut fixture = Fixture::new();
    let file = Connection::open(fixture.path()).unwrap();
    file.pragma_update(None, "foreign_keys", false).unwrap();
    file.pragma_update(None, "ignore_check_constraints", true)
        .unwrap();
    let tables = fill(&file, fixture.connection);
    assert!(tables.len() > 30, "{tables:?}");
    let connection = fixture.connection;
    fixture
        .store
        .write(|rows| rows.remove_connection(connection))
        .unwrap();
    for table in tables {
        let sql = format!("SELECT count(*) FROM {table}");
        let left: i64 = file.query_row(&sql, [], |row| row.get(0)).unwrap();
        assert_eq!(left, 0, "{table}");
    }
}
