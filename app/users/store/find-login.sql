SELECT id, role, password_hash AS "passwordHash", password_version AS "passwordVersion",
  disabled_at IS NOT NULL AS disabled, synthetic
FROM users.account
WHERE email = $1
