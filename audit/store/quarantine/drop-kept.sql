delete from ledger.quarantine where tenant = $1 and id = $2 returning encode(digest, 'hex') as digest
