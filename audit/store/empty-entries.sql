select ledger.empty_entries($1, $2::bigint[], $3::bytea[], $4)::float8 as emptied
