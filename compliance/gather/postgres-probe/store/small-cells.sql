SELECT
  n.nspname AS schema,
  c.relname AS name,
  pg_get_viewdef(c.oid) AS definition
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname NOT IN ('pg_catalog', 'information_schema')
WHERE
  c.relkind IN ('v', 'm')
  AND (n.nspname ~ '^(analytics|reporting|reports|stats|statistics|bi|marts?)(_|$)' OR c.relname ~ '(^|_)(stats|statistics|analytics|report|summary)(_|$)')
ORDER BY 1, 2
LIMIT 2001
