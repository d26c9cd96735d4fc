-- The webhook listener: how it is set up, and what came in over it.

-- The listener of a connection and its registration at Tuco. The secrets are in the vault.
CREATE TABLE webhook (
    connection_id  INTEGER NOT NULL PRIMARY KEY REFERENCES connection (id),
    enabled        INTEGER NOT NULL DEFAULT 0,
    port           INTEGER NOT NULL DEFAULT 0,
    -- 128 random bits, in hexadecimal digits.
    path           TEXT    NOT NULL,
    tunnel         TEXT    NOT NULL DEFAULT '',
    -- Tuco's id of the registration.
    webhook_id     TEXT    NOT NULL DEFAULT '',
    -- A change at Tuco was begun; finished or undone when the program starts again.
    pending        INTEGER NOT NULL DEFAULT 0,
    -- How often the signature was good only for the body written anew.
    rewritten      INTEGER NOT NULL DEFAULT 0,
    -- Since when two secrets hold, while one takes the other's place; 0 while there is one.
    rotating_since INTEGER NOT NULL DEFAULT 0,
    changed_at     INTEGER NOT NULL
) STRICT;

-- Every webhook that was ever taken, by what cannot be forged: a repeat is known for ever, whatever its
-- headers say and however often the program was started since.
CREATE TABLE webhook_seen (
    connection_id INTEGER NOT NULL REFERENCES connection (id),
    body_sum      BLOB    NOT NULL,
    PRIMARY KEY (connection_id, body_sum)
) STRICT, WITHOUT ROWID;

-- The last deliveries, for whoever looks whether it works. Holds no body.
CREATE TABLE delivery (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    connection_id INTEGER NOT NULL REFERENCES connection (id),
    at            INTEGER NOT NULL,
    event         TEXT    NOT NULL DEFAULT '',
    message_id    TEXT    NOT NULL DEFAULT '',
    verdict       TEXT    NOT NULL,
    -- The event is much older, or newer, than its arrival: taken all the same, and marked.
    late          INTEGER NOT NULL DEFAULT 0,
    latency_us    INTEGER NOT NULL DEFAULT 0,
    bytes         INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX delivery_by_connection ON delivery (connection_id, id);

-- How many requests ended how, for good.
CREATE TABLE delivery_count (
    connection_id INTEGER NOT NULL REFERENCES connection (id),
    verdict       TEXT    NOT NULL,
    deliveries    INTEGER NOT NULL,
    PRIMARY KEY (connection_id, verdict)
) STRICT, WITHOUT ROWID;
