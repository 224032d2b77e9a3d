-- Replaces what an entry says; only a superuser may.
UPDATE ledger.side SET facts[($2::bigint - first + 1)::int] = $3
WHERE tenant = $1 AND first = (SELECT max(first) FROM ledger.side WHERE tenant = $1 AND first <= $2::bigint)
