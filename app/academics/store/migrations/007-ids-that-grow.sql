-- Ids of events grow with time, as those the SDK makes: new ones stand beside each other in every index.
create or replace function academics.record_event(reader academics.reader, facts jsonb, personal jsonb) returns void
  language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform outbox.record(outbox.uuid7(), reader.tenant, jsonb_build_object(
    'time', to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'facts', jsonb_strip_nulls(facts || jsonb_build_object(
      'actorRole', reader.role,
      'traceId', reader.trace_id,
      'synthetic', case when reader.synthetic then true end)),
    'personal', jsonb_strip_nulls(personal || jsonb_build_object('actor', reader.account))));
end
$$;
