WITH RECURSIVE
  tenant_column AS (
    SELECT DISTINCT ON (a.attrelid)
      a.attrelid AS relation,
      a.attname::text AS name,
      format_type(a.atttypid, NULL) AS type,
      pg_get_expr(d.adbin, d.adrelid) AS fallback
    FROM pg_attribute AS a
    LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attname ~ '^tenant(_id)?$'
    ORDER BY a.attrelid, a.attnum
  ),
  -- What a view is made of, through other views too; it may leave the tenant out.
  made_of AS (
    SELECT DISTINCT w.ev_class AS view, d.refobjid AS relation
    FROM pg_rewrite AS w
    JOIN pg_depend AS d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass
    WHERE d.refobjid <> w.ev_class
  ),
  rests_on AS (
    SELECT m.view, m.relation FROM made_of AS m
    UNION
    SELECT r.view, m.relation FROM rests_on AS r JOIN made_of AS m ON m.view = r.relation
  ),
  holder AS (
    SELECT relation FROM tenant_column
    UNION
    SELECT r.view FROM rests_on AS r JOIN tenant_column AS t ON t.relation = r.relation
  )
SELECT
  r.rolname AS role,
  n.nspname AS schema,
  c.relname AS name,
  c.relkind::text AS kind,
  granted.rights,
  c.relrowsecurity AS row_security,
  CASE
    WHEN r.rolbypassrls THEN 'BYPASSRLS'
    WHEN c.relrowsecurity AND NOT c.relforcerowsecurity AND pg_has_role(r.oid, c.relowner, 'MEMBER')
      THEN 'its owner is ' || pg_get_userbyid(c.relowner)
  END AS bypass,
  t.name AS tenant_column,
  t.type AS tenant_type,
  t.fallback AS tenant_default,
  COALESCE(
    (
      SELECT o.option_value::boolean
      FROM pg_options_to_table(c.reloptions) AS o
      WHERE o.option_name = 'security_invoker'
    ), FALSE
  ) AS security_invoker,
  EXISTS (
    SELECT
    FROM rests_on AS o
    JOIN tenant_column AS b ON b.relation = o.relation
    JOIN pg_class AS base ON base.oid = o.relation AND base.relkind IN ('r', 'p', 'm', 'f')
    JOIN pg_roles AS w ON w.oid = c.relowner
    WHERE
      o.view = c.oid
      AND (
        w.rolsuper OR w.rolbypassrls OR NOT base.relrowsecurity
        OR (NOT base.relforcerowsecurity AND pg_has_role(w.oid, base.relowner, 'USAGE'))
      )
  ) AS owner_bypasses,
  CASE WHEN c.relkind = 'v' THEN left(pg_get_viewdef(c.oid), 20000) END AS definition,
  EXISTS (
    SELECT
    FROM pg_publication_tables AS p
    WHERE p.schemaname = n.nspname AND p.tablename = c.relname AND p.rowfilter IS NULL
  ) AS published_whole,
  ARRAY(
    SELECT s.relname::text
    FROM pg_depend AS d
    JOIN pg_class AS s ON s.oid = d.objid AND s.relkind = 'S'
    WHERE
      d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid AND d.deptype IN ('a', 'i')
      AND (has_sequence_privilege(r.oid, s.oid, 'SELECT') OR has_sequence_privilege(r.oid, s.oid, 'UPDATE'))
    ORDER BY 1
  ) AS open_sequences
FROM holder AS h
JOIN pg_class AS c ON c.oid = h.relation AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'
LEFT JOIN tenant_column AS t ON t.relation = c.oid
CROSS JOIN pg_roles AS r
CROSS JOIN LATERAL (
  SELECT array_remove(
    ARRAY[
      CASE WHEN has_any_column_privilege(r.oid, c.oid, 'SELECT') THEN 'SELECT' END,
      CASE WHEN has_any_column_privilege(r.oid, c.oid, 'INSERT') THEN 'INSERT' END,
      CASE WHEN has_any_column_privilege(r.oid, c.oid, 'UPDATE') THEN 'UPDATE' END,
      CASE WHEN has_table_privilege(r.oid, c.oid, 'DELETE') THEN 'DELETE' END,
      CASE WHEN has_table_privilege(r.oid, c.oid, 'TRUNCATE') THEN 'TRUNCATE' END
    ], NULL
  ) AS rights
) AS granted
WHERE
  r.rolname = ANY ($1)
  AND has_schema_privilege(r.oid, n.oid, 'USAGE')
  AND cardinality(granted.rights) > 0
ORDER BY n.nspname, c.relname, r.rolname
LIMIT 10001
