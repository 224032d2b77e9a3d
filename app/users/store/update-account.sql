UPDATE users.account SET
  name = coalesce($2, name),
  role = coalesce($3, role),
  disabled_at = CASE WHEN $4::boolean IS NULL THEN disabled_at WHEN $4 THEN coalesce(disabled_at, now()) END,
  directory_opt_out = coalesce($5, directory_opt_out),
  updated_at = now()
WHERE id = $1
