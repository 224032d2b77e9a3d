-- $1 id, $2 tenant, $3 payload.
SELECT outbox.record($1, $2, $3)
