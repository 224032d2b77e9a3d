SELECT id, (extract(epoch FROM revoked_at) * 1000)::float8 AS "revokedMillis" FROM gateway.recently_revoked($1)
