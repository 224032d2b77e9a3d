-- $1 position, $2 outcome, $3 detail.
SELECT outbox.refuse($1, $2, $3)
