-- One relay per producer works at a time; the lock ends with the transaction, also when the process dies.
SELECT pg_try_advisory_xact_lock(hashtextextended('outbox.relay', 0) # hashtextextended(outbox.producer(), 0)) AS held
