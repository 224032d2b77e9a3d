select count(*)::integer as kept from ledger.quarantine where tenant = $1
