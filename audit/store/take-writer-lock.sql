-- Held by the session, so it ends with the connection; lock_timeout of the session bounds the wait.
select pg_advisory_lock(hashtextextended('ledger.writer', 0))
