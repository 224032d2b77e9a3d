-- The search tokens of entries from $2 up to and without $3, as far as search is filled in; none is an empty text.
select wanted.index::float8 as index,
  coalesce(string_agg(encode(found.token, 'hex'), ' ' order by found.token), '') as tokens
from generate_series(
  $2::bigint,
  -- Nothing is filled in where there is no cursor yet.
  least($3::bigint, coalesce((select size from ledger.search_cursor where tenant = $1), 0)) - 1
) as wanted (index)
left join (
  select posting.first + place.at as index, posting.token
  from ledger.posting cross join lateral unnest(posting.places) as place (at)
  where posting.tenant = $1 and posting.first < $3 and posting.first >= coalesce(
    (select max(before.first) from ledger.posting before where before.tenant = $1 and before.first <= $2), 0)
) found on found.index = wanted.index
group by wanted.index
