SELECT ceil(extract(epoch FROM locked_until - now()))::integer AS "lockedSeconds"
FROM users.login_attempt
WHERE email_hash = $1 AND locked_until > now()
