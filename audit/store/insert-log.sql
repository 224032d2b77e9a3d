insert into ledger.log (tenant, origin) values ($1, $2) on conflict (tenant) do nothing
