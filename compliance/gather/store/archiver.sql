SELECT
  archived_count::int AS archived,
  failed_count::int AS failed,
  extract(epoch FROM now() - last_archived_time)::int AS seconds_since_archived,
  last_failed_time > last_archived_time AS is_failing
FROM pg_stat_archiver
