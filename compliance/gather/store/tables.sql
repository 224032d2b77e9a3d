SELECT
  n.nspname AS schema,
  c.relname AS name,
  pg_get_userbyid(c.relowner) AS owner,
  c.relrowsecurity AS row_security,
  c.relforcerowsecurity AS force_row_security,
  ARRAY(
    SELECT a.attname::text
    FROM pg_attribute AS a
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attname ~ '^tenant(_id)?$'
    ORDER BY a.attnum
  ) AS tenant_columns
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE
  c.relkind IN ('r', 'p')
  AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  AND n.nspname !~ '^pg_(toast|temp)'
ORDER BY n.nspname, c.relname
LIMIT 5001
