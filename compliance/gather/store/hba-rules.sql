SELECT line_number, type, database, user_name, address, netmask, auth_method, options, error
FROM pg_hba_file_rules
ORDER BY line_number
LIMIT 2001
