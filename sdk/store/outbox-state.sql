SELECT count(*)::int AS pending,
  coalesce(extract(epoch FROM clock_timestamp() - min(recorded_at)), 0)::float8 AS oldest_seconds,
  outbox.dead_letters() AS dead_letters
FROM outbox.event
WHERE producer = outbox.producer()
