insert into compliance.finding_change (scanned_at, finding, item, state, since, source, resource, file, line)
select $1, finding, item, state, since, source, resource, file, line
from unnest(
  $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::text[], $8::text[], $9::integer[]
) as change (finding, item, state, since, source, resource, file, line)
