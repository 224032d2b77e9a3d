delete from ledger.quarantine where tenant = $1 and subject = $2 and first_at <= $3
