INSERT INTO gateway.session (tenant, id, account, role, expires_at)
VALUES ($1, $2, $3, $4, now() + make_interval(secs => $5))
