-- What changed in a lead's fields that rules watch, from one reading to the next, until rules have looked at it.
CREATE TABLE lead_change (
    id            INTEGER PRIMARY KEY,
    connection_id INTEGER NOT NULL REFERENCES connection (id),
    lead_id       TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    was           TEXT    NOT NULL,
    became        TEXT    NOT NULL,
    -- When the lead was read before: it changed after that.
    since         INTEGER NOT NULL,
    changed_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX lead_change_by_connection ON lead_change (connection_id, id);
