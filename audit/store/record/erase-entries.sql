update ledger.register_entry set sealed = null
where tenant = $1 and subject = $2 and sealed is not null and sealed_at <= $3
returning id
