select tenants as tenant from ledger.tenants()
