-- Batches that hold entries from $2 up to and without $3, the one that $2 is in the middle of included.
select previous_size::float8 as previous_size, size::float8 as size, root, frontier,
  last_time::float8 as last_time, synthetic, leaves, leaf_hashes
from ledger.batch
where tenant = $1 and previous_size < $3 and previous_size >= coalesce(
  (select max(previous_size) from ledger.batch where tenant = $1 and previous_size <= $2), 0)
order by previous_size
