-- What rules asked HubSpot and Tuco on a day. A reading is what several rules may share: a kind of record, a
-- list, or one rule's own.
CREATE TABLE rule_call (
    connection_id INTEGER NOT NULL REFERENCES connection (id),
    day           TEXT    NOT NULL,
    reading       TEXT    NOT NULL,
    hubspot       INTEGER NOT NULL,
    tuco          INTEGER NOT NULL,
    PRIMARY KEY (connection_id, day, reading)
) STRICT, WITHOUT ROWID;
