insert into ledger.register_entry (
  tenant, register, id, revision, state, subject, parties, version, opened_at, due_at, facts, sealed, changed_by, command
) values ($1, $2, $3, 1, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
