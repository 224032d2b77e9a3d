-- Rows of the indexes about entries below $2, and rows about entries that there are not.
with log as (select coalesce(max(size), 0) as size from ledger.batch where tenant = $1),
keys as (
  select count(*) filter (where index >= 0 and index < $2) as known,
    count(*) filter (where index < 0 or index >= (select size from log)) as beyond
  from ledger.event_key where tenant = $1
),
listings as (
  select count(*) filter (where index >= 0 and index < $2) as known,
    count(*) filter (where index < 0 or index >= (select size from log)) as beyond
  from ledger.subject_entry where tenant = $1
)
select keys.known::float8 as keys, listings.known::float8 as listings,
  (keys.beyond + listings.beyond)::float8 as beyond
from keys, listings
