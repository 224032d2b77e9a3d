-- Whether the indexes know entries for what they are: by event and by subject.
select
  wanted.index::float8 as index,
  key.index is not distinct from wanted.index as is_keyed,
  wanted.subject is null or listed.id is not distinct from wanted.id as is_listed
from unnest($2::bigint[], $3::uuid[], $4::text[], $5::bytea[]) as wanted (index, id, producer, subject)
left join ledger.event_key key on key.tenant = $1 and key.id = wanted.id and key.producer = wanted.producer
left join ledger.subject_entry listed
  on listed.tenant = $1 and listed.subject = wanted.subject and listed.index = wanted.index
