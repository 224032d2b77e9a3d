select size::float8 as size from ledger.search_cursor where tenant = $1
