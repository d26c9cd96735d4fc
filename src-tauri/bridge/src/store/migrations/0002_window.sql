-- What a window asks of the log: how much happened when, what a line or a contact had, and the
-- filters that somebody kept.

-- Events of each sort in each hour and day (UTC), so that a chart, a count between two moments and a
-- jump to the middle of a million rows cost the same at any size. Kept by the writes.
CREATE TABLE event_hour (
    connection_id INTEGER NOT NULL,
    hour          INTEGER NOT NULL,
    kind          TEXT    NOT NULL,
    stage         TEXT    NOT NULL,
    reason_code   TEXT    NOT NULL,
    events        INTEGER NOT NULL,
    PRIMARY KEY (connection_id, hour, kind, stage, reason_code)
) STRICT, WITHOUT ROWID;
CREATE TABLE event_day (
    connection_id INTEGER NOT NULL,
    day           INTEGER NOT NULL,
    kind          TEXT    NOT NULL,
    stage         TEXT    NOT NULL,
    reason_code   TEXT    NOT NULL,
    events        INTEGER NOT NULL,
    PRIMARY KEY (connection_id, day, kind, stage, reason_code)
) STRICT, WITHOUT ROWID;
INSERT INTO event_hour (connection_id, hour, kind, stage, reason_code, events)
SELECT connection_id, occurred_at / 3600000, kind, stage, reason_code, count(*) FROM event
GROUP BY 1, 2, 3, 4, 5;
INSERT INTO event_day (connection_id, day, kind, stage, reason_code, events)
SELECT connection_id, occurred_at / 86400000, kind, stage, reason_code, count(*) FROM event
GROUP BY 1, 2, 3, 4, 5;

CREATE TRIGGER event_timed AFTER INSERT ON event BEGIN
    INSERT INTO event_hour (connection_id, hour, kind, stage, reason_code, events)
    VALUES (new.connection_id, new.occurred_at / 3600000, new.kind, new.stage, new.reason_code, 1)
    ON CONFLICT DO UPDATE SET events = events + 1;
    INSERT INTO event_day (connection_id, day, kind, stage, reason_code, events)
    VALUES (new.connection_id, new.occurred_at / 86400000, new.kind, new.stage, new.reason_code, 1)
    ON CONFLICT DO UPDATE SET events = events + 1;
END;
CREATE TRIGGER event_retimed
AFTER UPDATE OF connection_id, occurred_at, kind, stage, reason_code ON event
WHEN (old.connection_id, old.occurred_at, old.kind, old.stage, old.reason_code)
     IS NOT (new.connection_id, new.occurred_at, new.kind, new.stage, new.reason_code) BEGIN
    UPDATE event_hour SET events = events - 1
    WHERE connection_id = old.connection_id AND hour = old.occurred_at / 3600000
      AND kind = old.kind AND stage = old.stage AND reason_code = old.reason_code;
    UPDATE event_day SET events = events - 1
    WHERE connection_id = old.connection_id AND day = old.occurred_at / 86400000
      AND kind = old.kind AND stage = old.stage AND reason_code = old.reason_code;
    INSERT INTO event_hour (connection_id, hour, kind, stage, reason_code, events)
    VALUES (new.connection_id, new.occurred_at / 3600000, new.kind, new.stage, new.reason_code, 1)
    ON CONFLICT DO UPDATE SET events = events + 1;
    INSERT INTO event_day (connection_id, day, kind, stage, reason_code, events)
    VALUES (new.connection_id, new.occurred_at / 86400000, new.kind, new.stage, new.reason_code, 1)
    ON CONFLICT DO UPDATE SET events = events + 1;
END;
CREATE TRIGGER event_untimed AFTER DELETE ON event BEGIN
    UPDATE event_hour SET events = events - 1
    WHERE connection_id = old.connection_id AND hour = old.occurred_at / 3600000
      AND kind = old.kind AND stage = old.stage AND reason_code = old.reason_code;
    UPDATE event_day SET events = events - 1
    WHERE connection_id = old.connection_id AND day = old.occurred_at / 86400000
      AND kind = old.kind AND stage = old.stage AND reason_code = old.reason_code;
END;

-- The rest of the filter is read from the index itself.
CREATE INDEX event_by_contact ON event (connection_id, contact_id, occurred_at, id, kind, stage, reason_code, line_id)
WHERE contact_id <> '';
CREATE INDEX event_by_line ON event (connection_id, line_id, occurred_at, id, kind, stage, reason_code)
WHERE line_id <> '';

-- A filter of the log under a name.
CREATE TABLE view (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    connection_id INTEGER NOT NULL REFERENCES connection (id),
    name          TEXT    NOT NULL,
    filter        TEXT    NOT NULL,
    changed_at    INTEGER NOT NULL,
    UNIQUE (connection_id, name)
) STRICT;
