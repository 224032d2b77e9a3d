SELECT users.tenant_of_email($1) AS tenant
