SELECT
  rolname AS name,
  CASE
    WHEN rolpassword IS NULL THEN 'none'
    WHEN rolpassword LIKE 'SCRAM-SHA-256$%' THEN 'scram-sha-256'
    WHEN rolpassword LIKE 'md5%' THEN 'md5'
    ELSE 'other'
  END AS method
FROM pg_authid
WHERE rolname !~ '^pg_'
ORDER BY rolname
LIMIT 2001
