select ledger.index_behind() as tenant
