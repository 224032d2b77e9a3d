-- Entries that carry the first token and all others, newest first. All tokens of an entry stand on one page.
select (posting.first + place.at)::float8 as index
from ledger.posting
cross join lateral unnest(posting.places) as place (at)
where posting.tenant = $1 and posting.token = $2
  and posting.first < $5 and posting.first > $4::bigint - 32768
  and posting.first + place.at >= $4 and posting.first + place.at < $5
  and not exists (
    select from unnest($3::bytea[]) as other (token)
    where not exists (
      select from ledger.posting also
      where also.tenant = $1 and also.token = other.token and also.first = posting.first
        and place.at = any (also.places)
    )
  )
order by posting.first desc, place.at desc
limit $6
