SELECT id, email, name, role, disabled_at IS NOT NULL AS disabled, directory_opt_out AS "directoryOptOut", synthetic
FROM users.account
WHERE id = $1
