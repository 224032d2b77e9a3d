insert into ledger.checkpoint (tenant, size, root, note) values ($1, $2, $3, $4)
on conflict (tenant, size) do nothing
