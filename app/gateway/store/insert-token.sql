INSERT INTO gateway.refresh_token (tenant, hash, session, expires_at)
VALUES ($1, $2, $3, now() + make_interval(secs => $4))
