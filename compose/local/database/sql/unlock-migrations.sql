SELECT pg_advisory_unlock(1668113518)
