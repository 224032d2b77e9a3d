insert into ledger.entry (tenant, index, id, producer, digest, leaf, leaf_hash)
select $1, $2::bigint + batch.position - 1, batch.id, batch.producer, batch.digest, batch.leaf, batch.leaf_hash
from unnest($3::uuid[], $4::text[], $5::bytea[], $6::text[], $7::bytea[])
  with ordinality as batch (id, producer, digest, leaf, leaf_hash, position)
order by batch.position
