-- How many entries the indexes know, and the greatest id among them.
select
  coalesce((select size from ledger.index_cursor where tenant = $1), 0)::float8 as size,
  (select id::text from ledger.event_key where tenant = $1 order by id desc limit 1) as highest
