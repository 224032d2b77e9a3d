SELECT count(*)::int AS pending,
  coalesce(extract(epoch FROM clock_timestamp() - min(recorded_at)), 0)::float8 AS oldest_seconds
FROM outbox.event
WHERE producer = outbox.producer()
