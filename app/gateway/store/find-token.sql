-- $1 hash, $2 longest life of a session in seconds.
-- The row is locked: of two requests with the same token one comes second and is the reuse.
SELECT t.session, s.account, s.role, s.password_version AS "passwordVersion", t.used_at IS NOT NULL AS used,
  t.expires_at <= now() AS expired, s.revoked_at IS NOT NULL AS revoked,
  floor(extract(epoch FROM s.created_at + make_interval(secs => $2) - now()))::integer AS "leftSeconds"
FROM gateway.refresh_token t
JOIN gateway.session s ON s.tenant = t.tenant AND s.id = t.session
WHERE t.hash = $1
FOR UPDATE OF t, s
