select id::text as id, reason, producer, body_bytes as "bodyBytes", sealed is not null as "isKept", times,
  encode(digest, 'hex') as digest,
  to_char(first_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "firstAt",
  to_char(last_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "lastAt"
from ledger.quarantine
where tenant = $1 and ($2::uuid is null or id > $2)
order by id
limit $3
