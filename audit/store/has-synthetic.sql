select exists (
  select from ledger.batch where tenant = $1 and synthetic and previous_size < $2
) as found
