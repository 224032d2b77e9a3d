select size::float8 as size, root, frontier, last_time::float8 as last_time
from ledger.head
where tenant = $1
order by size desc
limit 1
