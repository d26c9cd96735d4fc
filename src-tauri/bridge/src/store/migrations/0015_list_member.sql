-- Who was on a list of HubSpot when it was last read whole: who is missing the next time has left it.
CREATE TABLE list_member (
    connection_id INTEGER NOT NULL REFERENCES connection (id),
    list_id       TEXT    NOT NULL,
    contact_id    TEXT    NOT NULL,
    PRIMARY KEY (connection_id, list_id, contact_id)
) STRICT, WITHOUT ROWID;
