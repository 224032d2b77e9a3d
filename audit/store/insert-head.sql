insert into ledger.head (tenant, previous_size, size, root, frontier, last_time)
values ($1, $2, $3, $4, $5, $6)
