DELETE FROM users.login_attempt WHERE email_hash = $1
