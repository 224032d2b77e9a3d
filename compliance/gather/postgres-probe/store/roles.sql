SELECT
  r.rolname AS name,
  r.rolbypassrls AS bypass_rls,
  r.rolreplication AS replication,
  pg_has_role(current_user, r.oid, 'MEMBER') AS can_be_taken,
  ARRAY(
    SELECT m.rolname::text
    FROM pg_roles AS m
    WHERE m.oid <> r.oid AND (m.rolsuper OR m.rolbypassrls) AND pg_has_role(r.oid, m.oid, 'MEMBER')
    ORDER BY 1
  ) AS may_become,
  ARRAY(
    SELECT m.rolname::text
    FROM pg_roles AS m
    WHERE m.oid <> r.oid AND pg_has_role(r.oid, m.oid, 'USAGE')
    ORDER BY 1
  ) AS acts_as,
  ARRAY(
    SELECT split_part(setting, '=', 1)
    FROM pg_db_role_setting AS s
    CROSS JOIN LATERAL unnest(s.setconfig) AS setting
    WHERE
      s.setrole IN (0, r.oid)
      AND s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
    ORDER BY 1
  ) AS settings,
  (
    SELECT count(*)::int
    FROM pg_largeobject_metadata AS lo
    WHERE
      current_setting('lo_compat_privileges')::boolean
      OR pg_has_role(r.oid, lo.lomowner, 'USAGE')
      OR EXISTS (
        SELECT
        FROM aclexplode(lo.lomacl) AS a
        WHERE a.privilege_type = 'SELECT' AND (a.grantee = 0 OR pg_has_role(r.oid, a.grantee, 'USAGE'))
      )
  ) AS large_objects
FROM pg_roles AS r
WHERE r.rolcanlogin AND NOT r.rolsuper AND r.rolname !~ '^pg_'
ORDER BY r.rolname
LIMIT 200
