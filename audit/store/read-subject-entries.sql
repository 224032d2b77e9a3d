-- Entries about a subject from $3 up to and without $4, oldest first, and where their batch begins.
select
  listed.index::float8 as index,
  (
    select previous_size from ledger.batch
    where tenant = $1 and previous_size <= listed.index order by previous_size desc limit 1
  )::float8 as batch
from ledger.subject_entry listed
where listed.tenant = $1 and listed.subject = $2 and listed.index >= $3 and listed.index < $4
  and listed.class = any ($5)
order by listed.index limit $6
