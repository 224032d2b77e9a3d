-- What was refused stays on record; whom it was about does not stay in clear for ever. The payload goes once the
-- event is repaired, at the latest 30 days after the refusal; ids, number, outcome and detail remain.

ALTER TABLE outbox.refused ALTER COLUMN payload DROP NOT NULL;
-- Set by whoever repaired it, as a superuser of the database.
ALTER TABLE outbox.refused ADD COLUMN repaired_at timestamptz;

-- No service reads what was refused.
REVOKE SELECT ON outbox.refused FROM users_app, academics_app, booking_app, gateway_app, ledger_append;

/* Erases the payloads of the caller's producer whose time has come and tells how many; the relay asks every
   hour. */
CREATE FUNCTION outbox.erase_refused() RETURNS integer
  LANGUAGE sql SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
AS $$
  WITH erased AS (
    UPDATE outbox.refused AS refused SET payload = NULL
    WHERE refused.payload IS NOT NULL
      AND (refused.repaired_at IS NOT NULL OR refused.refused_at < clock_timestamp() - interval '30 days')
    RETURNING refused.position
  )
  SELECT count(*)::integer FROM erased
$$;
REVOKE ALL ON FUNCTION outbox.erase_refused() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION outbox.erase_refused() TO users_app, academics_app, booking_app, gateway_app;
