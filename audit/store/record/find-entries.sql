select id::text as id, revision, state, subject, facts, sealed, changed_by, command,
  to_char(opened_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as opened_at,
  to_char(due_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as due_at,
  to_char(closed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as closed_at
from ledger.register_entry
where tenant = $1 and register = $2
  and ($3::uuid is null or id = $3)
  and ($4::bytea[] is null or subject = any ($4))
  and ($5::bytea[] is null or parties && $5)
  and ($6::text is null or version = $6)
  and ($7::text[] is null or state = any ($7))
  and ($8::uuid is null or id > $8)
order by id
limit $9
