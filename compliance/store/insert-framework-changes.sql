insert into compliance.framework_change (scanned_at, framework, mapped, pass, fail, unknown)
select $1, framework, mapped, pass, fail, unknown
from unnest($2::text[], $3::integer[], $4::integer[], $5::integer[], $6::integer[])
  as change (framework, mapped, pass, fail, unknown)
