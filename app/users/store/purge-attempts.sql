SELECT users.purge_attempts()
