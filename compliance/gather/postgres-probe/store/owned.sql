SELECT
  n.nspname || '.' || c.relname AS name,
  pg_get_userbyid(c.relowner) AS owner,
  c.relrowsecurity AS row_security,
  c.relforcerowsecurity AS force_row_security
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname NOT IN ('pg_catalog', 'information_schema')
WHERE
  c.relkind IN ('r', 'p')
  AND EXISTS (
    SELECT FROM pg_attribute AS a
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attname ~ '^tenant(_id)?$'
  )
ORDER BY 1
LIMIT 5001
