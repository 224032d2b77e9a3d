UPDATE gateway.session SET expires_at = now() + make_interval(secs => $2), role = $3 WHERE id = $1
