-- The tables of the outbox are closed; these functions are the only way in. With rights on the tables a service
-- could read a record, delete the event of that read and turn its counter back, all in one transaction, and the
-- ledger would have shown neither the event nor a gap.

-- The session's own login decides: inside a function of the owner current_user is the owner, and unlike
-- current_user it cannot be changed by SET ROLE. The policies of the tables go on using this function, so the
-- functions below, whose owner is bound by them, see the rows of the caller's producer and no others.
CREATE OR REPLACE FUNCTION outbox.producer() RETURNS text
  LANGUAGE sql STABLE PARALLEL SAFE
  SET search_path = pg_catalog
  RETURN CASE session_user
    WHEN 'users_app' THEN 'users'
    WHEN 'academics_app' THEN 'academics'
    WHEN 'booking_app' THEN 'booking'
    WHEN 'gateway_app' THEN 'gateway'
    WHEN 'ledger_append' THEN 'ledger'
  END;

REVOKE ALL ON outbox.counter FROM users_app, academics_app, booking_app, gateway_app, ledger_append;
REVOKE INSERT, DELETE ON outbox.event FROM users_app, academics_app, booking_app, gateway_app, ledger_append;
REVOKE INSERT ON outbox.refused FROM users_app, academics_app, booking_app, gateway_app, ledger_append;

-- A count that only grows, for the owner and a superuser too: a number given out twice would hide a loss.
CREATE FUNCTION outbox.refuse_turning_back() RETURNS trigger
  LANGUAGE plpgsql
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.next > OLD.next AND NEW.turn >= OLD.turn
     AND (NEW.producer, NEW.tenant) = (OLD.producer, OLD.tenant) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'found a % of outbox.counter that does not count on', lower(TG_OP)
    USING ERRCODE = 'check_violation';
END
$$;
CREATE TRIGGER grows BEFORE UPDATE OR DELETE ON outbox.counter
  FOR EACH ROW EXECUTE FUNCTION outbox.refuse_turning_back();
CREATE TRIGGER stays BEFORE TRUNCATE ON outbox.counter
  FOR EACH STATEMENT EXECUTE FUNCTION outbox.refuse_turning_back();

/* Writes one event of the caller's producer and gives it the next number of its tenant. What the payload says of
   its id, tenant and producer is replaced by what the database knows. The counter is locked first; position and
   turn follow its order. */
CREATE FUNCTION outbox.record(id uuid, tenant text, payload jsonb) RETURNS void
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  producer CONSTANT text := outbox.producer();
BEGIN
  WITH counted AS (
    INSERT INTO outbox.counter AS counter (producer, tenant, next, turn)
    VALUES (producer, record.tenant, 1, pg_current_xact_id())
    ON CONFLICT ON CONSTRAINT counter_pkey DO UPDATE
    SET next = counter.next + 1, turn = greatest(counter.turn, pg_current_xact_id())
    RETURNING counter.next - 1 AS sequence, counter.turn AS turn
  )
  INSERT INTO outbox.event (turn, id, producer, tenant, sequence, payload)
  SELECT counted.turn, record.id, producer, record.tenant, counted.sequence,
    record.payload || jsonb_build_object('id', record.id, 'tenant', record.tenant, 'producer', producer)
  FROM counted;
END
$$;

/* Deletes rows the ledger has answered for and tells how many. A row whose writer may still be running, the
   calling transaction above all, stays: its turn is not yet below the oldest running transaction. */
CREATE FUNCTION outbox.settle(positions bigint[]) RETURNS integer
  LANGUAGE sql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
AS $$
  WITH settled AS (
    DELETE FROM outbox.event AS event
    WHERE event.position = ANY (settle.positions) AND event.turn < pg_snapshot_xmin(pg_current_snapshot())
    RETURNING event.position
  )
  SELECT count(*)::integer FROM settled
$$;

/* Moves a row the ledger refused for good out of the way of the others, under the same condition as settle, and
   tells whether it did. */
CREATE FUNCTION outbox.refuse(row_position bigint, outcome text, detail text) RETURNS boolean
  LANGUAGE sql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
AS $$
  WITH moved AS (
    DELETE FROM outbox.event AS event
    WHERE event.position = refuse.row_position AND event.turn < pg_snapshot_xmin(pg_current_snapshot())
    RETURNING event.*
  ), kept AS (
    INSERT INTO outbox.refused (position, id, producer, tenant, sequence, recorded_at, outcome, detail, payload)
    SELECT m.position, m.id, m.producer, m.tenant, m.sequence, m.recorded_at, refuse.outcome, refuse.detail, m.payload
    FROM moved m
    RETURNING 1
  )
  SELECT EXISTS (SELECT FROM kept)
$$;

REVOKE ALL ON FUNCTION outbox.refuse_turning_back() FROM PUBLIC;
REVOKE ALL ON FUNCTION outbox.record(uuid, text, jsonb) FROM PUBLIC;
REVOKE ALL ON FUNCTION outbox.settle(bigint[]) FROM PUBLIC;
REVOKE ALL ON FUNCTION outbox.refuse(bigint, text, text) FROM PUBLIC;

-- academics_app may not record: its events are written by the functions that read the records. ledger_append
-- neither records nor relays.
GRANT EXECUTE ON FUNCTION outbox.record(uuid, text, jsonb) TO users_app, booking_app, gateway_app;
GRANT EXECUTE ON FUNCTION outbox.settle(bigint[]) TO users_app, academics_app, booking_app, gateway_app;
GRANT EXECUTE ON FUNCTION outbox.refuse(bigint, text, text) TO users_app, academics_app, booking_app, gateway_app;
