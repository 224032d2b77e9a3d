-- Entries of some classes about any of some subjects, oldest first.
select index::float8 as index
from ledger.subject_entry
where tenant = $1 and subject = any ($2::bytea[]) and class = any ($3) and index >= $4 and index < $5
order by index limit $6
