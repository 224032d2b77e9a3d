-- Whether the indexes know entries for what they are: by event and by subject.
select
  wanted.index::float8 as index,
  key.index is not distinct from wanted.index as is_keyed,
  key.digest,
  wanted.subject is null
    or (listed.id, listed.class, listed.time) is not distinct from (wanted.id, wanted.class, wanted.time) as is_listed
from unnest($2::bigint[], $3::uuid[], $4::text[], $5::bytea[], $6::text[], $7::bigint[])
  as wanted (index, id, producer, subject, class, time)
left join ledger.event_key key on key.tenant = $1 and key.id = wanted.id and key.producer = wanted.producer
left join ledger.subject_entry listed
  on listed.tenant = $1 and listed.subject = wanted.subject and listed.index = wanted.index
