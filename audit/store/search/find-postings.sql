-- Entries that carry the first token and all others, newest first. All tokens of an entry stand on one page, so that
-- pages without one of them drop out whole.
select (page.first + place.at)::float8 as index
from (
  select posting.first, posting.places
  from ledger.posting
  where posting.tenant = $1 and posting.token = $2
    and posting.first < $5 and posting.first > $4::bigint - 32768
    and not exists (
      select from unnest($3::bytea[]) as other (token)
      where not exists (
        select from ledger.posting also
        where also.tenant = $1 and also.token = other.token and also.first = posting.first
      )
    )
  order by posting.first desc
) page
cross join lateral unnest(page.places) as place (at)
where page.first + place.at >= $4 and page.first + place.at < $5
  and not exists (
    select from unnest($3::bytea[]) as other (token)
    where not exists (
      select from ledger.posting also
      where also.tenant = $1 and also.token = other.token and also.first = page.first
        and place.at = any (also.places)
    )
  )
order by page.first desc, place.at desc
limit $6
