SELECT
  n.nspname AS schema,
  r.rolname AS role,
  (
    SELECT split_part(setting, '=', 2)
    FROM pg_db_role_setting AS s
    CROSS JOIN LATERAL unnest(s.setconfig) AS setting
    WHERE s.setrole = r.oid AND setting LIKE 'search_path=%'
    ORDER BY s.setdatabase DESC
    LIMIT 1
  ) AS search_path
FROM pg_namespace AS n
CROSS JOIN pg_roles AS r
WHERE
  n.nspname ~ '^(tenant|t)[_-]'
  AND r.rolcanlogin AND NOT r.rolsuper AND r.rolname !~ '^pg_'
  AND has_schema_privilege(r.oid, n.oid, 'USAGE')
ORDER BY r.rolname, n.nspname
LIMIT 10001
