select ledger.append(
  $1::bigint, $2::text[], $3::text[], $4::bigint[], $5::bytea[], $6::bigint[], $7::bytea[], $8::bytea[],
  $9::bigint[], $10::boolean[], $11::bytea[], $12::bytea[], $13::int[], $14::uuid[], $15::bytea[], $16::text[],
  $17::text[], $18::bytea[], $19::bytea[], $20::bytea[], $21::bytea[]
)
