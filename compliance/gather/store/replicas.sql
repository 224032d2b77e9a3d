SELECT
  count(*)::int AS connected,
  min(
    CASE
      WHEN NOT pg_is_in_recovery() AND pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn) <= 0 THEN 0
      ELSE ceil(extract(epoch FROM replay_lag))
    END
  )::int AS seconds_behind
FROM pg_stat_replication
WHERE state = 'streaming'
