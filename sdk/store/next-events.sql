-- $1 most rows. Rows whose turn may still be joined by a running transaction wait: nothing is overtaken.
SELECT position, id, tenant, producer, sequence, payload
FROM outbox.event
WHERE producer = outbox.producer() AND turn < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY turn, position
LIMIT $1
