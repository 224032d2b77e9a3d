-- $1 id, $2 hash, $3 whether the owner must choose another, $4 the version it replaces or null for any.
UPDATE users.account SET
  password_hash = $2,
  password_version = password_version + 1,
  must_change_password = $3,
  updated_at = now()
WHERE id = $1 AND ($4::integer IS NULL OR password_version = $4)
RETURNING id
