SELECT
  current_database() AS database,
  current_setting('server_version_num')::int AS version_num,
  pg_has_role(current_user, 'pg_read_all_settings', 'USAGE') AS sees_all_settings,
  pg_is_in_recovery() AS is_standby
