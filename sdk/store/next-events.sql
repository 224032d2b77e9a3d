-- $1 most rows, $2 tenants to leave out. Rows whose turn may still be joined by a running transaction wait: nothing is
-- overtaken. Every tenant that has rows gets an equal share, so that a long queue delays no short one; the recursion
-- finds the tenants by one look into the index each.
WITH RECURSIVE waiting AS (
  (SELECT event.tenant FROM outbox.event WHERE event.producer = outbox.producer() ORDER BY event.tenant LIMIT 1)
  UNION ALL
  SELECT (
    SELECT event.tenant FROM outbox.event
    WHERE event.producer = outbox.producer() AND event.tenant > waiting.tenant
    ORDER BY event.tenant LIMIT 1
  )
  FROM waiting WHERE waiting.tenant IS NOT NULL
), free AS (
  SELECT tenant, ceil($1::numeric / count(*) OVER ())::bigint AS share
  FROM waiting WHERE tenant IS NOT NULL AND tenant <> ALL ($2::text[])
)
SELECT row.position, row.id, row.tenant, row.sequence, row.payload
FROM free CROSS JOIN LATERAL (
  SELECT position, turn, id, tenant, sequence, payload
  FROM outbox.event
  WHERE producer = outbox.producer() AND event.tenant = free.tenant
    AND turn < pg_snapshot_xmin(pg_current_snapshot())
  ORDER BY sequence
  LIMIT free.share
) AS row
ORDER BY row.turn, row.position
LIMIT $1
