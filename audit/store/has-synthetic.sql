select exists (
  select from ledger.facts where tenant = $1 and synthetic and index < $2
) as found
