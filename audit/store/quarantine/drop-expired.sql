delete from ledger.quarantine where tenant = $1 and first_at < clock_timestamp() - make_interval(days => $2)
