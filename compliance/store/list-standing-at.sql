select finding, item, source, resource, file, line
from (
  select distinct on (finding) * from compliance.finding_change where scanned_at <= $1
  order by finding, scanned_at desc
) as newest
where stands order by finding
