SELECT
  d.datname AS name,
  pg_get_userbyid(d.datdba) AS owner,
  d.datname ~ '^tenant[_-]|[_-]tenant([_-]|$)' AS is_tenants,
  EXISTS (
    SELECT
    FROM aclexplode(COALESCE(d.datacl, acldefault('d', d.datdba))) AS a
    WHERE a.grantee = 0 AND a.privilege_type = 'CONNECT'
  ) AS public_connects,
  ARRAY(
    SELECT r.rolname::text
    FROM pg_roles AS r
    WHERE
      r.rolcanlogin AND NOT r.rolsuper AND r.rolname !~ '^pg_'
      AND has_database_privilege(r.oid, d.oid, 'CONNECT')
    ORDER BY 1
  ) AS connecting
FROM pg_database AS d
WHERE d.datallowconn AND NOT d.datistemplate
ORDER BY d.datname
LIMIT 1001
