select origin from ledger.log where tenant = $1
