-- A heartbeat is an event that says only that its producer lives. Its number follows those of the events before it,
-- so that a lost event shows as a gap although no business event has come since.

-- When the count last had a heartbeat, or began.
ALTER TABLE outbox.counter ADD COLUMN beat_at timestamptz NOT NULL DEFAULT clock_timestamp();

-- As before, but a change that gives no number may stand beside those that do.
CREATE OR REPLACE FUNCTION outbox.refuse_turning_back() RETURNS trigger
  LANGUAGE plpgsql
  SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.turn >= OLD.turn
     AND (NEW.next > OLD.next OR NEW.next = OLD.next AND NEW.beat_at > OLD.beat_at)
     AND (NEW.producer, NEW.tenant) = (OLD.producer, OLD.tenant) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'found a % of outbox.counter that does not count on', lower(TG_OP)
    USING ERRCODE = 'check_violation';
END
$$;

/* Makes a UUID of version 7 (RFC 9562 §5.7): 48 bits of milliseconds, then random bits of a UUID of version 4, whose
   version is raised by the two bits that tell 7 from 4. */
CREATE FUNCTION outbox.uuid7() RETURNS uuid
  LANGUAGE sql VOLATILE PARALLEL SAFE
  SET search_path = pg_catalog
AS $$
  SELECT encode(
    set_bit(
      set_bit(
        overlay(
          uuid_send(gen_random_uuid())
          PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6
        ),
        52, 1
      ),
      53, 1
    ),
    'hex'
  )::uuid
$$;

/* Records a heartbeat of the caller's producer for every tenant that had none for so long and tells how many. A count
   that a running transaction holds is left for the next time. */
CREATE FUNCTION outbox.beat(every interval) RETURNS integer
  LANGUAGE plpgsql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  due text;
  beaten integer := 0;
BEGIN
  FOR due IN
    SELECT counter.tenant FROM outbox.counter AS counter
    WHERE counter.producer = outbox.producer() AND counter.beat_at <= clock_timestamp() - beat.every
    ORDER BY counter.tenant
    FOR UPDATE SKIP LOCKED
  LOOP
    PERFORM outbox.record(outbox.uuid7(), due, jsonb_build_object(
      'time', to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'facts', jsonb_build_object(
        'class', 'security', 'action', 'producer.heartbeat', 'outcome', 'success', 'actorRole', 'service')
    ));
    UPDATE outbox.counter AS counter SET beat_at = clock_timestamp()
    WHERE counter.producer = outbox.producer() AND counter.tenant = due;
    beaten := beaten + 1;
  END LOOP;
  RETURN beaten;
END
$$;

/* Counts what the ledger refused of the caller's producer and nobody has repaired. */
CREATE FUNCTION outbox.dead_letters() RETURNS integer
  LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
AS $$
  SELECT count(*)::integer FROM outbox.refused AS refused WHERE refused.repaired_at IS NULL
$$;

REVOKE ALL ON FUNCTION outbox.beat(interval) FROM PUBLIC;
REVOKE ALL ON FUNCTION outbox.dead_letters() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION outbox.beat(interval) TO users_app, academics_app, booking_app, gateway_app;
GRANT EXECUTE ON FUNCTION outbox.dead_letters() TO users_app, academics_app, booking_app, gateway_app;
