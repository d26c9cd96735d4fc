-- What HubSpot reports over the listener: events of its records, and what workflows send. Rules read it
-- in the order of `id`. A repeat is known by `webhook_seen`, for ever.
CREATE TABLE hubspot_event (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    connection_id INTEGER NOT NULL REFERENCES connection (id),
    -- 'record', 'action' or 'workflow'.
    kind          TEXT    NOT NULL,
    -- Such as contact.propertyChange; empty for what a workflow sends.
    name          TEXT    NOT NULL DEFAULT '',
    object_type   TEXT    NOT NULL DEFAULT '',
    object_id     TEXT    NOT NULL DEFAULT '',
    property      TEXT    NOT NULL DEFAULT '',
    value         TEXT    NOT NULL DEFAULT '',
    workflow_id   TEXT    NOT NULL DEFAULT '',
    -- By HubSpot's clock; the time of arrival where it names none.
    occurred_at   INTEGER NOT NULL,
    arrived_at    INTEGER NOT NULL,
    -- The whole event as it came.
    body          TEXT    NOT NULL
) STRICT;
CREATE INDEX hubspot_event_by_connection ON hubspot_event (connection_id, id);
