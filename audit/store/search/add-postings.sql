select ledger.add_postings($1, $2, $3, $4, $5, $6, $7) as refused
