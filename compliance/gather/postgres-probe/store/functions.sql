SELECT
  r.rolname AS role,
  n.nspname || '.' || p.proname AS name,
  p.prosecdef AS security_definer,
  o.rolsuper OR o.rolbypassrls AS owner_is_above,
  o.rolname AS owner,
  p.proretset OR p.prorettype = 'pg_catalog.record'::regtype AS returns_rows,
  left(COALESCE(pg_get_function_sqlbody(p.oid), p.prosrc), 50000) AS body
FROM pg_proc AS p
JOIN pg_namespace AS n ON n.oid = p.pronamespace AND n.nspname NOT IN ('pg_catalog', 'information_schema')
JOIN pg_roles AS o ON o.oid = p.proowner
JOIN pg_roles AS r ON r.rolname = ANY ($1)
WHERE
  p.prokind IN ('f', 'p')
  AND p.prorettype <> 'pg_catalog.trigger'::regtype
  AND has_schema_privilege(r.oid, n.oid, 'USAGE')
  AND has_function_privilege(r.oid, p.oid, 'EXECUTE')
  AND NOT EXISTS (
    SELECT FROM pg_depend AS d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
  )
ORDER BY r.rolname, 2
LIMIT 5001
