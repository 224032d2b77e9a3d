SELECT
  current_database() AS database,
  current_setting('server_version_num')::int AS version_num,
  pg_has_role(current_user, 'pg_read_all_settings', 'USAGE') AS sees_all_settings,
  pg_has_role(current_user, 'pg_read_all_stats', 'USAGE') AS sees_sessions,
  has_table_privilege('pg_catalog.pg_authid', 'SELECT') AS sees_passwords,
  EXISTS (
    SELECT
    FROM pg_proc AS p
    JOIN pg_namespace AS n ON n.oid = p.pronamespace
    WHERE
      n.nspname = 'campanile'
      AND p.proname = 'password_methods'
      AND has_schema_privilege(n.oid, 'USAGE')
      AND has_function_privilege(p.oid, 'EXECUTE')
  ) AS is_told_password_methods,
  has_table_privilege('pg_catalog.pg_hba_file_rules', 'SELECT')
  AND has_function_privilege('pg_catalog.pg_hba_file_rules()', 'EXECUTE') AS sees_hba_rules,
  pg_is_in_recovery() AS is_standby
