-- Entries that carry the first token and all others, newest first.
select posting.index::float8 as index
from ledger.posting
where tenant = $1 and token = $2 and index >= $4 and index < $5
  and not exists (
    select from unnest($3::bytea[]) as other (token)
    where not exists (
      select from ledger.posting also
      where also.tenant = $1 and also.token = other.token and also.index = posting.index
    )
  )
order by posting.index desc
limit $6
