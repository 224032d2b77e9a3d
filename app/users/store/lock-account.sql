SELECT id, email, name, role, disabled_at IS NOT NULL AS disabled, directory_opt_out AS "directoryOptOut",
  must_change_password AS "mustChangePassword", synthetic
FROM users.account
WHERE id = $1
FOR UPDATE
