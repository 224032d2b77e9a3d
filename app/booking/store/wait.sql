-- Holds the transaction of a search, for the drill of a slow database.
SELECT pg_sleep($1::float8)
