insert into ledger.quarantine (tenant, id, digest, reason, producer, subject, body_bytes, sealed, times)
select $1, r.* from unnest(
  $2::uuid[], $3::bytea[], $4::text[], $5::text[], $6::bytea[], $7::integer[], $8::bytea[], $9::integer[]
) as r (id, digest, reason, producer, subject, body_bytes, sealed, times)
on conflict (tenant, digest) do update set times = quarantine.times + 1, last_at = clock_timestamp()
