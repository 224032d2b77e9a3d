SELECT tenant, role, sessions FROM gateway.count_sessions()
