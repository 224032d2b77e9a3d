insert into compliance.item_change (scanned_at, item, severity, state, passing, failing, unknown, waived)
select $1, item, severity, state, passing, failing, unknown, waived
from unnest($2::text[], $3::text[], $4::text[], $5::integer[], $6::integer[], $7::integer[], $8::integer[])
  as change (item, severity, state, passing, failing, unknown, waived)
