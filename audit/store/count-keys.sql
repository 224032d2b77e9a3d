select count(*)::float8 as count from ledger.event_key where tenant = $1 and index < $2
