-- What the first entry of a tenant says, as the text that its commitment covers.
SELECT index::text AS index, facts FROM ledger.facts WHERE tenant = $1 ORDER BY index LIMIT 1
