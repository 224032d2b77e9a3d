select pg_advisory_xact_lock(hashtextextended('compliance.scan', 0))
