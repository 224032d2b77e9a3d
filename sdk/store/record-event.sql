-- $1 id, $2 tenant, $3 payload. The counter is locked first; position and turn follow its order.
WITH counted AS (
  INSERT INTO outbox.counter AS counter (tenant, next, turn)
  VALUES ($2, 1, pg_current_xact_id())
  ON CONFLICT (producer, tenant) DO UPDATE
  SET next = counter.next + 1, turn = greatest(counter.turn, pg_current_xact_id())
  RETURNING next - 1 AS sequence, turn
)
INSERT INTO outbox.event (turn, id, tenant, sequence, payload)
SELECT turn, $1, $2, sequence, $3 FROM counted
