SELECT EXISTS (SELECT FROM users.tenant) AS known
