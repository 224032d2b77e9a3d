-- The first entry below $2 that is listed for somebody it is not about.
select listed.index::float8 as index
from ledger.subject_entry listed
where listed.tenant = $1 and listed.index < $2 and not exists (
  select from ledger.side
  where side.tenant = $1
    and side.first = (select max(first) from ledger.side where tenant = $1 and first <= listed.index)
    and side.subject[listed.index - side.first + 1] = listed.subject
)
order by listed.index
limit 1
