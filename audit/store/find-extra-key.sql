-- The first entry below $2 that has another number of keys than one.
select wanted.index::float8 as index
from ledger.event_key wanted
where wanted.tenant = $1 and wanted.index < $2
group by wanted.index having count(*) <> 1
order by wanted.index
limit 1
