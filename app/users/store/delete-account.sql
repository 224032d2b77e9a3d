DELETE FROM users.account WHERE id = $1
