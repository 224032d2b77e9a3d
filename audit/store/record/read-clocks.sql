select tenant, clock, open::float8 as open, overdue::float8 as overdue, oldest_seconds from ledger.record_clocks()
