insert into compliance.item_change (scanned_at, item, severity, state)
select $1, item, severity, state from unnest($2::text[], $3::text[], $4::text[]) as change (item, severity, state)
