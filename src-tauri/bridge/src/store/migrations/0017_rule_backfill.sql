-- A rule that is run, by somebody's word, on those who fit it already: who is still to be looked at.
CREATE TABLE rule_backfill (
    id            INTEGER PRIMARY KEY,
    connection_id INTEGER NOT NULL REFERENCES connection (id),
    rule_id       INTEGER NOT NULL REFERENCES rule (id),
    version       INTEGER NOT NULL,
    state         TEXT    NOT NULL DEFAULT 'on' CHECK (state IN ('on', 'done', 'stopped')),
    reason        TEXT    NOT NULL DEFAULT '',
    people        INTEGER NOT NULL,
    started_at    INTEGER NOT NULL,
    started_by    TEXT    NOT NULL,
    changed_at    INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX rule_backfill_one ON rule_backfill (rule_id) WHERE state = 'on';
CREATE INDEX rule_backfill_by_connection ON rule_backfill (connection_id, id);

CREATE TABLE rule_backfill_person (
    backfill_id INTEGER NOT NULL REFERENCES rule_backfill (id),
    contact_id  TEXT    NOT NULL,
    PRIMARY KEY (backfill_id, contact_id)
) STRICT, WITHOUT ROWID;
