select ledger.add_postings($1, $2, $3, $4, $5) as is_taken
