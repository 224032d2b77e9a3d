SELECT tenant, role, accounts FROM users.count_accounts()
