select personal.index::float8 as index, personal.sealed, facts.facts, entry.id::text as id, entry.producer, entry.leaf
from ledger.personal
join ledger.facts on facts.tenant = personal.tenant and facts.index = personal.index
join ledger.entry on entry.tenant = personal.tenant and entry.index = personal.index
where personal.tenant = $1 and personal.subject = $2 and personal.index < $3
  and facts.class in ('access', 'disclosure')
order by personal.index desc
limit $4
