UPDATE gateway.refresh_token SET used_at = now() WHERE hash = $1
