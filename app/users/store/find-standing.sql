SELECT role, password_version AS "passwordVersion"
FROM users.account
WHERE id = $1 AND disabled_at IS NULL
