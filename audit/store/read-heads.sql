select size::float8 as size, root from ledger.head where tenant = $1 and size > $2 and size <= $3 order by size
