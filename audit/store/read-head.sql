select size::float8 as size, root, frontier, last_time::float8 as last_time
from ledger.batch
where tenant = $1
order by previous_size desc
limit 1
