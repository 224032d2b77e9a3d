select finding, resource, file, line, began, ended
from (
  select *, scanned_at as began, lead(scanned_at) over (partition by finding order by scanned_at) as ended
  from compliance.finding_change where item = $1
) as spans
where stands order by began desc, finding limit $2
