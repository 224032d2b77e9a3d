-- What is in the log of these events, with the hashes of the batch each is in.
select
  key.id::text as id, key.producer, key.index::float8 as index, key.digest,
  substring(batch.leaf_hashes from (32 * (key.index - batch.previous_size) + 1)::int for 32) as leaf_hash
from unnest($2::uuid[], $3::text[]) as wanted (id, producer)
join ledger.event_key key on key.tenant = $1 and key.id = wanted.id and key.producer = wanted.producer
join lateral (
  select previous_size, leaf_hashes from ledger.batch
  where batch.tenant = $1 and batch.previous_size <= key.index
  order by batch.previous_size desc limit 1
) batch on true
