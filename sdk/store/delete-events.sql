DELETE FROM outbox.event WHERE position = ANY ($1::bigint[])
