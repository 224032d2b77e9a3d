SELECT
  n.nspname || '.' || c.relname AS "table",
  a.attname AS name
FROM pg_attribute AS a
JOIN pg_class AS c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p')
JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname NOT IN ('pg_catalog', 'information_schema')
WHERE
  a.attnum > 0 AND NOT a.attisdropped
  AND a.attname ~ '(directory|ferpa).*(opt_?out|refus|hold|withh|block|release|suppress)|(opt_?out|refus|hold|withh|block|suppress).*directory|^directory_(visible|public|listed)$'
ORDER BY 1, 2
LIMIT 201
