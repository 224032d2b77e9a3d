-- The newest entries about a subject that tell of access to a record, with what the side store still has of them.
select
  entry.index::float8 as index, entry.id::text as id, entry.time::float8 as time, element.facts, element.sealed
from (
  select index, id, time from ledger.subject_entry
  where tenant = $1 and subject = $2 and index < $3 and class in ('access', 'disclosure')
  order by index desc limit $4
) entry
join lateral (
  select
    side.facts[entry.index - side.first + 1] as facts, side.sealed[entry.index - side.first + 1] as sealed,
    side.subject[entry.index - side.first + 1] as subject
  from ledger.side where tenant = $1 and first <= entry.index order by first desc limit 1
) element on element.subject = $2 and element.facts is not null and element.sealed is not null
order by entry.index desc
