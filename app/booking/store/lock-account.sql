-- One booking at a time per account, so that its quota cannot be overrun by asking in parallel.
SELECT pg_advisory_xact_lock(hashtextextended('booking.account/' || current_setting('app.tenant') || '/' || $1, 0))
