SELECT
  r.rolname AS name,
  r.rolsuper AS superuser,
  r.oid = 10 AS bootstrap,
  r.rolbypassrls AS bypass_rls,
  r.rolcreaterole AS create_role,
  r.rolcreatedb AS create_database,
  r.rolcanlogin AS login,
  r.rolinherit AS inherit,
  r.rolreplication AS replication,
  r.rolconnlimit AS connection_limit,
  r.rolvaliduntil AS valid_until,
  r.rolconfig AS settings,
  ARRAY(
    SELECT m.rolname::text
    FROM pg_auth_members AS am
    JOIN pg_roles AS m ON m.oid = am.roleid
    WHERE am.member = r.oid
    ORDER BY 1
  ) AS member_of,
  (
    SELECT count(*)::int
    FROM pg_class AS c
    JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relowner = r.oid AND c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
  ) AS owned_tables
FROM pg_roles AS r
WHERE r.rolname !~ '^pg_'
ORDER BY r.rolname
LIMIT 2001
