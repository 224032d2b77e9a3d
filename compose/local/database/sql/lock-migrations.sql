-- One migrator at a time per database; the number is the ASCII of "cmpn".
SELECT pg_advisory_lock(1668113518)
