-- Entries about a subject from $3 up to and without $4, oldest first, with what the side store still has of them
-- and where their batch begins.
select
  entry.index::float8 as index, batch.previous_size::float8 as batch, element.facts, element.salt, element.sealed
from (
  select index from ledger.subject_entry
  where tenant = $1 and subject = $2 and index >= $3 and index < $4 and class = any ($5)
  order by index limit $6
) entry
join lateral (
  select previous_size from ledger.batch
  where tenant = $1 and previous_size <= entry.index order by previous_size desc limit 1
) batch on true
left join lateral (
  select
    side.facts[entry.index - side.first + 1] as facts, side.salt[entry.index - side.first + 1] as salt,
    side.sealed[entry.index - side.first + 1] as sealed, side.subject[entry.index - side.first + 1] as subject
  from ledger.side where tenant = $1 and first <= entry.index order by first desc limit 1
) element on element.subject = $2
order by entry.index
