-- $1 tenant, $2 SHA-256 of the e-mail, $3 attempts that are free, $4 longest lock in seconds.
-- Counts the attempt before the password is looked at, so that parallel guesses count too.
-- Past the free attempts each one locks twice as long as the last, beginning with 15 s.
INSERT INTO users.login_attempt AS a (tenant, email_hash, attempts, last_at)
VALUES ($1, $2, 1, now())
ON CONFLICT (tenant, email_hash) DO UPDATE SET
  attempts = CASE
    WHEN a.locked_until > now() THEN a.attempts
    WHEN a.last_at < now() - interval '1 hour' THEN 1
    ELSE a.attempts + 1
  END,
  last_at = now(),
  locked_until = CASE
    WHEN a.locked_until > now() THEN a.locked_until
    WHEN a.last_at < now() - interval '1 hour' OR a.attempts + 1 < $3 THEN NULL
    ELSE now() + make_interval(secs => least($4, 15 * power(2, least(a.attempts + 1 - $3, 16))))
  END
RETURNING attempts, ceil(extract(epoch FROM locked_until - now()))::integer AS "lockedSeconds"
