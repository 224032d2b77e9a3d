SELECT id, name, role
FROM users.account
WHERE lower(name) LIKE $1 AND NOT directory_opt_out AND disabled_at IS NULL
ORDER BY lower(name), id
LIMIT 20
