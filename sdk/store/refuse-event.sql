-- $1 position, $2 outcome, $3 detail.
WITH refused AS (
  DELETE FROM outbox.event WHERE position = $1
  RETURNING position, id, producer, tenant, sequence, recorded_at, payload
)
INSERT INTO outbox.refused (position, id, producer, tenant, sequence, recorded_at, outcome, detail, payload)
SELECT position, id, producer, tenant, sequence, recorded_at, $2, $3, payload FROM refused
