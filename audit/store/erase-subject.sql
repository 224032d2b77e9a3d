select ledger.erase_subject($1, $2, $3)::float8 as erased
