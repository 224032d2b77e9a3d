-- What the side store still has about a subject in the batches that begin at the given places. Lists are unfolded
-- once for each batch: taking elements out one by one would read a whole list for every entry.
select (side.first + one.position - 1)::float8 as index, one.facts, one.salt, one.sealed
from ledger.side
cross join lateral unnest(side.facts, side.salt, side.sealed, side.subject)
  with ordinality as one (facts, salt, sealed, subject, position)
where side.tenant = $1 and side.first = any ($2::bigint[]) and one.subject = $3
