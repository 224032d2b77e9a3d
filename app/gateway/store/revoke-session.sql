UPDATE gateway.session SET revoked_at = now(), revoked_why = $2
WHERE id = $1 AND revoked_at IS NULL
RETURNING account, role
