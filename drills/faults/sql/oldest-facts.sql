-- What the first entry of a tenant says, as the text that its commitment covers.
SELECT first::text AS index, facts[1] AS facts FROM ledger.side WHERE tenant = $1 ORDER BY first LIMIT 1
