insert into compliance.finding_change (scanned_at, finding, item, stands, source, resource, file, line)
select $1, finding, item, stands, source, resource, file, line
from unnest($2::text[], $3::text[], $4::boolean[], $5::text[], $6::text[], $7::text[], $8::integer[])
  as change (finding, item, stands, source, resource, file, line)
