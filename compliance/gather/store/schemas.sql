SELECT
  n.nspname AS name,
  has_schema_privilege('public', n.oid, 'CREATE') AS public_create,
  (
    SELECT count(*)::int
    FROM pg_class AS c, aclexplode(c.relacl) AS a
    WHERE c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND a.grantee = 0
  ) AS public_grants,
  (
    SELECT count(*)::int
    FROM pg_default_acl AS d, aclexplode(d.defaclacl) AS a
    WHERE
      d.defaclnamespace IN (0, n.oid)
      AND d.defaclobjtype IN ('r', 'S')
      AND a.grantee = 0
  ) AS public_defaults,
  EXISTS (
    SELECT
    FROM pg_depend AS x
    WHERE x.classid = 'pg_namespace'::regclass AND x.objid = n.oid AND x.deptype = 'e'
  ) AS is_of_extension
FROM pg_namespace AS n
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
ORDER BY n.nspname
LIMIT 2001
