-- $1 seconds.
SELECT outbox.beat($1::float8 * interval '1 second') AS beaten
