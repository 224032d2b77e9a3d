select ledger.take_lease()::float8 as epoch
