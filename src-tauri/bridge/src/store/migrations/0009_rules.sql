-- Rules: when something happens to a person, what follows.
CREATE TABLE rule (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    connection_id INTEGER NOT NULL REFERENCES connection (id),
    name          TEXT    NOT NULL,
    -- The rule as its file would say it.
    body          TEXT    NOT NULL,
    version       INTEGER NOT NULL,
    -- 'off', 'on' or 'paused': it paused itself.
    state         TEXT    NOT NULL DEFAULT 'off',
    -- Why it paused itself.
    reason        TEXT    NOT NULL DEFAULT '',
    -- By this machine's clock; what happened before sets nothing off. 0 where it is off.
    enabled_at    INTEGER NOT NULL DEFAULT 0,
    -- The same by HubSpot's clock, once a round has heard it; 0 before.
    armed_at      INTEGER NOT NULL DEFAULT 0,
    -- Runs that failed since one went well.
    failures      INTEGER NOT NULL DEFAULT 0,
    changed_at    INTEGER NOT NULL,
    changed_by    TEXT    NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX rule_by_name ON rule (connection_id, name);

CREATE TABLE rule_version (
    rule_id    INTEGER NOT NULL REFERENCES rule (id),
    version    INTEGER NOT NULL,
    body       TEXT    NOT NULL,
    changed_at INTEGER NOT NULL,
    changed_by TEXT    NOT NULL,
    PRIMARY KEY (rule_id, version)
) STRICT, WITHOUT ROWID;

-- What a rule said to something that happened to somebody, and how far it came with it.
CREATE TABLE rule_run (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    connection_id INTEGER NOT NULL REFERENCES connection (id),
    rule_id       INTEGER NOT NULL REFERENCES rule (id),
    -- What happened, and to whom: the same by whatever road it came.
    fact          TEXT    NOT NULL,
    -- The rule's version that looked: what it decided is done as it was then.
    version       INTEGER NOT NULL,
    contact_id    TEXT    NOT NULL,
    -- The record that it happened to.
    object        TEXT    NOT NULL,
    record        TEXT    NOT NULL,
    -- How many rules led to it.
    chain         INTEGER NOT NULL DEFAULT 0,
    -- 'refused', 'waiting', 'doing', 'done', 'left_out', 'failed', 'unknown', 'expired', 'stopped'.
    state         TEXT    NOT NULL,
    reason        TEXT    NOT NULL DEFAULT '',
    -- For a person: which condition was not so with the value that it saw, or what went wrong.
    words         TEXT    NOT NULL DEFAULT '',
    -- Actions that are done.
    step          INTEGER NOT NULL DEFAULT 0,
    happened_at   INTEGER NOT NULL,
    seen_at       INTEGER NOT NULL,
    -- When it was to be done, and when it is tried next.
    meant_at      INTEGER NOT NULL,
    due_at        INTEGER NOT NULL,
    changed_at    INTEGER NOT NULL,
    -- What HubSpot asked for; empty where it asked for nothing.
    asked         TEXT    NOT NULL DEFAULT '',
    -- What HubSpot was told last of how it stands, and whether there may be more to tell.
    told          TEXT    NOT NULL DEFAULT '',
    to_tell       INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX rule_run_once ON rule_run (rule_id, fact);
CREATE INDEX rule_run_due ON rule_run (connection_id, due_at) WHERE state IN ('waiting', 'doing');
CREATE INDEX rule_run_to_tell ON rule_run (connection_id, id) WHERE to_tell = 1;
CREATE INDEX rule_run_by_person ON rule_run (rule_id, contact_id, state);
CREATE INDEX rule_run_by_connection ON rule_run (connection_id, id);

-- Records that were read at this state of theirs, as long as a search may show them again.
CREATE TABLE rule_seen (
    connection_id INTEGER NOT NULL REFERENCES connection (id),
    object        TEXT    NOT NULL,
    record        TEXT    NOT NULL,
    modified_at   INTEGER NOT NULL,
    PRIMARY KEY (connection_id, object, record)
) STRICT, WITHOUT ROWID;

-- What rules wrote, so that a change that comes of it is known as theirs.
CREATE TABLE rule_write (
    connection_id INTEGER NOT NULL REFERENCES connection (id),
    object        TEXT    NOT NULL,
    record        TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    value         TEXT    NOT NULL,
    chain         INTEGER NOT NULL,
    at            INTEGER NOT NULL,
    PRIMARY KEY (connection_id, object, record, name, value)
) STRICT, WITHOUT ROWID;
