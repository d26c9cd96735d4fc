-- A rule that was taken off the list keeps what it did, so that bringing it back repeats nothing. 0 is listed.
ALTER TABLE rule ADD COLUMN removed INTEGER NOT NULL DEFAULT 0;
-- What changed last, and what a rule did since a moment.
CREATE INDEX rule_run_changed ON rule_run (connection_id, changed_at);
CREATE INDEX rule_run_seen ON rule_run (rule_id, seen_at);
