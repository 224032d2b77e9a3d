-- Leaves of the batches that begin at the given places.
select previous_size::float8 as batch, leaves from ledger.batch where tenant = $1 and previous_size = any ($2::bigint[])
