SELECT outbox.settle($1::bigint[])
