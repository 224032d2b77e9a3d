select index::float8 as index, subject, sealed
from ledger.personal
where tenant = $1 and index >= $2 and index < $3
order by index
