select subject, sealed from ledger.quarantine where tenant = $1 and id = $2
