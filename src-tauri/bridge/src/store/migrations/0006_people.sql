-- Contacts and leads kept in step: what each side holds, who belongs to whom, what they agreed on.

-- Every mapping that was ever applied, as its file; the newest holds.
CREATE TABLE mapping_version (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    connection_id INTEGER NOT NULL REFERENCES connection (id),
    at            INTEGER NOT NULL,
    says          TEXT    NOT NULL DEFAULT '',
    body          TEXT    NOT NULL
) STRICT;
CREATE INDEX mapping_version_newest ON mapping_version (connection_id, id);

-- Documents of which a connection has one each: the portal's fields, the people switches, a draft.
CREATE TABLE people_document (
    connection_id INTEGER NOT NULL REFERENCES connection (id),
    name          TEXT    NOT NULL,
    body          TEXT    NOT NULL,
    changed_at    INTEGER NOT NULL,
    PRIMARY KEY (connection_id, name)
) STRICT, WITHOUT ROWID;

-- A contact or a lead as it was read last, its mapped values only.
CREATE TABLE person_copy (
    -- By which it is shown; stays with the record as long as that is known.
    number        INTEGER PRIMARY KEY AUTOINCREMENT,
    connection_id INTEGER NOT NULL REFERENCES connection (id),
    side          TEXT    NOT NULL,
    record_id     TEXT    NOT NULL,
    name          TEXT    NOT NULL DEFAULT '',
    -- The name as lists are ordered by it.
    sort          TEXT    NOT NULL DEFAULT '',
    content       TEXT    NOT NULL,
    hash          TEXT    NOT NULL,
    addresses     TEXT    NOT NULL DEFAULT '[]',
    -- The other side's record that this one names by itself; of a contact, the ids it had before merges.
    claim         TEXT    NOT NULL DEFAULT '',
    changed_at    INTEGER,
    read_at       INTEGER NOT NULL,
    run           INTEGER NOT NULL,
    dirty         INTEGER NOT NULL DEFAULT 1,
    held          TEXT    NOT NULL DEFAULT '',
    -- A person put this one aside.
    ignored       INTEGER NOT NULL DEFAULT 0,
    UNIQUE (connection_id, side, record_id)
) STRICT;
CREATE INDEX person_copy_by_name ON person_copy (connection_id, sort, number);
CREATE INDEX person_copy_dirty ON person_copy (connection_id, side, record_id) WHERE dirty = 1;
CREATE INDEX person_copy_held ON person_copy (connection_id, held, side, record_id) WHERE held <> '';
CREATE INDEX person_copy_read ON person_copy (connection_id, side, read_at);
CREATE INDEX person_copy_claim ON person_copy (connection_id, claim) WHERE claim <> '';
CREATE INDEX person_copy_changed ON person_copy (connection_id, changed_at, record_id);

CREATE TABLE person_address (
    connection_id INTEGER NOT NULL,
    address       TEXT    NOT NULL,
    side          TEXT    NOT NULL,
    record_id     TEXT    NOT NULL,
    PRIMARY KEY (connection_id, address, side, record_id)
) STRICT, WITHOUT ROWID;
-- Numbers that end alike, with and without a country.
CREATE INDEX person_address_tail ON person_address (connection_id, side, substr(address, -7));

-- Which lead is which contact, and what the two last agreed on, by hash.
CREATE TABLE pair (
    connection_id INTEGER NOT NULL REFERENCES connection (id),
    contact_id    TEXT    NOT NULL,
    lead_id       TEXT    NOT NULL,
    how           TEXT    NOT NULL,
    since         INTEGER NOT NULL,
    mirror        TEXT    NOT NULL DEFAULT '{}',
    PRIMARY KEY (connection_id, contact_id),
    UNIQUE (connection_id, lead_id)
) STRICT, WITHOUT ROWID;

-- Two records that a person said are not the same person.
CREATE TABLE not_pair (
    connection_id INTEGER NOT NULL REFERENCES connection (id),
    contact_id    TEXT    NOT NULL,
    lead_id       TEXT    NOT NULL,
    PRIMARY KEY (connection_id, contact_id, lead_id)
) STRICT, WITHOUT ROWID;

-- The history of links, by hand and found.
CREATE TABLE pair_step (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    connection_id INTEGER NOT NULL REFERENCES connection (id),
    at            INTEGER NOT NULL,
    what          TEXT    NOT NULL,
    how           TEXT    NOT NULL,
    contact_id    TEXT    NOT NULL,
    lead_id       TEXT    NOT NULL
) STRICT;
CREATE INDEX pair_step_contact ON pair_step (connection_id, contact_id, id);
CREATE INDEX pair_step_lead ON pair_step (connection_id, lead_id, id);

-- A write to either side: recorded before it leaves, settled when the answer is in.
CREATE TABLE people_effect (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    connection_id INTEGER NOT NULL REFERENCES connection (id),
    kind          TEXT    NOT NULL,
    contact_id    TEXT    NOT NULL DEFAULT '',
    lead_id       TEXT    NOT NULL DEFAULT '',
    content       TEXT    NOT NULL,
    hash          TEXT    NOT NULL,
    progress      TEXT    NOT NULL,
    cause         TEXT    NOT NULL DEFAULT '',
    created_at    INTEGER NOT NULL,
    done_at       INTEGER
) STRICT;
CREATE INDEX people_effect_open ON people_effect (connection_id, id) WHERE progress = 'sending';
CREATE INDEX people_effect_unknown ON people_effect (connection_id, lead_id) WHERE progress = 'unknown';

-- Both sides changed a fact: what each held, and what became of it.
CREATE TABLE people_conflict (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    connection_id INTEGER NOT NULL REFERENCES connection (id),
    contact_id    TEXT    NOT NULL,
    lead_id       TEXT    NOT NULL,
    row_key       TEXT    NOT NULL,
    contact_value TEXT    NOT NULL,
    lead_value    TEXT    NOT NULL,
    winner        TEXT    NOT NULL DEFAULT '',
    rule          TEXT    NOT NULL,
    at            INTEGER NOT NULL,
    undone_at     INTEGER
) STRICT;
CREATE INDEX people_conflict_newest ON people_conflict (connection_id, id);
CREATE INDEX people_conflict_contact ON people_conflict (connection_id, contact_id, id);
