-- Disclosures about any of some subjects, oldest first.
select index::float8 as index
from ledger.subject_entry
where tenant = $1 and subject = any ($2::bytea[]) and class = 'disclosure' and index < $3 and index >= $4
order by index limit $5
