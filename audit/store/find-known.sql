select entry.id::text as id, entry.producer, entry.index::float8 as index, entry.leaf_hash, entry.digest
from unnest($2::uuid[], $3::text[]) as wanted (id, producer)
join ledger.entry on entry.tenant = $1 and entry.id = wanted.id and entry.producer = wanted.producer
