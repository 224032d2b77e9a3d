update ledger.register_entry
set revision = $4 + 1, state = $5, closed_at = $6, sealed = $7, sealed_at = clock_timestamp(), changed_by = $8, command = $9
where tenant = $1 and register = $2 and id = $3 and revision = $4
returning revision
