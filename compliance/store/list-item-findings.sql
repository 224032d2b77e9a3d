select began.finding, began.resource, began.file, began.line, began.since, gone.scanned_at as ended
from compliance.finding_change as began
left join lateral (
  select earlier.state from compliance.finding_change as earlier
  where earlier.finding = began.finding and earlier.scanned_at < began.scanned_at
  order by earlier.scanned_at desc limit 1
) as before on true
left join lateral (
  select later.scanned_at from compliance.finding_change as later
  where later.finding = began.finding and later.scanned_at > began.scanned_at and later.state = 'ended'
  order by later.scanned_at limit 1
) as gone on true
where began.item = $1 and began.state <> 'ended' and coalesce(before.state, 'ended') = 'ended'
order by began.scanned_at desc, began.finding limit $2
