select size::float8 as size, note
from ledger.checkpoint
where tenant = $1 and size > $2 and size <= $3
order by size
