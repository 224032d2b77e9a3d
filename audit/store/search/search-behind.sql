select tenant, cursor_size::float8 as cursor_size, log_size::float8 as log_size from ledger.search_behind()
