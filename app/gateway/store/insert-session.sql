INSERT INTO gateway.session (tenant, id, account, role, password_version, expires_at)
VALUES ($1, $2, $3, $4, $5, now() + make_interval(secs => $6))
