-- The search tokens of entries from $2 up to and without $3, as far as search is filled in; none is an empty text.
select wanted.index::float8 as index,
  coalesce(string_agg(encode(posting.token, 'hex'), ' ' order by posting.token), '') as tokens
from generate_series(
  $2::bigint, least($3::bigint, (select size from ledger.search_cursor where tenant = $1)) - 1
) as wanted (index)
left join ledger.posting on posting.tenant = $1 and posting.index = wanted.index
group by wanted.index
