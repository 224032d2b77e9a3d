UPDATE users.account SET
  name = coalesce($2, name),
  role = coalesce($3, role),
  disabled_at = CASE WHEN $4::boolean IS NULL THEN disabled_at WHEN $4 THEN coalesce(disabled_at, now()) END,
  password_hash = coalesce($5, password_hash),
  password_version = password_version + CASE WHEN $5 IS NULL THEN 0 ELSE 1 END,
  directory_opt_out = coalesce($6, directory_opt_out),
  updated_at = now()
WHERE id = $1
