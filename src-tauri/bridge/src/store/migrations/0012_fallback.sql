-- The other way of a message that does not arrive: 'none', 'tuco', 'sms' or 'task', chosen before it left.
ALTER TABLE send ADD COLUMN fallback TEXT NOT NULL DEFAULT 'none';
-- When that way was taken, or decided against: once for good.
ALTER TABLE send ADD COLUMN fallback_at INTEGER;
-- Why it was decided against; empty where it was taken.
ALTER TABLE send ADD COLUMN fallback_why TEXT NOT NULL DEFAULT '';
CREATE INDEX send_fallback ON send (connection_id, id)
    WHERE fallback IN ('sms', 'task') AND fallback_at IS NULL AND state IN ('failed', 'fallback');

-- What was a switch is one of four ways.
UPDATE setting SET key = 'send.fallback', value = iif(value = 'on', 'tuco', 'none')
WHERE key = 'send.sms_fallback';
UPDATE draft SET draft = json_remove(
    json_set(draft, '$.fallback', iif(json_extract(draft, '$.smsFallback'), 'tuco', 'nothing')), '$.smsFallback')
WHERE json_valid(draft) AND json_type(draft, '$.smsFallback') IS NOT NULL;
