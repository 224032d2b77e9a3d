SELECT gateway.purge_sessions()
