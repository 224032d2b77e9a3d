-- Everything a batch adds to a log, in one round trip: the log waits while it is under way.
with batch as (
  select $2::bigint + offered.position - 1 as index, offered.*
  from unnest(
    $3::uuid[], $4::text[], $5::bytea[], $6::text[], $7::bytea[],
    $8::text[], $9::boolean[], $10::text[], $11::bytea[], $12::bytea[], $13::bytea[], $14::bytea[]
  ) with ordinality as offered (
    id, producer, digest, leaf, leaf_hash,
    class, synthetic, facts, salt, personal_commitment, subject, sealed, position
  )
), entries as (
  insert into ledger.entry (tenant, index, id, producer, digest, leaf, leaf_hash)
  select $1, index, id, producer, digest, leaf, leaf_hash from batch order by index
), facts as (
  insert into ledger.facts (tenant, index, class, synthetic, facts, salt, personal_commitment)
  select $1, index, class, synthetic, facts, salt, personal_commitment from batch order by index
), personal as (
  insert into ledger.personal (tenant, index, subject, sealed)
  select $1, index, subject, sealed from batch order by index
), nodes as (
  insert into ledger.node (tenant, level, index, hash)
  select $1, node.level, node.index, node.hash
  from unnest($15::smallint[], $16::bigint[], $17::bytea[]) as node (level, index, hash)
)
insert into ledger.head (tenant, previous_size, size, root, frontier, last_time)
values ($1, $2, $18, $19, $20, $21)
