WITH
  -- From PostgreSQL 16 on a member may be kept from SET ROLE.
  taking AS (
    SELECT CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END AS means
  )
SELECT
  r.rolname AS name,
  r.rolbypassrls AS bypass_rls,
  r.rolreplication AS replication,
  pg_has_role(current_user, r.oid, taking.means) AS can_be_taken,
  ARRAY(
    SELECT m.rolname::text
    FROM pg_roles AS m
    WHERE m.oid <> r.oid AND (m.rolsuper OR m.rolbypassrls) AND pg_has_role(r.oid, m.oid, taking.means)
    ORDER BY 1
  ) AS may_become,
  ARRAY(
    SELECT m.rolname::text
    FROM pg_roles AS m
    WHERE m.oid <> r.oid AND m.rolname !~ '^pg_' AND pg_has_role(r.oid, m.oid, taking.means)
    ORDER BY 1
  ) AS takes,
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
CROSS JOIN taking
WHERE
  NOT r.rolsuper AND r.rolname !~ '^pg_'
  AND (
    r.rolcanlogin
    -- What one that logs in may act as by SET ROLE; whom nothing binds is told as what it may become.
    OR (
      NOT r.rolbypassrls
      AND EXISTS (
        SELECT
        FROM pg_roles AS l
        WHERE
          l.oid <> r.oid AND l.rolcanlogin AND NOT l.rolsuper AND l.rolname !~ '^pg_'
          AND pg_has_role(l.oid, r.oid, taking.means)
      )
    )
  )
ORDER BY r.rolname
LIMIT 201
