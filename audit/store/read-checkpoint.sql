select size::float8 as size, root, note from ledger.checkpoint where tenant = $1 order by size desc limit 1
