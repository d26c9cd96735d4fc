-- Times are milliseconds since 1970-01-01T00:00:00Z. JSON only where the reader is the same code.

CREATE TABLE connection (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    name             TEXT    NOT NULL UNIQUE,
    portal_id        TEXT    NOT NULL,
    workspace_id     TEXT    NOT NULL DEFAULT '',
    portal_name      TEXT    NOT NULL DEFAULT '',
    ui_domain        TEXT    NOT NULL DEFAULT '',
    hubspot_region   TEXT    NOT NULL DEFAULT '',
    time_zone        TEXT    NOT NULL DEFAULT '',
    phone_region     TEXT    NOT NULL DEFAULT '',
    road             TEXT    NOT NULL DEFAULT 'unknown',
    road_why         TEXT    NOT NULL DEFAULT '',
    listing          TEXT    NOT NULL DEFAULT 'unknown',
    listing_at       INTEGER NOT NULL DEFAULT 0,
    look_back_from   INTEGER NOT NULL,
    paused           INTEGER NOT NULL DEFAULT 0,
    created_at       INTEGER NOT NULL,
    last_round_at    INTEGER NOT NULL DEFAULT 0,
    last_error       TEXT    NOT NULL DEFAULT '',
    UNIQUE (portal_id, workspace_id)
) STRICT;

CREATE TABLE setting (
    connection_id INTEGER NOT NULL REFERENCES connection (id),
    key           TEXT    NOT NULL,
    value         TEXT    NOT NULL,
    changed_at    INTEGER NOT NULL,
    PRIMARY KEY (connection_id, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE cursor (
    connection_id INTEGER NOT NULL REFERENCES connection (id),
    name          TEXT    NOT NULL,
    value         TEXT    NOT NULL,
    moved_at      INTEGER NOT NULL,
    PRIMARY KEY (connection_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE lead (
    connection_id INTEGER NOT NULL REFERENCES connection (id),
    lead_id       TEXT    NOT NULL,
    name          TEXT    NOT NULL DEFAULT '',
    phones        TEXT    NOT NULL DEFAULT '[]',
    emails        TEXT    NOT NULL DEFAULT '[]',
    hs_contact_id TEXT    NOT NULL DEFAULT '',
    read_at       INTEGER NOT NULL,
    PRIMARY KEY (connection_id, lead_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE link (
    connection_id INTEGER NOT NULL REFERENCES connection (id),
    person        TEXT    NOT NULL,
    contact_id    TEXT    NOT NULL,
    how           TEXT    NOT NULL,
    owner_id      TEXT    NOT NULL DEFAULT '',
    also          TEXT    NOT NULL DEFAULT '[]',
    since         INTEGER NOT NULL,
    PRIMARY KEY (connection_id, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX link_by_contact ON link (connection_id, contact_id);

CREATE TABLE event (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    connection_id INTEGER NOT NULL REFERENCES connection (id),
    message_id    TEXT    NOT NULL,
    kind          TEXT    NOT NULL,
    channel       TEXT    NOT NULL,
    person        TEXT    NOT NULL DEFAULT '',
    lead_id       TEXT    NOT NULL DEFAULT '',
    phone         TEXT    NOT NULL DEFAULT '',
    email         TEXT    NOT NULL DEFAULT '',
    name          TEXT    NOT NULL DEFAULT '',
    line_id       TEXT    NOT NULL DEFAULT '',
    text          TEXT    NOT NULL DEFAULT '',
    text_state    TEXT    NOT NULL,
    attachments   TEXT    NOT NULL DEFAULT '[]',
    occurred_at   INTEGER NOT NULL,
    seen_at       INTEGER NOT NULL,
    source        TEXT    NOT NULL,
    batch_id      TEXT    NOT NULL DEFAULT '',
    hs_contact_id TEXT    NOT NULL DEFAULT '',
    detail        TEXT    NOT NULL DEFAULT '',
    stage         TEXT    NOT NULL DEFAULT 'new',
    reason_code   TEXT    NOT NULL DEFAULT '',
    reason        TEXT    NOT NULL DEFAULT '',
    looks         INTEGER NOT NULL DEFAULT 0,
    look_at       INTEGER,
    contact_id    TEXT    NOT NULL DEFAULT '',
    how           TEXT    NOT NULL DEFAULT '',
    UNIQUE (connection_id, message_id, kind)
) STRICT;
CREATE INDEX event_by_time ON event (connection_id, occurred_at, id);
CREATE INDEX event_by_person ON event (connection_id, person, occurred_at);
CREATE INDEX event_open ON event (connection_id, look_at, id) WHERE stage IN ('new', 'waiting');
CREATE INDEX event_by_stage ON event (connection_id, stage, kind, reason_code);

CREATE VIRTUAL TABLE event_text USING fts5 (
    text, name, phone, email,
    content = 'event', content_rowid = 'id', tokenize = "unicode61 remove_diacritics 2", prefix = '2 3'
);
CREATE TRIGGER event_text_added AFTER INSERT ON event BEGIN
    INSERT INTO event_text (rowid, text, name, phone, email)
    VALUES (new.id, new.text, new.name, new.phone, new.email);
END;
CREATE TRIGGER event_text_changed AFTER UPDATE OF text, name, phone, email ON event BEGIN
    INSERT INTO event_text (event_text, rowid, text, name, phone, email)
    VALUES ('delete', old.id, old.text, old.name, old.phone, old.email);
    INSERT INTO event_text (rowid, text, name, phone, email)
    VALUES (new.id, new.text, new.name, new.phone, new.email);
END;

CREATE TABLE effect (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    connection_id  INTEGER NOT NULL REFERENCES connection (id),
    key            TEXT    NOT NULL,
    event_id       INTEGER REFERENCES event (id),
    contact_id     TEXT    NOT NULL,
    word           TEXT    NOT NULL,
    write          TEXT    NOT NULL,
    progress       TEXT    NOT NULL,
    attempts       INTEGER NOT NULL DEFAULT 0,
    refusals       INTEGER NOT NULL DEFAULT 0,
    due_at         INTEGER NOT NULL,
    sent_at        INTEGER,
    cause          TEXT    NOT NULL DEFAULT '',
    result_id      TEXT    NOT NULL DEFAULT '',
    correlation_id TEXT    NOT NULL DEFAULT '',
    created_at     INTEGER NOT NULL,
    done_at        INTEGER,
    UNIQUE (connection_id, key)
) STRICT;
CREATE INDEX effect_open ON effect (connection_id, progress, due_at, id)
    WHERE progress IN ('queued', 'sending', 'unknown');
CREATE INDEX effect_parked ON effect (connection_id, id) WHERE progress = 'parked';
CREATE INDEX effect_by_event ON effect (event_id);

-- Outbound messages whose end is not known yet.
CREATE TABLE pending_message (
    connection_id INTEGER NOT NULL REFERENCES connection (id),
    message_id    TEXT    NOT NULL,
    lead_id       TEXT    NOT NULL DEFAULT '',
    status        TEXT    NOT NULL,
    looks         INTEGER NOT NULL DEFAULT 0,
    look_at       INTEGER NOT NULL,
    PRIMARY KEY (connection_id, message_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE send (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    connection_id INTEGER NOT NULL REFERENCES connection (id),
    key           TEXT    NOT NULL,
    contact_id    TEXT    NOT NULL DEFAULT '',
    lead_id       TEXT    NOT NULL DEFAULT '',
    phone         TEXT    NOT NULL DEFAULT '',
    email         TEXT    NOT NULL DEFAULT '',
    channel       TEXT    NOT NULL,
    line_id       TEXT    NOT NULL DEFAULT '',
    text          TEXT    NOT NULL,
    text_hash     TEXT    NOT NULL,
    state         TEXT    NOT NULL,
    reason        TEXT    NOT NULL DEFAULT '',
    message_id    TEXT    NOT NULL DEFAULT '',
    scheduled_at  INTEGER,
    attempts      INTEGER NOT NULL DEFAULT 0,
    due_at        INTEGER NOT NULL,
    sent_at       INTEGER,
    looks         INTEGER NOT NULL DEFAULT 0,
    created_at    INTEGER NOT NULL,
    changed_at    INTEGER NOT NULL,
    UNIQUE (connection_id, key)
) STRICT;
CREATE INDEX send_open ON send (connection_id, state, due_at) WHERE state IN ('queued', 'sending', 'unknown');
CREATE INDEX send_recent ON send (connection_id, text_hash, created_at);

-- An address, or a person, that must not be written to. Kept when lifted: the history is the proof.
CREATE TABLE opt_out (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    connection_id INTEGER NOT NULL REFERENCES connection (id),
    address       TEXT    NOT NULL,
    source        TEXT    NOT NULL,
    message_id    TEXT    NOT NULL DEFAULT '',
    since         INTEGER NOT NULL,
    lifted_at     INTEGER
) STRICT;
CREATE UNIQUE INDEX opt_out_once ON opt_out (connection_id, address, source, message_id);
CREATE INDEX opt_out_in_force ON opt_out (connection_id, address) WHERE lifted_at IS NULL;

CREATE TABLE call_count (
    connection_id INTEGER NOT NULL REFERENCES connection (id),
    day           TEXT    NOT NULL,
    side          TEXT    NOT NULL,
    calls         INTEGER NOT NULL,
    PRIMARY KEY (connection_id, day, side)
) STRICT, WITHOUT ROWID;
