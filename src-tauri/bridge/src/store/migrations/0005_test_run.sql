-- Runs of the connection tester, the last few of a connection, so that two can be compared.
CREATE TABLE test_run (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    connection_id INTEGER NOT NULL REFERENCES connection (id),
    at            INTEGER NOT NULL,
    checks        TEXT    NOT NULL
) STRICT;
CREATE INDEX test_run_by_connection ON test_run (connection_id, id);
