-- From one failure to the next through the index: a table of years is not read.
with recursive known as (
  (select finding from compliance.finding_change order by finding limit 1)
  union all
  select (
    select next.finding from compliance.finding_change as next
    where next.finding > known.finding order by next.finding limit 1
  ) from known where known.finding is not null
)
select newest.finding, item, state, since, source, resource, file, line
from known, lateral (
  select * from compliance.finding_change as change
  where change.finding = known.finding and change.scanned_at <= $1 order by change.scanned_at desc limit 1
) as newest
where newest.state <> 'ended' order by newest.finding
