insert into ledger.node (tenant, level, index, hash)
select $1, node.level, node.index, node.hash
from unnest($2::smallint[], $3::bigint[], $4::bytea[]) as node (level, index, hash)
