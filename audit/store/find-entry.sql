select index::float8 as index, producer
from ledger.event_key
where tenant = $1 and id = $2 and ($3::text is null or producer = $3)
order by index
limit 1
