-- The campaign in Tuco that a message is a step of: its name, else its id; empty where Tuco tells none.
ALTER TABLE event ADD COLUMN campaign TEXT NOT NULL DEFAULT '';
