SELECT id, email, name, role, disabled_at IS NOT NULL AS disabled, directory_opt_out AS "directoryOptOut",
  must_change_password AS "mustChangePassword", synthetic
FROM users.account
WHERE ($1::uuid IS NULL OR id > $1) AND ($2::text IS NULL OR email LIKE $2 OR lower(name) LIKE $2)
ORDER BY id
LIMIT $3
