-- Times are milliseconds since 1970-01-01T00:00:00Z. JSON only where the reader is the same code.

CREATE TABLE connection (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    -- Made once and never changed: the name of its entry in the keychain.
    key              TEXT    NOT NULL UNIQUE DEFAULT (lower(hex(randomblob(16)))),
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
CREATE INDEX event_by_person ON event (connection_id, person, occurred_at, id);
-- One walk per group of event_count, merged by time, answers every filter of the log at any depth.
CREATE INDEX event_by_group ON event (connection_id, kind, stage, reason_code, occurred_at, id);
-- Two small indexes for the loop; SQLite takes a partial one only where the words match exactly.
CREATE INDEX event_new ON event (connection_id, occurred_at, id) WHERE stage = 'new';
CREATE INDEX event_waiting ON event (connection_id, look_at, id) WHERE stage = 'waiting';

-- How many events there are of each sort, so that counting never walks the events.
CREATE TABLE event_count (
    connection_id INTEGER NOT NULL,
    kind          TEXT    NOT NULL,
    stage         TEXT    NOT NULL,
    reason_code   TEXT    NOT NULL,
    events        INTEGER NOT NULL,
    PRIMARY KEY (connection_id, kind, stage, reason_code)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER event_counted AFTER INSERT ON event BEGIN
    INSERT INTO event_count (connection_id, kind, stage, reason_code, events)
    VALUES (new.connection_id, new.kind, new.stage, new.reason_code, 1)
    ON CONFLICT DO UPDATE SET events = events + 1;
END;
CREATE TRIGGER event_recounted AFTER UPDATE OF connection_id, kind, stage, reason_code ON event
WHEN (old.connection_id, old.kind, old.stage, old.reason_code)
     IS NOT (new.connection_id, new.kind, new.stage, new.reason_code) BEGIN
    UPDATE event_count SET events = events - 1
    WHERE connection_id = old.connection_id AND kind = old.kind AND stage = old.stage
      AND reason_code = old.reason_code;
    INSERT INTO event_count (connection_id, kind, stage, reason_code, events)
    VALUES (new.connection_id, new.kind, new.stage, new.reason_code, 1)
    ON CONFLICT DO UPDATE SET events = events + 1;
END;
CREATE TRIGGER event_uncounted AFTER DELETE ON event BEGIN
    UPDATE event_count SET events = events - 1
    WHERE connection_id = old.connection_id AND kind = old.kind AND stage = old.stage
      AND reason_code = old.reason_code;
END;

-- The words of an event. Of a phone number the last 10, 8, 7 and 4 digits are kept too, since that is
-- how people type it. Only which rows hold a word is kept (detail none): phrases are never
-- asked for, and the index is half as large. The kind, which never changes, is a word too, behind a
-- letter of private use that nobody types: so a common word of a rare kind is found as quickly as either.
CREATE VIRTUAL TABLE event_text USING fts5 (
    words, content = '', contentless_delete = 1, detail = none,
    tokenize = "unicode61 remove_diacritics 2", prefix = '1 2 3 4'
);
-- The words themselves, in order.
-- Fewer, larger merges: what an event costs stays the same as the file grows.
INSERT INTO event_text (event_text, rank) VALUES ('automerge', 8);
CREATE VIRTUAL TABLE event_word USING fts5vocab (event_text, instance);
CREATE TRIGGER event_text_added AFTER INSERT ON event BEGIN
    INSERT INTO event_text (rowid, words)
    VALUES (new.id, new.text || ' ' || new.name || ' ' || new.email || ' ' || new.phone || ' '
                    || substr(new.phone, -10) || ' ' || substr(new.phone, -8) || ' '
                    || substr(new.phone, -7) || ' ' || substr(new.phone, -4)
                    || ' ' || char(57344) || new.kind);
END;
CREATE TRIGGER event_text_changed AFTER UPDATE OF text, name, phone, email ON event
WHEN (old.text, old.name, old.phone, old.email) IS NOT (new.text, new.name, new.phone, new.email) BEGIN
    DELETE FROM event_text WHERE rowid = old.id;
    INSERT INTO event_text (rowid, words)
    VALUES (new.id, new.text || ' ' || new.name || ' ' || new.email || ' ' || new.phone || ' '
                    || substr(new.phone, -10) || ' ' || substr(new.phone, -8) || ' '
                    || substr(new.phone, -7) || ' ' || substr(new.phone, -4)
                    || ' ' || char(57344) || new.kind);
END;
CREATE TRIGGER event_text_removed AFTER DELETE ON event BEGIN
    DELETE FROM event_text WHERE rowid = old.id;
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
CREATE INDEX effect_queued ON effect (connection_id, due_at, id) WHERE progress = 'queued';
CREATE INDEX effect_sending ON effect (connection_id, id) WHERE progress = 'sending';
CREATE INDEX effect_unknown ON effect (connection_id, due_at, id) WHERE progress = 'unknown';
CREATE INDEX effect_parked ON effect (connection_id, id) WHERE progress = 'parked';
CREATE INDEX effect_upkeep ON effect (connection_id, contact_id) WHERE progress = 'queued' AND word = 'upkeep';
CREATE INDEX effect_by_event ON effect (event_id);

CREATE TABLE effect_count (
    connection_id INTEGER NOT NULL,
    word          TEXT    NOT NULL,
    progress      TEXT    NOT NULL,
    effects       INTEGER NOT NULL,
    PRIMARY KEY (connection_id, word, progress)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER effect_counted AFTER INSERT ON effect BEGIN
    INSERT INTO effect_count (connection_id, word, progress, effects)
    VALUES (new.connection_id, new.word, new.progress, 1)
    ON CONFLICT DO UPDATE SET effects = effects + 1;
END;
CREATE TRIGGER effect_recounted AFTER UPDATE OF progress ON effect
WHEN old.progress IS NOT new.progress BEGIN
    UPDATE effect_count SET effects = effects - 1
    WHERE connection_id = old.connection_id AND word = old.word AND progress = old.progress;
    INSERT INTO effect_count (connection_id, word, progress, effects)
    VALUES (new.connection_id, new.word, new.progress, 1)
    ON CONFLICT DO UPDATE SET effects = effects + 1;
END;
CREATE TRIGGER effect_uncounted AFTER DELETE ON effect BEGIN
    UPDATE effect_count SET effects = effects - 1
    WHERE connection_id = old.connection_id AND word = old.word AND progress = old.progress;
END;

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
CREATE INDEX pending_message_due ON pending_message (connection_id, look_at);

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
CREATE INDEX send_queued ON send (connection_id, due_at, id) WHERE state = 'queued';
CREATE INDEX send_sending ON send (connection_id, id) WHERE state = 'sending';
CREATE INDEX send_unknown ON send (connection_id, due_at, id) WHERE state = 'unknown';
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
-- A message that was read once is not read again, also after it was lifted.
CREATE UNIQUE INDEX opt_out_once ON opt_out (connection_id, address, source, message_id) WHERE message_id <> '';
CREATE INDEX opt_out_in_force ON opt_out (connection_id, address) WHERE lifted_at IS NULL;

CREATE TABLE call_count (
    connection_id INTEGER NOT NULL REFERENCES connection (id),
    day           TEXT    NOT NULL,
    side          TEXT    NOT NULL,
    calls         INTEGER NOT NULL,
    PRIMARY KEY (connection_id, day, side)
) STRICT, WITHOUT ROWID;

-- What the store knows of itself, such as when it was last checked for damage.
CREATE TABLE mark (
    name  TEXT    NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
