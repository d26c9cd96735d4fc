-- The line that a rule gave a person: what is written to them without a line of its own goes from it.
CREATE TABLE person_line (
    connection_id INTEGER NOT NULL REFERENCES connection (id),
    contact_id    TEXT    NOT NULL,
    line_id       TEXT    NOT NULL,
    since         INTEGER NOT NULL,
    PRIMARY KEY (connection_id, contact_id)
) STRICT, WITHOUT ROWID;
