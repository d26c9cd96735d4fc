-- The composer: a send is found by Tuco's id of it, and the one that changed last is found at once.
CREATE INDEX send_by_message ON send (connection_id, message_id) WHERE message_id <> '';
CREATE INDEX send_by_change ON send (connection_id, changed_at);

-- The same text is found by the person since it may go to many; nothing asks by the text any more.
DROP INDEX send_recent;

-- What a dry run found out about a person, as one text of our own.
ALTER TABLE run_row ADD COLUMN seen TEXT NOT NULL DEFAULT '';
-- What holds for all of a run, as one text of our own.
ALTER TABLE run ADD COLUMN about TEXT NOT NULL DEFAULT '';
