-- One booking at a time per room: two inserts that both wait for the other's exclusion check would deadlock.
SELECT pg_advisory_xact_lock(hashtextextended('booking.room/' || current_setting('app.tenant') || '/' || $1, 0))
