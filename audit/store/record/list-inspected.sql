select distinct subject from ledger.register_entry
where tenant = $1 and register = 'inspection' and state = 'open' and subject is not null
