update ledger.quarantine q set times = least(q.times::bigint + r.times, 2147483647)::integer, last_at = clock_timestamp()
from unnest($2::bytea[], $3::integer[]) as r (digest, times)
where q.tenant = $1 and q.digest = r.digest
returning q.digest
