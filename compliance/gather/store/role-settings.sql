SELECT
  r.rolname AS name,
  (
    SELECT jsonb_object_agg(split_part(c.setting, '=', 1), substr(c.setting, strpos(c.setting, '=') + 1) ORDER BY c.rank)
    FROM (
      SELECT
        unnest(s.setconfig) AS setting,
        CASE WHEN s.setrole = 0 THEN 1 WHEN s.setdatabase = 0 THEN 2 ELSE 3 END AS rank
      FROM pg_db_role_setting AS s
      WHERE
        s.setrole IN (0, r.oid)
        AND s.setdatabase IN (0, (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database()))
    ) AS c
    WHERE split_part(c.setting, '=', 1) IN ('statement_timeout', 'idle_in_transaction_session_timeout', 'lock_timeout')
  ) AS effective
FROM pg_roles AS r
WHERE r.rolcanlogin
ORDER BY r.rolname
LIMIT 2001
