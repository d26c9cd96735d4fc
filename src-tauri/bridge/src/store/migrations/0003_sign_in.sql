-- How a connection signs in to HubSpot, and since when; 0 is from before this was written down.
ALTER TABLE connection ADD COLUMN method TEXT NOT NULL DEFAULT 'key';
ALTER TABLE connection ADD COLUMN signed_in_at INTEGER NOT NULL DEFAULT 0;
