-- The record functions hand their events to outbox.record, the one way into the outbox; the policies that let
-- the owner write its tables directly are gone. outbox.record names the producer after the session, and
-- academics_app may not call it: what these functions do not say, the service cannot say in their name.
drop policy academics_functions on outbox.counter;
drop policy academics_functions on outbox.event;

-- Writes one audit event of this service in the shape that `sdk.audit.record` gives it.
create or replace function academics.record_event(reader academics.reader, facts jsonb, personal jsonb) returns void
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform outbox.record(gen_random_uuid(), reader.tenant, jsonb_build_object(
    'time', to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'facts', jsonb_strip_nulls(facts || jsonb_build_object(
      'actorRole', reader.role,
      'traceId', reader.trace_id,
      'synthetic', case when reader.synthetic then true end)),
    'personal', jsonb_strip_nulls(personal || jsonb_build_object('actor', reader.account))));
end
$$;
