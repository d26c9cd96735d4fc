-- Messages: what was asked for with a send, opt-outs on both sides, templates, drafts, runs to many.

-- How it is to go, who asked for it and what they set aside, as one text of our own.
ALTER TABLE send ADD COLUMN asked TEXT NOT NULL DEFAULT '{}';
-- Made once by whoever asks: the same intent never becomes a second send.
ALTER TABLE send ADD COLUMN intent TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX send_intent ON send (connection_id, intent) WHERE intent <> '';
CREATE INDEX send_by_phone ON send (connection_id, phone, created_at) WHERE phone <> '';
CREATE INDEX send_by_email ON send (connection_id, email, created_at) WHERE email <> '';
CREATE INDEX send_by_contact ON send (connection_id, contact_id, created_at) WHERE contact_id <> '';
CREATE INDEX send_by_time ON send (connection_id, created_at, id);

-- What the guard said no to and what somebody set aside: who, and why.
CREATE TABLE guard_log (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    connection_id INTEGER NOT NULL REFERENCES connection (id),
    at            INTEGER NOT NULL,
    -- 'refused' or 'overridden'.
    what          TEXT    NOT NULL,
    code          TEXT    NOT NULL,
    contact_id    TEXT    NOT NULL DEFAULT '',
    send_id       INTEGER,
    who           TEXT    NOT NULL DEFAULT '',
    why           TEXT    NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX guard_log_by_connection ON guard_log (connection_id, id);

ALTER TABLE opt_out ADD COLUMN who TEXT NOT NULL DEFAULT '';
ALTER TABLE opt_out ADD COLUMN why TEXT NOT NULL DEFAULT '';
ALTER TABLE opt_out ADD COLUMN lifted_by TEXT NOT NULL DEFAULT '';
ALTER TABLE opt_out ADD COLUMN lifted_why TEXT NOT NULL DEFAULT '';

-- What an opt-out, or its end, still has to be told to. Each may be done any number of times.
CREATE TABLE opt_out_step (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    connection_id INTEGER NOT NULL REFERENCES connection (id),
    -- 'dnc', 'cancel', 'hubspot', 'dnc_remove' or 'hubspot_in'.
    step          TEXT    NOT NULL,
    phone         TEXT    NOT NULL DEFAULT '',
    email         TEXT    NOT NULL DEFAULT '',
    lead_id       TEXT    NOT NULL DEFAULT '',
    contact_id    TEXT    NOT NULL DEFAULT '',
    at            INTEGER NOT NULL,
    progress      TEXT    NOT NULL DEFAULT 'open',
    attempts      INTEGER NOT NULL DEFAULT 0,
    due_at        INTEGER NOT NULL,
    detail        TEXT    NOT NULL DEFAULT '',
    UNIQUE (connection_id, step, phone, email, lead_id, contact_id, at)
) STRICT;
CREATE INDEX opt_out_step_open ON opt_out_step (connection_id, due_at, id) WHERE progress = 'open';

-- What somebody wrote that a person has to read.
CREATE TABLE review (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    connection_id INTEGER NOT NULL REFERENCES connection (id),
    -- 'free_wording' holds sends; 'harmless' tells that Tuco may have misread it.
    kind          TEXT    NOT NULL,
    message_id    TEXT    NOT NULL,
    phone         TEXT    NOT NULL DEFAULT '',
    email         TEXT    NOT NULL DEFAULT '',
    lead_id       TEXT    NOT NULL DEFAULT '',
    name          TEXT    NOT NULL DEFAULT '',
    text          TEXT    NOT NULL,
    at            INTEGER NOT NULL,
    -- 'open', 'opted_out' or 'harmless'.
    outcome       TEXT    NOT NULL DEFAULT 'open',
    decided_at    INTEGER,
    decided_by    TEXT    NOT NULL DEFAULT '',
    UNIQUE (connection_id, message_id)
) STRICT;
CREATE INDEX review_open ON review (connection_id, at, id) WHERE outcome = 'open';

-- Texts to be used again. They belong to the home: all connections share them.
CREATE TABLE template (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    folder     TEXT    NOT NULL DEFAULT '',
    name       TEXT    NOT NULL,
    text       TEXT    NOT NULL,
    -- What the writer fills in, as one text of our own.
    variables  TEXT    NOT NULL DEFAULT '[]',
    favourite  INTEGER NOT NULL DEFAULT 0,
    version    INTEGER NOT NULL DEFAULT 1,
    uses       INTEGER NOT NULL DEFAULT 0,
    changed_at INTEGER NOT NULL,
    changed_by TEXT    NOT NULL DEFAULT '',
    removed_at INTEGER
) STRICT;
CREATE UNIQUE INDEX template_by_name ON template (folder, name) WHERE removed_at IS NULL;
CREATE TABLE template_version (
    template_id INTEGER NOT NULL REFERENCES template (id),
    version     INTEGER NOT NULL,
    folder      TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    text        TEXT    NOT NULL,
    variables   TEXT    NOT NULL,
    changed_at  INTEGER NOT NULL,
    changed_by  TEXT    NOT NULL DEFAULT '',
    PRIMARY KEY (template_id, version)
) STRICT, WITHOUT ROWID;

-- What somebody began to write; one for a contact.
CREATE TABLE draft (
    connection_id INTEGER NOT NULL REFERENCES connection (id),
    contact_id    TEXT    NOT NULL,
    draft         TEXT    NOT NULL,
    kept_at       INTEGER NOT NULL,
    PRIMARY KEY (connection_id, contact_id)
) STRICT, WITHOUT ROWID;

-- One message to many.
CREATE TABLE run (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    connection_id INTEGER NOT NULL REFERENCES connection (id),
    -- Of what was asked for: the same again goes on with the same run.
    key           TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    -- 'ready', 'running', 'paused', 'stopped', 'finished' or 'cancelled'.
    state         TEXT    NOT NULL,
    why           TEXT    NOT NULL DEFAULT '',
    who           TEXT    NOT NULL DEFAULT '',
    started_at    INTEGER NOT NULL,
    changed_at    INTEGER NOT NULL,
    UNIQUE (connection_id, key)
) STRICT;
CREATE TABLE run_row (
    run_id     INTEGER NOT NULL REFERENCES run (id),
    row        INTEGER NOT NULL,
    order_     TEXT    NOT NULL,
    -- 'open', 'done', 'left_out' or 'failed'.
    progress   TEXT    NOT NULL DEFAULT 'open',
    reason     TEXT    NOT NULL DEFAULT '',
    contact_id TEXT    NOT NULL DEFAULT '',
    send_id    INTEGER,
    due_at     INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (run_id, row)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_row_open ON run_row (run_id, due_at, row) WHERE progress = 'open';
CREATE INDEX opt_out_by_address ON opt_out (connection_id, address, since);
-- The last words of a number, for what Tuco may have misread.
CREATE INDEX event_reply_by_phone ON event (connection_id, phone, occurred_at) WHERE kind = 'reply';
