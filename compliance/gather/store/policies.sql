SELECT
  schemaname AS schema,
  tablename AS table,
  policyname AS name,
  permissive,
  cmd AS command,
  roles::text[] AS roles,
  qual AS using,
  with_check
FROM pg_policies
ORDER BY schemaname, tablename, policyname
LIMIT 10001
