-- The side store of entries from $2 up to and without $3; erased elements are null.
select
  (side.first + element.position - 1)::float8 as index, element.class, element.facts, element.salt,
  element.personal_commitment, element.subject, element.sealed,
  element.gone
from ledger.side
cross join lateral unnest(side.class, side.facts, side.salt, side.personal_commitment, side.subject, side.sealed,
    side.gone)
  with ordinality as element (class, facts, salt, personal_commitment, subject, sealed, gone, position)
where side.tenant = $1 and side.first < $3 and side.first >= coalesce(
    (select max(first) from ledger.side where tenant = $1 and first <= $2), 0)
  and side.first + element.position - 1 >= $2 and side.first + element.position - 1 < $3
order by index
