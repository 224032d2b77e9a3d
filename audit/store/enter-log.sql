select size::float8 as size, root, frontier, last_time::float8 as last_time from ledger.enter_log($1)
