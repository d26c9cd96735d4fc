-- What a contact is tied to in HubSpot, by kind of record, as it was read when somebody looked at it.
CREATE TABLE person_beside (
    connection_id INTEGER NOT NULL REFERENCES connection (id),
    contact_id    TEXT    NOT NULL,
    kind          TEXT    NOT NULL,
    body          TEXT    NOT NULL,
    read_at       INTEGER NOT NULL,
    PRIMARY KEY (connection_id, contact_id, kind)
) STRICT, WITHOUT ROWID;
