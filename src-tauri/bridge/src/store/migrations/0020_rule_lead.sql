-- Leads that are still to be told which rule wrote to them, by the message.
CREATE TABLE rule_lead (
    send_id       INTEGER PRIMARY KEY,
    connection_id INTEGER NOT NULL REFERENCES connection (id),
    rule_id       INTEGER NOT NULL,
    -- What the rule said and did, where a refusal is told.
    run_id        INTEGER NOT NULL,
    field         TEXT    NOT NULL,
    rule          TEXT    NOT NULL,
    tries         INTEGER NOT NULL DEFAULT 0,
    due_at        INTEGER NOT NULL
) STRICT;
CREATE INDEX rule_lead_due ON rule_lead (connection_id, due_at);
