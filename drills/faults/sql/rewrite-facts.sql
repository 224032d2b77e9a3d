-- Replaces what an entry says; only a superuser may.
UPDATE ledger.facts SET facts = $3 WHERE tenant = $1 AND index = $2::bigint
