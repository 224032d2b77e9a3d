-- Entries about a subject below an index, oldest first.
select index::float8 as index, class, time::float8 as time
from ledger.subject_entry
where tenant = $1 and subject = $2 and index < $3
order by index limit $4
