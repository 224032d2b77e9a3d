select ledger.index_entries($1::text[], $2::bigint[], $3::bigint[], $4::uuid[], $5::int[], $6::text[]) as refused
