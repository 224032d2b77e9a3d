with batch as (
  select $2::bigint + payload.position - 1 as index, payload.*
  from unnest($3::text[], $4::boolean[], $5::text[], $6::bytea[], $7::bytea[], $8::bytea[], $9::bytea[])
    with ordinality
    as payload (class, synthetic, facts, salt, personal_commitment, subject, sealed, position)
), inserted_facts as (
  insert into ledger.facts (tenant, index, class, synthetic, facts, salt, personal_commitment)
  select $1, index, class, synthetic, facts, salt, personal_commitment from batch order by index
)
insert into ledger.personal (tenant, index, subject, sealed)
select $1, index, subject, sealed from batch order by index
