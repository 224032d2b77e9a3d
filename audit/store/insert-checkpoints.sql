select ledger.insert_checkpoints($1, $2, $3, $4)
