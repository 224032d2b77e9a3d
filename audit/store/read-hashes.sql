-- Stored hashes of each wanted run: leaves at level 0, nodes above. Runs are short (at most 128 hashes).
select run.position::int as run, entry.leaf_hash as hash, entry.index::float8 as index
from unnest($2::smallint[], $3::bigint[], $4::bigint[]) with ordinality as run (level, first, count, position)
join ledger.entry on run.level = 0 and entry.tenant = $1
  and entry.index >= run.first and entry.index < run.first + run.count
union all
select run.position::int, node.hash, node.index::float8
from unnest($2::smallint[], $3::bigint[], $4::bigint[]) with ordinality as run (level, first, count, position)
join ledger.node on run.level > 0 and node.tenant = $1 and node.level = run.level
  and node.index >= run.first and node.index < run.first + run.count
order by run, index
