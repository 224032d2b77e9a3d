-- Answers a row to the first attempt a lock refuses and none to those after it.
UPDATE users.login_attempt SET told_until = locked_until
WHERE email_hash = $1 AND locked_until > now() AND told_until IS DISTINCT FROM locked_until
RETURNING attempts
