select
  entry.index::float8 as index, entry.id::text as id, entry.producer, entry.leaf, entry.leaf_hash,
  facts.facts, facts.salt, facts.personal_commitment, personal.subject, personal.sealed
from ledger.entry
left join ledger.facts on facts.tenant = entry.tenant and facts.index = entry.index
left join ledger.personal on personal.tenant = entry.tenant and personal.index = entry.index
where entry.tenant = $1 and entry.index >= $2 and entry.index < $3
order by entry.index
